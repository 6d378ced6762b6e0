"""Calls of the function library."""

from __future__ import annotations

from typing import Any

import polars as pl

from strategy_engine.engine.expressions.arithmetic import finite
from strategy_engine.engine.expressions.binding import bind
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
    pairs = _pairs(function, expr.arguments)
    computed = [argument for parameter, argument in pairs if not _is_bare(parameter, argument)]

    def result(*columns: pl.Expr) -> pl.Expr:
        given = iter(columns)
        values = [_bare(argument) if _is_bare(parameter, argument) else next(given) for parameter, argument in pairs]
        value = _held(function.polars(pl, *_extra(function, expr, low), *values, *_defaults(function, len(values))), expr)
        doubtful = [column.is_not_null() for column, argument in zip(columns, computed, strict=True) if may_be_missing(argument)]
        return pl.when(*doubtful).then(value) if doubtful and function.missing is Missing.GIVES_MISSING else value

    return bind(result, *map(low, computed))


def _extra(function: Function, expr: ir.Call, low: Lowering) -> list[Any]:
    """What the implementation receives before the arguments."""
    types = tuple(argument.type for argument in expr.arguments)
    return ([low.context] if function.context else []) + ([types] if function.typed else [])


def _pairs(function: Function, arguments: tuple[ir.Expr, ...]) -> list[tuple[Parameter, ir.Expr]]:
    """Each argument with its parameter; the last parameter of a variadic function repeats."""
    last = len(function.parameters) - 1
    return [(function.parameters[min(index, last)], argument) for index, argument in enumerate(arguments)]


def _is_bare(parameter: Parameter, argument: ir.Expr) -> bool:
    """Whether the implementation receives the Python value instead of an expression."""
    return parameter.constant and isinstance(argument, ir.Constant)


def _bare(argument: ir.Expr) -> Any:
    return argument.value if isinstance(argument, ir.Constant) else None


def _defaults(function: Function, given: int) -> list[Any]:
    """The defaults of the parameters that are not given, which must be constant unless they are none."""
    return [] if function.variadic else [parameter.default for parameter in function.parameters[given:]]


def _held(result: pl.Expr, expr: ir.Call) -> pl.Expr:
    """The result as its type is held: lengths are 32-bit in Polars, and logarithms can be infinite."""
    if expr.type.kind in FLOATS:
        return finite(result.cast(pl.Float64))
    return result.cast(dtype_of(expr.type)) if expr.type.kind in (Kind.INT, Kind.MONEY) else result
