"""A table as a lazy frame in engine types, reading only the columns that are asked for.

`scan` is for a table whose contract was checked (or that one wants to look at regardless): what does not fit its type reads as
missing. The contract reads the same `cells`, which also tell a wrong cell from an empty one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import polars as pl

from strategy_engine.catalog.models import Column, Table
from strategy_engine.diagnostics.model import Diagnostic, suggest
from strategy_engine.engine.data.breaches import MissingColumn
from strategy_engine.engine.data.convert import convert, engine_dtype, present, reads_missing
from strategy_engine.engine.data.parts import Part, open_parts
from strategy_engine.engine.data.pieces import Floor
from strategy_engine.record import record

# Companions of a column in the frame of `cells`; no declared name holds a NUL
KNOWN = "\0known:"
RAW = "\0raw:"
EPOCH, SECONDS_OF_DAY, TICKS = dt.date(1970, 1, 1), 86_400, {"ms": 10**3, "us": 10**6, "ns": 10**9}


@record
class Since:
    """Of a table's rows only those from a day on, and those whose time is missing."""

    time: str
    day: dt.date


class DataError(Exception):
    """A table that cannot be read at all, and why."""

    def __init__(self, diagnostics: Sequence[Diagnostic]) -> None:
        super().__init__("; ".join(diagnostic.message for diagnostic in diagnostics))
        self.diagnostics = tuple(diagnostics)


def scan(table: Table, folder: Path, date: dt.date, columns: Collection[str] | None, timezone: str) -> pl.LazyFrame:
    """The table for a date, unchecked: the named columns (all for None) and always those that identify a row.

    Times are on the clocks of `timezone`, the project's. Raises DataError where a file or a column is absent.
    """
    wanted = columns_to_read(table, columns)
    parts, diagnostics = open_parts(table, folder, date)
    diagnostics += absent_columns(table, parts, wanted).values()
    if diagnostics:
        raise DataError(diagnostics)
    return cells(parts, wanted, timezone).select(*wanted)


def identity(table: Table) -> tuple[str, ...]:
    """The columns that say whose, and when, a row is: key, other and time, as far as the table's kind has them."""
    return tuple(dict.fromkeys(name for name in (table.key, table.other, table.time) if name is not None))


def columns_to_read(table: Table, columns: Collection[str] | None) -> dict[str, Column]:
    """The columns asked for (all for None) and those of the identity, in their declared order."""
    declared = dict(table.columns)
    if table.kind == "list" and table.key is not None:
        declared.setdefault(table.key, Column(type="id"))
    wanted = set(declared) if columns is None else {*columns, *identity(table)}
    return {name: column for name, column in declared.items() if name in wanted}


def empty(columns: Mapping[str, Column]) -> pl.LazyFrame:
    """A table of these columns without rows."""
    return pl.LazyFrame(schema={name: engine_dtype(column.value_type) for name, column in columns.items()})


def source_of(name: str, column: Column) -> str:
    """The column's name in the file."""
    return column.source or name


def absent_columns(table: Table, parts: Sequence[Part], columns: Mapping[str, Column]) -> dict[str, MissingColumn]:
    """The columns that some file lacks, each told once."""
    found: dict[str, MissingColumn] = {}
    for name, column in columns.items():
        source = source_of(name, column)
        part = next((part for part in parts if source not in part.schema), None)
        if part is not None:
            found[name] = MissingColumn(None, table.name, name, source, part.paths[0], suggest(source, part.schema))
    return found


def cells(parts: Sequence[Part], columns: Mapping[str, Column], timezone: str, since: Since | None = None) -> pl.LazyFrame:
    """Every column thrice: its value, whether its cell was filled (KNOWN) and the cell as text (RAW).

    A filled cell without a value is a wrong one. A column that a file lacks, or whose type in the file cannot fit at all, is
    missing throughout. What is not used costs nothing: the frame is lazy.
    """
    rows = pl.concat([rows_of(part, columns, since).select(_cell_columns(part, columns, timezone)) for part in parts])
    return rows if since is None else rows.filter(_from(pl.col(since.time), pl.lit(since.day)))


def rows_of(part: Part, columns: Mapping[str, Column], since: Since | None) -> pl.LazyFrame:
    """The part without blank lines, as far as the columns that are read can tell: of a single one, a gap is a gap."""
    frame = part.frame
    read = {source_of(name, column) for name, column in columns.items()} & set(part.schema)
    if part.blank_lines and len(read) > 1:
        frame = frame.filter(pl.any_horizontal(pl.col(sorted(read)).is_not_null()))
    floor = floor_of(part, columns, since)
    if floor is None:
        return frame
    return frame.filter(_from(pl.col(floor.column), pl.lit(floor.number).cast(part.schema[floor.column])))


def _from(time: pl.Expr, first: pl.Expr) -> pl.Expr:
    """Whether a row is as late; what cannot be told is for the contract to say."""
    return time.is_null() | (time >= first)


def floor_of(part: Part, columns: Mapping[str, Column], since: Since | None) -> Floor | None:
    """The day's beginning as the part holds times, or somewhat earlier, so that its readers pass over whole row groups by their
    statistics; None where it does not hold them as times."""
    if since is None:
        return None
    source = source_of(since.time, columns[since.time])
    dtype, days = part.schema.get(source), (since.day - EPOCH).days
    if dtype == pl.Date:
        return Floor(source, days)
    if not isinstance(dtype, pl.Datetime):
        return None
    days -= 2 if dtype.time_zone else 0  # held as UTC: in no zone does the day begin so early
    return Floor(source, days * SECONDS_OF_DAY * TICKS[dtype.time_unit])


def _cell_columns(part: Part, columns: Mapping[str, Column], timezone: str) -> list[pl.Expr]:
    """The three expressions of each column."""
    expressions: list[pl.Expr] = []
    for name, column in columns.items():
        source, type_ = source_of(name, column), column.value_type
        dtype = part.schema.get(source, pl.Null())
        held = pl.col(source) if source in part.schema else pl.lit(None)
        cell = present(held, dtype, type_)
        value = convert(held if reads_missing(dtype, type_) else cell, dtype, type_, timezone)
        if value is None:
            cell, value = pl.lit(None), pl.lit(None, dtype=engine_dtype(type_))
        expressions += [
            value.alias(name),
            cell.is_not_null().alias(KNOWN + name),
            cell.cast(pl.String, strict=False).alias(RAW + name),
        ]
    return expressions


def misfit_columns(parts: Sequence[Part], columns: Mapping[str, Column], timezone: str) -> dict[str, pl.DataType]:
    """The columns whose type in some file cannot hold their declared one (a list for money, say), with that type."""
    misfits: dict[str, pl.DataType] = {}
    for name, column in columns.items():
        for part in parts:
            dtype = part.schema.get(source_of(name, column))
            if dtype is not None and convert(pl.col(name), dtype, column.value_type, timezone) is None:
                misfits.setdefault(name, dtype)
    return misfits
