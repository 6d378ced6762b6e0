"""Options that several commands have, with what the shell offers for them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Optional

import typer


def valued(name: str, values: Callable[..., Any], help: str, metavar: str | None = None) -> Any:  # noqa: A002 - as typer calls it
    """An option whose values the shell offers."""
    return typer.Option(name, autocompletion=values, help=help, metavar=metavar)


_DATE_HELP = "The as-of date, such as 2026-11-20; the latest snapshot if left out."
Date = Annotated[Optional[str], typer.Option("--date", metavar="D", help=_DATE_HELP)]  # noqa: UP045 - typer reads Optional
ProjectOption = Annotated[Path, typer.Option("--project", metavar="DIR", help="The project's folder.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress, no summary and no notes; warnings and errors stay.")]
