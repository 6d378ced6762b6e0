"""Conditions and choices. `& | ~` of Polars are Kleene's; `when` and `filter` are not, and are guarded here."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from functools import reduce

import polars as pl

from strategy_engine.engine.expressions.arithmetic import finite, fits
from strategy_engine.engine.expressions.dtypes import dtype_of, held_as, literal
from strategy_engine.engine.expressions.lowering import Lowering, lowered
from strategy_engine.engine.expressions.missing import may_be_missing
from strategy_engine.engine.rows.arithmetic import WHOLE
from strategy_engine.engine.rows.interpret import COMPARISONS
from strategy_engine.language.types import TEXT, Kind
from strategy_engine.semantics import ir


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
    value, options = low(expr.value), [option.value for option in expr.options]
    if len(options) == 1:
        return value == literal(options[0], expr.value.type)
    return value.is_in(pl.lit(pl.Series([options], dtype=pl.List(dtype_of(expr.value.type)))))


@lowered.register
def _in_window(expr: ir.InWindow, low: Lowering) -> pl.Expr:
    value, window = low(expr.value), expr.window
    sides = []
    if window.low is not None:
        sides.append((operator.ge if window.low_closed else operator.gt)(value, low(window.low)))
    if window.high is not None:
        sides.append((operator.le if window.high_closed else operator.lt)(value, low(window.high)))
    return reduce(operator.and_, sides) if sides else pl.when(value.is_not_null()).then(pl.lit(True))


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
    condition = low(expr.condition)
    then, otherwise = (held_as(low(branch), branch.type, expr.type) for branch in (expr.then, expr.otherwise))
    chosen = pl.when(condition).then(then)
    if may_be_missing(expr.condition):
        chosen = chosen.when(condition.is_not_null())  # type: ignore[assignment]
        return chosen.then(otherwise)  # type: ignore[attr-defined,no-any-return]
    return chosen.otherwise(otherwise)


# ------------------------------------------------------------------------------------------------ decision tables


@lowered.register
def _decision(expr: ir.Decision, low: Lowering) -> pl.Expr:
    rows = [(low(condition), held_as(low(output), output.type, expr.type)) for condition, output in expr.rows]
    if not rows:
        return literal(0 if expr.hit in ("sum", "count") else None, expr.type)
    if expr.hit in ("sum", "min", "max", "count"):
        return _collected(expr, rows)
    chosen = _first(rows)
    if expr.hit == "first":
        return chosen
    if expr.hit == "unique":
        return pl.when(_matches(rows) == 1).then(chosen)
    agreed = [(~condition).fill_null(True) | output.eq_missing(chosen) for condition, output in rows]
    return pl.when(reduce(operator.and_, agreed)).then(chosen)


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
