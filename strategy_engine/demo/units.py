"""Small conversions: exact money, dates from day numbers, values from a list."""

from collections.abc import Sequence
from typing import Any

import polars as pl


def lookup(values: Sequence[Any], index: pl.Expr) -> pl.Expr:
    """values[index] a row."""
    return pl.lit(pl.Series(values)).gather(index)


def money(cents: pl.Expr) -> pl.Expr:
    """Yuan with two decimals, exact, from whole cents."""
    return (cents / 100).cast(pl.Decimal(18, 2))


def cents(yuan: pl.Expr, step: int | None = None) -> pl.Expr:
    """Whole cents from a rough amount in yuan, rounded to `step` yuan where it is given."""
    if step is None:
        return (yuan * 100).round().cast(pl.Int64)
    return (yuan / step).round().cast(pl.Int64) * (step * 100)


def epoch_days(days: pl.Expr) -> pl.Expr:
    """A date from its number of days since 1970-01-01."""
    return days.cast(pl.Int32).cast(pl.Date)
