"""Less noise by what was known before: the outcome less what the same customers' past explains of it.

CUPED, after Deng, Xu, Kohavi and Walker, "Improving the Sensitivity of Online Controlled Experiments by Utilizing Pre-Experiment
Data" (WSDM 2013).
"""

from __future__ import annotations

from strategy_engine.record import record
from strategy_engine.review.statistics.samples import Sample


@record
class Adjusted:
    """The samples of the adjusted outcome, and the share of its variance that is gone (the squared correlation)."""

    treated: Sample
    control: Sample
    removed: float


def adjusted(treated: Sample, control: Sample) -> Adjusted:
    """Samples of (y, x), x being known before the treatment, become samples of y - theta (x - mean of x in both arms).

    theta is the regression of y on x within the arms: cov(y, x) / var(x), each pooled. It is one for both, or it would make an
    effect of its own. An x that is the same for everybody changes nothing.
    """
    outcome, shared, past = (_pooled(treated, control, i, j) for i, j in ((0, 0), (0, 1), (1, 1)))
    theta = shared / past if past > 0 else 0.0
    units = max(treated.count + control.count, 1)
    centre = (treated.count * treated.means[1] + control.count * control.means[1]) / units
    removed = theta * shared / outcome if outcome > 0 else 0.0
    return Adjusted(_less(treated, theta, centre), _less(control, theta, centre), min(removed, 1.0))


def _pooled(treated: Sample, control: Sample, i: int, j: int) -> float:
    """An entry of the covariance within the arms, weighed by their degrees of freedom."""
    freedoms = [max(arm.count - 1, 0) for arm in (treated, control)]
    total = sum(freedom * arm.covariance[i][j] for freedom, arm in zip(freedoms, (treated, control), strict=True))
    return total / max(sum(freedoms), 1)


def _less(arm: Sample, theta: float, centre: float) -> Sample:
    (own, shared), (_, past) = arm.covariance
    variance = max(own - 2 * theta * shared + theta**2 * past, 0.0)
    return Sample(arm.count, (arm.means[0] - theta * (arm.means[1] - centre),), ((variance,),))
