"""`strategy explain --strategy S`: why not, for everyone."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from strategy_engine.cli.console import FINE, progress, say, show
from strategy_engine.cli.layout import number, text
from strategy_engine.cli.run import opened
from strategy_engine.cli.table import print_table
from strategy_engine.diagnostics.tongue import said
from strategy_engine.session import StrategyError

if TYPE_CHECKING:
    from strategy_engine.engine.explain.everyone import Obstacle, WhyNot

CANDIDATES = ("gate", "limit")
"""The stages that only candidates come to."""


def run(strategy: str, folder: Path, date: str | None, as_json: bool) -> int:
    """Print where the strategy loses its customers; the exit code."""
    project, day = opened(folder, date)
    try:
        with progress(as_json) as step:
            found = project.why_not(strategy, day, progress=step)
    except StrategyError as error:
        show(error.diagnostics, project.sources)
        return error.exit_code
    if as_json:
        print(json.dumps(dataclasses.asdict(found), ensure_ascii=False, indent=2))
    else:
        _show(found)
    return FINE


def _show(found: WhyNot) -> None:
    title = f"{found.strategy} {found.title or ''}".rstrip()
    say(f"{title} · {found.date}   " + said(f"{found.customers:,} customers, {found.funnel['accepted']:,} of them accepted"))
    conditions = [each for each in found.obstacles if each.stage not in CANDIDATES]
    further = [each for each in found.obstacles if each.stage in CANDIDATES]
    columns = (text("condition"), *map(number, ("holds", "unknown", "keeps out", "left", "without it")))
    print()
    print_table("Who is a candidate (customers)", columns, list(_conditions(conditions)))
    if found.going_on:
        print()
        say(said(f"{found.going_on:,} more go on with a journey"))
    if further:
        columns = (text("what stands against it"), *map(number, ("keeps out", "left", "without it")))
        print()
        print_table("What becomes of the candidates", columns, [(each.text, *_figures(each)) for each in further])
    print()
    say(said("`without it`: customers for whom it is the only obstacle; each alone would have got an action, all else as it is"))


def _conditions(obstacles: list[Obstacle]) -> Iterator[tuple[str, ...]]:
    for each in obstacles:
        words = said(each.text) if each.stage != "cohort" else each.text
        named = f"{' / '.join(each.through)}: {words}" if each.through else words
        yield named, f"{each.holds:,}", f"{each.unknown:,}" if each.unknown else "", *_figures(each)


def _figures(each: Obstacle) -> tuple[str, str, str]:
    return f"{each.dropped:,}" if each.dropped else "", f"{each.left:,}", f"+{each.listed:,}" if each.listed else ""
