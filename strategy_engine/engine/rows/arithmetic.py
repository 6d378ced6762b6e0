"""`+ - * /` over single values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from strategy_engine.language.exact import bounded, finite, to_cents
from strategy_engine.language.types import Kind
from strategy_engine.semantics.ir import Arithmetic, Expr, Negate

Evaluate = Callable[[Expr], Any]

WHOLE = frozenset({Kind.INT, Kind.MONEY})  # the kinds that are held as integers


def compute(expr: Expr, evaluate: Evaluate) -> Any:
    """The value of an Arithmetic or Negate node.

    A chain of + - and minus signs is computed exactly before its result is fitted into 64 bits, so that the order of
    the operands cannot decide whether there is a result.
    """
    return holdable(_chain(expr, evaluate))


def holdable(value: Any) -> Any:
    """The value where its type can hold it, else missing."""
    if isinstance(value, float):
        return finite(value)
    return bounded(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _chain(expr: Expr, evaluate: Evaluate) -> Any:
    if isinstance(expr, Negate):
        value = _chain(expr.value, evaluate)
        return None if value is None else -value
    if not isinstance(expr, Arithmetic):
        return evaluate(expr)
    if expr.op in "+-":
        left, right = _chain(expr.left, evaluate), _chain(expr.right, evaluate)
        if left is None or right is None:
            return None
        return left + right if expr.op == "+" else left - right
    left, right = evaluate(expr.left), evaluate(expr.right)
    if left is None or right is None:
        return None
    kinds = expr.left.type.kind, expr.right.type.kind
    return _product(left, right, kinds) if expr.op == "*" else _quotient(left, right, kinds)


def _product(left: Any, right: Any, kinds: tuple[Kind, Kind]) -> Any:
    if WHOLE.issuperset(kinds):  # int * int, and money * int: exact
        return bounded(left * right)
    product = float(left) * float(right)
    return to_cents(product) if Kind.MONEY in kinds else finite(product)


def _quotient(left: Any, right: Any, kinds: tuple[Kind, Kind]) -> Any:
    if right == 0:
        return None
    quotient = float(left) / float(right)
    return to_cents(quotient) if kinds[0] is Kind.MONEY and kinds[1] is not Kind.MONEY else finite(quotient)
