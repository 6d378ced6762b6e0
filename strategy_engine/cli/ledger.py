"""`strategy ledger`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from rich import box
from rich.table import Table
from rich.text import Text

from strategy_engine.cli.console import DATA, FINE, USAGE, console, fail, show, tell
from strategy_engine.cli.run import opened
from strategy_engine.diagnostics.model import has_errors, listed
from strategy_engine.ledger.lock import Holder
from strategy_engine.session import Project, StrategyError

WIDE = 10_000
SCRIPT = 24
"""The least width of a script beside its action."""
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
        dates, holder, missed = ledger.dates(), ledger.holder(), project.missed()
        actions = ledger.store.read("actions").select("run_date").collect().height
        span = f", {dates[0]}" + (f" to {dates[-1]}" if len(dates) > 1 else "") if dates else ""
        rows = [
            ("ledger", str(ledger.folder)),
            ("runs", f"{_days(len(dates))}{span}" if dates else "no day was run yet"),
            ("actions", f"{actions:,}"),
            ("on disk", _size(ledger.store.bytes())),
            ("held by", f"process {holder.pid} on {holder.host} since {holder.since}" if holder else "nobody"),
            ("to be finished", listed(map(str, ledger.undone())) or "nothing"),
            *(("under way" if holder else "cut off", f"{day}{_left(holder)}") for day in ledger.cut_off()),
            ("missed", listed(map(str, missed)) or "nothing"),
            *(("to be delivered", waiting) for waiting in _waiting(project)),
        ]
        text = Text()
        for name, value in rows:
            text.append(f"{name:<16}", style="bold").append(f"{value}\n")
        text.rstrip()
        console().print(text)
        return FINE

    return _command(folder, work)


def _waiting(project: Project) -> list[str]:
    """What each sink does not hold, a line a sink; nothing where the project has none."""
    if not project.model.project.sinks:
        return []
    found = []
    for sink, dates in project.undelivered().items():
        more = f" and {len(dates) - 3:,} more" if len(dates) > 3 else ""
        found.append(f"{sink}: {', '.join(map(str, dates[-3:]))}{more}")
    return found or ["nothing"]


def history(customer: str, folder: Path) -> int:
    """Print what was listed to a customer, controls included, with scripts masked as the ledger keeps them."""

    def work(project: Project) -> int:
        tell(project.settle(), project.sources)
        rows = project.history(customer).select(HISTORY)
        if rows.is_empty():
            fail(f"the ledger has no action of customer `{customer}`", USAGE)
        found = [["" if value is None else str(value) for value in row] for row in rows.iter_rows()]
        screen, scriptless = console(), _beside([[*row[:-1], ""] for row in found])
        needed = screen.measure(scriptless, options=screen.options.update(width=WIDE)).minimum
        screen.print(_beside(found) if needed <= screen.width else _below(found))  # rather than values in pieces
        return FINE

    return _command(folder, work)


def _beside(rows: list[list[str]]) -> Table:
    """An action a row; only the script is broken into lines."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for name in HISTORY:
        table.add_column(name.replace("_", " "), overflow="fold", no_wrap=name != "script", min_width=SCRIPT if name == "script" else None)
    for row in rows:
        table.add_row(*row)
    return table


def _below(rows: list[list[str]]) -> Table:
    """A value a row, actions apart."""
    table = Table.grid("name", "value", padding=(0, 2, 0, 0))
    table.columns[0].style, table.columns[0].no_wrap = "bold", True
    table.columns[1].overflow = "fold"
    for number, row in enumerate(rows):
        if number:
            table.add_row()
        for name, value in zip(HISTORY, row, strict=True):
            if value:
                table.add_row(name.replace("_", " "), value)
    return table


def _left(holder: Holder | None) -> str:
    return "" if holder else ": it was not decided, and the next run removes what it has left"


def compact(folder: Path) -> int:
    """Merge small files and remove what is no longer needed."""

    def work(project: Project) -> int:
        before = project.ledger.store.bytes()
        tell(project.compact(), project.sources)
        now = project.ledger.store.bytes()
        console().print(
            "merged the tables' files and shortened their logs; files that this replaced go with the first `compact` after 7 days"
        )
        grown = ": in a small ledger the new files take more room until then" if now > before else ""
        console().print(f"{_size(before)} before, {_size(now)} now{grown}")
        return FINE

    return _command(folder, work)


def verify(folder: Path, out: Path | None) -> int:
    """Print where the ledger and the lists on disk disagree; 3 where they do."""

    def work(project: Project) -> int:
        found = project.verify(out)
        show(found, project.sources)
        if has_errors(found):
            return DATA
        console().print(f"{_days(len(project.ledger.dates()))} verified")
        return FINE

    return _command(folder, work)


def forget(customer: str, folder: Path, out: Path | None, readmit: bool) -> int:
    """Remove a customer for good, or take up again one who was."""

    if not customer.strip():
        fail("no customer is named", help="give an id of the snapshot's key column")

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
