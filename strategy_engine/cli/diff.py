"""`strategy diff`: its options. What it tells is made in `differences.py` when it is called."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from strategy_engine.cli.options import Json, ProjectOption


def diff(
    versions: Annotated[
        Optional[list[str]],  # noqa: UP045 - typer reads Optional
        typer.Argument(metavar="[BEFORE] [AFTER]", help="Folders or revisions of git; HEAD and the project's folder if left out."),
    ] = None,
    project: ProjectOption = Path(),
    exit_code: Annotated[bool, typer.Option("--exit-code", help="End with 1 where something changed.")] = False,
    json: Json = False,
) -> None:
    """Say what two versions mean differently: for whom, and what else. What is only written otherwise is not told."""
    from strategy_engine.cli.differences import run
    from strategy_engine.cli.shared import end_in_order

    end_in_order()
    raise typer.Exit(run(tuple(versions or ()), project, exit_code=exit_code, as_json=json))
