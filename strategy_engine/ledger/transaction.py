"""A day is one transaction over the lists on disk and the ledger's tables.

    prepare   the lists beside their place (`OUT/.DATE.new`), the rows in `LEDGER/.pending/DATE`; all of it seen to the disk
    decide    one rename, `.pending/DATE` to `.decided/DATE`: before it nothing has happened, after it the day will be
    apply     the lists take their place, the tables their rows; each step can be done again
    done      one rename to `.done/DATE`, where everything is rubbish

`recover` on the next start throws away what is pending or done, and applies what is decided.
"""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import polars as pl

from strategy_engine.diagnostics.model import Diagnostic
from strategy_engine.ledger import durable
from strategy_engine.ledger.findings import LedgerDamaged, LedgerError, ListsLost, NotWritten, Recovered, reason
from strategy_engine.ledger.moments import reached
from strategy_engine.ledger.store import Store
from strategy_engine.ledger.tables import TABLES, Record, in_order
from strategy_engine.record import record

PENDING, DECIDED, DONE = ".pending", ".decided", ".done"
LISTS, INTENT = "lists", "intent.json"

WriteLists = Callable[[Path], None]
"""Writes the lists of a day into a folder that is there and empty."""


@record
class Day:
    """A day that is prepared: where its rows lie, and where its lists lie and belong."""

    ledger: Path
    date: dt.date
    lists: Path

    @property
    def pending(self) -> Path:
        return self.ledger / PENDING / self.date.isoformat()

    @property
    def decided(self) -> Path:
        return self.ledger / DECIDED / self.date.isoformat()

    @property
    def done(self) -> Path:
        return self.ledger / DONE / self.date.isoformat()

    @property
    def fresh(self) -> Path:
        return self.lists.with_name(f".{self.lists.name}.new")

    @property
    def old(self) -> Path:
        return self.lists.with_name(f".{self.lists.name}.old")

    @property
    def place(self) -> str:
        """Where the lists belong, seen from the ledger, so that both may move together while a day is under way."""
        try:
            return os.path.relpath(self.lists.absolute(), self.ledger.absolute())
        except ValueError:  # on another drive
            return str(self.lists.absolute())


# ---------------------------------------------------------------------------------------- prepare and decide


def prepare(ledger: Path, date: dt.date, lists: Path, write: WriteLists) -> Day:
    """Write the lists beside their place."""
    day = Day(ledger, date, lists)
    with _or_nothing(day):
        day.pending.mkdir(parents=True)
        durable.write_text(day.pending / LISTS, day.place)
        durable.sync(day.pending)
        reached("named the lists")
        durable.remove(day.fresh)
        day.fresh.mkdir(parents=True)
        write(day.fresh)
        reached("wrote the lists")
    return day


def decide(day: Day, record: Record) -> None:
    """Write the rows, see everything to the disk, and decide."""
    with _or_nothing(day):
        files = durable.contents(day.fresh)
        for name, rows in with_files(record, day.date, files).items():
            rows.write_parquet(day.pending / f"{name}.parquet", compression="zstd")
        reached("wrote the rows")
        tables = {name: durable.digest(day.pending / f"{name}.parquet") for name in TABLES}
        durable.write_text(day.pending / INTENT, json.dumps({"files": files, "tables": tables}, indent=1))
        durable.sync_tree(day.fresh)
        durable.sync(day.fresh.parent)
        durable.sync_tree(day.pending)
        reached("ready")
        durable.rename(day.pending, day.decided)
    reached("decided")


def with_files(record: Record, date: dt.date, files: dict[str, tuple[int, str]]) -> Record:
    """The record, which is whole, with the files of its lists."""
    rows = [(date, path, size, sha256) for path, (size, sha256) in files.items()]
    return {**record, "files": in_order("files", pl.DataFrame(rows, schema=TABLES["files"], orient="row"))}


def discard(day: Day) -> None:
    """Remove what was prepared, and leave no trace of it."""
    durable.remove(day.fresh)
    durable.remove(day.pending)


@contextmanager
def _or_nothing(day: Day) -> Iterator[None]:
    """Until the day is decided whatever goes wrong leaves nothing."""
    try:
        yield
    except Exception as error:
        discard(day)
        if not _is_of_the_disk(error):
            raise
        raise LedgerError(NotWritten(None, day.date.isoformat(), reason(error), decided=False)) from error


# ------------------------------------------------------------------------------------------ apply and recover


