"""Moving dates and datetimes."""

from __future__ import annotations

import datetime as dt

import polars as pl

from strategy_engine.engine.expressions.binding import bind
from strategy_engine.engine.expressions.dtypes import literal
from strategy_engine.engine.expressions.lowering import Lowering, lowered
from strategy_engine.engine.rows.calendar import workday_function
from strategy_engine.language.functions import Context
from strategy_engine.language.types import INT, Duration, Kind
from strategy_engine.semantics import ir

_MICROSECONDS = {"day": 86_400_000_000, "minute": 60_000_000}
_FIRST, _LAST = dt.datetime(1, 1, 1), dt.datetime(9999, 12, 31, 23, 59, 59, 999_999)
_ALL_DAYS = (dt.date.max - dt.date.min).days


@lowered.register
def _shift(expr: ir.Shift, low: Lowering) -> pl.Expr:
    """Years beyond 9999 and before 1, which Python cannot hold, are missing in both engines."""
    by, value = expr.by, low(expr.value)
    if _leads_nowhere(by):
        return literal(None, expr.type)
    if by.unit == "workday":
        return _by_workdays(value, expr.sign * by.count, expr.value.type.kind, low.context)
    first, last = (dt.date.min, dt.date.max) if expr.type.kind is Kind.DATE else (_FIRST, _LAST)
    forwards = expr.sign * by.count > 0
    return bind(lambda moved: pl.when(moved <= last if forwards else moved >= first).then(moved), _moved(value, expr))


def _leads_nowhere(by: Duration) -> bool:
    """Whether the move is longer than the whole calendar; Polars' own dates would overflow."""
    days = by.days or (by.months or 0) * 30 or (by.minutes or 0) // 1440 or by.count
    return abs(days) > _ALL_DAYS


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
    def moved(start: pl.Expr) -> pl.Expr:
        day: pl.Expr = workday_function().polars(pl, context, start, literal(count, INT))
        return day if kind is Kind.DATE else day.dt.combine(start.dt.time())

    return bind(moved, value)
