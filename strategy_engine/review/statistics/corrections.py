"""The price of asking many questions: p-values of a family of tests, corrected together."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate


def corrected(p_values: Sequence[float | None]) -> list[float | None]:
    """Each p-value as it stands among the others; a missing one stays missing and counts as no question.

    Holm's step-down (1979): the smallest of m counts m times, the next m - 1 times, and none less than one before it. It bounds the
    chance of a single wrong "effective" among all, whatever the tests have in common. The three lines are here because statsmodels,
    which has them, takes longer to load than a review of a small bank; the tests hold them against it.
    """
    known = sorted((p, place) for place, p in enumerate(p_values) if p is not None)
    times = [min(p * (len(known) - rank), 1.0) for rank, (p, _) in enumerate(known)]
    after = dict(zip((place for _, place in known), accumulate(times, max), strict=True))
    return [after.get(place) for place in range(len(p_values))]
