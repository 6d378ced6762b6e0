"""`strategy coverage`: the grids with customers, strategies and contacts a cell, and who is never reached. (`coverage.py` is of tests.)"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from strategy_engine.cli.console import FINE, progress, say, show
from strategy_engine.cli.layout import number, text
from strategy_engine.cli.run import opened
from strategy_engine.cli.table import print_table
from strategy_engine.diagnostics.model import listed
from strategy_engine.diagnostics.tongue import said
from strategy_engine.session import StrategyError

if TYPE_CHECKING:
    from strategy_engine.engine.explain.fairness import Group, Outcome
    from strategy_engine.engine.explain.reach import Crossed, Reach

FOUR_FIFTHS = 0.8
WORDS = {
    "no cohort": "in the cohort of no strategy",
    "no hit": "in a cohort, but without a hit",
    "limits used up": "held back by limits that earlier days have used up",
    "gate": "kept out by consent, excludes, pauses or eligibility",
    "no room": "lost in the arbitration",
    "control": "held back as control group",
}
"""How far customers came who were not reached, in words."""


def run(folder: Path, date: str | None, days: int, as_json: bool) -> int:
    """Print whom the strategies reach; the exit code."""
    project, day = opened(folder, date)
    try:
        with progress(as_json) as step:
            found = project.reach(day, days=days, progress=step)
    except StrategyError as error:
        show(error.diagnostics, project.sources)
        return error.exit_code
    if as_json:
        print(json.dumps(dataclasses.asdict(found), ensure_ascii=False, indent=2))
        return FINE
    _show(found)
    return FINE


def _show(found: Reach) -> None:
    share = _share(found.reached, found.customers)
    reached = said(
        f"{found.reached:,} of {found.customers:,} customers reached in {found.days} days ({share}), {found.contacts:,} contacts"
    )
    say(f"{found.date}   {reached}")
    for grid in found.grids:
        _grid(grid)
    print()
    rows = [(said(WORDS[how]), f"{count:,}", _share(count, found.customers)) for how, count in found.why.items()]
    print_table("Who is not reached, and how far they come", [text("why"), number("customers"), number("share")], rows)
    for outcome in found.fairness:
        if outcome.strategy is None:
            _outcome(outcome, [each for each in found.fairness if each.column == outcome.column and _unequal(each)])


def _outcome(every: Outcome, unequal: list[Outcome]) -> None:
    """How often each group was reached at all; then the strategies that reach one of them much less often than another."""
    heads = [text("group", 8), *map(number, ("customers", "reached", "share", "to the highest"))]
    print()
    print_table(f"Reached by sensitive column {every.column}", heads, [_group(each) for each in every.groups])
    rows: list[tuple[str, ...]] = []
    for outcome in (each for each in unequal if each.strategy is not None):
        told = [each for each in outcome.groups if each.rate is not None]
        least, most = (pick(told, key=lambda each: each.rate or 0.0) for pick in (min, max))
        rows.append(
            (outcome.strategy or "", f"{_value(least)} {least.rate:.2%}", f"{_value(most)} {most.rate:.2%}", f"{outcome.lowest:.0%}")
        )
    if rows:
        print()
        heads = [text("strategy"), text("least often", 12), text("most often", 12), number("ratio")]
        print_table(f"Groups of {every.column} that a strategy reaches at less than 80 % of another's rate", heads, rows)


def _group(group: Group) -> tuple[str, ...]:
    few = said("few")
    customers = few if group.customers is None else f"{group.customers:,}"
    if group.rate is None:
        return _value(group), customers, few, "", ""
    return _value(group), customers, f"{group.chosen:,}", f"{group.rate:.1%}", "" if group.ratio is None else f"{group.ratio:.0%}"


def _value(group: Group) -> str:
    return said("missing") if group.value is None else group.value


def _unequal(outcome: Outcome) -> bool:
    """Whether it breaks the rule of four fifths."""
    return outcome.lowest is not None and outcome.lowest < FOUR_FIFTHS


def _grid(grid: Crossed) -> None:
    rows = [
        (
            cell.name or said("in no cell"),
            f"{cell.customers:,}",
            f"{len(cell.strategies):,}",
            f"{cell.contacts:,}",
            _share(cell.reached, cell.customers),
            _most(cell.why),
        )
        for cell in grid.cells
    ]
    heads = [text("cell", 12), *map(number, ("customers", "strategies", "contacts", "reached")), text("most others")]
    print()
    print_table(f"{grid.name} {grid.title or ''}".rstrip(), heads, rows)
    empty = [f"`{cell.name}`" for cell in grid.cells if cell.customers and not cell.strategies]
    if empty:
        say(said(f"without any strategy: {listed(empty)}"))


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.0%}" if whole else ""


def _most(why: Mapping[str, int]) -> str:
    return said(max(why, key=lambda how: why[how])) if why else ""
