"""Arithmetic that both engines do alike, to the last bit.

Each helper comes twice, for Python values and (named `*_expr`) for Polars expressions, and is made of operations that IEEE 754
defines exactly, in the same order.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from strategy_engine.language.types import Kind, Type

INT_MIN, INT_MAX = -(2**63), 2**63 - 1
HELD_AS_INT = frozenset({Kind.INT, Kind.MONEY})

# What a library function such as exp() gives may differ between platforms in its last bits. `settle` rounds them away:
# to nine decimals below four million, to forty bits (twelve figures) above.
_DECIMALS = 1e9
_SETTLES_DECIMALS = 2.0**22  # below, the nine decimals fit into a double
_TO_INTEGER = 1.5 * 2.0**52  # added and taken away again, it leaves no fraction
_SPLIT = 2.0**13 + 1  # Veltkamp's splitting: keeps the upper 53 - 13 bits
HUGE = 1e300

# A decimal such as 1.005 is held as a double a hair below or above; scaled by a power of ten it misses the half by two units
# in the last place at most. Such a near half counts as a half. The cap keeps real fractions of large numbers apart.
_NEAR = 2.0**-51
_NEAR_CAP = 2.0**-10
_ALL_WHOLE = 2.0**52  # doubles from here on have no fraction


def whole_or_none(value: float) -> int | None:
    """A double cut to an int, or None where 64 bits have no room for it."""
    return int(value) if -(2.0**63) <= value < 2.0**63 else None


def whole_expr(pl: Any, value: Any) -> Any:
    """The same for an expression."""
    return value.cast(pl.Int64, strict=False)


def fit(value: int) -> int | None:
    """The int, or None where 64 bits have no room for it."""
    return value if INT_MIN <= value <= INT_MAX else None


def to_integer(value: Any) -> Any:
    """A double below 2^51, or an expression of such, rounded to an integer (halves to the even one)."""
    return value + _TO_INTEGER - _TO_INTEGER


def settle(value: float) -> float | None:
    """The double without its unreliable last bits; None for what is no number or beyond 1e300."""
    size = abs(value)
    if size < _SETTLES_DECIMALS:
        return float(to_integer(value * _DECIMALS) / _DECIMALS)
    if size <= HUGE:
        split = value * _SPLIT
        return split - (split - value)
    return None


def settle_expr(pl: Any, value: Any) -> Any:
    """The same for an expression (NaN compares as the largest number, so it gives null)."""
    size, split = value.abs(), value * _SPLIT
    return (
        pl.when(size < _SETTLES_DECIMALS)
        .then(divide_expr(to_integer(value * _DECIMALS), _DECIMALS))
        .when(size <= HUGE)
        .then(split - (split - value))
    )


def near(size: float) -> float:
    """By how much a size may miss a half or a whole number and still count as one."""
    return min(size * _NEAR, _NEAR_CAP)


def near_expr(size: Any) -> Any:
    """The same for an expression."""
    return (size * _NEAR).clip(upper_bound=_NEAR_CAP)


def round_half_away(value: float) -> float:
    """The nearest integer, halves (and what is a half but for the last bits) away from zero."""
    size = abs(value)
    if not size < _ALL_WHOLE:  # NaN as well
        return value
    return math.copysign(math.floor(size + min(_ALL_WHOLE - size, 0.5) + near(size)), value)


def round_half_away_expr(value: Any) -> Any:
    """The same for an expression; where there is no fraction, no half is added either."""
    size = value.abs()
    return (size + (_ALL_WHOLE - size).clip(0.0, 0.5) + near_expr(size)).floor() * value.sign()


def divide_expr(numerator: Any, denominator: Any) -> Any:
    """The quotient of two expressions of floats, or by a number, as Python divides.

    Polars divides by a constant through its reciprocal, which rounds twice; a denominator that varies by row is divided by for real.
    """
    return numerator / (numerator * 0.0 + denominator)


def raw_power(base: float, exponent: float) -> float | None:
    """`base` to the `exponent`, last bits included; None where that is no real number."""
    try:
        return math.pow(base, exponent)
    except (ValueError, OverflowError):
        return None


def power(base: float, exponent: float) -> float | None:
    """`base` to the `exponent`, settled; None where that is no real number."""
    raised = raw_power(base, exponent)
    return None if raised is None else settle(raised)


def power_expr(pl: Any, base: Any, exponent: Any) -> Any:
    """The same for an expression."""
    return settle_expr(pl, base.pow(exponent))


def known_expr(pl: Any, result: Any, *arguments: Any) -> Any:
    """The result where all arguments are known, else null: for results that would not be null of themselves."""
    return pl.when(pl.all_horizontal([argument.is_not_null() for argument in arguments])).then(result)


# ---------------------------------------------------------------------------------------- steps of integers and of doubles

# Whether an integer goes up to the next multiple of the step, given the value, what is left over (0 <= rest < step), the step.
# Written with & and |, so that one definition serves ints and expressions.
GOES_UP: dict[str, Callable[[Any, Any, int], Any]] = {
    "round": lambda value, rest, step: (2 * rest > step) | ((2 * rest == step) & (value > 0)),
    "floor": lambda _value, rest, _step: rest < 0,
    "ceil": lambda _value, rest, _step: rest > 0,
    "truncate": lambda value, rest, _step: (rest > 0) & (value < 0),
}


def snap_int(mode: str, value: int, step: int) -> int | None:
    """The multiple of the step below, above or nearest to an integer."""
    multiple, rest = divmod(value, step)
    return fit((multiple + bool(GOES_UP[mode](value, rest, step))) * step)


def snap_int_expr(pl: Any, mode: str, value: Any, step: int) -> Any:
    """The same for an expression."""
    below = value // step
    multiple = below + GOES_UP[mode](value, value % step, step).cast(pl.Int64)
    return pl.when(multiple.is_between(-(2**63 // step), INT_MAX // step)).then(multiple * step)


def snap_float(mode: str, value: float) -> float:
    """The integer below, above or nearest to a double below 2^52; what is an integer but for the last bits counts as one."""
    if mode == "round":
        return round_half_away(value)
    return float(math.floor(value + near(abs(value))) if mode == "floor" else math.ceil(value - near(abs(value))))


def snap_float_expr(mode: str, value: Any) -> Any:
    """The same for an expression."""
    if mode == "round":
        return round_half_away_expr(value)
    return (value + near_expr(value.abs())).floor() if mode == "floor" else (value - near_expr(value.abs())).ceil()


def held_as_int(type_: Type) -> bool:
    """Whether values of the type are ints: counts, and money in hundredths."""
    return type_.kind in HELD_AS_INT
