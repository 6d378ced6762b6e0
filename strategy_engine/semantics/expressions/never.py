"""Comparisons that their types decide."""

from __future__ import annotations

from strategy_engine.language.types import CENTS, Kind
from strategy_engine.semantics import ir
from strategy_engine.semantics.context import Context

_MIRROR = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}


def decided(left: ir.Expr, op: str, right: ir.Expr, context: Context) -> tuple[bool, str] | None:
    """Whether the comparison always or never holds whatever the known value is, and why; None where it depends."""
    if isinstance(left, ir.Constant) and not isinstance(right, ir.Constant):
        left, op, right = right, _MIRROR[op], left
    if isinstance(left, ir.Constant) or not isinstance(right, ir.Constant) or right.value is None:
        return None
    if left.type.kind is Kind.ENUM and left.type.enum is not None and left.type.enum.ordered:
        return _at_the_ends(op, right.value, left.type.enum.values)
    lowest = _lowest(left, context)
    if lowest is not None and left.type.numeric:
        return _below(op, right, lowest)
    return None


def _at_the_ends(op: str, value: str, values: tuple[str, ...]) -> tuple[bool, str] | None:
    first, last = values[0], values[-1]
    if value == first and op in ("<", ">="):
        return op == ">=", f"`{first}` is the lowest value"
    if value == last and op in (">", "<="):
        return op == "<=", f"`{last}` is the highest value"
    return None


def _lowest(value: ir.Expr, context: Context) -> float | int | None:
    """The smallest value that the data contract allows, in the units in which the value is held."""
    if isinstance(value, ir.Convert):
        inner = _lowest(value.value, context)
        money = value.value.type.kind is Kind.MONEY
        return inner / CENTS if inner is not None and money and value.type.kind is not Kind.MONEY else inner
    if isinstance(value, ir.Column) and value.scope == "customer":
        return context.names.snapshot.columns[value.name].minimum
    if isinstance(value, ir.Aggregate) and value.function in ("count", "distinct"):
        return 0
    return None


def _below(op: str, right: ir.Constant, lowest: float | int) -> tuple[bool, str] | None:
    value = right.value
    shown = f"{lowest / CENTS:g}" if right.type.kind is Kind.MONEY else f"{lowest:g}"
    reason = f"the smallest value is {shown}"
    if value < lowest and op in ("<", "<=", "=="):
        return False, reason
    if value < lowest and op in (">", ">=", "!="):
        return True, reason
    if value == lowest and op == "<":
        return False, reason
    if value == lowest and op == ">=":
        return True, reason
    return None
