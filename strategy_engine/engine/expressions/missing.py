"""Whether a value can be missing: what the lowering need not guard."""

from __future__ import annotations

from functools import singledispatch

from strategy_engine.engine.rows import children
from strategy_engine.language.functions import Missing, find
from strategy_engine.language.types import NUMERIC, Kind
from strategy_engine.semantics import ir


@singledispatch
def may_be_missing(expr: ir.Expr) -> bool:
    """Whether the node can be missing for some row.

    The type says so for what is read from the data, whose contract holds. Computed values can also be missing because
    their result does not fit (`rows/exact.py`), which types do not tell; so this looks at how they are made.
    """
    return expr.type.optional or any(map(may_be_missing, children(expr)))


@may_be_missing.register(ir.Constant)
def _constant(expr: ir.Constant) -> bool:
    return expr.value is None


@may_be_missing.register(ir.Column)
def _column(expr: ir.Column) -> bool:
    return expr.type.optional


@may_be_missing.register(ir.InList)
@may_be_missing.register(ir.IsKnown)
@may_be_missing.register(ir.Today)
@may_be_missing.register(ir.ContactDate)
def _never(_expr: ir.Expr) -> bool:
    return False


@may_be_missing.register(ir.Derived)
@may_be_missing.register(ir.Reference)
@may_be_missing.register(ir.SeriesValue)
@may_be_missing.register(ir.Population)
@may_be_missing.register(ir.Ago)
@may_be_missing.register(ir.Arithmetic)
@may_be_missing.register(ir.Negate)
@may_be_missing.register(ir.Shift)
@may_be_missing.register(ir.Hole)
def _always(_expr: ir.Expr) -> bool:
    return True


@may_be_missing.register(ir.Convert)
def _convert(expr: ir.Convert) -> bool:
    return expr.type.kind is Kind.MONEY or may_be_missing(expr.value)


@may_be_missing.register(ir.Aggregate)
def _aggregate(expr: ir.Aggregate) -> bool:
    return expr.function not in ("count", "exists", "distinct")


@may_be_missing.register(ir.Default)
def _default(expr: ir.Default) -> bool:
    return all(map(may_be_missing, expr.options))


@may_be_missing.register(ir.Decision)
def _decision(expr: ir.Decision) -> bool:
    return expr.hit != "count"


@may_be_missing.register(ir.Call)
def _call(expr: ir.Call) -> bool:
    function = find(expr.function)
    returns_all = function is not None and function.missing is Missing.GIVES_MISSING and not function.returns.endswith("?")
    computed = expr.type.kind in NUMERIC
    return computed or not returns_all or any(map(may_be_missing, expr.arguments))
