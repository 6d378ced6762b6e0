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
    from strategy_engine.engine.explain.reach import Crossed, Reach

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
