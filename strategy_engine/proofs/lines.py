"""Lines of values and the cells into which cuts divide them, so that what a clause says of a value is a set of bits."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import field
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from math import ceil, floor

from strategy_engine.record import record

Number = int | Fraction

Stretch = tuple[Number | None, bool, Number | None, bool]
"""From and to (None is open), each with whether it belongs to it."""

EVERYTHING: Stretch = (None, True, None, True)

_OF_OPERATORS: dict[str, Callable[[Number], tuple[Stretch, ...]]] = {
    "==": lambda end: ((end, True, end, True),),
    "!=": lambda end: ((None, True, end, False), (end, False, None, True)),
    "<": lambda end: ((None, True, end, False),),
    "<=": lambda end: ((None, True, end, True),),
    ">": lambda end: ((end, False, None, True),),
    ">=": lambda end: ((end, True, None, True),),
}


def compared(op: str, end: Number) -> tuple[Stretch, ...]:
    """The values of which a comparison with a number is true."""
    return _OF_OPERATORS[op](end)


def moved(stretch: Stretch, sign: int, shift: Number) -> Stretch:
    """Where `x` lies if `sign * x + shift` lies in the stretch."""
    low, low_closed, high, high_closed = stretch
    ends = [None if end is None else (end - shift) * sign for end in (low, high)]
    return (ends[0], low_closed, ends[1], high_closed) if sign > 0 else (ends[1], high_closed, ends[0], low_closed)


def times(stretch: Stretch, unit: int) -> Stretch:
    """Where a whole number lies if the units that it has in full lie in the stretch, whose ends are whole."""
    low, low_closed, high, high_closed = stretch
    first = None if low is None else (low if low_closed else low + 1) * unit
    after = None if high is None else (high + 1 if high_closed else high) * unit
    return first, True, after, False


@record
class Line:
    """The values that something can have.

    low, high: the least and the largest (None is open).      whole: whether all are whole numbers.
    optional: whether it may be missing.      free: whether it may be any of them, whatever values other lines have.
    cuts: the values that clauses name.
    """

    low: Number | None = None
    high: Number | None = None
    whole: bool = True
    optional: bool = True
    free: bool = False
    cuts: set[Number] = field(default_factory=set)

    @cached_property
    def ends(self) -> list[Number]:
        """The cuts in order. Cells are the values before the first, the first, those between, …, those after the last, and missing."""
        return sorted(self.cuts)

    @cached_property
    def missing(self) -> int:
        """The cell of who has no value."""
        return 1 << (2 * len(self.ends) + 1)

    @cached_property
    def values(self) -> int:
        """The cells in which there is a value."""
        found, ends = 0, [None, *self.ends, None]
        for place, (after, before) in enumerate(pairwise(ends)):
            found |= self._any(after, before) << (2 * place)
            found |= (before is not None and self.can_be(before)) << (2 * place + 1)
        return found

    @cached_property
    def all(self) -> int:
        """The same, and the cell of missing where that may be."""
        return self.values | (self.missing if self.optional else 0)

    def cells(self, stretches: tuple[Stretch, ...]) -> int:
        """The cells of values that lie in one of them; their ends must be among the cuts."""
        found = 0
        for low, low_closed, high, high_closed in stretches:
            first = 0 if low is None else 2 * bisect_left(self.ends, low) + (1 if low_closed else 2)
            last = 2 * len(self.ends) if high is None else 2 * bisect_left(self.ends, high) + (1 if high_closed else 0)
            found |= ((1 << (last + 1)) - (1 << first)) if first <= last else 0
        return found & self.values

    def can_be(self, value: Number) -> bool:
        """Whether something can have the value."""
        within = (self.low is None or value >= self.low) and (self.high is None or value <= self.high)
        return within and (not self.whole or value == int(value))

    def _any(self, after: Number | None, before: Number | None) -> bool:
        """Whether there is a value strictly between two cuts."""
        if self.whole:
            after = None if after is None else floor(after) + 1
            before = None if before is None else ceil(before) - 1
        lows = [each for each in (self.low, after) if each is not None]
        highs = [each for each in (self.high, before) if each is not None]
        if not lows or not highs:
            return True
        return max(lows) <= min(highs) if self.whole else max(lows) < min(highs)


@record
class Literal:
    """What a clause says of one line.      stretches: the values of which it is true.      missing: what it is where there is none (None:
    unknown)."""

    line: Line
    stretches: tuple[Stretch, ...]
    missing: bool | None = None

    @cached_property
    def sides(self) -> tuple[int, int, int, int]:
        """The cells in which it is true, false, not true and not false."""
        line = self.line
        true = line.cells(self.stretches)
        false = line.values & ~true
        if line.optional:
            true |= line.missing if self.missing is True else 0
            false |= line.missing if self.missing is False else 0
        return true, false, line.all & ~true, line.all & ~false
