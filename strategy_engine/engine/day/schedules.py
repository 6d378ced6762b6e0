"""Days that return every year, column-wise; those that return every month are in `engine/rows/schedules.py`."""

from __future__ import annotations

import calendar

import polars as pl


def anniversary(date: pl.Expr, year: int) -> pl.Expr:
    """The return of the date's month and day in a year; 29 February falls on the 28th in common years."""
    day = date.dt.day()
    if not calendar.isleap(year):
        day = pl.when((date.dt.month() == 2) & (day == 29)).then(pl.lit(28, dtype=pl.Int8)).otherwise(day)
    return pl.date(year, date.dt.month(), day).alias(date.meta.output_name())
