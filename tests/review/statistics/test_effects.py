"""Effects: published figures, properties of what is said together, and what cannot be said."""

from __future__ import annotations

import math
import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, chi2_contingency, ttest_ind
from statsmodels.stats.proportion import confint_proportions_2indep

from strategy_engine.review.statistics import effects
from strategy_engine.review.statistics.effects import Effect
from strategy_engine.review.statistics.intervals import Approximate
from strategy_engine.review.statistics.samples import Interval, Sample, sample_of, sample_of_successes

# Student's data as R's `sleep` has it
FIRST = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
SECOND = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]

arm = st.integers(1, 50_000).flatmap(lambda count: st.tuples(st.integers(0, count), st.just(count)))
measured = st.builds(
    lambda count, mean, spread: Sample(count, (mean,), ((spread**2,),)),
    st.integers(2, 10**6),
    st.floats(-1e6, 1e6),
    st.floats(1e-3, 1e6),
)


def shares(treated: tuple[int, int], control: tuple[int, int]) -> Effect:
    found = effects.proportions(*treated, *control)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("treated", "control", "low", "high"),
    # Newcombe 1998, "Interval estimation for the difference between independent proportions", table II, method 10
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
        ((0, 10), (0, 10), -0.2775, 0.2775),
        ((10, 10), (0, 20), 0.6791, 1.0),
        ((10, 10), (0, 10), 0.6075, 1.0),
    ],
)
def test_newcombe_as_published(treated: tuple[int, int], control: tuple[int, int], low: float, high: float) -> None:
    found = shares(treated, control).difference
    assert (found.low, found.high) == pytest.approx((low, high), abs=5e-5)


def test_ratio_as_published() -> None:
    """Fagerland, Lydersen and Laake, "Statistical Analysis of Contingency Tables" (2017), 4: doses of epinephrine, MOVER-R Wilson."""
    found = shares((7, 34), (1, 34))
    assert found.lift == Interval(pytest.approx(6.0), pytest.approx(0.1537, abs=5e-5), pytest.approx(40.9763, abs=5e-5))
    assert found.difference == Interval(pytest.approx(0.1765, abs=5e-5), pytest.approx(0.0189, abs=5e-5), pytest.approx(0.3404, abs=5e-5))


@pytest.mark.parametrize(
    ("treated", "control", "points", "p"),
    # Hillstrom's mailing of 2008: conversions of men's and women's mail, and visits, against no mail
    [
        ((267, 21307), (122, 21306), 0.681, 1.5e-13),
        ((189, 21387), (122, 21306), 0.311, 0.00016),
        ((3894, 21307), (2262, 21306), 7.659, 5.7e-112),
        ((3238, 21387), (2262, 21306), 4.523, 2.1e-44),
    ],
)
def test_hillstrom(treated: tuple[int, int], control: tuple[int, int], points: float, p: float) -> None:
    found = shares(treated, control)
    assert 100 * found.difference.value == pytest.approx(points, abs=5e-4)
    assert found.p == pytest.approx(p, rel=0.05)


@given(arm, arm)
def test_shares_are_those_of_statsmodels_and_scipy(treated: tuple[int, int], control: tuple[int, int]) -> None:
    found = shares(treated, control)
    expected = confint_proportions_2indep(*treated, *control, method="newcomb", compare="diff")
    assert (found.difference.low, found.difference.high) == pytest.approx(expected, abs=1e-9)
    table = np.array([[treated[0], treated[1] - treated[0]], [control[0], control[1] - control[0]]])
    if table.sum(axis=0).all():
        assert found.p == pytest.approx(chi2_contingency(table, correction=False).pvalue, rel=1e-6, abs=1e-300)


def consistent(found: Effect, back: Effect) -> None:
    """What must hold of any effect and of its opposite."""
    difference, lift = found.difference, found.lift
    assert 0 <= found.p <= 1
    assert difference.low <= difference.value <= difference.high
    assert (back.difference.low, back.difference.high) == pytest.approx((-difference.high, -difference.low))
    assert back.p == pytest.approx(found.p)
    if lift is not None:
        slack = 1e-9 * (1 + abs(lift.value))
        assert lift.low - slack <= lift.value <= lift.high + slack
        # both contain nought, or neither; a limit that is nought itself may be rounded to either side
        if min(map(abs, (difference.low, difference.high))) > 1e-9 * max(map(abs, (difference.low, difference.high))):
            assert (lift.low > 1e-12) == (difference.low > 0) or abs(lift.low) < 1e-9
            assert (lift.high < -1e-12) == (difference.high < 0) or abs(lift.high) < 1e-9


@given(arm, arm)
def test_shares_are_consistent(treated: tuple[int, int], control: tuple[int, int]) -> None:
    consistent(shares(treated, control), shares(control, treated))


