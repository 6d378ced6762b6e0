"""Whether the arms are as large as they were meant to be: if not, something chose who is in them, and no comparison holds."""

from __future__ import annotations

from collections.abc import Sequence

from scipy.special import chdtrc

from strategy_engine.record import record

# Asked of every strategy at every review, so that a true split must hardly ever be suspected: one false alarm in a thousand. A split
# that is broken shows by far more. Fabijan et al. 2019 and Kohavi, Tang and Xu 2020 draw the line here or near.
ALARM = 0.001
# Cochran's rule: with fewer expected in an arm, the statistic is not distributed as chi-square
FEWEST = 5


@record
class Mismatch:
    """How likely a sound draw departs from the shares at least as much, and whether that is too unlikely to be believed."""

    p: float
    alarm: bool


def mismatch(counts: Sequence[int], shares: Sequence[float]) -> Mismatch | None:
    """Pearson's chi-square test of the arms' counts against their declared shares (any positive weights), for a sample-ratio mismatch.

    None where an arm should have fewer than five units, or where there are no two arms.
    """
    expected = [sum(counts) * share / sum(shares) for share in shares]
    if len(counts) < 2 or min(expected) < FEWEST:
        return None
    statistic = sum((count - mean) ** 2 / mean for count, mean in zip(counts, expected, strict=True))
    p = float(chdtrc(len(counts) - 1, statistic))
    return Mismatch(p, p < ALARM)
