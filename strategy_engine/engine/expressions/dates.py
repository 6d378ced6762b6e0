"""Moving dates and datetimes."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

import polars as pl

from strategy_engine.engine.expressions.dtypes import literal
from strategy_engine.engine.expressions.lowering import Lowering, lowered
from strategy_engine.engine.rows.calendar import FIRST_WORKDAY, LAST_WORKDAY
from strategy_engine.language.functions import Context
from strategy_engine.language.types import Kind
from strategy_engine.semantics import ir

_MICROSECONDS = {"day": 86_400_000_000, "minute": 60_000_000}
_ALL_DAYS = (dt.date.max - dt.date.min).days
"""A move by more days than the calendar has leads nowhere (and would overflow Polars' dates)."""


@lowered.register
def _shift(expr: ir.Shift, low: Lowering) -> pl.Expr:
    """Years beyond 9999 and before 1, which Python cannot hold, are missing in both engines."""
    by, value = expr.by, low(expr.value)
    size = by.days or 31 * (by.months or 0) or (by.minutes or by.count) // 1440
    if abs(size) > 32 * _ALL_DAYS:
        return literal(None, expr.type)
    if by.unit == "workday":
        return _by_workdays(value, expr.sign * by.count, expr.value.type.kind, low.context)
    moved = _moved(value, expr)
    forwards = expr.sign * by.count > 0
    if expr.type.kind is Kind.DATE:
        return pl.when(moved <= dt.date.max if forwards else moved >= dt.date.min).then(moved)
    return pl.when(moved <= dt.datetime.max if forwards else moved >= dt.datetime.min).then(moved)


def _moved(value: pl.Expr, expr: ir.Shift) -> pl.Expr:
    """Days and minutes are added to the integers that hold the date: `offset_by` takes ten times as long."""
    by, sign = expr.by, expr.sign
    if by.months is not None:
        return value.dt.offset_by(f"{sign * by.months}mo")
    if by.days is not None and expr.value.type.kind is Kind.DATE:
        return (value.to_physical().cast(pl.Int64) + sign * by.days).cast(pl.Date)
    micros = (by.days or 0) * _MICROSECONDS["day"] + (by.minutes or 0) * _MICROSECONDS["minute"]
    return (value.cast(pl.Datetime("us")).to_physical() + sign * micros).cast(pl.Datetime("us"))


def _by_workdays(value: pl.Expr, count: int, kind: Kind, context: Context) -> pl.Expr:
    days, moved = _workday_moves(context, count)
    if kind is Kind.DATE:
        return value.replace_strict(days, moved, default=None, return_dtype=pl.Date)
    day = value.dt.date().replace_strict(days, moved, default=None, return_dtype=pl.Date)
    return day.dt.combine(value.dt.time())


@lru_cache(maxsize=64)
def _workday_moves(context: Context, count: int) -> tuple[pl.Series, pl.Series]:
    """Every day of the calendar, and the day `count` workdays later (null outside the calendar)."""
    days = pl.date_range(FIRST_WORKDAY, LAST_WORKDAY, eager=True).alias("day")
    working = (days.dt.weekday() <= 5) & ~days.is_in(list(context.holidays)) | days.is_in(list(context.extra_workdays))
    if count == 0:
        return days, days
    workdays = days.filter(working)
    until = working.cast(pl.Int64).cum_sum()  # workdays up to and with the day
    target = until + count - 1 if count > 0 else until - working.cast(pl.Int64) + count
    inside = (target >= 0) & (target < len(workdays))
    return days, pl.select(workdays).to_series().gather(pl.select(pl.when(inside).then(target)).to_series())
