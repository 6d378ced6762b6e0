"""Corrections over many tests, by hand, and with missing ones."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests

from strategy_engine.review.statistics.corrections import corrected

p_values = st.lists(st.none() | st.floats(0, 1), max_size=20)


def test_holm_by_hand() -> None:
    assert corrected([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])


def test_a_missing_test_is_no_question() -> None:
    assert corrected([0.02, None, 0.03]) == [pytest.approx(0.04), None, pytest.approx(0.04)]
    assert corrected([None, None]) == [None, None]
    assert corrected([]) == []


@settings(max_examples=20)  # statsmodels collects garbage at each of Holm's
@given(p_values)
def test_it_is_that_of_statsmodels(before: list[float | None]) -> None:
    after = corrected(before)
    known = [p for p in before if p is not None]
    expected = iter(multipletests(known, method="holm")[1]) if known else iter(())
    assert after == [None if p is None else pytest.approx(next(expected)) for p in before]
