"""How Polars holds the values of the language (see the table in `language.types`)."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import polars as pl

from strategy_engine.language.types import EnumType, Kind, Type

_DTYPES: dict[Kind, pl.DataType] = {
    Kind.ID: pl.String(),
    Kind.TEXT: pl.String(),
    Kind.BOOL: pl.Boolean(),
    Kind.INT: pl.Int64(),
    Kind.NUMBER: pl.Float64(),
    Kind.PERCENT: pl.Float64(),
    Kind.MONEY: pl.Int64(),
    Kind.DATE: pl.Date(),
    Kind.DATETIME: pl.Datetime("us"),
}

FLOATS = frozenset({Kind.NUMBER, Kind.PERCENT})


@lru_cache(maxsize=1024)
def _enum(values: tuple[str, ...]) -> pl.Enum:
    return pl.Enum(values)


def enum_dtype(enum: EnumType) -> pl.Enum:
    """The categories of the enum, in order."""
    return _enum(enum.values)


def dtype_of(type_: Type) -> pl.DataType:
    """The column type that holds values of the type."""
    return enum_dtype(type_.enum) if type_.enum is not None else _DTYPES[type_.kind]


def literal(value: Any, type_: Type) -> pl.Expr:
    """A constant, typed: an untyped one makes Polars cast the whole column to meet it (enums ten times slower)."""
    if type_.kind in FLOATS and value is not None:
        return pl.lit(float(value), dtype=dtype_of(type_))  # zeros of either sign would be one to a cache
    return _literal(value, dtype_of(type_))


@lru_cache(maxsize=4096, typed=True)
def _literal(value: Any, dtype: pl.DataType) -> pl.Expr:
    """The constant; a project says few ones often, and Polars makes a column of one row for each."""
    return pl.lit(value, dtype=dtype)


def held_as(value: pl.Expr, of: Type, wanted: Type) -> pl.Expr:
    """A value of one enum as another's, or as text; all other kinds that meet are held alike already."""
    if of.enum is None or (wanted.enum is not None and wanted.enum.values == of.enum.values):
        return value
    return value.cast(dtype_of(wanted), strict=False)
