"""Sequences are right at all times together, however often somebody looks."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import numpy as np
import numpy.typing as npt
import pytest

from strategy_engine.review.statistics import effects, sequences
from strategy_engine.review.statistics.intervals import Approximate
from strategy_engine.review.statistics.samples import Interval, Sample, sample_of, sample_of_successes, sample_of_sums

BANKS, DAYS = 300, 60
TREATED, CONTROL = 450, 50  # units a day
END = sequences.effective_units(DAYS * TREATED, DAYS * CONTROL)
EARLY = sequences.effective_units(9 * sequences.START, sequences.START)


def wrong(looks: Iterator[list[Interval | None]], truth: float) -> float:
    """The share of banks that were told something wrong at any time."""
    return sum(any(found is not None and not found.low <= truth <= found.high for found in days) for days in looks) / BANKS


def converted(
    seed: int, treated: float, control: float, look: Callable[[int, int, int, int], Interval | None]
) -> Iterator[list[Interval | None]]:
    """What a bank is told day after day while conversions come in."""
    random = np.random.default_rng(seed)
    for _ in range(BANKS):
        one, other = random.binomial(TREATED, treated, DAYS).cumsum(), random.binomial(CONTROL, control, DAYS).cumsum()
        yield [look(int(a), day * TREATED, int(b), day * CONTROL) for day, (a, b) in enumerate(zip(one, other, strict=True), start=1)]


@pytest.mark.parametrize("tightest_at", [EARLY, END / 5, END])
@pytest.mark.parametrize(("treated", "control"), [(0.01, 0.01), (0.02, 0.01), (0.01, 0.02), (0.05, 0.05), (0.2, 0.2)])
def test_shares_are_right_at_any_time(treated: float, control: float, tightest_at: float) -> None:
    looks = converted(1, treated, control, lambda *counts: sequences.proportions(*counts, tightest_at=tightest_at))
    assert wrong(looks, treated - control) <= 0.05


@pytest.mark.parametrize("tightest_at", [EARLY, END])
@pytest.mark.parametrize(("treated", "control"), [(0.01, 0.01), (0.01, 0.02)])
def test_means_of_successes_are_right_at_any_time(treated: float, control: float, tightest_at: float) -> None:
    def look(one: int, units: int, other: int, other_units: int) -> Interval | None:
        return sequences.difference(sample_of_successes(one, units), sample_of_successes(other, other_units), tightest_at=tightest_at)

    assert wrong(converted(2, treated, control, look), treated - control) <= 0.05


def test_ordinary_intervals_are_not() -> None:
    """Why there are sequences: an interval that is right in 95 % of all looks is wrong some day for every fourth bank."""

    def look(*counts: int) -> Interval | None:
        found = effects.proportions(*counts)
        return None if found is None else found.difference

    assert wrong(converted(1, 0.05, 0.05, look), 0.0) > 0.2


def spent(seed: int, sigma: float, tightest_at: float) -> Iterator[list[Interval | None]]:
    """What a bank is told day after day of amounts that are lognormal: of the treated 10 % more."""
    random = np.random.default_rng(seed)
    for _ in range(BANKS):
        arms = [grown(random.lognormal(0, sigma, (DAYS, count)) * more) for count, more in ((TREATED, 1.1), (CONTROL, 1.0))]
        yield [sequences.difference(one, other, tightest_at=tightest_at) for one, other in zip(*arms, strict=True)]


def grown(amounts: npt.NDArray[np.float64]) -> list[Sample]:
    """The sample after each day."""
    sums, squares = amounts.sum(axis=1).cumsum(), (amounts**2).sum(axis=1).cumsum()
    return [sample_of_sums(day * amounts.shape[1], [a], [[b]]) for day, (a, b) in enumerate(zip(sums, squares, strict=True), start=1)]


@pytest.mark.parametrize("tightest_at", [EARLY, END])
@pytest.mark.parametrize("sigma", [1.0, 1.5])
def test_skewed_amounts_are_right_at_any_time(sigma: float, tightest_at: float) -> None:
    assert wrong(spent(4, sigma, tightest_at), 0.1 * math.exp(sigma**2 / 2)) <= 0.05


def test_an_arm_that_is_ramped_up_does_not_matter() -> None:
    """Time is information: the treated grow from 1 % to nine in ten, and the sequence stays right."""
    random, hits = np.random.default_rng(5), 0
    treated = (np.linspace(0.01, 0.9, DAYS) * 1000).astype(int)
    end = sequences.effective_units(int(treated.sum()), int(1000 * DAYS - treated.sum()))
    for _ in range(BANKS):
        one, other = random.binomial(treated, 0.05).cumsum(), random.binomial(1000 - treated, 0.05).cumsum()
        days = zip(one, treated.cumsum(), other, (1000 - treated).cumsum(), strict=True)
        looks = [sequences.proportions(*map(int, counts), tightest_at=end) for counts in days]
        hits += any(found is not None and not found.low <= 0 <= found.high for found in looks)
    assert hits / BANKS <= 0.05


def test_an_effect_is_found_before_the_end() -> None:
    looks = list(converted(6, 0.08, 0.04, lambda *counts: sequences.proportions(*counts, tightest_at=END / 2)))
    assert np.mean([any(found is not None and found.low > 0 for found in days) for days in looks]) > 0.95


# ---------------------------------------------------------------------------------------------------- its shape


def test_it_is_tightest_where_it_was_asked_to_be() -> None:
    treated, control = sample_of_successes(500, 10_000), sample_of_successes(50, 1000)
    now = sequences.effective_units(10_000, 1000)
    widths = []
    for at in (now / 4, now / 1.1, now, now * 1.1, now * 4):
        found = sequences.difference(treated, control, tightest_at=at)
        assert found is not None
        widths.append(found.high - found.low)
    assert min(widths) == widths[2]


def test_there_it_is_half_as_wide_again_as_an_interval() -> None:
    estimates = Approximate(3.0, 0.1, 1000), Approximate(2.0, 0.1, 1000)
    found = sequences.smooth(*estimates, tightest_at=500)
    assert found is not None
    # 1 + x = 400 eˣ / 160,000 has x = 8.212, and the half width is √(1 + x) standard errors
    assert found.high - 1 == pytest.approx(math.sqrt(9.211968) * math.hypot(0.1, 0.1), rel=1e-6)
    assert found.value == pytest.approx(1.0)


def test_a_smooth_estimate_of_a_mean_is_the_mean() -> None:
    random = np.random.default_rng(8)
    treated, control = sample_of(random.normal(3, 2, 900)), sample_of(random.normal(3, 1, 300))
    estimates = [Approximate(arm.mean, math.sqrt(arm.variance / arm.count), arm.count) for arm in (treated, control)]
    found, expected = sequences.smooth(*estimates, tightest_at=500), sequences.difference(treated, control, tightest_at=500)
    assert found is not None
    assert expected is not None
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high))


def test_arms_swapped_are_the_opposite() -> None:
    found, back = sequences.proportions(90, 900, 5, 100, tightest_at=90), sequences.proportions(5, 100, 90, 900, tightest_at=90)
    assert found is not None
    assert back is not None
    assert (back.low, back.high) == pytest.approx((-found.high, -found.low))


def test_it_does_not_start_early() -> None:
    assert sequences.proportions(5, 5000, 2, 99, tightest_at=1000) is None
    assert sequences.proportions(0, 100, 0, 100, tightest_at=1000) is not None
    assert sequences.difference(sample_of_successes(5, 5000), sample_of_successes(2, 99), tightest_at=1000) is None
    assert sequences.difference(sample_of_successes(0, 5000), sample_of_successes(0, 500), tightest_at=1000) is None
