"""`strategy plan`: what a run would do; with `--against` what a change does to whom, with `--days` what comes of it over time."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from strategy_engine.cli.options import Date, Json, ProjectOption, Quiet

_AGAINST = "Another version: a commit, branch, tag or folder."
Against = Annotated[Optional[str], typer.Option("--against", metavar="REV|DIR", help=_AGAINST)]  # noqa: UP045 - typer reads Optional
Days = Annotated[Optional[int], typer.Option("--days", metavar="N", min=1, help="Roll so many days forward, on a scratch ledger.")]  # noqa: UP045
MaxChange = Annotated[Optional[str], typer.Option("--max-change", metavar="SHARE", help="End with 1 where more customers move: 5%.")]  # noqa: UP045
Markdown = Annotated[Optional[Path], typer.Option("--markdown", metavar="FILE", help="Write a report for a pull request.")]  # noqa: UP045
Smallest = Annotated[Optional[int], typer.Option("--smallest", metavar="N", min=1, help="Tell no smaller count of customers; 10.")]  # noqa: UP045


def plan(
    project: ProjectOption = Path(),
    date: Date = None,
    against: Against = None,
    days: Days = None,
    max_change: MaxChange = None,
    markdown: Markdown = None,
    smallest: Smallest = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Say what a run would do, and write nothing.

    With --against: what is different from another version of the strategies, on the same data and ledger, and for how many customers.
    With --days: what so many days in a row would list, and which capacities, budgets and contact limits run out.
    """
    from strategy_engine.cli.console import fail
    from strategy_engine.cli.shared import end_in_order

    end_in_order()
    if against is not None and days is not None:
        fail("`--against` and `--days` do not go together")
    if against is None and (max_change, markdown, smallest) != (None, None, None):
        fail("`--max-change`, `--markdown` and `--smallest` go with `--against`")
    if against is not None:
        from strategy_engine.cli.plan_against import Options, run

        raise typer.Exit(run(project, date, against, Options(max_change, markdown, smallest, json, quiet)))
    if days is not None:
        from strategy_engine.cli.plan_days import run as ahead

        raise typer.Exit(ahead(project, date, days, json, quiet))
    from strategy_engine.cli.run import plan as today

    raise typer.Exit(today(project, date, json, quiet))
