"""The head of the report: what it is about, what matters most, and each strategy in a line."""

from __future__ import annotations

from collections.abc import Iterable

from strategy_engine.record import record
from strategy_engine.review.figures import ALL, EffectFigure, Figures, Finding, TargetFigure
from strategy_engine.review.report import numbers
from strategy_engine.review.report.parts import Cell, Section, Table
from strategy_engine.review.report.reader import Reader
from strategy_engine.review.report.sections import targets
from strategy_engine.review.report.sections.effects import chosen


@record
class Told:
    """A problem, as the page lists it."""

    rank: int
    text: str
    strategy: str
    title: str
    place: str


def problems(figures: Figures, reader: Reader) -> list[Told]:
    """The findings, worst first."""
    return [_told(finding, reader) for finding in sorted(figures.findings, key=lambda finding: finding.rank)]


def _told(finding: Finding, reader: Reader) -> Told:
    text = finding.words_zh if reader.tongue == "zh" else finding.words
    place = "" if finding.path is None else finding.path if finding.line is None else f"{finding.path}:{finding.line}"
    return Told(finding.rank, text, finding.strategy or "", reader.title(finding.strategy or ""), place)


def facts(figures: Figures, reader: Reader) -> list[tuple[str, str]]:
    """What the review is about."""
    days = f"{numbers.day(figures.first, reader.tongue)} {reader.words['to']} {numbers.day(figures.last, reader.tongue)}"
    known = numbers.day(figures.as_of, reader.tongue)
    sizes = numbers.count(figures.actions), numbers.count(figures.customers)
    return list(zip((reader.words[key] for key in ("period", "as_of", "actions", "customers")), (days, known, *sizes), strict=True))


def tiles(figures: Figures, reader: Reader) -> list[tuple[str, str, str, str]]:
    """The numbers that matter most: number, words, the section that says more, the verdict's mark."""
    effects = [effect.verdict for effect in figures.effects if effect.arm is None]
    wanted = [target.verdict for target in figures.targets]
    cost = sum(row.cost for row in figures.money if numbers.known(row.cost))
    found = [(str(len(figures.findings)), "findings", "problems", "")]
    found += [(str(effects.count(verdict)), verdict, "effects", verdict) for verdict in ("better", "worse") if effects]
    found += [(str(wanted.count(verdict)), verdict, "targets", verdict) for verdict in ("met", "missed") if wanted]
    found += [(reader.money(cost), "cost", "money", "")] if figures.money else []
    return [(number, reader.words[f"summary.{key}"], place, mark) for number, key, place, mark in found]


def still_open(figures: Figures, reader: Reader) -> str:
    """What is not over yet. The kpis of a strategy count the same journeys, so the longest counts."""
    pending: dict[str, int] = {}
    for figure in figures.kpis:
        if figure.dimension == ALL and figure.pending:
            pending[figure.strategy] = max(pending.get(figure.strategy, 0), figure.pending)
    if not pending:
        return reader.words["open.none"] if figures.kpis else ""
    return reader.say("open", count=numbers.count(sum(pending.values())), strategies=len(pending))


# ------------------------------------------------------------------------------------------------ strategies


def strategies(figures: Figures, reader: Reader) -> Section:
    """Each strategy in a line, where links to it lead."""
    names = strategy_names(figures)
    heads = tuple(reader.words[key] for key in ("strategy", "main_effect", "main_target", "listed", "cost", "findings"))
    rows = tuple(_row(name, figures, reader) for name in names)
    return Section("strategies", tables=(Table(heads, rows, texts=3),) if rows else ())


def strategy_names(figures: Figures) -> list[str]:
    """All strategies that any figure names, in the order of the figures."""
    tables: tuple[Iterable[object], ...] = (figures.money, figures.funnel, figures.kpis, figures.effects, figures.targets, figures.balance)
    named = [getattr(row, "strategy", None) for table in (*tables, figures.credits, figures.findings) for row in table]
    return list(dict.fromkeys(name for name in named if name))


def _row(name: str, figures: Figures, reader: Reader) -> tuple[Cell, ...]:
    listed = [row.listed for row in figures.funnel if row.strategy == name]
    cost = next((row.cost for row in figures.money if row.strategy == name), None)
    problems_ = sum(finding.strategy == name for finding in figures.findings)
    return (
        Cell(reader.title(name), "" if reader.title(name) == name else name, css="here"),
        _effect(next((effect for effect in figures.effects if effect.strategy == name and effect.arm is None), None), reader),
        _targets([target for target in figures.targets if target.strategy == name], reader),
        Cell(numbers.count(sum(listed)) if listed else numbers.NONE),
        Cell(reader.money(cost)),
        Cell(str(problems_) if problems_ else numbers.NONE),
    )


def _effect(effect: EffectFigure | None, reader: Reader) -> Cell:
    if effect is None:
        return Cell(numbers.NONE)
    value = chosen(effect)[0]
    said = reader.word(effect.verdict)
    text = f"{reader.difference(effect.kpi, value)} · {said}" if numbers.known(value) else said
    return Cell(text, reader.title(effect.kpi), mark=effect.verdict)


def _targets(found: list[TargetFigure], reader: Reader) -> Cell:
    counts = targets.counts(found)
    if not counts:
        return Cell(numbers.NONE)
    return Cell(" · ".join(f"{count} {reader.words[verdict]}" for verdict, count in counts.items()), mark=next(iter(counts)))
