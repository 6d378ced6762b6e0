"""Aggregates over a customer's related rows, row by row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from strategy_engine.engine.rows.arithmetic import holdable
from strategy_engine.engine.rows.interpret import evaluate, extreme, in_window
from strategy_engine.engine.rows.world import Row, World
from strategy_engine.language.exact import FIXED, bounded, divide_half_away, fixed
from strategy_engine.language.types import Kind
from strategy_engine.semantics import ir

_MIDNIGHT = dt.time()


@evaluate.register
def _aggregate(expr: ir.Aggregate, world: World) -> Any:
    found = matching(expr.rows, world)
    if expr.function == "count" and expr.value is None:
        return len(found)
    if expr.function == "exists":
        return bool(found)
    if expr.value is None:
        raise TypeError(f"{expr.function} needs a value")
    pairs = [(row, evaluate(expr.value, world.at(row))) for row in found]
    known = [(row, value) for row, value in pairs if value is not None]
    if expr.function in ("first", "last"):
        return _at_the_edge(expr, known)
    return _FUNCTIONS[expr.function]([value for _, value in known], expr.value)


def matching(rows: ir.Rows, world: World) -> list[Row]:
    """The customer's rows that count: seen by the as-of date, in the window, and `where` is true."""
    return [row for row in world.rows.get(rows.table, ()) if _counts(rows, row, world)]


def _counts(rows: ir.Rows, row: Row, world: World) -> bool:
    here = world.at(row)
    if rows.time is not None:
        time = row.get(rows.time)
        if time is None or (not rows.future and _as_date(time) > world.today):
            return False
        if rows.window is not None and in_window(_held_like(time, rows.window), rows.window, here) is not True:
            return False
    return rows.where is None or evaluate(rows.where, here) is True


def _held_like(time: dt.date, window: ir.Window) -> dt.date:
    """The row's time, held as date where the window is of dates, else as datetime."""
    end = window.low or window.high
    if end is None or end.type.kind is Kind.DATE:
        return _as_date(time)
    return time if isinstance(time, dt.datetime) else dt.datetime.combine(time, _MIDNIGHT)


def _as_date(time: dt.date) -> dt.date:
    return time.date() if isinstance(time, dt.datetime) else time


def _at_the_edge(expr: ir.Aggregate, known: list[tuple[Row, Any]]) -> Any:
    """first and last: by time (rows of a table without one count as equal), ties by the value."""
    time = expr.rows.time
    if time is not None and known:
        times = [row[time] for row, _ in known]
        edge = min(times) if expr.function == "first" else max(times)
        known = [(row, value) for row, value in known if row[time] == edge]
    return extreme(expr.function, [value for _, value in known], expr.type.enum)


def _sum(values: list[Any], value: ir.Expr) -> Any:
    if value.type.kind in (Kind.INT, Kind.MONEY):
        return bounded(sum(values))
    parts = [fixed(number) for number in values]
    return None if None in parts else float(sum(part for part in parts if part is not None)) / FIXED


def _avg(values: list[Any], value: ir.Expr) -> Any:
    if not values:
        return None
    if value.type.kind is Kind.MONEY:
        return divide_half_away(sum(values), len(values))
    if value.type.kind is Kind.INT:
        return float(sum(values)) / float(len(values))
    total = _sum(values, value)
    return None if total is None else holdable(total / float(len(values)))


_FUNCTIONS: dict[str, Callable[[list[Any], ir.Expr], Any]] = {
    "count": lambda values, _: len(values),
    "sum": _sum,
    "avg": _avg,
    "min": lambda values, value: extreme("min", values, value.type.enum),
    "max": lambda values, value: extreme("max", values, value.type.enum),
    "distinct": lambda values, _: len(set(values)),
}
