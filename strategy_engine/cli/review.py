"""`strategy review`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from strategy_engine.cli.console import DATA, FINE, bold, fail, progress, say, show, tell
from strategy_engine.cli.layout import number, text
from strategy_engine.cli.run import given_date, opened
from strategy_engine.cli.table import print_table
from strategy_engine.diagnostics.tongue import CHINESE, chosen, said
from strategy_engine.ledger.holds import StrategyHeld
from strategy_engine.record import record
from strategy_engine.session import StrategyError

if TYPE_CHECKING:
    from strategy_engine.review.figures import EffectFigure, Figures
    from strategy_engine.session.reviewing import Review

MOST = 12
"""So many findings are printed; the page has them all."""
_SURE = ("worse", "better", "blocked", "unproven")


@record
class Options:
    """What is reviewed, and how it is told."""

    first: str | None = None
    last: str | None = None
    as_of: str | None = None
    html: Path | None = None
    tables: Path | None = None
    pause: bool = True
    as_json: bool = False
    quiet: bool = False


def run(folder: Path, options: Options) -> int:
    """Review what was listed, and print or write what it brought; the exit code."""
    project, _ = opened(folder, None)
    dates = [None if day is None else given_date(day) for day in (options.first, options.last, options.as_of)]
    if dates[0] is not None and dates[1] is not None and dates[1] < dates[0]:
        fail(f"`--to {dates[1]}` comes before `--from {dates[0]}`")
    try:
        with progress(options.quiet or options.as_json) as step:
            found = project.review(*dates[:2], as_of=dates[2], pause=options.pause, progress=step)
    except StrategyError as error:
        show(error.diagnostics, project.sources)
        return error.exit_code
    tell([StrategyHeld(None, strategy, why) for strategy, why in found.paused.items()], project.sources, quiet=options.quiet)
    _write(found.figures, options)
    if options.as_json:
        from strategy_engine.review.tables import to_json

        print(to_json(found.figures))
    elif not options.quiet:
        _print(found, options)
    return FINE


def _write(figures: Figures, options: Options) -> None:
    """The page and the tables that were asked for."""
    try:
        if options.html is not None:
            from strategy_engine.review.report.page import page

            options.html.parent.mkdir(parents=True, exist_ok=True)
            options.html.write_text(page(figures, chosen()), encoding="utf-8", newline="\n")
        if options.tables is not None:
            from strategy_engine.review.tables import write_tables

            options.tables.mkdir(parents=True, exist_ok=True)
            write_tables(figures, options.tables)
    except OSError as error:
        fail(f"cannot write `{error.filename}`: {(error.strerror or 'unknown').lower()}", DATA)


# ------------------------------------------------------------------------------------------------ on the terminal


def _print(found: Review, options: Options) -> None:
    figures = found.figures
    print(bold(said(f"review of {figures.project}: listed from {figures.first} to {figures.last}, by what is known up to {figures.as_of}")))
    say(said(f"{figures.actions:,} actions for {figures.customers:,} customers"))
    _print_findings(figures)
    _print_effects(figures)
    _print_targets(figures)
    for path in filter(None, (options.html, options.tables)):
        say(said(f"written: {path}"))


def _print_findings(figures: Figures) -> None:
    shown = figures.findings[:MOST]
    if not shown:
        return
    chinese = chosen() == CHINESE
    rows = [
        (_title(figures, each.strategy), each.words_zh if chinese else each.words, f"{each.path}:{each.line}" if each.path else "")
        for each in shown
    ]
    print()
    print_table("Problems found, worst first", [text("strategy", 12), text("what", 30), text("where", 12)], rows)
    if len(figures.findings) > MOST:
        say(said(f"… and {len(figures.findings) - MOST:,} more: `--html FILE` shows them all"))


def _title(figures: Figures, name: str | None) -> str:
    return "" if name is None else figures.titles.get(name, name)


def _print_effects(figures: Figures) -> None:
    """Against the controls, of all treated; what cannot be told yet is counted below."""
    told = [each for each in figures.effects if each.arm is None and each.verdict != "early"]
    rows = [_effect(figures, each) for each in sorted(told, key=lambda each: (_SURE.index(each.verdict), each.strategy, each.kpi))]
    heads = [text("strategy", 12), text("kpi", 8), *map(number, ("customers", "controls", "with", "without", "difference"))]
    if rows:
        print()
        print_table("Effect against control", [*heads, text("95 %", 0), text("verdict", 0)], rows)
    early = sum(each.arm is None for each in figures.effects) - len(told)
    if early:
        say(said(f"{early:,} effects cannot be told yet: their time is not over, or too few customers are in a group"))


def _effect(figures: Figures, effect: EffectFigure) -> tuple[str, ...]:
    from strategy_engine.review.findings import told

    unit = figures.units[effect.kpi]
    change = (effect.difference, effect.low, effect.high)
    if effect.adjusted is not None:
        change = (effect.adjusted, effect.adjusted_low, effect.adjusted_high)
    difference, low, high = (told(part, unit) for part in change)
    return (
        _title(figures, effect.strategy),
        _title(figures, effect.kpi),
        f"{effect.treated:,}",
        f"{effect.control:,}",
        told(effect.treated_value, unit),
        told(effect.control_value, unit),
        difference,
        f"{low} … {high}",
        said(effect.verdict),
    )


def _print_targets(figures: Figures) -> None:
    counts = Counter(target.verdict for target in figures.targets)
    if counts:
        print()
        say(said("targets") + ": " + _counted(counts))


def _counted(counts: Counter[str]) -> str:
    names: Iterable[str] = ("met", "missed", "unsure", "early", "blocked")
    return ", ".join(f"{counts[name]:,} {said(name)}" for name in names if counts[name])
