"""What a treatment changed: treated against control, as a difference, as a lift, and how likely chance alone does as much."""

from __future__ import annotations

import math

from scipy.special import ndtr, stdtr, stdtrit

from strategy_engine.record import record
from strategy_engine.review.statistics import intervals, mover
from strategy_engine.review.statistics.intervals import Approximate, around
from strategy_engine.review.statistics.samples import Interval, Sample


@record
class Effect:
    """Treated minus control (in the outcome's unit), the same as a share of control, and the two-sided p of no difference.

    There is no lift where the control's value is not clearly above nought: to be twice what may be nothing says nothing.
    """

    difference: Interval
    lift: Interval | None
    p: float


def proportions(treated_successes: int, treated: int, control_successes: int, control: int, level: float = 0.95) -> Effect | None:
    """The effect on a share: Newcombe's hybrid score interval. None where an arm is empty.

    p is that of the z test with pooled variance, which is the chi-square test. It asks what chance does where both shares are one,
    the interval what the shares may be; close to the line they can differ.
    """
    one = intervals.proportion(treated_successes, treated, level)
    other = intervals.proportion(control_successes, control, level)
    if one is None or other is None:
        return None
    pooled = (treated_successes + control_successes) / (treated + control)
    error = math.sqrt(pooled * (1 - pooled) * (1 / treated + 1 / control))
    # without an error, all units of both arms are alike
    return _effect(one, other, _two_sided((one.value - other.value) / error) if error else 1.0)


def means(treated: Sample, control: Sample, level: float = 0.95) -> Effect | None:
    """The effect on the first mean, by Welch's t test: a treatment may change the variance too. The lift is Fieller's.

    None where an arm has fewer than two units, or where in both all units are alike.
    """
    error, other_error = intervals.error(treated), intervals.error(control)
    if min(treated.count, control.count) < 2 or error + other_error == 0:
        return None
    freedom = _freedom(error, treated.count, other_error, control.count)
    quantile = float(stdtrit(freedom, (1 + level) / 2))
    p = 2 * float(stdtr(freedom, -abs(treated.mean - control.mean) / math.hypot(error, other_error)))
    return _effect(around(treated.mean, quantile * error), around(control.mean, quantile * other_error), p)


def smooth(treated: Approximate, control: Approximate, level: float = 0.95) -> Effect | None:
    """The effect on estimates of the delta method, by the normal distribution. None where neither has an error, or an arm one unit.

    p takes no arm's variance for lower than that of both together, as the confidence sequences do: amounts are skewed, and a small control
    group that has met none of the large ones yet has too low a variance just when its value is too low.
    """
    arms = (treated, control)
    variances, freedoms = [arm.error**2 * arm.units for arm in arms], [arm.units - 1 for arm in arms]
    if min(freedoms) < 1 or max(variances) == 0:
        return None
    together = sum(freedom * variance for freedom, variance in zip(freedoms, variances, strict=True)) / sum(freedoms)
    error = math.hypot(*(math.sqrt(max(variance, together) / arm.units) for variance, arm in zip(variances, arms, strict=True)))
    p = _two_sided((treated.value - control.value) / error)
    return _effect(intervals.normal(treated, level), intervals.normal(control, level), p)


def _effect(one: Interval, other: Interval, p: float) -> Effect:
    return Effect(mover.difference(one, other), mover.lift(one, other), p)


def _freedom(error: float, count: int, other_error: float, other_count: int) -> float:
    """The degrees of freedom of Welch and Satterthwaite, by the share that one arm has in the variance."""
    share = (error / math.hypot(error, other_error)) ** 2
    return 1 / (share**2 / (count - 1) + (1 - share) ** 2 / (other_count - 1))


def _two_sided(z: float) -> float:
    return 2 * float(ndtr(-abs(z)))
