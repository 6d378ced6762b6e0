"""Stretches of values, held against the values themselves."""

from __future__ import annotations

import itertools

from strategy_engine.proofs.lines import Line, Number, Stretch, times


def _inside(value: Number, stretch: Stretch) -> bool:
    low, low_closed, high, high_closed = stretch
    above = low is None or value > low or (low_closed and value == low)
    return above and (high is None or value < high or (high_closed and value == high))


def test_a_time_lies_where_its_day_does() -> None:
    unit, ends, values = 4, (None, -1, 0, 2), range(-12, 16)
    line = Line(cuts=set(range(-24, 24, unit)))
    for low, low_closed, high, high_closed in itertools.product(ends, (True, False), ends, (True, False)):
        stretch = low, low_closed, high, high_closed
        inside = [value for value in values if _inside(value // unit, stretch)]
        assert [value for value in values if _inside(value, times(stretch, unit))] == inside
        assert bool(line.cells((times(stretch, unit),))) or not inside
