"""Intervals of one arm: published examples, coverage, and what cannot be said."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom
from statsmodels.stats.proportion import proportion_confint

from strategy_engine.review.statistics import intervals
from strategy_engine.review.statistics.samples import Interval, Sample, sample_of

# Student's own data (Biometrika 1908): hours of sleep gained with the second drug
SLEEP = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]
counts = st.integers(1, 100_000).flatmap(lambda count: st.tuples(st.integers(0, count), st.just(count)))


@pytest.mark.parametrize(
    ("successes", "count", "low", "high"),
    # Newcombe 1998, "Two-sided confidence intervals for the single proportion", table I, method 3
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_as_published(successes: int, count: int, low: float, high: float) -> None:
    found = intervals.proportion(successes, count)
    assert found == Interval(successes / count, pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))


@given(counts, st.sampled_from([0.8, 0.95, 0.999]))
def test_wilson_is_that_of_statsmodels_and_contains_its_estimate(count: tuple[int, int], level: float) -> None:
    found = intervals.proportion(*count, level)
    assert found is not None
    assert (found.low, found.high) == pytest.approx(proportion_confint(*count, alpha=1 - level, method="wilson"), abs=1e-12)
    assert 0 <= found.low <= found.value <= found.high <= 1


@pytest.mark.parametrize("rate", [0.01, 0.05, 0.3])
def test_wilson_covers(rate: float) -> None:
    """Exactly, over all outcomes of 1,000 units."""
    found = [intervals.proportion(successes, 1000) for successes in range(1001)]
    inside = [each is not None and each.low <= rate <= each.high for each in found]
    assert binom.pmf(np.arange(1001), 1000, rate) @ inside == pytest.approx(0.95, abs=0.015)


def test_students_interval() -> None:
    """R: t.test(extra ~ 1, data = sleep, subset = group == 2)."""
    found = intervals.mean(sample_of(SLEEP))
    assert found == Interval(pytest.approx(2.33), pytest.approx(0.8976775), pytest.approx(3.7623225))


def test_a_ratio_of_means_covers() -> None:
    """The delta method on revenue a purchase, purchases and revenue being of the same customer: 2,000 tests of 400 customers."""
    random = np.random.default_rng(7)
    purchases = random.poisson(2, (2000, 400))
    revenue = purchases * 30 + random.normal(0, 20, (2000, 400))
    hits = 0
    for below, above in zip(purchases, revenue, strict=True):
        sample = sample_of(np.column_stack([above, below]))
        paid, bought = sample.means
        found = intervals.smooth(sample, paid / bought, [1 / bought, -paid / bought**2])
        assert found is not None
        hits += found.low <= 30 <= found.high
    assert hits / 2000 == pytest.approx(0.95, abs=0.015)


def test_the_delta_method_of_a_mean_is_its_normal_interval() -> None:
    sample = sample_of(SLEEP)
    found, exact = intervals.smooth(sample, sample.mean, [1.0]), intervals.mean(sample)
    assert found is not None
    assert exact is not None
    assert (found.high - found.low) / (exact.high - exact.low) == pytest.approx(1.959964 / 2.262157, abs=1e-6)


@pytest.mark.parametrize("values", [[], [3.0], [3.0] * 50])
def test_what_units_do_not_tell(values: list[float]) -> None:
    sample = sample_of(values) if values else Sample(0, (0.0,), ((0.0,),))
    assert intervals.mean(sample) is None
    assert intervals.smooth(sample, 3.0, [1.0]) is None


def test_no_units_no_proportion() -> None:
    assert intervals.proportion(0, 0) is None
