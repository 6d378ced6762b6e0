"""A sample says the same whether it is made of values or of sums."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from strategy_engine.review.statistics.samples import Sample, sample_of, sample_of_successes, sample_of_sums

cents = st.lists(st.tuples(st.integers(0, 10**12), st.integers(-(10**9), 10**9)), min_size=2, max_size=30)


@given(cents)
def test_values_and_sums_give_the_same(rows: list[tuple[int, int]]) -> None:
    sums = [sum(row[i] for row in rows) for i in range(2)]
    crossed = [[sum(row[i] * row[j] for row in rows) for j in range(2)] for i in range(2)]
    by_sums, by_values = sample_of_sums(len(rows), sums, crossed), sample_of(rows)
    assert by_sums.means == pytest.approx(by_values.means, rel=1e-9)
    scale = max(max(by_sums.covariance[0][0], by_sums.covariance[1][1]), 1)
    assert np.asarray(by_sums.covariance) == pytest.approx(np.asarray(by_values.covariance), rel=1e-6, abs=1e-9 * scale)


def test_large_amounts_keep_their_variance() -> None:
    amounts = [10**15, 10**15 + 1, 10**15 + 2]
    sample = sample_of_sums(3, [sum(amounts)], [[sum(each**2 for each in amounts)]])
    assert sample == Sample(3, (1e15 + 1,), ((1.0,),))


def test_rounded_sums_give_no_negative_variance() -> None:
    assert sample_of_sums(3, [Fraction(3)], [[Fraction(299, 100)]]).variance == 0


def test_successes() -> None:
    assert sample_of_successes(3, 12) == sample_of([1.0] * 3 + [0.0] * 9)


@pytest.mark.parametrize("count", [0, 1])
def test_fewer_than_two_units_have_no_spread(count: int) -> None:
    assert sample_of([7.0] * count) == sample_of_sums(count, [7 * count], [[49 * count]]) == Sample(count, (7.0 * count,), ((0.0,),))


def test_covariance_is_divided_by_one_less_than_the_units() -> None:
    values = np.random.default_rng(1).normal(size=(50, 3))
    assert np.asarray(sample_of(values).covariance) == pytest.approx(np.cov(values.T))
