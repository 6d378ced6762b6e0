"""`strategy ledger`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from rich import box
from rich.table import Table
from rich.text import Text

from strategy_engine.cli.console import DATA, FINE, USAGE, console, fail, show, tell
from strategy_engine.cli.run import opened
from strategy_engine.diagnostics.model import has_errors
from strategy_engine.session import Project, StrategyError

HISTORY = ("run_date", "strategy", "step", "trigger", "channel", "benefit", "arm", "valid_until", "script")


def _command(folder: Path, work: Callable[[Project], int]) -> int:
    """Do something with a project's ledger; the exit code."""
    project, _ = opened(folder, None)
    try:
        return work(project)
    except StrategyError as error:
        show(error.diagnostics, project.sources)
        return error.exit_code


def status(folder: Path) -> int:
    """Print what the ledger holds and whether something is under way."""

    def work(project: Project) -> int:
        ledger = project.ledger
        dates, holder, undone, missed = ledger.dates(), ledger.holder(), ledger.undone(), project.missed()
        actions = ledger.store.read("actions").select("run_date").collect().height
        days = f"{len(dates):,} days, {dates[0]} to {dates[-1]}" if dates else "no day was run yet"
        rows = [
            ("ledger", str(ledger.folder)),
            ("runs", days),
            ("actions", f"{actions:,}"),
            ("on disk", _size(ledger.store.bytes())),
            ("held by", f"process {holder.pid} on {holder.host} since {holder.since}" if holder else "nobody"),
            ("to be finished", ", ".join(map(str, undone)) or "nothing"),
            ("missed", ", ".join(map(str, missed)) or "nothing"),
        ]
        text = Text()
        for name, value in rows:
            text.append(f"{name:<16}", style="bold").append(f"{value}\n")
        text.rstrip()
        console().print(text)
        return FINE

    return _command(folder, work)


def history(customer: str, folder: Path) -> int:
    """Print what was listed to a customer, controls included, with scripts masked as the ledger keeps them."""

    def work(project: Project) -> int:
        tell(project.settle(), project.sources)
        rows = project.history(customer).select(HISTORY)
        if rows.is_empty():
            fail(f"the ledger has no action of customer `{customer}`", USAGE)
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
        for name in HISTORY:
            table.add_column(name.replace("_", " "), overflow="fold")
        for row in rows.iter_rows():
            table.add_row(*("" if value is None else str(value) for value in row))
        console().print(table)
        return FINE

    return _command(folder, work)


def compact(folder: Path) -> int:
    """Merge small files and remove what is no longer needed."""

    def work(project: Project) -> int:
        before = project.ledger.store.bytes()
        tell(project.compact(), project.sources)
        console().print(f"{_size(before)} before, {_size(project.ledger.store.bytes())} now")
        return FINE

    return _command(folder, work)


def verify(folder: Path, out: Path | None) -> int:
    """Print where the ledger and the lists on disk disagree; 3 where they do."""

    def work(project: Project) -> int:
        found = project.verify(out)
        show(found, project.sources)
        if has_errors(found):
            return DATA
        console().print(f"{len(project.ledger.dates()):,} days verified")
        return FINE

    return _command(folder, work)


def forget(customer: str, folder: Path, out: Path | None, readmit: bool) -> int:
    """Remove a customer for good, or take up again one who was."""

    def work(project: Project) -> int:
        if readmit:
            if not project.readmit(customer):
                fail(f"customer `{customer}` was not forgotten", USAGE)
            console().print(f"customer `{customer}` is taken up again by the next run; what was removed stays removed")
            return FINE
        done = project.forget(customer, out)
        tell(done.diagnostics, project.sources)
        known = f"was removed from {_days(len(done.days))}" if done.days else "is in no day of the ledger"
        console().print(f"customer `{customer}` {known}; every run leaves the customer out from now on")
        return FINE

    return _command(folder, work)


def _days(count: int) -> str:
    return f"{count:,} {'day' if count == 1 else 'days'}"


def _size(count: float) -> str:
    for unit in ("bytes", "kB", "MB", "GB"):
        if count < 1000:
            return f"{count:,.0f} {unit}" if unit == "bytes" else f"{count:,.1f} {unit}"
        count /= 1000
    return f"{count:,.1f} TB"
