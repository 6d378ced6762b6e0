"""The arithmetic that both engines agree on, spelled out for single values.

The Polars lowering follows the same formulas column-wise (`expressions/arithmetic.py`). A result that its type cannot hold
(an int or money beyond 64 bits, an infinite or undefined float) is missing, never wrapped and never infinite.
"""

from __future__ import annotations

import math

INT_MIN, INT_MAX = -(2**63), 2**63 - 1
FIXED = 1e9
"""Sums of numbers are kept in units of 1/FIXED, so that the order of the rows does not matter."""
FIXED_LIMIT = 1e18
"""A number this large does not fit the fixed-point sum, which is then missing."""


def bounded(value: int) -> int | None:
    """The integer where 64 bits hold it, else missing."""
    return value if INT_MIN <= value <= INT_MAX else None


def finite(value: float) -> float | None:
    """The float where it is a number, else missing."""
    return value if math.isfinite(value) else None


def half_away(value: float) -> int | None:
    """The nearest integer, halves away from zero; missing for what is no number."""
    if not math.isfinite(value):
        return None
    size = abs(value)
    whole = math.floor(size)
    return int(math.copysign(1, value)) * (whole + (size - whole >= 0.5))


def to_cents(value: float) -> int | None:
    """A float count of hundredths as money."""
    cents = half_away(value)
    return None if cents is None else bounded(cents)


def divide_half_away(total: int, count: int) -> int:
    """total / count (count > 0) as the nearest integer, halves away from zero."""
    size = (2 * abs(total) + count) // (2 * count)
    return size if total >= 0 else -size


def fixed(value: float) -> int | None:
    """The number in units of 1e-9, or None where it is too large for an exact sum."""
    return None if abs(value) >= FIXED_LIMIT else half_away(value * FIXED)
