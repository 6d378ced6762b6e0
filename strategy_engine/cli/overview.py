"""The commands that look at a project as a whole, with their options."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from strategy_engine.cli import complete
from strategy_engine.cli.options import Date, Json, ProjectOption, valued

Days = Annotated[int, typer.Option("--days", metavar="N", min=1, help="The days that count: the date and those of the ledger before it.")]
GraphFormat = Annotated[str, valued("--format", complete.formats("graph"), "mermaid, svg, html or json.")]
Upstream = Annotated[Optional[str], typer.Option("--upstream", metavar="X", help="What a column or declaration rests on.")]  # noqa: UP045
Downstream = Annotated[Optional[str], typer.Option("--downstream", metavar="X", help="What rests on it, and would break with it.")]  # noqa: UP045


def coverage(project: ProjectOption = Path(), date: Date = None, days: Days = 30, json: Json = False) -> None:
    """Say which cells of the grids have how many customers, strategies and contacts; who is never reached, and why.

    Which clauses no test has tried, `strategy test --coverage` tells.
    """
    from strategy_engine.cli.reach import run

    raise typer.Exit(run(project, date, days, json))


def graph(
    project: ProjectOption = Path(),
    format: GraphFormat = "mermaid",  # noqa: A002 - the option's name
    upstream: Upstream = None,
    downstream: Downstream = None,
) -> None:
    """Draw what hangs on what: tables, attributes, cohorts, moments, strategies, benefits, channels, KPIs; or the lineage of one column."""
    from strategy_engine.cli.graph import Options, run

    raise typer.Exit(run(project, Options(format, upstream, downstream)))
