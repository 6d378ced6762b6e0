"""`strategy run` and `strategy plan`."""

from __future__ import annotations

import datetime as dt
import importlib.util
import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from strategy_engine.cli.console import DATA, FINE, fail, progress, show, tell
from strategy_engine.diagnostics.model import Diagnostic, Severity, diagnostic, has_errors, listed
from strategy_engine.record import record
from strategy_engine.session import Project, StrategyError

if TYPE_CHECKING:
    from strategy_engine.delivery.deliver import Outcome

FORMATS = ("parquet", "csv", "xlsx", "jsonl")


@diagnostic
class DatesWithoutSnapshot(Diagnostic):
    """Dates of a backfill that have no snapshot

    `--from` and `--to` run every date in between that has a snapshot.

    Why: a weekend without a snapshot is as it should be, a delivery that failed is not, and only people can tell them apart.

    Example: `strategy run --from 2026-11-20 --to 2026-11-30`, where that of 2026-11-25 did not come.

    Instead: nothing, or deliver the snapshot before later dates are run.
    """

    code = "S0524"
    severity = Severity.WARNING
    dates: tuple[str, ...]

    @property
    def message(self) -> str:
        return f"no snapshot of {listed(self.dates)}: not run"


@record
class Options:
    """How a day is run and told."""

    out: Path | None = None
    form: str = "parquet"
    batch_size: int | None = None
    as_json: bool = False
    quiet: bool = False
    replace: bool = False
    deliver: bool = True


def run(folder: Path, date: str | None, options: Options) -> int:
    """Run a day and write its lists; the exit code."""
    project, day = opened(folder, date)
    return _run_days(project, [day], options)


def backfill(folder: Path, date: str | None, first: str | None, last: str | None, options: Options) -> int:
    """Run several dates in order, each by itself, up to the first that fails; the exit code."""
    if date is not None or first is None or last is None:
        fail("`--from` and `--to` go together, and without `--date`")
    project, start = opened(folder, first)
    end = given_date(last)
    assert start is not None and end is not None  # noqa: S101, PT018 - both were given
    if end < start:
        fail(f"`--to {end}` comes before `--from {start}`")
    try:
        days = project.days(start, end)
    except StrategyError as error:
        show(error.diagnostics, project.sources)
        return error.exit_code
    if not days:
        fail(f"no snapshot from {start} to {end}", DATA)
    asked = [start + dt.timedelta(days=number) for number in range((end - start).days + 1)]
    absent = [day.isoformat() for day in asked if day not in days]
    if absent:
        show([DatesWithoutSnapshot(None, tuple(absent))], project.sources)
    return _run_days(project, list(days), options)


def _run_days(project: Project, days: list[dt.date | None], options: Options) -> int:
    """Run each date and tell of it; with JSON one document, of several dates a list."""
    if options.form not in FORMATS:
        fail(f"no format `{options.form}`", help=f"formats are {', '.join(FORMATS)}")
    if options.form == "xlsx" and importlib.util.find_spec("xlsxwriter") is None:
        help_text = "install it with `pip install 'strategy-engine[excel]'`, or take `--format csv`"
        fail("workbooks need the package `xlsxwriter`", help=help_text)
    manifests, code = [], FINE
    for number, day in enumerate(days):
        outcomes: list[Outcome] = []
        try:
            with progress(options.quiet or options.as_json) as step:
                result = project.run(
                    day,
                    out=options.out,
                    format=options.form,
                    replace=options.replace,
                    progress=step,
                    batch_size=options.batch_size,
                    deliver=options.deliver,
                    served=outcomes.append,
                )
        except StrategyError as error:
            show(error.diagnostics, project.sources)
            return error.exit_code
        tell(_lasting(result.diagnostics, days[number + 1 :]), project.sources, quiet=options.quiet)
        if has_errors(result.diagnostics):  # a sink has failed: the day stands, and so do those to come
            code = DATA
        manifests.append(result.manifest)
        if not (options.as_json or options.quiet):
            _summarise(project, result.manifest, options, outcomes)
    if options.as_json:
        print(json.dumps(manifests if len(days) > 1 else manifests[0], ensure_ascii=False, indent=2, sort_keys=True))
    return code


def _lasting(diagnostics: Iterable[Diagnostic], coming: list[dt.date | None]) -> list[Diagnostic]:
    """What still holds when the dates to come are run: those that rest on a day that was replaced need no warning then."""
    from strategy_engine.ledger.findings import LaterDays

    dates = {str(day) for day in coming}
    return [each for each in diagnostics if not (isinstance(each, LaterDays) and dates.issuperset(each.later))]


def _summarise(project: Project, manifest: dict[str, Any], options: Options, outcomes: list[Outcome]) -> None:
    from strategy_engine.cli.summary import print_delivered, summary

    summary(project.model, manifest, project.output(options.out) / manifest["date"], options.form)
    for outcome in outcomes:
        if outcome.delivered:
            print()
            print_delivered(outcome)


def plan(folder: Path, date: str | None, as_json: bool, quiet: bool) -> int:
    """Compute a day and say what would be listed; the exit code."""
    project, day = opened(folder, date)
    try:
        with progress(quiet or as_json) as step:
            result = project.compute(day, progress=step)
    except StrategyError as error:
        show(error.diagnostics, project.sources)
        return error.exit_code
    tell(result.diagnostics, project.sources, quiet=quiet)
    if as_json:
        print(json.dumps(result.manifest, ensure_ascii=False, indent=2, sort_keys=True))
    elif not quiet:
        from strategy_engine.cli.summary import summary

        summary(project.model, result.manifest)
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
        found = dt.date.fromisoformat(date)
    except ValueError:
        found = None
    if found is None or found.isoformat() != date:  # Python takes 20261120 and 2026-W47-5 as well
        fail(f"`{date}` is not a date", help="dates are written 2026-11-20")
    return found