@given(measured, measured)
def test_means_are_consistent(treated: Sample, control: Sample) -> None:
    found, back = effects.means(treated, control), effects.means(control, treated)
    assert found is not None
    assert back is not None
    consistent(found, back)


def test_welch_as_published() -> None:
    """R: t.test(extra ~ group, data = sleep)."""
    found = effects.means(sample_of(FIRST), sample_of(SECOND))
    assert found is not None
    assert found.difference == Interval(pytest.approx(-1.58), pytest.approx(-3.3654832), pytest.approx(0.2054832))
    assert found.p == pytest.approx(0.07939414)


def test_means_are_those_of_scipy() -> None:
    random = np.random.default_rng(3)
    for size in (2, 5, 40, 3000):
        treated, control = random.lognormal(1, 1, size), random.lognormal(1, 1.2, 2 * size)
        found, expected = effects.means(sample_of(treated), sample_of(control)), ttest_ind(treated, control, equal_var=False)
        assert found is not None
        assert found.p == pytest.approx(expected.pvalue)
        assert (found.difference.low, found.difference.high) == pytest.approx(tuple(expected.confidence_interval()))


def test_a_lift_of_means_is_fiellers() -> None:
    """Its limits r are where treated minus r times control is just significant."""
    treated, control = Approximate(12.0, 0.9, 500), Approximate(10.0, 0.7, 400)
    found = effects.smooth(treated, control)
    assert found is not None
    assert found.lift is not None
    lift = found.lift
    for ratio in (1 + lift.low, 1 + lift.high):
        assert abs(12 - ratio * 10) / math.hypot(0.9, ratio * 0.7) == pytest.approx(1.959964)


@pytest.mark.parametrize(("rate", "raised"), [(0.02, 0.02), (0.02, 0.03), (0.2, 0.25)])
def test_differences_and_lifts_of_shares_cover(rate: float, raised: float) -> None:
    """Exactly, over all outcomes that happen of 900 treated and 300 in control."""
    treated, control = (np.arange(binom.ppf(1e-4, n, p), binom.ppf(1 - 1e-4, n, p) + 1, dtype=int) for n, p in ((900, raised), (300, rate)))
    covered = lifted = 0.0
    for one in treated:
        for other in control:
            found, weight = shares((one, 900), (other, 300)), binom.pmf(one, 900, raised) * binom.pmf(other, 300, rate)
            covered += weight * (found.difference.low <= raised - rate <= found.difference.high)
            lifted += weight * (found.lift is None or found.lift.low <= raised / rate - 1 <= found.lift.high)
    assert covered == pytest.approx(0.95, abs=0.02)
    assert lifted == pytest.approx(0.95, abs=0.02)


def test_differences_and_lifts_of_means_cover() -> None:
    random, hits, lifted = np.random.default_rng(5), 0, 0
    for _ in range(2000):
        found = effects.means(sample_of(random.gamma(2, 11, 600)), sample_of(random.gamma(2, 10, 300)))
        assert found is not None
        assert found.lift is not None
        hits += found.difference.low <= 2 <= found.difference.high
        lifted += found.lift.low <= 0.1 <= found.lift.high
    assert (hits / 2000, lifted / 2000) == pytest.approx((0.95, 0.95), abs=0.015)


# ---------------------------------------------------------------------------------------------------- hardly any data


def test_nothing_is_said_without_units() -> None:
    lonely = sample_of([1.0])
    assert effects.proportions(0, 0, 1, 5) is None
    assert effects.proportions(1, 5, 0, 0) is None
    assert effects.means(lonely, sample_of(SECOND)) is None
    assert effects.means(sample_of(SECOND), lonely) is None
    assert effects.means(sample_of([2.0] * 5), sample_of([3.0] * 5)) is None
    assert effects.smooth(Approximate(1.0, 0.0, 5), Approximate(2.0, 0.0, 5)) is None


def test_few_units_give_no_warning() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for treated in (1, 2, 30):
            for successes in (0, 1, treated):
                for control in ((0, 1), (1, 1), (0, 30), (30, 30)):
                    found = shares((successes, treated), control)
                    assert all(map(math.isfinite, (found.difference.low, found.difference.high, found.p)))


def test_where_nobody_converts_there_is_no_lift() -> None:
    found = shares((0, 1000), (0, 500))
    assert (found.p, found.lift) == (1.0, None)
    assert found.difference.low < 0 < found.difference.high


def test_one_arm_without_variance_leaves_the_others() -> None:
    found = effects.means(sample_of(SECOND), Sample(50, (0.0,), ((0.0,),)))
    assert found is not None
    assert found.difference == Interval(pytest.approx(2.33), pytest.approx(0.8976775), pytest.approx(3.7623225))
    assert found.lift is None


def test_there_is_no_lift_on_what_may_be_nothing() -> None:
    found = effects.means(sample_of_successes(40, 1000), sample_of_successes(2, 1000))
    assert found is not None
    assert found.p < 1e-6
    assert found.lift is None
