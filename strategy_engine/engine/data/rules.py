"""The rules that rows of a table have to keep, each with the mask of the rows that break it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import polars as pl

from strategy_engine.catalog.models import Breach, Column, Table
from strategy_engine.engine.data.breaches import BelowMinimum, CellBreach, MissingKey, MissingValue, UnknownEnumValue, WrongType
from strategy_engine.engine.data.scan import KNOWN
from strategy_engine.record import record


@record
class Rule:
    """One way in which cells of a column can break their declaration."""

    breach: Breach
    column: str
    mask: pl.Expr  # true for a broken row, over the frame of `cells`; never null
    diagnostic: Callable[..., CellBreach]


def key_columns(table: Table) -> tuple[str, ...]:
    """The columns without which a row means nothing: the customers it is about, or the time of a series."""
    names = (table.time,) if table.kind == "series" else (table.key, table.other)
    return tuple(name for name in names if name is not None)


def unique_column(table: Table) -> str | None:
    """The column whose values may not repeat, if the table's kind has one."""
    return {"snapshot": table.key, "reference": table.key, "series": table.time}.get(table.kind)


def rules_of(table: Table, columns: Mapping[str, Column]) -> list[Rule]:
    """The rules for the columns that are read, in their order."""
    return [rule for name, column in columns.items() for rule in _column_rules(table, name, column)]


def _column_rules(table: Table, name: str, column: Column) -> list[Rule]:
    """The rules of one column."""
    filled, value = pl.col(KNOWN + name), pl.col(name)
    misfit = filled & value.is_null()
    if column.values is not None:
        names = (*column.values, *(label for label in column.values.values() if label is not None))
        rules = [Rule(Breach.UNKNOWN_ENUM, name, misfit, partial(UnknownEnumValue, declared=names))]
    else:
        rules = [Rule(Breach.WRONG_TYPE, name, misfit, partial(WrongType, expected=column.type))]
    if name in key_columns(table):
        rules.append(Rule(Breach.MISSING_KEY, name, ~filled, MissingKey))
    elif not column.optional:
        rules.append(Rule(Breach.MISSING_VALUE, name, ~filled, MissingValue))
    if column.minimum is not None:
        below = (value < column.minimum).fill_null(value=False)
        rules.append(Rule(Breach.BELOW_MIN, name, below, partial(BelowMinimum, minimum=str(column.min))))
    return rules


def day_column(table: Table, columns: Mapping[str, Column]) -> pl.Expr | None:
    """The days of events, which may not lie after the as-of date; None where the table has none, or their time cannot be read."""
    time = table.time if table.kind == "events" else None
    if time is None or time not in columns or columns[time].type not in ("date", "datetime"):
        return None
    return pl.col(time).cast(pl.Date)
