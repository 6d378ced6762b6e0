"""`+ - * /`, minus and conversions, column-wise: the formulas of `rows/exact.py` and `rows/arithmetic.py`.

Ints and money: a sum of two columns is checked for overflow by its signs, everything longer is computed in 128 bits and
cast back (a cast that does not fit gives null). Numbers: infinities and NaN run through a chain of + - * and numerators and
are made missing once, at its end; only a divisor must be finite, as x / inf would look like a number again.
"""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from strategy_engine.engine.expressions.binding import bind
from strategy_engine.engine.expressions.dtypes import FLOATS, held_as
from strategy_engine.engine.expressions.lowering import Lowering, lowered
from strategy_engine.engine.rows.arithmetic import WHOLE
from strategy_engine.language.types import CENTS, Kind
from strategy_engine.semantics import ir

_NO_NUMBERS = (float("inf"), float("-inf"), float("nan"))


def finite(value: pl.Expr) -> pl.Expr:
    """Infinities and NaN made missing. (`replace` names its input once: `when` would double the expression at each level.)"""
    return value.replace(_NO_NUMBERS, None)


def to_cents(value: pl.Expr) -> pl.Expr:
    """A float count of hundredths as money; missing where it does not fit."""
    return value.round(mode="half_away_from_zero").cast(pl.Int64, strict=False)


def fits(value: pl.Expr) -> pl.Expr:
    """A 128-bit integer as a 64-bit one; missing where it does not fit."""
    return value.cast(pl.Int64, strict=False)


def minus(value: pl.Expr) -> pl.Expr:
    """Minus a 128-bit integer, which Polars has no operator for."""
    return pl.lit(0, dtype=pl.Int128) - value


def divide_half_away(total: pl.Expr, count: pl.Expr) -> pl.Expr:
    """total / count (count > 0; both 128-bit) as the nearest integer, halves away from zero."""

    def rounded(total: pl.Expr, count: pl.Expr) -> pl.Expr:
        size = (total.abs() * 2 + count) // (count * 2)
        return pl.when(total < 0).then(minus(size)).otherwise(size)

    return bind(rounded, total, count)


def quotient(dividend: pl.Expr, divisor: pl.Expr | float) -> pl.Expr:
    """The quotient of floats as IEEE 754 has it.

    Where the divisor is one value for all rows, Polars multiplies by its reciprocal: 35 / 100 is 0.35000000000000003, and
    49 / 49 is less than 1. Adding the dividend's zeros makes it a column of its own.
    """
    constant = divisor if isinstance(divisor, pl.Expr) else pl.lit(float(divisor))
    return bind(lambda x, y: x / (y + x * 0.0), dividend, constant)


@lowered.register
def _arithmetic(expr: ir.Arithmetic, low: Lowering) -> pl.Expr:
    if expr.type.kind in FLOATS:
        return finite(_raw(expr, low))
    if expr.op in "+-":
        return _simple_sum(expr, low) if _is_simple(expr, low) else fits(_wide(expr, low))
    return _whole_product(expr, low) if expr.op == "*" else to_cents(_floats(expr, low))


@lowered.register
def _negate(expr: ir.Negate, low: Lowering) -> pl.Expr:
    return -low(expr.value) if expr.type.kind in FLOATS else fits(_wide(expr, low))


# ------------------------------------------------------------------------------------------------ numbers


def _raw(expr: ir.Expr, low: Lowering) -> pl.Expr:
    """A chain of float arithmetic that may still hold infinities and NaN."""
    if low.names(expr) is not None or expr.type.kind not in FLOATS:
        return low(expr)
    if isinstance(expr, ir.Negate):
        return -_raw(expr.value, low)
    if not isinstance(expr, ir.Arithmetic):
        return low(expr)
    if expr.op in "+-":
        left, right = _raw(expr.left, low), _raw(expr.right, low)
        return left + right if expr.op == "+" else left - right
    return _floats(expr, low)


def _floats(expr: ir.Arithmetic, low: Lowering) -> pl.Expr:
    """A product or quotient of the sides as floats."""
    left = _as_float(_raw(expr.left, low), expr.left)
    if expr.op == "*":
        return left * _as_float(_raw(expr.right, low), expr.right)
    right = _as_float(low(expr.right), expr.right)
    return left / right if _varies(expr.right) else quotient(left, right)


def _varies(expr: ir.Expr) -> bool:
    """Whether the value is read from the data, row by row, so that Polars cannot take it for a constant."""
    return isinstance(expr, ir.Column) and expr.scope in ("customer", "row", "other")


def _as_float(value: pl.Expr, expr: ir.Expr) -> pl.Expr:
    return value.cast(pl.Float64) if expr.type.kind in WHOLE else value


# ------------------------------------------------------------------------------------------------ ints and money


def _is_simple(expr: ir.Arithmetic, low: Lowering) -> bool:
    """Whether both sides are columns or constants, so that naming them thrice costs nothing."""
    return all(isinstance(side, (ir.Column, ir.Constant)) or low.names(side) is not None for side in (expr.left, expr.right))


def _simple_sum(expr: ir.Arithmetic, low: Lowering) -> pl.Expr:
    """a + b overflows where its sign differs from both signs; a - b where a's sign differs from b's and the result's."""
    left, right = low(expr.left), low(expr.right)
    if expr.op == "+":
        total = left + right
        return pl.when(((left ^ total) & (right ^ total)) >= 0).then(total)
    total = left - right
    return pl.when(((left ^ right) & (left ^ total)) >= 0).then(total)


def _wide(expr: ir.Expr, low: Lowering) -> pl.Expr:
    """A chain of + - over ints or money in 128 bits, which no chain that can be written overflows."""
    if low.names(expr) is None:
        if isinstance(expr, ir.Negate):
            return minus(_wide(expr.value, low))
        if isinstance(expr, ir.Arithmetic) and expr.op in "+-":
            left, right = _wide(expr.left, low), _wide(expr.right, low)
            return left + right if expr.op == "+" else left - right
    return low(expr).cast(pl.Int128)


def _whole_product(expr: ir.Arithmetic, low: Lowering) -> pl.Expr:
    if {expr.left.type.kind, expr.right.type.kind} <= WHOLE:
        return fits(low(expr.left).cast(pl.Int128) * low(expr.right).cast(pl.Int128))
    return to_cents(_floats(expr, low))


# ------------------------------------------------------------------------------------------------ conversions

_CONVERSIONS: dict[tuple[Kind, Kind], Callable[[pl.Expr], pl.Expr]] = {
    (Kind.INT, Kind.NUMBER): lambda value: value.cast(pl.Float64),
    (Kind.INT, Kind.PERCENT): lambda value: value.cast(pl.Float64),
    (Kind.INT, Kind.MONEY): lambda value: fits(value.cast(pl.Int128) * CENTS),
    (Kind.NUMBER, Kind.MONEY): lambda value: to_cents(value * CENTS),
    (Kind.PERCENT, Kind.MONEY): lambda value: to_cents(value * CENTS),
    (Kind.MONEY, Kind.NUMBER): lambda value: quotient(value.cast(pl.Float64), CENTS),
    (Kind.DATE, Kind.DATETIME): lambda value: value.cast(pl.Datetime("us")),
    (Kind.DATETIME, Kind.DATE): lambda value: value.dt.date(),
}


@lowered.register
def _convert(expr: ir.Convert, low: Lowering) -> pl.Expr:
    value = low(expr.value)
    conversion = _CONVERSIONS.get((expr.value.type.kind, expr.type.kind))
    return held_as(value, expr.value.type, expr.type) if conversion is None else conversion(value)
