"""`strategy plan --against`: what a change does to whom, for people, machines and pull requests."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from strategy_engine.cli import changes
from strategy_engine.cli.console import DATA, FINE, STRATEGIES, fail, progress, say, show, tell
from strategy_engine.cli.coverage import wanted
from strategy_engine.cli.run import opened
from strategy_engine.cli.small import SMALLEST
from strategy_engine.cli.table import print_table
from strategy_engine.diagnostics.tongue import said
from strategy_engine.record import record
from strategy_engine.session import StrategyError

if TYPE_CHECKING:
    from strategy_engine.session.comparing import ChangeTooLarge, Compared


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
            found = project.compare(version, day, progress=step)
        large = None if most is None else found.too_large(most, options.smallest or SMALLEST, project.model)
    except StrategyError as error:
        show(error.diagnostics, project.sources)
        return error.exit_code
    tell(found.diagnostics, project.sources, quiet=options.quiet)
    _print(found, options, large, most)
    if options.markdown is not None:
        _write(options.markdown, found, options, large, most)
    if large:
        show([large], project.sources)
    return STRATEGIES if large else FINE


def _print(found: Compared, options: Options, large: ChangeTooLarge | None, most: Decimal | None) -> None:
    smallest = options.smallest or SMALLEST
    if options.as_json:
        told = changes.as_dict(found.comparison, smallest)
        limit = {
            "max_change": None if most is None else float(most / 100),
            "exceeded": [] if large is None else [name for name, _ in large.changes],
        }
        whole = {"project": found.project, "date": found.date.isoformat(), "against": found.version, **limit, **told}
        print(json.dumps(whole, ensure_ascii=False, indent=2, sort_keys=True))
    elif not options.quiet:
        say(f"{found.project} · {found.date}   " + headline(found))
        for table in changes.tables(found.comparison, smallest):
            print()
            print_table(table.title, table.heads, table.rows)
            if table.rest:
                say(table.rest)


def headline(found: Compared) -> str:
    """In one sentence."""
    count = len(changes.moved(found.comparison))
    if not count:
        return said(f"nothing is different from `{found.version}` for any customer")
    every = len(found.comparison.strategies)
    return said(f"against `{found.version}`, {count} of {every} strategies have other customers or actions")


def _write(file: Path, found: Compared, options: Options, large: ChangeTooLarge | None, most: Decimal | None) -> None:
    from strategy_engine.cli.plan_markdown import report

    try:
        file.write_text(report(found, headline(found), options.smallest or SMALLEST, large, most), encoding="utf-8")
    except OSError as error:
        fail(f"cannot write to `{file}`: {(error.strerror or 'no access').lower()}", DATA)
