"""The row interpreter: what an expression means, for one customer at a time.

It is written to be read, not to be fast: `explain` uses it, and the tests hold the Polars lowering against it.
`evaluate(expression, world)` gives the value as `language.types` holds it; None is missing.
"""

from __future__ import annotations

import datetime as dt
import operator
from collections.abc import Callable
from functools import reduce, singledispatch
from typing import Any

from strategy_engine.engine.rows import arithmetic, calendar
from strategy_engine.engine.rows.world import World
from strategy_engine.language import formats
from strategy_engine.language.exact import bounded, to_cents
from strategy_engine.language.functions import Missing, find
from strategy_engine.language.types import CENTS, EnumType, Kind
from strategy_engine.semantics import ir


@singledispatch
def evaluate(expr: ir.Expr, world: World) -> Any:  # noqa: ARG001 - the nodes' functions below use it
    """The value of the expression for the customer; None is missing."""
    raise TypeError(f"the row interpreter has no meaning for {type(expr).__name__}")


# ------------------------------------------------------------------------------------------------ leaves


@evaluate.register
def _constant(expr: ir.Constant, _world: World) -> Any:
    return expr.value


@evaluate.register
def _column(expr: ir.Column, world: World) -> Any:
    return world.column(expr.scope, expr.name)


@evaluate.register
def _derived(expr: ir.Derived, world: World) -> Any:
    return evaluate(world.derived[expr.name], world)


@evaluate.register
def _reference(expr: ir.Reference, world: World) -> Any:
    key = evaluate(expr.via, world)
    return world.references.get(expr.table, {}).get(key, {}).get(expr.column)


@evaluate.register
def _series_value(expr: ir.SeriesValue, world: World) -> Any:
    return (world.series.get(expr.table) or {}).get(expr.column)


@evaluate.register
def _in_list(expr: ir.InList, world: World) -> bool:
    return world.lists.get(expr.table, False)


@evaluate.register
def _today(_expr: ir.Today, world: World) -> dt.date:
    return world.today


@evaluate.register
def _contact_date(_expr: ir.ContactDate, world: World) -> dt.date:
    return world.contact_date


# ------------------------------------------------------------------------------------------------ values of values


_CONVERSIONS: dict[tuple[Kind, Kind], Callable[[Any], Any]] = {
    (Kind.INT, Kind.NUMBER): float,
    (Kind.INT, Kind.PERCENT): float,
    (Kind.INT, Kind.MONEY): lambda value: bounded(value * CENTS),
    (Kind.NUMBER, Kind.MONEY): lambda value: to_cents(value * CENTS),
    (Kind.PERCENT, Kind.MONEY): lambda value: to_cents(value * CENTS),
    (Kind.MONEY, Kind.NUMBER): lambda value: float(value) / CENTS,
    (Kind.DATE, Kind.DATETIME): lambda value: dt.datetime.combine(value, dt.time()),
    (Kind.DATETIME, Kind.DATE): lambda value: value.date(),
}


@evaluate.register
def _convert(expr: ir.Convert, world: World) -> Any:
    """Kinds that are held alike (id and text, number and percent, enum and text) need no conversion."""
    value = evaluate(expr.value, world)
    conversion = _CONVERSIONS.get((expr.value.type.kind, expr.type.kind))
    return value if value is None or conversion is None else conversion(value)


@evaluate.register
def _call(expr: ir.Call, world: World) -> Any:
    function = find(expr.function)
    if function is None:
        raise LookupError(f"there is no function `{expr.function}`")
    values = [evaluate(argument, world) for argument in expr.arguments]
    if function.missing is Missing.GIVES_MISSING and any(value is None for value in values):
        return None
    values += [parameter.default for parameter in function.parameters[len(values) :] if not function.variadic]
    extra: list[Any] = [world.context] if function.context else []
    if function.typed:
        extra.append(tuple(argument.type for argument in expr.arguments))
    try:
        result = function.python(*extra, *values)
    except (ArithmeticError, ValueError):  # outside the function's domain: log(0), sqrt(-1)
        return None
    return arithmetic.holdable(result)


@evaluate.register
def _arithmetic(expr: ir.Arithmetic, world: World) -> Any:
    return arithmetic.compute(expr, lambda part: evaluate(part, world))


@evaluate.register
def _negate(expr: ir.Negate, world: World) -> Any:
    return arithmetic.compute(expr, lambda part: evaluate(part, world))


@evaluate.register
def _shift(expr: ir.Shift, world: World) -> Any:
    value = evaluate(expr.value, world)
    return None if value is None else calendar.shift(value, expr.by, expr.sign, world.context)


