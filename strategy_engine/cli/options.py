"""Options that several commands share, with what the shell offers for them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

_DATE_HELP = "The as-of date, such as 2026-11-20; the latest snapshot if left out."
Date = Annotated[Optional[str], typer.Option("--date", metavar="D", help=_DATE_HELP)]  # noqa: UP045 - typer reads Optional
ProjectOption = Annotated[Path, typer.Option("--project", metavar="DIR", help="The project's folder.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress, no summary and no notes; warnings and errors stay.")]
