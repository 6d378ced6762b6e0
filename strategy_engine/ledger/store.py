"""The ledger's tables on disk: one Delta table a folder, one partition a day."""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from strategy_engine.ledger import durable
from strategy_engine.ledger.moments import reached
from strategy_engine.ledger.tables import SCHEMAS, TABLES, Past, Record, in_order

if TYPE_CHECKING:
    from deltalake import DeltaTable, WriterProperties

SETTINGS = {
    "delta.checkpointInterval": "10",  # opening a table reads at most ten days' log, however old it is
    "delta.logRetentionDuration": "interval 7 days",
    "delta.dataSkippingNumIndexedCols": "0",  # least and greatest values would keep a forgotten customer's id in the log
}
SAFE_HOURS = 7 * 24
"""For how long a file that is no longer part of a table is kept for those who may still read it."""

Stamp = tuple[str, int, int, int]
"""What tells a commit from any other: its name, which is its number, its size, its time and its file."""

_COMMIT = re.compile(r"\d{20}\.json")

# the rows of `runs` come last, so that who sees a day there sees the whole day
WRITTEN = tuple(sorted(TABLES, key=lambda name: (name == "runs", name)))


class Store:
    """The tables below a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._opened: dict[str, tuple[Stamp, DeltaTable]] = {}

    def read(self, name: str, of: Callable[[dt.date], bool] = lambda _: True) -> pl.LazyFrame:
        """The rows of a table of some days, lazily; a further filter on `run_date` opens only the files of those days."""
        files = [file for file in self._files(name) if of(_date_of(file))]
        if not files:
            return pl.LazyFrame(schema=SCHEMAS[name])
        found = pl.scan_parquet(
            files,
            schema={column: dtype for column, dtype in SCHEMAS[name].items() if column != "run_date"},
            hive_partitioning=True,
            hive_schema={"run_date": pl.Date()},
            missing_columns="insert",  # a column that a later version of the program has added
        )
        return found.select(*SCHEMAS[name])

    def past(self, before: dt.date) -> Past:
        """The rows of each table of all days before a date."""
        return {name: self.read(name, lambda date: date < before) for name in TABLES}

    def dates(self) -> list[dt.date]:
        """The days that were run, in order."""
        return sorted({_date_of(file) for file in self._files("runs")})

    def day(self, date: dt.date) -> Record | None:
        """A day's rows of each table, in their order; None where it was not run."""
        if date not in self.dates():
            return None
        return {name: in_order(name, self.read(name, lambda each: each == date).collect()) for name in TABLES}

    def write(self, date: dt.date, record: Mapping[str, pl.DataFrame]) -> None:
        """Put a day's rows in the place of those that each table has of it. Doing it again changes nothing."""
        for name in WRITTEN:
            rows = record[name]
            if rows.height or date in map(_date_of, self._files(name)):
                self.put(name, date, rows)
            reached(f"wrote {name}")

    def put(self, name: str, date: dt.date, rows: pl.DataFrame) -> None:
        """Put a day's rows of one table in the place of those that it has."""
        self._write(name, date, rows)
        self._see_to_disk(name, date)

    def replace(self, name: str, rows: pl.DataFrame, column: str, value: str) -> None:
        """Put rows in the place of all those of a table whose column has the value, whatever their days, in one go."""
        self._write_where(name, rows, _equals(column, value))
        for date in rows.get_column("run_date").unique():
            self._see_to_disk(name, date)

    def remove(self, name: str, column: str, value: str) -> None:
        """Remove the rows of a table whose column has the value."""
        table = self.open(name)
        if table is not None:
            table.delete(_equals(column, value))

    def open(self, name: str) -> DeltaTable | None:
        """A table as it stands, or None where it has never been written.

        A day opens each table two or three times; one whose last commit is the same file as before is as it was.
        """
        place = self.folder / name
        stamp = _last_commit(place / "_delta_log")  # before it is opened: what comes in between is seen the next time
        opened = self._opened.get(name)
        if opened is not None and stamp is not None and opened[0] == stamp:
            return opened[1]
        self._opened.pop(name, None)
        if not (place / "_delta_log").is_dir():
            return None
        from deltalake import DeltaTable

        if not DeltaTable.is_deltatable(str(place)):
            return None
        table = DeltaTable(place)
        if stamp is not None:
            self._opened[name] = (stamp, table)
        return table

    def tidy(self, keep_hours: int = SAFE_HOURS) -> None:
        """Merge what is in pieces, shorten the logs, and remove the files that no table has needed for so long."""
        for name in SCHEMAS:
            table = self.open(name)
            if table is None:
                continue
            table.optimize.compact(writer_properties=_properties())
            reached(f"merged {name}")
            table.create_checkpoint()
            table.cleanup_metadata()
            reached(f"shortened {name}")
            # `full` also finds what a write that was cut off has left
            table.vacuum(keep_hours, dry_run=False, enforce_retention_duration=False, full=True)
            reached(f"cleared {name}")

    def bytes(self) -> int:
        """What the tables take on disk, with what no table needs any more."""
        return sum(path.stat().st_size for name in SCHEMAS for path in (self.folder / name).rglob("*") if path.is_file())

    def _files(self, name: str) -> list[str]:
        table = self.open(name)
        return sorted(table.file_uris()) if table is not None else []

    def _write(self, name: str, date: dt.date, rows: pl.DataFrame) -> None:
        self._write_where(name, rows, _equals("run_date", date.isoformat()))

    def _write_where(self, name: str, rows: pl.DataFrame, predicate: str) -> None:
        from deltalake import write_deltalake

        place = self.folder / name
        table = self.open(name)
        self._opened.pop(name, None)  # whatever becomes of the write
        if table is None:
            empty = pl.DataFrame(schema=SCHEMAS[name])
            write_deltalake(place, empty, partition_by=["run_date"], configuration=SETTINGS)
        write_deltalake(
            place if table is None else table,
            rows,
            mode="overwrite",
            predicate=predicate,
            schema_mode="merge",
            writer_properties=_properties(),
        )

    def _see_to_disk(self, name: str, date: dt.date) -> None:
        """The library leaves it to the operating system when its files reach the disk; a day must not be lost with the power."""
        log = self.folder / name / "_delta_log"
        newest = sorted(log.glob("*.json"))[-2:]
        partition = self.folder / name / f"run_date={date.isoformat()}"
        for path in [*newest, log, *partition.glob("*.parquet"), partition, self.folder / name, self.folder]:
            if path.exists():
                durable.sync(path)


def _last_commit(log: Path) -> Stamp | None:
    """The last commit of a table; None where there is none."""
    try:
        names = [entry.name for entry in os.scandir(log) if _COMMIT.fullmatch(entry.name)]
        found = (log / max(names)).stat() if names else None
    except FileNotFoundError:
        return None
    return None if found is None else (max(names), found.st_size, found.st_mtime_ns, found.st_ino)


def _equals(column: str, value: str) -> str:
    """The condition in the table format's SQL, which takes no parameters; a quote within a text is written twice."""
    quoted = value.replace("'", "''")
    return f"{column} = '{quoted}'"


def _properties() -> WriterProperties:
    from deltalake import WriterProperties

    return WriterProperties(compression="ZSTD", compression_level=3)


def _date_of(file: str) -> dt.date:
    """The day of a file, which its folder is named after."""
    return dt.date.fromisoformat(file.rpartition("/run_date=")[2][:10])
