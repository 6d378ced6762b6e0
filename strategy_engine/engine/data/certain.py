"""Rules that no row can break, as types and a file's own statistics tell: their cells need not be read to count them.

A date is a date in every row of a column of dates. Whether any cell of a Parquet file is missing, empty, infinite or below a bound is a
question of the form that its reader answers from the statistics of the row groups; where a group has none, it reads the cells.
"""

from __future__ import annotations

import operator
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import reduce

import polars as pl

from strategy_engine.catalog.models import Breach, Column
from strategy_engine.engine.data.convert import DATETIME, NOT_A_NUMBER, engine_dtype
from strategy_engine.engine.data.parts import Part
from strategy_engine.engine.data.rules import Rule
from strategy_engine.engine.data.scan import Since, rows_of, source_of
from strategy_engine.language.types import CENTS, NUMERIC, Kind, Type

INFINITE = (float("inf"), float("-inf"))
MOST_DIGITS = 18  # of a decimal whose digits fit in 64 bits
SMALL_INTEGERS = (pl.Int8, pl.Int16, pl.Int32, pl.UInt8, pl.UInt16, pl.UInt32)  # a hundred times one fits in 64 bits


def uncertain(parts: Sequence[Part], columns: Mapping[str, Column], rules: Sequence[Rule], since: Since | None) -> set[int]:
    """The places of the rules that rows may break; of all others it is certain that none of the rows that are read does."""
    doubts = [[_doubts(rule, columns[rule.column], part) for part in parts] for rule in rules]
    waiting = {place for place, each in enumerate(doubts) if all(doubt is not None for doubt in each)}
    for number, part in enumerate(parts):
        conditions = [condition for place in sorted(waiting) for condition in doubts[place][number] or ()]
        if conditions and _are_there(rows_of(part, columns, since), conditions):
            return {place for place, each in enumerate(doubts) if any(doubt != [] for doubt in each)}
    return set(range(len(rules))) - waiting


def _are_there(rows: pl.LazyFrame, conditions: Sequence[pl.Expr]) -> bool:
    """Whether any row meets any of the conditions."""
    found = rows.filter(reduce(operator.or_, conditions)).select(pl.len() > 0)
    return bool(found.collect(engine="streaming").item())


def _doubts(rule: Rule, column: Column, part: Part) -> list[pl.Expr] | None:
    """Conditions over the part's own columns, one of which every row meets that breaks the rule (none where no row can), and which
    statistics mostly deny; None where only counting tells."""
    source = source_of(rule.column, column)
    if source not in part.schema:
        return None
    cell, dtype, type_ = pl.col(source), part.schema[source], column.value_type
    if rule.breach in (Breach.WRONG_TYPE, Breach.UNKNOWN_ENUM) and always_fits(dtype, type_):
        return []
    if not part.statistics:
        return None
    match rule.breach:
        case Breach.MISSING_VALUE | Breach.MISSING_KEY:
            return None if dtype.is_float() else list(_missing(cell, dtype, type_))
        case Breach.WRONG_TYPE if dtype.is_float() and type_.kind in (Kind.NUMBER, Kind.PERCENT):
            return [cell == value for value in INFINITE]
        case Breach.BELOW_MIN if column.minimum is not None:
            return _below(cell, dtype, type_, column.minimum)
    return None


def always_fits(dtype: pl.DataType, type_: Type) -> bool:
    """Whether every cell of a type that a file holds, if there is one, has a value of the declared type."""
    match type_.kind:
        case Kind.ID | Kind.TEXT:
            return dtype == pl.String or dtype.is_integer() or isinstance(dtype, pl.Categorical | pl.Enum)
        case Kind.ENUM:
            return dtype == engine_dtype(type_)
        case Kind.BOOL:
            return dtype == pl.Boolean
        case Kind.INT:
            return dtype == pl.Int64 or dtype in SMALL_INTEGERS
        case Kind.NUMBER | Kind.PERCENT:
            return dtype.is_integer()
        case Kind.MONEY:
            return _holds_cents(dtype) or dtype in SMALL_INTEGERS
        case Kind.DATE:
            return dtype in (pl.Date, DATETIME)
        case Kind.DATETIME:
            return dtype == DATETIME
    return False


def _holds_cents(dtype: pl.DataType) -> bool:
    return isinstance(dtype, pl.Decimal) and dtype.scale == 2 and dtype.precision is not None and dtype.precision <= MOST_DIGITS


def _missing(cell: pl.Expr, dtype: pl.DataType, type_: Type) -> Iterator[pl.Expr]:
    """No cell, or a text that stands for none."""
    yield cell.is_null()
    if dtype == pl.String:
        yield cell == ""
        yield from (cell == text for text in NOT_A_NUMBER if type_.kind in NUMERIC)


def _below(cell: pl.Expr, dtype: pl.DataType, type_: Type, minimum: float) -> list[pl.Expr] | None:
    """The comparison with the file's own numbers, where they are held exactly."""
    if type_.kind is Kind.MONEY:
        return [cell < pl.lit(Decimal(int(minimum)) / CENTS)] if _holds_cents(dtype) else None
    return [cell < minimum] if dtype in SMALL_INTEGERS or dtype in (pl.Int64, pl.Float64) else None