def apply(day: Day, store: Store) -> list[Diagnostic]:
    """Put a day that is decided in its place, from wherever an earlier attempt has come to."""
    intent, record = _read(day)
    try:
        lost = _put_lists_in_place(day, intent["files"])
        reached("lists in place")
        store.write(day.date, record)
        durable.rename(day.decided, day.done)
        reached("done")
        durable.remove(day.done)
    except Exception as error:
        if not _is_of_the_disk(error):
            raise
        raise LedgerError(NotWritten(None, day.date.isoformat(), reason(error), decided=True)) from error
    return lost


def recover(ledger: Path, store: Store) -> list[Diagnostic]:
    """Finish or remove what a run that was cut off has left. To be called under the lock."""
    found: list[Diagnostic] = []
    for folder in _days(ledger / DONE):
        durable.remove(folder)
    for folder in _days(ledger / PENDING):
        if (day := _day(ledger, folder)) is not None:
            durable.remove(day.fresh)
        durable.remove(folder)
        found.append(Recovered(None, folder.name, finished=False))
    for folder in _days(ledger / DECIDED):
        if (day := _day(ledger, folder)) is None:
            raise LedgerError(LedgerDamaged(None, folder.name, f"`{folder / LISTS}` is gone"))
        found += [*apply(day, store), Recovered(None, folder.name, finished=True)]
    return found


def undone(ledger: Path) -> list[dt.date]:
    """The days that are decided and not yet in place."""
    return [dt.date.fromisoformat(folder.name) for folder in _days(ledger / DECIDED)]


def cut_off(ledger: Path) -> list[dt.date]:
    """The days that are prepared and not decided: a run is at work on them, or was cut off."""
    return [dt.date.fromisoformat(folder.name) for folder in _days(ledger / PENDING)]


def _day(ledger: Path, folder: Path) -> Day | None:
    """The day that a folder prepares; None where it had not yet said where its lists belong, and so has none."""
    place = (folder / LISTS).read_text("utf-8") if (folder / LISTS).is_file() else ""
    return Day(ledger, dt.date.fromisoformat(folder.name), Path(os.path.normpath(ledger / place))) if place else None


def _days(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() else []


class _Rows(Mapping[str, pl.DataFrame]):
    """The rows that were decided, of each table as it is asked for: all at once are as much again as the day holds already."""

    def __init__(self, folder: Path, names: Iterable[str]) -> None:
        self.folder, self.names = folder, tuple(names)

    def __getitem__(self, name: str) -> pl.DataFrame:
        if name not in self.names:
            raise KeyError(name)
        return pl.read_parquet(self.folder / f"{name}.parquet")

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)


def _read(day: Day) -> tuple[dict[str, dict[str, list[object]]], Mapping[str, pl.DataFrame]]:
    """What was decided. Raises LedgerError where it is not what was written."""
    try:
        intent = json.loads((day.decided / INTENT).read_text("utf-8"))
        changed = [name for name, sha256 in intent["tables"].items() if durable.digest(day.decided / f"{name}.parquet") != sha256]
    except (OSError, ValueError, KeyError) as error:
        raise LedgerError(LedgerDamaged(None, day.date.isoformat(), f"`{day.decided}` cannot be read: {reason(error)}")) from error
    if changed:
        raise LedgerError(LedgerDamaged(None, day.date.isoformat(), f"`{day.decided / changed[0]}.parquet` was changed"))
    return intent, _Rows(day.decided, intent["tables"])


def _put_lists_in_place(day: Day, files: dict[str, list[object]]) -> list[Diagnostic]:
    """Swap the folders, where that was not done; a warning where the lists that were prepared are gone."""
    if day.fresh.exists() and _is(day.fresh, files):
        if day.lists.exists():
            durable.remove(day.old)
            durable.rename(day.lists, day.old)
            reached("old lists aside")
        durable.rename(day.fresh, day.lists)
        reached("new lists there")
    there = _is(day.lists, files)
    durable.remove(day.old)
    durable.remove(day.fresh)
    return [] if there else [ListsLost(None, day.date.isoformat(), str(day.lists))]


def _is_of_the_disk(error: Exception) -> bool:
    """Whether the operating system would not have it; libraries wrap what it says in errors of their own."""
    told = str(error)  # the Parquet writer says of a full disk only that its transport has failed
    return isinstance(error, OSError) or "(os error " in told or "transport error" in told


def _is(folder: Path, files: dict[str, list[object]]) -> bool:
    return {path: list(content) for path, content in durable.contents(folder).items()} == files
