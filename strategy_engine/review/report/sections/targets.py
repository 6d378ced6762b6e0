"""KPIs against their targets: bullet charts, one scale a kpi."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from strategy_engine.review.figures import Figures, TargetFigure
from strategy_engine.review.report import numbers
from strategy_engine.review.report.charts import bullet
from strategy_engine.review.report.charts.rows import axis
from strategy_engine.review.report.charts.scale import clipped
from strategy_engine.review.report.parts import Chart, Row, Section, folded
from strategy_engine.review.report.reader import Reader

SHOWN = 40
VERDICTS = ("missed", "met", "unsure", "early", "blocked")


def section(figures: Figures, reader: Reader) -> Section:
    """A chart a kpi, apart for its value and its uplift."""
    found: dict[tuple[str, bool], list[TargetFigure]] = {}
    for target in figures.targets:
        found.setdefault((target.kpi, target.uplift), []).append(target)
    return Section("targets", tuple(_chart(key, found[key], reader) for key in sorted(found)))


def _chart(key: tuple[str, bool], targets: list[TargetFigure], reader: Reader) -> Chart:
    kpi, uplift = key
    targets.sort(key=lambda target: (VERDICTS.index(target.verdict) if target.verdict in VERDICTS else len(VERDICTS), target.strategy))
    ends = [end for target in targets for end in (target.low, target.high)]
    scale = clipped([number for target in targets for number in (target.value, target.limit)], ends, zero=uplift)
    rows = [_row(target, bullet.row(_aim(target, reader), scale), reader) for target in targets]
    heading = f"{reader.title(kpi)} · {reader.words['uplift']}" if uplift else reader.title(kpi)
    shown, rest = folded(rows, SHOWN)
    unit = reader.unit(kpi)
    numbered = axis(scale, lambda tick: numbers.tick(tick, unit, reader.tongue, signed=uplift), heading)
    return Chart(heading, reader.goal(kpi), shown, rest, numbered)


def _aim(target: TargetFigure, reader: Reader) -> bullet.Aim:
    told = f"{_value(target, reader)} {_interval(target, reader)}".strip()
    text = f"{reader.title(target.strategy)}: {told}, {wanted(target, reader)}, {reader.word(target.verdict)}"
    above = target.op not in ("<", "<=")
    return bullet.Aim(target.value, target.low, target.high, target.limit, above, target.verdict, text)


def _row(target: TargetFigure, plot: Markup, reader: Reader) -> Row:
    sub = [wanted(target, reader)]
    if target.pending:
        sub.append(reader.say("pending", count=numbers.count(target.pending)))
    if target.pause:
        sub.append(reader.words["pauses"])
    told = _interval(target, reader)
    return Row(reader.title(target.strategy), " · ".join(sub), plot, _value(target, reader), told, target.strategy, target.verdict)


def wanted(target: TargetFigure, reader: Reader) -> str:
    """What is wanted, in the kpi's unit; as it is declared where that is no number."""
    if target.op is None or target.limit is None or not numbers.known(target.limit):
        declared = reader.word(target.wanted) or numbers.NONE
        return f"{reader.words['wanted']} {declared}"
    said = reader.difference if target.uplift else reader.value
    sign = {">=": "≥", "<=": "≤"}.get(target.op, target.op)
    return f"{reader.words['wanted']} {sign} {said(target.kpi, target.limit)}"


def _value(target: TargetFigure, reader: Reader) -> str:
    return (reader.difference if target.uplift else reader.value)(target.kpi, target.value)


def _interval(target: TargetFigure, reader: Reader) -> str:
    told = (reader.differences if target.uplift else reader.values)(target.kpi, target.low, target.high)
    return "" if told == numbers.NONE else told


def counts(targets: Sequence[TargetFigure]) -> dict[str, int]:
    """How many targets have each verdict, in the order of the rows."""
    return {verdict: count for verdict in VERDICTS if (count := sum(target.verdict == verdict for target in targets))}
