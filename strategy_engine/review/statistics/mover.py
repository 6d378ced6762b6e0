"""The interval of a difference and of a ratio, made of the intervals of two independent estimates.

This is the method of variance estimates recovery (MOVER). Each side of an interval tells the variance near its own end, so that
intervals with unequal sides, of rare successes say, keep their level:

    difference  Zou and Donner 2008; of Wilson's intervals it is Newcombe's hybrid score interval (1998, method 10),
                of symmetric ones the ordinary interval by the root of the summed squares
    ratio       Donner and Zou 2012 (MOVER-R, Newcombe 2016); of symmetric intervals it is Fieller's (1954)

Made so, the two never contradict each other: the lift's interval contains nought just where the difference's does.
"""

from __future__ import annotations

import math

from strategy_engine.review.statistics.samples import Interval


def difference(one: Interval, other: Interval) -> Interval:
    """One minus the other."""
    value = one.value - other.value
    low = value - math.hypot(one.value - one.low, other.high - other.value)
    return Interval(value, low, value + math.hypot(one.high - one.value, other.value - other.low))


def lift(one: Interval, other: Interval) -> Interval | None:
    """One divided by the other, minus 1; None unless the other lies clearly above nought.

    A limit r of the ratio is where the difference of one and r times the other reaches nought: with a, b the values and c, d the
    limits that face each other, (a - r b)² = (a - c)² + r² (b - d)², or d (2b - d) r² - 2ab r + c (2a - c) = 0.
    """
    if other.low <= 0:
        return None
    product = one.value * other.value
    outer, inner = _facing(one.value, one.high), _facing(other.value, other.low)
    high = (product + _root(product, outer, inner)) / inner
    outer, inner = _facing(one.value, one.low), _facing(other.value, other.high)
    root = _root(product, outer, inner)
    # both forms are the same number; the first also holds where `inner` is nought or less, as of rare successes
    low = outer / (product + root) if product > 0 else (product - root) / inner if root else 0.0
    return Interval(one.value / other.value - 1, low - 1, high - 1)


def _facing(value: float, limit: float) -> float:
    return limit * (2 * value - limit)


def _root(product: float, outer: float, inner: float) -> float:
    return math.sqrt(max(product**2 - outer * inner, 0.0))
