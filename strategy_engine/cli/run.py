"""`strategy run` and `strategy plan`."""

from __future__ import annotations

import datetime as dt
import importlib.util
import json
from pathlib import Path

from strategy_engine.cli.console import FINE, console, fail, progress, show
from strategy_engine.session import Project, StrategyError

FORMATS = ("parquet", "csv", "xlsx", "jsonl")


def run(folder: Path, date: str | None, out: Path | None, form: str, batch_size: int | None, as_json: bool, quiet: bool) -> int:
    """Run a day and write its lists; the exit code."""
    if form not in FORMATS:
        fail(f"no format `{form}`", help=f"formats are {', '.join(FORMATS)}")
    if form == "xlsx" and importlib.util.find_spec("xlsxwriter") is None:
        help_text = "install it with `pip install 'strategy-engine[excel]'`, or take `--format csv`"
        fail("workbooks need the package `xlsxwriter`", help=help_text)
    project, day = opened(folder, date)
    try:
        with progress(quiet or as_json) as step:
            result = project.run(day, out=out, format=form, progress=step, batch_size=batch_size)
    except StrategyError as error:
        show(error.diagnostics, project.sources)
        return error.exit_code
    if result.diagnostics and not quiet:
        show(list(result.diagnostics), project.sources)
    if as_json:
        print(json.dumps(result.manifest, ensure_ascii=False, indent=2, sort_keys=True))
    elif not quiet:
        from strategy_engine.cli.summary import summary

        summary(console(), project.model, result.manifest, project.output(out) / result.manifest["date"], form)
    return FINE


def plan(folder: Path, date: str | None, as_json: bool, quiet: bool) -> int:
    """Compute a day and say what would be listed; the exit code."""
    project, day = opened(folder, date)
    try:
        with progress(quiet or as_json) as step:
            result = project.compute(day, progress=step)
    except StrategyError as error:
        show(error.diagnostics, project.sources)
        return error.exit_code
    if as_json:
        print(json.dumps(result.manifest, ensure_ascii=False, indent=2, sort_keys=True))
    else:
        from strategy_engine.cli.summary import summary

        summary(console(), project.model, result.manifest)
    return FINE


def opened(folder: Path, date: str | None) -> tuple[Project, dt.date | None]:
    """The project and the date; ends the command where either is wrong."""
    if not folder.is_dir():
        fail(f"no folder `{folder}`")
    return Project.open(folder), given_date(date)


def given_date(date: str | None) -> dt.date | None:
    """The date of the option; ends the command where it is none."""
    if date is None:
        return None
    try:
        return dt.date.fromisoformat(date)
    except ValueError:
        fail(f"`{date}` is not a date", help="dates are written 2026-11-20")
