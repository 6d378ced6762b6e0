"""From numbers to places: scales with round ends and ticks."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from strategy_engine.record import record

LARGEST = 1e300
"""Beyond this, as with what is no number, nothing can be drawn."""
_SMALLEST = 1e-300


@record
class Scale:
    """A range of numbers over the width (or height) of a chart, with its ticks."""

    low: float
    high: float
    ticks: tuple[float, ...]

    def at(self, value: float) -> float:
        """The place in per cent; what lies outside is at the end."""
        inside = min(max(value, self.low), self.high)
        return 100 * (inside - self.low) / (self.high - self.low)

    def holds(self, value: float) -> bool:
        return self.low <= value <= self.high


def scale(values: Iterable[float | None], most: int = 5, *, zero: bool = True) -> Scale:
    """A scale over all values that are known, from tick to tick. zero: it holds 0."""
    found = [value for value in values if value is not None and abs(value) <= LARGEST] + ([0.0] if zero else [])
    low, high = (min(found), max(found)) if found else (0.0, 1.0)
    if high - low <= max(abs(high) * 1e-9, _SMALLEST):  # all values are one: some room about it
        room = abs(high) / 2 or 1.0
        low, high = low - room if low or not zero else 0.0, high + room
    step = _step((high - low) / (most - 1))
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return Scale(first * step, last * step, tuple(at * step for at in range(first, last + 1)))


def clipped(points: Sequence[float | None], ends: Sequence[float | None], *, zero: bool = True) -> Scale:
    """A scale for points with intervals: all points, and the ends but for the few that would make all others small."""
    inner, outer = ([value for value in values if value is not None and abs(value) <= LARGEST] for values in (points, ends))
    sizes = sorted(abs(value) for value in outer)
    reach = max([abs(value) * 1.1 for value in inner] + sizes[: math.ceil(len(sizes) * 0.8)], default=1.0)
    return scale([*inner, *(max(-reach, min(reach, value)) for value in outer)], zero=zero)


def _step(rough: float) -> float:
    """The next round number: 1, 2 or 5 with noughts."""
    power = 10.0 ** math.floor(math.log10(rough))
    return next((factor * power for factor in (1, 2, 2.5, 5) if factor * power >= rough * (1 - 1e-9)), 10 * power)
