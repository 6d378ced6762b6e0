"""`strategy ledger`."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from strategy_engine.cli.console import DATA, FINE, USAGE, fail, say, show, tell
from strategy_engine.cli.layout import Column
from strategy_engine.cli.run import opened
from strategy_engine.cli.table import print_pairs, print_table
from strategy_engine.diagnostics.machine import to_json
from strategy_engine.diagnostics.model import has_errors, listed
from strategy_engine.session import Project, StrategyError

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


def status(folder: Path, as_json: bool) -> int:
    """Print what the ledger holds and whether something is under way."""

    def work(project: Project) -> int:
        state = _state(project)
        if as_json:
            _print_json(state)
        else:
            print_pairs(_told(project, state), 16)
        return FINE

    return _command(folder, work)


def _state(project: Project) -> dict[str, Any]:
    """What the ledger holds, as a JSON document has it."""
    ledger, holder = project.ledger, project.ledger.holder()
    return {
        "ledger": str(ledger.folder),
        "runs": [str(day) for day in ledger.dates()],
        "actions": ledger.store.read("actions").select("run_date").collect().height,
        "imported": dict(ledger.store.read("imported").group_by("source").len().sort("source").collect().iter_rows()),
        "bytes": ledger.store.bytes(),
        "held_by": asdict(holder) if holder else None,
        "to_be_finished": [str(day) for day in ledger.undone()],
        "cut_off": [str(day) for day in ledger.cut_off()],
        "missed": [str(day) for day in project.missed()],
        "paused": project.paused(),
        "to_be_delivered": {sink: [str(day) for day in days] for sink, days in project.undelivered().items()},
    }


def _told(project: Project, state: Mapping[str, Any]) -> list[tuple[str, str]]:
    dates, holder = state["runs"], state["held_by"]
    span = f", {dates[0]}" + (f" to {dates[-1]}" if len(dates) > 1 else "") if dates else ""
    left = "" if holder else ": it was not decided, and the next run removes what it has left"
    return [
        ("ledger", state["ledger"]),
        ("runs", f"{_days(len(dates))}{span}" if dates else "no day was run yet"),
        ("actions", f"{state['actions']:,}"),
        *(("imported", f"{count:,} from {source}") for source, count in state["imported"].items()),
        ("on disk", _size(state["bytes"])),
        ("held by", "process {pid} on {host} since {since}".format(**holder) if holder else "nobody"),
        ("to be finished", listed(state["to_be_finished"]) or "nothing"),
        *(("under way" if holder else "cut off", f"{day}{left}") for day in state["cut_off"]),
        ("missed", listed(state["missed"]) or "nothing"),
        *(("paused", f"{name}, as {why}") for name, why in state["paused"].items()),
        *(("to be delivered", waiting) for waiting in _waiting(project, state["to_be_delivered"])),
    ]


def _waiting(project: Project, undelivered: Mapping[str, list[str]]) -> list[str]:
    """What each sink does not hold, a line a sink; nothing where the project has none."""
    if not project.model.project.sinks:
        return []
    found = []
    for sink, dates in undelivered.items():
        more = f" and {len(dates) - 3:,} more" if len(dates) > 3 else ""
        found.append(f"{sink}: {', '.join(dates[-3:])}{more}")
    return found or ["nothing"]


def history(customer: str, folder: Path, as_json: bool) -> int:
    """Print what was listed to a customer, controls included, with scripts masked as the ledger keeps them."""

    def work(project: Project) -> int:
        tell(project.settle(), project.sources)
        rows = project.history(customer).select(HISTORY)
        if rows.is_empty():
            fail(f"the ledger has no action of customer `{customer}`", USAGE)
        if as_json:
            _print_json({"customer": customer, "actions": rows.to_dicts()})
            return FINE
        heads = [Column(name.replace("_", " "), least=SCRIPT if name == "script" else 0) for name in HISTORY]
        print_table("", heads, [["" if value is None else str(value) for value in row] for row in rows.iter_rows()])
        return FINE

    return _command(folder, work)


def _print_json(document: Mapping[str, Any]) -> None:
    print(json.dumps(document, ensure_ascii=False, indent=2, default=str))


def compact(folder: Path, quiet: bool) -> int:
    """Merge small files and remove what is no longer needed."""

    def work(project: Project) -> int:
        before = project.ledger.store.bytes()
        tell(project.compact(), project.sources, quiet=quiet)
        now = project.ledger.store.bytes()
        if not quiet:
            say("merged the tables' files and shortened their logs; files that this replaced go with the first `compact` after 7 days")
            grown = ": in a small ledger the new files take more room until then" if now > before else ""
            say(f"{_size(before)} before, {_size(now)} now{grown}")
        return FINE

    return _command(folder, work)


def verify(folder: Path, out: Path | None, as_json: bool, quiet: bool) -> int:
    """Print where the ledger and the lists on disk disagree; 3 where they do."""

    def work(project: Project) -> int:
        found = project.verify(out)
        sound = not has_errors(found)
        if as_json:
            print(to_json(found, project.sources))
        else:
            tell(found, project.sources, quiet=quiet)
            if sound and not quiet:
                say(f"{_days(len(project.ledger.dates()))} verified")
        return FINE if sound else DATA

    return _command(folder, work)


def forget(customer: str, folder: Path, out: Path | None, readmit: bool, quiet: bool) -> int:
    """Remove a customer for good, or take up again one who was."""

    if not customer.strip():
        fail("no customer is named", help="give an id of the snapshot's key column")

    def work(project: Project) -> int:
        if readmit:
            if not project.readmit(customer):
                fail(f"customer `{customer}` was not forgotten", USAGE)
            told = f"customer `{customer}` is taken up again by the next run; what was removed stays removed"
        else:
            done = project.forget(customer, out)
            tell(done.diagnostics, project.sources, quiet=quiet)
            known = f"was removed from {_days(len(done.days))}" if done.days else "is in no day of the ledger"
            told = f"customer `{customer}` {known}; every run leaves the customer out from now on"
        if not quiet:
            say(told)
        return FINE

    return _command(folder, work)


def resume(strategy: str, folder: Path, quiet: bool) -> int:
    """Let a strategy go on that a review has paused."""

    def work(project: Project) -> int:
        day = project.resume(strategy)
        if not quiet:
            say(f"`{strategy}` goes on with the first run after {day}; from then on its targets are judged anew")
        return FINE

    return _command(folder, work)


def take_in(file: Path, folder: Path, source: str | None, quiet: bool) -> int:
    """Take in what another system has listed."""

    def work(project: Project) -> int:
        taken = project.take_in(file, source)
        show(taken.diagnostics, project.sources)
        if not quiet and taken.days:
            say(f"{taken.actions:,} actions of {_days(len(taken.days))} taken in: {taken.days[0]} to {taken.days[-1]}")
        if not quiet and taken.forgotten:
            say(f"{taken.forgotten:,} actions of customers who were forgotten left out")
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
