"""The commands that look at a project as a whole, with their options."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from strategy_engine.cli.options import Date, Json, ProjectOption

Days = Annotated[int, typer.Option("--days", metavar="N", min=1, help="The days that count: the date and those of the ledger before it.")]


def coverage(project: ProjectOption = Path(), date: Date = None, days: Days = 30, json: Json = False) -> None:
    """Say which cells of the grids have how many customers, strategies and contacts; who is never reached, and why.

    Which clauses no test has tried, `strategy test --coverage` tells.
    """
    from strategy_engine.cli.reach import run

    raise typer.Exit(run(project, date, days, json))