@evaluate.register
def _default(expr: ir.Default, world: World) -> Any:
    return next((value for option in expr.options if (value := evaluate(option, world)) is not None), None)


@evaluate.register
def _choice(expr: ir.Choice, world: World) -> Any:
    condition = evaluate(expr.condition, world)
    if condition is None:
        return None
    return evaluate(expr.then if condition else expr.otherwise, world)


# ------------------------------------------------------------------------------------------------ conditions


COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@evaluate.register
def _compare(expr: ir.Compare, world: World) -> bool | None:
    left, right = evaluate(expr.left, world), evaluate(expr.right, world)
    if left is None or right is None:
        return None
    enum = expr.left.type.enum
    if enum is not None and expr.op not in ("==", "!="):
        left, right = enum.values.index(left), enum.values.index(right)
    return COMPARISONS[expr.op](left, right)


@evaluate.register
def _in_set(expr: ir.InSet, world: World) -> bool | None:
    value = evaluate(expr.value, world)
    return None if value is None else any(value == option.value for option in expr.options)


@evaluate.register
def _in_window(expr: ir.InWindow, world: World) -> bool | None:
    value = evaluate(expr.value, world)
    return None if value is None else in_window(value, expr.window, world)


def in_window(value: Any, window: ir.Window, world: World) -> bool | None:
    """Whether a known value lies in the window."""
    sides: list[bool | None] = []
    for end, closed, inside in ((window.low, window.low_closed, operator.gt), (window.high, window.high_closed, operator.lt)):
        if end is not None:
            limit = evaluate(end, world)
            sides.append(None if limit is None else inside(value, limit) or (closed and value == limit))
    return kleene_and(sides)


@evaluate.register
def _and(expr: ir.And, world: World) -> bool | None:
    return kleene_and([evaluate(part, world) for part in expr.parts])


@evaluate.register
def _or(expr: ir.Or, world: World) -> bool | None:
    values = [evaluate(part, world) for part in expr.parts]
    if any(value is True for value in values):
        return True
    return None if any(value is None for value in values) else False


@evaluate.register
def _not(expr: ir.Not, world: World) -> bool | None:
    value = evaluate(expr.value, world)
    return None if value is None else not value


@evaluate.register
def _is_known(expr: ir.IsKnown, world: World) -> bool:
    return evaluate(expr.value, world) is not None


def kleene_and(values: list[bool | None]) -> bool | None:
    """False where any is false, else missing where any is missing, else true."""
    if any(value is False for value in values):
        return False
    return None if any(value is None for value in values) else True


# ------------------------------------------------------------------------------------------------ population and time


@evaluate.register
def _population(expr: ir.Population, world: World) -> Any:
    return world.population(expr)


@evaluate.register
def _ago(expr: ir.Ago, world: World) -> Any:
    then = world.earlier(expr.back)
    return None if then is None else evaluate(expr.value, then)


# ------------------------------------------------------------------------------------------------ tables and texts


@evaluate.register
def _decision(expr: ir.Decision, world: World) -> Any:
    """The sum of numbers adds up in the order of the rows; min and max of an enum go by rank."""
    outputs = [evaluate(output, world) for condition, output in expr.rows if evaluate(condition, world) is True]
    if expr.hit == "first":
        return outputs[0] if outputs else None
    if expr.hit == "unique":
        return outputs[0] if len(outputs) == 1 else None
    if expr.hit == "any":
        return outputs[0] if outputs and all(output == outputs[0] for output in outputs) else None
    if expr.hit == "count":
        return len(outputs)
    known = [output for output in outputs if output is not None]
    if expr.hit == "sum":
        nothing = 0 if expr.type.kind in arithmetic.WHOLE else 0.0
        return arithmetic.holdable(reduce(operator.add, known, nothing))  # `sum` adds floats differently from Python 3.12 on
    return extreme(expr.hit, known, expr.type.enum)


def extreme(function: str, values: list[Any], enum: EnumType | None) -> Any:
    """The smallest (`min`, `first`) or largest (`max`, `last`) of the known values; enums go by rank."""
    choose = min if function in ("min", "first") else max
    return choose(values, key=enum.values.index if enum is not None else None, default=None)


@evaluate.register
def _template(expr: ir.Template, world: World) -> str | None:
    texts = [part if isinstance(part, str) else evaluate(part, world) for part in expr.parts]
    return None if any(text is None for text in texts) else "".join(texts)


@evaluate.register
def _hole(expr: ir.Hole, world: World) -> str | None:
    value = evaluate(expr.value, world)
    return None if value is None else formats.write(value, expr.value.type, expr.format)
