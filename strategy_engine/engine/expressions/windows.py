"""Which rows an aggregate sees: windows over a time column as half-open stretches between constant instants.

A stretch compares the column, be it of dates or datetimes, with plain literals: no cast per row, and the reader of the
file can use the bounds to skip what lies outside.
"""

from __future__ import annotations

import datetime as dt
import operator
from collections.abc import Callable, Iterable, Iterator
from functools import reduce

import polars as pl

from strategy_engine.engine.expressions.lowering import Lowering, is_constant
from strategy_engine.engine.rows import World, evaluate
from strategy_engine.language.types import Kind
from strategy_engine.record import record
from strategy_engine.semantics import ir

_DAY, _TICK = dt.timedelta(days=1), dt.timedelta(microseconds=1)


@record
class Stretch:
    """The instants from `start` to before `end`; None is open."""

    start: dt.datetime | None = None
    end: dt.datetime | None = None

    def __and__(self, other: Stretch) -> Stretch:
        return Stretch(_pick(max, self.start, other.start), _pick(min, self.end, other.end))

    def hull(self, other: Stretch) -> Stretch:
        """The shortest stretch that holds both."""
        start = None if self.start is None or other.start is None else min(self.start, other.start)
        end = None if self.end is None or other.end is None else max(self.end, other.end)
        return Stretch(start, end)

    def conditions(self, column: str) -> Iterator[pl.Expr]:
        """Whether the column's time lies within; null where it is missing."""
        if self.start is not None:
            yield pl.col(column) >= _bound(self.start)
        if self.end is not None:
            yield pl.col(column) < _bound(self.end)


def _pick(choose: Callable[[Iterable[dt.datetime]], dt.datetime], *ends: dt.datetime | None) -> dt.datetime | None:
    known = [end for end in ends if end is not None]
    return choose(known) if known else None


def _bound(value: dt.datetime) -> pl.Expr:
    """Midnights as dates, so that a column of dates is compared as it is."""
    return pl.lit(value.date() if value.time() == dt.time() else value)


def stretch_of(rows: ir.Rows, low: Lowering) -> Stretch | None:
    """What can be told of the rows' time before the run; None where no row can ever be seen (an end that is missing)."""
    seen = Stretch() if rows.future or rows.time is None else Stretch(end=_instant_after(low.context.today))
    if rows.window is None or rows.time is None:
        return seen
    world = World(low.context, low.contact_date)
    for end, closed, is_low in _ends(rows.window):
        if is_constant(end):
            value = evaluate(end, world)
            instant = None if value is None else _instant_after(value) if closed != is_low else _first_instant(value)
            if value is None or (is_low and instant is None):  # nothing is known to lie after what is missing, or after the last day
                return None
            seen &= Stretch(start=instant) if is_low else Stretch(end=instant)
    return seen


def _first_instant(value: dt.date) -> dt.datetime:
    return value if isinstance(value, dt.datetime) else dt.datetime.combine(value, dt.time())


def _instant_after(value: dt.date) -> dt.datetime | None:
    """The first instant after the day or moment; None beyond the calendar."""
    try:
        return _first_instant(value) + (_TICK if isinstance(value, dt.datetime) else _DAY)
    except OverflowError:
        return None


def _ends(window: ir.Window) -> Iterator[tuple[ir.Expr, bool, bool]]:
    if window.low is not None:
        yield window.low, window.low_closed, True
    if window.high is not None:
        yield window.high, window.high_closed, False


def condition_of(rows: ir.Rows, low: Lowering) -> pl.Expr | None:
    """Whether a row counts (null or false where not); None where every row does."""
    stretch = stretch_of(rows, low)
    if stretch is None:
        return pl.lit(False)
    conditions: list[pl.Expr] = []
    if rows.time is not None:
        conditions += stretch.conditions(rows.time)
        conditions += _moving_ends(rows, low)
        conditions = conditions or [pl.col(rows.time).is_not_null()]
    if rows.where is not None:
        conditions.append(low(rows.where))
    return reduce(operator.and_, conditions) if conditions else None


def _moving_ends(rows: ir.Rows, low: Lowering) -> Iterator[pl.Expr]:
    """The window's ends that differ from customer to customer."""
    for end, closed, is_low in _ends(rows.window) if rows.window is not None else ():
        if not is_constant(end):
            time = pl.col(rows.time or "")
            held = time.dt.date() if end.type.kind is Kind.DATE else time.cast(pl.Datetime("us"))
            compare = (operator.ge if closed else operator.gt) if is_low else (operator.le if closed else operator.lt)
            yield compare(held, low(end))


def hull_of(all_rows: Iterable[ir.Rows], low: Lowering) -> list[pl.Expr]:
    """Conditions that every row must meet to count anywhere: the hull of the stretches, where all go by one column."""
    rows = list(all_rows)
    times = {one.time for one in rows}
    time = next(iter(times))
    if len(times) > 1 or time is None:
        return []
    stretches = [stretch for one in rows if (stretch := stretch_of(one, low)) is not None]
    return list(reduce(Stretch.hull, stretches).conditions(time)) if stretches else [pl.lit(False)]
