"""Confidence intervals of one arm: a proportion, a mean, a smooth function of means."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from scipy.special import ndtri, stdtrit

from strategy_engine.record import record
from strategy_engine.review.statistics.samples import Interval, Sample


@record
class Approximate:
    """An estimate that is normal over many units, and its standard error (in the value's unit, above nought)."""

    value: float
    error: float
    units: int


def proportion(successes: int, count: int, level: float = 0.95) -> Interval | None:
    """The share of successes, with Wilson's score interval. None without units."""
    return wilson(successes, count, two_sided(level)) if count else None


def wilson(successes: int, count: int, quantile: float) -> Interval:
    """Wilson's score interval (1927): the shares p that lie no more than `quantile` of their own errors √(p (1 - p) / n) away.

    It stays inside [0, 1], and keeps its level for rare successes.
    """
    share, wide = successes / count, quantile**2
    centre = (successes + wide / 2) / (count + wide)
    half = quantile * math.sqrt(count * share * (1 - share) + wide / 4) / (count + wide)
    # at the ends the limits are nought and one, which rounding may miss
    return Interval(share, centre - half if successes else 0.0, centre + half if successes < count else 1.0)


def mean(sample: Sample, level: float = 0.95) -> Interval | None:
    """Student's interval of the first mean: t with count - 1 degrees of freedom, as the variance is estimated as well.

    None for fewer than two units, or for units that are all alike: they do not tell how much others would differ.
    """
    if sample.count < 2 or sample.variance == 0:
        return None
    return around(sample.mean, float(stdtrit(sample.count - 1, (1 + level) / 2)) * error(sample))


def smooth(sample: Sample, value: float, gradient: Sequence[float], level: float = 0.95) -> Interval | None:
    """The delta method's interval of g(means) = `value` with the `gradient` of g at the means: a ratio of means, say.

    By the normal distribution, since the method itself is an approximation for many units and knows no degrees of freedom.
    """
    estimate = approximate(sample, value, gradient)
    return None if estimate is None else normal(estimate, level)


def approximate(sample: Sample, value: float, gradient: Sequence[float]) -> Approximate | None:
    """g(means) with its standard error by the delta method, √(g'ᵀ C g' / n). None where the units tell of no error."""
    slope = np.asarray(gradient, dtype=float)
    variance = float(slope @ np.asarray(sample.covariance) @ slope)
    if sample.count < 2 or variance <= 0:
        return None
    return Approximate(value, math.sqrt(variance / sample.count), sample.count)


def normal(estimate: Approximate, level: float = 0.95) -> Interval:
    """The interval of an estimate that is normal."""
    return around(estimate.value, two_sided(level) * estimate.error)


def around(value: float, half: float) -> Interval:
    """The interval of so much to either side."""
    return Interval(value, value - half, value + half)


def error(sample: Sample) -> float:
    """The standard error of the first mean."""
    return math.sqrt(sample.variance / max(sample.count, 1))


def two_sided(level: float) -> float:
    """How many standard errors to either side hold a normal estimate with this probability: 1.96 for 0.95."""
    return float(ndtri((1 + level) / 2))
