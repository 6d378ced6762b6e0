"""Conditions and choices. `& | ~` of Polars are Kleene's; `when` and `filter` are not, and are guarded here."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from functools import reduce

import polars as pl

from strategy_engine.engine.expressions.arithmetic import finite, fits
from strategy_engine.engine.expressions.binding import bind
from strategy_engine.engine.expressions.dtypes import dtype_of, held_as, literal
from strategy_engine.engine.expressions.lowering import Lowering, lowered
from strategy_engine.engine.expressions.missing import may_be_missing
from strategy_engine.engine.rows.arithmetic import WHOLE
from strategy_engine.engine.rows.interpret import COMPARISONS
from strategy_engine.language.types import TEXT, TEXTS, Kind
from strategy_engine.semantics import ir

_FEW = 8


@lowered.register
def _constant(expr: ir.Constant, _low: Lowering) -> pl.Expr:
    return literal(expr.value, expr.type)


@lowered.register
def _compare(expr: ir.Compare, low: Lowering) -> pl.Expr:
    """Enums of one kind compare by rank, with a constant, too; different ones meet as texts."""
    left, right = low(expr.left), low(expr.right)
    if expr.left.type.enum is not None or expr.right.type.enum is not None:
        meet = expr.left.type if _same_values(expr.left, expr.right) else TEXT
        left, right = held_as(left, expr.left.type, meet), held_as(right, expr.right.type, meet)
    comparison: pl.Expr = COMPARISONS[expr.op](left, right)  # type: ignore[assignment]  # the operators of columns
    return comparison


def _same_values(left: ir.Expr, right: ir.Expr) -> bool:
    enums = left.type.enum, right.type.enum
    return enums[0] is not None and enums[1] is not None and enums[0].values == enums[1].values


@lowered.register
def _in_set(expr: ir.InSet, low: Lowering) -> pl.Expr:
    """A few texts are compared one by one, which is two to three times as fast as `is_in`."""
    of, options = expr.value.type, [option.value for option in expr.options]
    if 0 < len(options) <= (_FEW if of.kind in TEXTS else 1):
        return bind(lambda value: reduce(operator.or_, [value == literal(option, of) for option in options]), low(expr.value))
    return low(expr.value).is_in(pl.lit(options, dtype=pl.List(dtype_of(of))))


@lowered.register
def _in_window(expr: ir.InWindow, low: Lowering) -> pl.Expr:
    window = expr.window
    ends = [(low(window.low), operator.ge if window.low_closed else operator.gt)] if window.low is not None else []
    ends += [(low(window.high), operator.le if window.high_closed else operator.lt)] if window.high is not None else []

    def inside(value: pl.Expr, *limits: pl.Expr) -> pl.Expr:
        sides = [compare(value, limit) for limit, (_, compare) in zip(limits, ends, strict=True)]
        return reduce(operator.and_, sides) if sides else pl.when(value.is_not_null()).then(pl.lit(True))

    return bind(inside, low(expr.value), *(limit for limit, _ in ends))


@lowered.register
def _and(expr: ir.And, low: Lowering) -> pl.Expr:
    return reduce(operator.and_, map(low, expr.parts))


@lowered.register
def _or(expr: ir.Or, low: Lowering) -> pl.Expr:
    return reduce(operator.or_, map(low, expr.parts))


@lowered.register
def _not(expr: ir.Not, low: Lowering) -> pl.Expr:
    return ~low(expr.value)


@lowered.register
def _is_known(expr: ir.IsKnown, low: Lowering) -> pl.Expr:
    return low(expr.value).is_not_null() if may_be_missing(expr.value) else pl.lit(True)


# ------------------------------------------------------------------------------------------------ choices


@lowered.register
def _default(expr: ir.Default, low: Lowering) -> pl.Expr:
    """Options after one that is never missing are never reached."""
    options = []
    for option in expr.options:
        options.append(held_as(low(option), option.type, expr.type))
        if not may_be_missing(option):
            break
    return pl.coalesce(options) if len(options) > 1 else options[0]


@lowered.register
def _choice(expr: ir.Choice, low: Lowering) -> pl.Expr:
    """`when` would take the `otherwise` of an unknown condition, so this is ruled out first."""
    condition = low(expr.condition)
    then, otherwise = (held_as(low(branch), branch.type, expr.type) for branch in (expr.then, expr.otherwise))
    if not may_be_missing(expr.condition):
        return pl.when(condition).then(then).otherwise(otherwise)
    return bind(lambda c, a, b: pl.when(c).then(a).when(c.is_not_null()).then(b), condition, then, otherwise)


# ------------------------------------------------------------------------------------------------ decision tables


@lowered.register
def _decision(expr: ir.Decision, low: Lowering) -> pl.Expr:
    rows = [(low(condition), held_as(low(output), output.type, expr.type)) for condition, output in expr.rows]
    if not rows:
        return literal(0 if expr.hit in ("sum", "count") else None, expr.type)
    if expr.hit in ("sum", "min", "max", "count"):
        return _collected(expr, rows)
    if expr.hit == "first":
        return _first(rows)
    flat = [part for row in rows for part in row]
    return bind(lambda *parts: _agreed(expr.hit, list(zip(parts[::2], parts[1::2], strict=True))), *flat)


def _agreed(hit: str, rows: list[tuple[pl.Expr, pl.Expr]]) -> pl.Expr:
    """The output of the only matching row (`unique`), or that all matching rows have (`any`)."""
    chosen = _first(rows)
    if hit == "unique":
        return pl.when(_matches(rows) == 1).then(chosen)
    same = [(~condition).fill_null(True) | output.eq_missing(chosen) for condition, output in rows]
    return pl.when(reduce(operator.and_, same)).then(chosen)


def _first(rows: list[tuple[pl.Expr, pl.Expr]]) -> pl.Expr:
    """The first matching row's output. `when` passes over an unknown condition, as a decision table does."""
    (condition, output), *others = rows
    chain = pl.when(condition).then(output)
    for condition, output in others:
        chain = chain.when(condition).then(output)  # type: ignore[assignment]
    return chain


def _matches(rows: list[tuple[pl.Expr, pl.Expr]]) -> pl.Expr:
    return pl.sum_horizontal(condition.cast(pl.Int64) for condition, _ in rows)


def _collected(expr: ir.Decision, rows: list[tuple[pl.Expr, pl.Expr]]) -> pl.Expr:
    if expr.hit == "count":
        return _matches(rows)
    outputs = [pl.when(condition).then(output) for condition, output in rows]
    if expr.hit == "sum":
        return _sum(outputs, expr.type.kind)
    return pl.min_horizontal(outputs) if expr.hit == "min" else pl.max_horizontal(outputs)


def _sum(outputs: Sequence[pl.Expr], kind: Kind) -> pl.Expr:
    """Missing outputs do not count. Floats add up in the order of the rows, so that both engines round alike."""
    if kind in WHOLE:
        return fits(pl.sum_horizontal(output.cast(pl.Int128) for output in outputs))
    return finite(reduce(operator.add, (output.fill_null(0.0) for output in outputs)))
