"""Calls of the function library."""

from __future__ import annotations

from typing import Any

import polars as pl

from strategy_engine.engine.expressions.arithmetic import finite
from strategy_engine.engine.expressions.dtypes import FLOATS, dtype_of
from strategy_engine.engine.expressions.lowering import Lowering, lowered
from strategy_engine.engine.expressions.missing import may_be_missing
from strategy_engine.language.functions import Function, Missing, Parameter, find
from strategy_engine.language.types import Kind
from strategy_engine.semantics import ir


@lowered.register
def _call(expr: ir.Call, low: Lowering) -> pl.Expr:
    function = find(expr.function)
    if function is None:
        raise LookupError(f"there is no function `{expr.function}`")
    values = [_argument(parameter, argument, low) for parameter, argument in _pairs(function, expr.arguments)]
    values += _defaults(function, len(values))
    extra: list[Any] = [low.context] if function.context else []
    if function.typed:
        extra.append(tuple(argument.type for argument in expr.arguments))
    result = _held(function.polars(pl, *extra, *values), expr)
    doubtful = [low(argument).is_not_null() for argument in expr.arguments if may_be_missing(argument)]
    if function.missing is Missing.GIVES_MISSING and doubtful:
        return pl.when(*doubtful).then(result)
    return result


def _pairs(function: Function, arguments: tuple[ir.Expr, ...]) -> list[tuple[Parameter, ir.Expr]]:
    """Each argument with its parameter; the last parameter of a variadic function repeats."""
    last = len(function.parameters) - 1
    return [(function.parameters[min(index, last)], argument) for index, argument in enumerate(arguments)]


def _argument(parameter: Parameter, argument: ir.Expr, low: Lowering) -> Any:
    return argument.value if parameter.constant and isinstance(argument, ir.Constant) else low(argument)


def _defaults(function: Function, given: int) -> list[Any]:
    """The defaults of the parameters that are not given, which must be constant unless they are none."""
    return [] if function.variadic else [parameter.default for parameter in function.parameters[given:]]


def _held(result: pl.Expr, expr: ir.Call) -> pl.Expr:
    """The result as its type is held: lengths are 32-bit in Polars, and logarithms can be infinite."""
    if expr.type.kind in FLOATS:
        return finite(result.cast(pl.Float64))
    return result.cast(dtype_of(expr.type)) if expr.type.kind in (Kind.INT, Kind.MONEY) else result
