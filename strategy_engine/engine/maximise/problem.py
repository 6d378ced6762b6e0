"""What is to be chosen from, as columns of numbers, and what came of it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from strategy_engine.record import record

Ints = NDArray[np.integer[Any]]  # 64 bits, or as many as hold what there is
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

NONE = -1


@record
class Choices:
    """Candidates in the global order, their options best first, the claims of each option, all numbered from 0.

    options: where each candidate's options begin (and, last, where all end).      claims: likewise, for each option.
    group, room, weight: of each claim: it fits while used[group] + weight <= room.
    used: by group, what is taken before.      limit: by group, of what it is a group: an option has at most one claim for each.
    value: of each option; what is not above 0 is never taken.
    """

    options: Ints
    claims: Ints
    group: Ints
    room: Ints
    weight: Ints
    used: Ints
    limit: Ints
    value: Floats


@record
class Best:
    """What was chosen.

    chosen: the option that each candidate took, or NONE.      value: their total.
    bound: no choice has a greater total.      prices: by group, what one more of its room would bring, about.
    exact: whether a solver has proved that there is none better.
    """

    chosen: Ints
    value: float
    bound: float
    prices: Floats
    exact: bool

    @property
    def gap(self) -> float:
        """How far the total may be from the greatest, as a share of it."""
        return (self.bound - self.value) / self.bound if self.bound > 0 else 0.0


def total(values: Floats) -> float:
    """Their sum, added up one by one: what numpy's `sum` does depends on the processor."""
    return float(np.cumsum(values)[-1]) if len(values) else 0.0


def owners(starts: Ints) -> Ints:
    """Of each member its owner, by where the owners' members begin."""
    return np.repeat(np.arange(len(starts) - 1, dtype=np.int32), np.diff(starts))


def within(starts: Ints, chosen: Ints) -> tuple[Ints, Ints]:
    """The members of the chosen owners, and where each of these owners' begin among them (and, last, where all end)."""
    counts = starts[chosen + 1] - starts[chosen]
    begins = np.concatenate([[0], np.cumsum(counts)])
    return np.repeat(starts[chosen] - begins[:-1], counts) + np.arange(begins[-1]), begins


def first_of_each(sorted_: Ints) -> Mask:
    """Where something else begins."""
    first = np.ones(len(sorted_), bool)
    first[1:] = sorted_[1:] != sorted_[:-1]
    return first
