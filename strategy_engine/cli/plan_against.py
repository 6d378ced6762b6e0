"""`strategy plan --against`: what a change does to whom, for people, machines and pull requests."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from strategy_engine.cli.changes import Report, tables
from strategy_engine.cli.console import DATA, FINE, STRATEGIES, bold, fail, progress, say, show, tell
from strategy_engine.cli.coverage import wanted
from strategy_engine.cli.run import opened
from strategy_engine.cli.small import SMALLEST
from strategy_engine.cli.table import print_table
from strategy_engine.diagnostics.tongue import said
from strategy_engine.record import record
from strategy_engine.session import Project, StrategyError

if TYPE_CHECKING:
    from strategy_engine.session.comparing import Compared


@record
class Options:
    """How much may change (as it was given), where the report goes, and the smallest count of customers that is told."""

    max_change: str | None = None
    markdown: Path | None = None
    smallest: int | None = None
    as_json: bool = False
    quiet: bool = False


def run(folder: Path, date: str | None, version: str, options: Options) -> int:
    """Compare the project with another version of it; the exit code."""
    most = wanted(options.max_change, "--max-change 5%")
    project, day = opened(folder, date)
    try:
        with progress(options.quiet or options.as_json) as step:
            compared = project.compare(version, day, progress=step)
        found = _report(project, compared, options.smallest or SMALLEST, most)
    except StrategyError as error:
        show(error.diagnostics, project.sources)
        return error.exit_code
    tell(compared.diagnostics, project.sources, quiet=options.quiet)
    if options.as_json:
        print(json.dumps(found.as_dict(), ensure_ascii=False, indent=2, sort_keys=True))
    elif not options.quiet:
        _print(found)
    if found.large is not None:
        show([found.large], project.sources)
    if options.markdown is not None:
        _write(options.markdown, found)
    return FINE if found.large is None else STRATEGIES


def _report(project: Project, compared: Compared, smallest: int, most: Decimal | None) -> Report:
    large = None if most is None else compared.too_large(most, smallest, project.model)
    channels = {name: channel.shown for name, channel in project.model.channels.items()}
    return Report(compared, smallest, tuple(tables(compared.comparison, smallest, channels)), most, large)


def _print(found: Report) -> None:
    say(f"{found.compared.project} · {found.compared.date}   " + found.headline)
    for table in found.tables:
        print()
        if table.rows:
            print_table(table.title, table.heads, table.rows)
        else:
            print(bold(said(table.title)))
        if table.rest:
            say(table.rest)


def _write(file: Path, found: Report) -> None:
    from strategy_engine.cli.plan_markdown import page

    try:
        file.write_text(page(found), encoding="utf-8")
    except OSError as error:
        fail(f"cannot write to `{file}`: {(error.strerror or 'no access').lower()}", DATA)
