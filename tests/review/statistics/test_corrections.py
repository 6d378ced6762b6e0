"""Corrections over many tests, by hand, and with missing ones."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from strategy_engine.review.statistics.corrections import corrected

p_values = st.lists(st.none() | st.floats(0, 1), max_size=20)


def test_holm_and_benjamini_hochberg_by_hand() -> None:
    assert corrected([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert corrected([0.01, 0.04, 0.03, 0.005], "fdr_bh") == pytest.approx([0.02, 0.04, 0.04, 0.02])


def test_a_missing_test_is_no_question() -> None:
    assert corrected([0.02, None, 0.03]) == [pytest.approx(0.04), None, pytest.approx(0.04)]
    assert corrected([None, None]) == [None, None]
    assert corrected([]) == []


@settings(max_examples=20)  # statsmodels collects garbage at each of Holm's
@given(p_values)
def test_none_gets_smaller_and_the_order_stays(before: list[float | None]) -> None:
    for method in ("holm", "fdr_bh"):
        after = corrected(before, method)  # type: ignore[arg-type]  # a loop has no literals
        pairs = sorted((p, q) for p, q in zip(before, after, strict=True) if p is not None and q is not None)
        assert [q is None for q in after] == [p is None for p in before]
        assert all(p <= q <= 1 for p, q in pairs)
        assert [q for _, q in pairs] == sorted(q for _, q in pairs)
