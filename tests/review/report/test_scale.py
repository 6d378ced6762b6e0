"""Scales: round ticks over all that must be seen."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from strategy_engine.review.report.charts.scale import LARGEST, clipped, scale


def test_ticks_are_round() -> None:
    assert scale([0.037]).ticks == (0.0, 0.01, 0.02, 0.03, 0.04)
    assert scale([-3, 8]).ticks == (-5.0, 0.0, 5.0, 10.0)
    assert scale([4.1, 5.9], zero=False).ticks == (4.0, 4.5, 5.0, 5.5, 6.0)


def test_nothing_and_one_number() -> None:
    assert (scale([]).low, scale([None, math.nan]).high) == (0.0, 1.0)
    one = scale([7.0], zero=False)
    assert one.low < 7 < one.high


def test_a_wild_interval_does_not_make_others_small() -> None:
    found = clipped([0.01] * 9, [0.005, 0.015] * 9 + [-5.0, 5.0])
    assert found.high < 0.05
    assert not found.holds(5.0)


@given(st.lists(st.one_of(st.none(), st.floats()), max_size=6), st.booleans())
def test_a_scale_holds_its_numbers(values: list[float | None], zero: bool) -> None:
    found = scale(values, zero=zero)
    assert found.low < found.high
    assert 2 <= len(found.ticks) <= 12
    room = (found.high - found.low) * 1e-6
    for value in values:
        if value is not None and abs(value) <= LARGEST:
            assert -1e-9 <= found.at(value) <= 100 + 1e-9
            assert found.low - room <= value <= found.high + room
