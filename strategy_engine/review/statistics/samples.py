"""What statistics need to know of the units of one arm: how many, their means, and how they spread."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from strategy_engine.record import record


@record
class Interval:
    """An estimate, and the range that contains the truth with the confidence that was asked for."""

    value: float
    low: float
    high: float


@record
class Sample:
    """The means of k numbers over `count` independent units (customers), and their sample covariance (divided by count - 1).

    Of fewer than two units the covariance is not known; it is held as nought, and there are neither intervals nor effects.
    """

    count: int
    means: tuple[float, ...]
    covariance: tuple[tuple[float, ...], ...]

    @property
    def mean(self) -> float:
        """The mean of the first number."""
        return self.means[0]

    @property
    def variance(self) -> float:
        """The variance of the first number."""
        return self.covariance[0][0]


def sample_of(values: npt.ArrayLike) -> Sample:
    """The sample of an (n, k) array, a row a unit, or of n numbers."""
    rows = np.asarray(values, dtype=float)
    rows = rows.reshape(-1, 1) if rows.ndim == 1 else rows
    count, width = rows.shape
    means = rows.mean(axis=0) if count else np.zeros(width)
    centred = rows - means  # two passes: no large squares that cancel
    return Sample(count, _floats(means), tuple(map(_floats, centred.T @ centred / max(count - 1, 1))))


def sample_of_sums(count: int, sums: Sequence[float | Fraction], cross_sums: Sequence[Sequence[float | Fraction]]) -> Sample:
    """The sample of the sums of k numbers over all units (k), and the sums of their products (k, k).

    Squares of means are taken from sums of squares, which leaves nothing of floats where the mean is large. The arithmetic is
    therefore exact, and what comes out is as good as the sums: sums of integers (cents) lose nothing.
    """
    totals = [Fraction(each) for each in sums]

    def covariance(i: int, j: int) -> float:
        if count < 2:
            return 0.0
        value = (Fraction(cross_sums[i][j]) - totals[i] * totals[j] / count) / (count - 1)
        return float(max(value, Fraction(0)) if i == j else value)  # sums that were rounded may leave a variance below nought

    width = range(len(sums))
    means = tuple(float(each / max(count, 1)) for each in totals)
    return Sample(count, means, tuple(tuple(covariance(i, j) for j in width) for i in width))


def sample_of_successes(successes: int, count: int) -> Sample:
    """The sample of `count` units of which `successes` are one and the others nought."""
    return sample_of_sums(count, [successes], [[successes]])


def _floats(values: npt.NDArray[Any]) -> tuple[float, ...]:
    return tuple(map(float, values))
