"""How small an effect a control group can show, before anything has been run.

Two-sided tests at `level` that find the effect with probability `power`. Standard library only: `check` prints these numbers.
"""

from __future__ import annotations

import math
from statistics import NormalDist


def detectable_share(treated: int, control: int, rate: float, power: float = 0.8, level: float = 0.95) -> float | None:
    """The smallest increase of a share (0.01 is one point) above the control's `rate` that is found; None where none is.

    Solves the sample-size formula of the z test with pooled variance (Fleiss, "Statistical Methods for Rates and Proportions",
    section 4) for the difference.
    """
    if not treated or not control or rate >= 1:
        return None
    significant, powerful = _quantiles(power, level)

    def excess(difference: float) -> float:
        """How far the difference lies above what is found."""
        raised = rate + difference
        pooled = (treated * raised + control * rate) / (treated + control)
        apart = math.sqrt(raised * (1 - raised) / treated + rate * (1 - rate) / control)
        return difference - significant * math.sqrt(pooled * (1 - pooled) * (1 / treated + 1 / control)) - powerful * apart

    low, high = 0.0, 1 - rate
    if excess(high) < 0:
        return None
    for _ in range(60):  # bisection, to the last digit of a float
        middle = (low + high) / 2
        low, high = (low, middle) if excess(middle) >= 0 else (middle, high)
    return high


def customers_needed(control: float, rate: float, difference: float, power: float = 0.8, level: float = 0.95) -> int | None:
    """How many customers, controls among them, it takes to find that `difference` of a share of `rate`; the same formula the other way.

    control: the share of the controls, above 0 and below 1. None where the raised rate were no share, or there is no difference.
    """
    raised = rate + difference
    if not 0 < control < 1 or not 0 <= raised <= 1 or difference == 0:
        return None
    significant, powerful = _quantiles(power, level)
    times = (1 - control) / control  # as many are treated as there are controls
    pooled = control * rate + (1 - control) * raised
    apart = math.sqrt(pooled * (1 - pooled) * (1 + 1 / times)), math.sqrt(raised * (1 - raised) / times + rate * (1 - rate))
    return math.ceil(((significant * apart[0] + powerful * apart[1]) / difference) ** 2 * (1 + times))


def detectable_mean(treated: int, control: int, deviation: float, power: float = 0.8, level: float = 0.95) -> float | None:
    """The smallest difference of means (in the outcome's unit) that is found where units deviate by `deviation`; None for an empty arm."""
    if not treated or not control:
        return None
    return sum(_quantiles(power, level)) * deviation * math.sqrt(1 / treated + 1 / control)


def _quantiles(power: float, level: float) -> tuple[float, float]:
    normal = NormalDist()
    return normal.inv_cdf((1 + level) / 2), normal.inv_cdf(power)
