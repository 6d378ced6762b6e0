"""The ledger: what was promised to whom, day by day.

ledger = Ledger(folder)
with ledger.lock():
    told = ledger.recover()
    …                                   # run the day on `ledger.past(date)`
    told += ledger.commit(date, record, out / "2026-11-20", write_lists)
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from pathlib import Path

import polars as pl

from strategy_engine.diagnostics.model import Diagnostic
from strategy_engine.ledger import durable, tombstones, transaction
from strategy_engine.ledger.findings import DayDiffers, DayTooLate, LaterDays, LedgerError, Unchanged
from strategy_engine.ledger.lock import Holder, holder, lock
from strategy_engine.ledger.store import SAFE_HOURS, Store
from strategy_engine.ledger.tables import FORGOTTEN, IMPORTED, TABLES, Past, Record, whole
from strategy_engine.ledger.tombstones import Tombstones

WriteLists = Callable[[Path, Record], None]
"""Writes a day's lists into an empty folder, given the record that stands in the ledger."""

COMPARED = tuple(name for name in TABLES if name not in ("runs", "files"))


class Ledger:
    """The ledger in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.store = Store(folder)

    # ------------------------------------------------------------------------------------------- reading

    def past(self, before: dt.date) -> Past:
        """The rows of each table of all earlier days, lazily; without rows where there are none yet."""
        return self.store.past(before)

    def record(self, date: dt.date) -> Record | None:
        """A day's rows of each table; None where it was not run."""
        return self.store.day(date)

    def history(self, customer: str) -> pl.DataFrame:
        """What was listed to a customer, imports included; a row an action, in the order of time."""
        tables = [self.store.read(name).filter(pl.col("customer_id") == customer) for name in ("actions", IMPORTED)]
        return pl.concat(tables, how="diagonal").drop("source").sort("run_date", "strategy", "step").collect()

    def dates(self) -> list[dt.date]:
        """The days that were run, in order."""
        return self.store.dates()

    def holder(self) -> Holder | None:
        """Who is writing to the ledger."""
        return holder(self.folder)

    def undone(self) -> list[dt.date]:
        """The days that a run which was cut off has decided and not put in place."""
        return transaction.undone(self.folder)

    def cut_off(self) -> list[dt.date]:
        """The days that a run is preparing, or has left undecided; the next start removes what it has left."""
        return transaction.cut_off(self.folder)

    def tombstones(self) -> Tombstones | None:
        """Whom it has forgotten; None where nobody ever was."""
        return tombstones.read(self.folder)

    # ------------------------------------------------------------------------------------------- writing

    def lock(self) -> AbstractContextManager[None]:
        """Hold the ledger while something is written. Raises LedgerError where another process holds it."""
        return lock(self.folder)

    def recover(self) -> list[Diagnostic]:
        """Finish or remove what a run that was cut off has left. To be called under the lock, before anything else."""
        return transaction.recover(self.folder, self.store)

    def settle(self) -> list[Diagnostic]:
        """For those who only read: finish what a run that was cut off has decided, if there is any."""
        if not self.undone():
            return []
        with self.lock():
            return self.recover()

    def commit(self, date: dt.date, record: Record, lists: Path, write: WriteLists, *, replace: bool = False) -> list[Diagnostic]:
        """Write a day to the ledger, and its lists to their folder: both, or neither.

        A day that was run before is left as it is where it comes out the same, and refused where it does not, unless `replace`.
        Raises LedgerError, having changed nothing or (S0606 of a day that is decided) with the rest left to the next `recover`.
        """
        record = whole(record)
        stands = self.record(date)
        differs = difference(stands, record) if stands is not None else None
        later = [each.isoformat() for each in self.dates() if each > date]
        if differs is not None and not replace:
            stones = self.tombstones()
            raise LedgerError(DayDiffers(None, date.isoformat(), differs, forgotten=stones is not None and bool(stones.hashes)))
        if stands is None and later and not replace:
            raise LedgerError(DayTooLate(None, date.isoformat(), later[0]))
        if stands is not None and differs is None:
            return self._write_again(date, stands, lists, write)
        told = self._transact(date, record, lists, write)
        return told + ([LaterDays(None, date.isoformat(), tuple(later))] if later else [])

    def rewrite(self, date: dt.date, record: Record, lists: Path, write: WriteLists) -> list[Diagnostic]:
        """Put other rows and lists in the place of a day's, whatever stands there."""
        return self._transact(date, whole(record), lists, write)

    def tidy(self, keep_hours: int = SAFE_HOURS) -> None:
        """Merge small files, shorten logs and remove what nothing has needed for so long. To be called under the lock."""
        self.store.tidy(keep_hours)

    def _transact(self, date: dt.date, record: Record, lists: Path, write: WriteLists) -> list[Diagnostic]:
        day = transaction.prepare(self.folder, date, lists, lambda folder: write(folder, record))
        transaction.decide(day, record)
        return transaction.apply(day, self.store)

    def _write_again(self, date: dt.date, stands: Record, lists: Path, write: WriteLists) -> list[Diagnostic]:
        """The lists of a day that comes out the same, unless they are there."""
        day = transaction.prepare(self.folder, date, lists, lambda folder: write(folder, stands))
        files = durable.contents(day.fresh)
        before, now = _formats(stands["files"].get_column("path")), _formats(files)
        swapped = (before, now) if before and now and before != now else None
        told = Unchanged(None, date.isoformat(), lists_written=files != durable.contents(lists), formats=swapped)
        if not told.lists_written and transaction.with_files(stands, date, files)["files"].equals(stands["files"]):
            transaction.discard(day)
            return [told]
        transaction.decide(day, stands)
        return [*transaction.apply(day, self.store), told]


def difference(stands: Record, record: Record) -> str | None:
    """How two outcomes of a date differ, in words; None where they are the same.

    Data may have grown by later days without changing the outcome, so that inputs alone make no difference; versions do. What stands may
    have lost a customer who was forgotten, and the other is of a run that leaves the customer out.
    """
    before, now = (json.loads(each["runs"].get_column("record").item()) for each in (stands, record))
    versions, wanted = before.get("strategies", {}), now.get("strategies", {})
    if changed := sorted(name for name in versions.keys() | wanted.keys() if versions.get(name) != wanted.get(name)):
        return _named("strategies", changed)
    rows = [name for name in COMPARED if not _of_others(name, stands[name]).equals(record[name])]
    if not rows:
        return None
    inputs, read = before.get("inputs", {}), now.get("inputs", {})
    if changed := sorted(name for name in inputs.keys() | read.keys() if inputs.get(name) != read.get(name)):
        return _named("data", changed)
    return f"the same strategies and data give other {rows[0]}"


def _formats(files: Iterable[str]) -> str:
    """In what channels' lists are written: the endings of the files in folders."""
    return " and ".join(sorted({path.rpartition(".")[2] for path in files if "/" in path}))


def _of_others(name: str, rows: pl.DataFrame) -> pl.DataFrame:
    """A day's rows as a run without those who were forgotten gives them: without what is nobody's any more, and ranks without gaps."""
    if name == "claims":
        return rows.filter(pl.col("action_id") != FORGOTTEN)
    return rows.with_columns(pl.col("rank").rank("ordinal").cast(pl.Int64)) if name == "actions" else rows


def _named(what: str, names: list[str]) -> str:
    shown = ", ".join(f"`{name}`" for name in names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
    return f"{what} have changed: {shown}"
