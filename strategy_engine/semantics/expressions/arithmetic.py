"""`+ - * /`, minus, and moving dates."""

from __future__ import annotations

from decimal import Decimal

from strategy_engine.language import ast
from strategy_engine.language.syntax_errors import LARGEST, TooLarge
from strategy_engine.language.types import INT, MONEY, NUMBER, PERCENT, PLAIN_NUMBERS, TIMES, Kind, Type
from strategy_engine.semantics import ir
from strategy_engine.semantics.context import Context, Scope
from strategy_engine.semantics.expressions.fit import convert, money
from strategy_engine.semantics.expressions.infer import describe, infer, is_error, rule
from strategy_engine.semantics.type_errors import CannotCompute, WrongType


@rule(ast.Arithmetic)
def arithmetic(node: ast.Arithmetic, scope: Scope, context: Context) -> ir.Expr:
    left, right = infer(node.left, scope, context), infer(node.right, scope, context)
    if is_error(left, right):
        return ir.Constant(None, type=left.type if is_error(left) else right.type, span=node.span)
    result = _dates(node, left, right) or _numbers(node, left, right)
    if result is None:
        return context.report(CannotCompute(node.span, node.op, describe(left), describe(right), _hint(node.op, left, right)))
    return _folded(result, context)


def _dates(node: ast.Arithmetic, left: ir.Expr, right: ir.Expr) -> ir.Expr | None:
    """A date or date and time moved by a duration."""
    if node.op == "+" and left.type.kind is Kind.DURATION:
        left, right = right, left
    moved, by = left.type.kind, right.type.kind
    if moved not in TIMES or by is not Kind.DURATION or node.op not in "+-" or not isinstance(right, ir.Constant):
        return None
    kind = Kind.DATETIME if right.value.minutes is not None else moved
    return ir.Shift(left, right.value, 1 if node.op == "+" else -1, type=Type(kind, left.type.optional), span=node.span)


def _numbers(node: ast.Arithmetic, left: ir.Expr, right: ir.Expr) -> ir.Expr | None:
    if not (left.type.numeric and right.type.numeric):
        return None
    optional = left.type.optional or right.type.optional
    monies = [side.type.kind is Kind.MONEY for side in (left, right)]
    if node.op in "+-":
        return _sum(node, left, right, optional, any(monies))
    if node.op == "*":
        if all(monies):
            return None
        both_int = left.type.kind is Kind.INT and right.type.kind is Kind.INT
        kind = MONEY if any(monies) else INT if both_int else NUMBER
        return ir.Arithmetic("*", left, right, type=kind.or_missing(optional), span=node.span)
    if monies[1] and not monies[0]:
        return None
    kind = MONEY if monies == [True, False] else NUMBER
    never_zero = isinstance(right, ir.Constant) and right.value != 0
    return ir.Arithmetic("/", left, right, type=kind.or_missing(optional or not never_zero), span=node.span)


def _sum(node: ast.Arithmetic, left: ir.Expr, right: ir.Expr, optional: bool, is_money: bool) -> ir.Expr | None:
    if is_money:
        first, second = money(left), money(right)
        if first is None or second is None:
            return None
        return ir.Arithmetic(node.op, first, second, type=MONEY.or_missing(optional), span=node.span)
    kinds = {left.type.kind, right.type.kind}
    wanted = INT if kinds == {Kind.INT} else PERCENT if kinds == {Kind.PERCENT} else NUMBER
    return ir.Arithmetic(node.op, convert(left, wanted), convert(right, wanted), type=wanted.or_missing(optional), span=node.span)


def _hint(op: str, left: ir.Expr, right: ir.Expr) -> str | None:
    kinds = {left.type.kind, right.type.kind}
    if op == "-" and kinds <= TIMES:
        return "the days between two dates are days_between(earlier, later)"
    if op in "+-" and kinds & TIMES and kinds & PLAIN_NUMBERS:
        number = next(side for side in (left, right) if side.type.kind in PLAIN_NUMBERS)
        count = number.value if isinstance(number, ir.Constant) and isinstance(number.value, int) else 90
        return f"a date is moved by a duration, such as `{count} days`"
    if op in "+-" and Kind.MONEY in kinds and kinds & PLAIN_NUMBERS:
        return "as_money(…) makes money of a number, as_number(…) a number of money"
    return None


def _folded(expression: ir.Expr, context: Context) -> ir.Expr:
    """Two literals make a literal again, so that `5万 * 2` fits money as `10万` does."""
    if not (
        isinstance(expression, ir.Arithmetic) and isinstance(expression.left, ir.Constant) and isinstance(expression.right, ir.Constant)
    ):
        return expression
    left, right = (Decimal(str(side.value)) for side in (expression.left, expression.right))
    if expression.op == "/" and right == 0:
        return expression
    value = {"+": left + right, "-": left - right, "*": left * right}.get(expression.op)
    if value is None:
        value = left / right
    if abs(value) >= LARGEST:
        return context.report(TooLarge(expression.span, f"{value:.3g}"))
    kind = expression.type.kind
    monies = [side.type.kind is Kind.MONEY for side in (expression.left, expression.right)]
    if all(monies) and expression.op in "*/":
        return ir.Constant(float(value), type=NUMBER, span=expression.span)
    if kind is Kind.NUMBER and value == value.to_integral_value():
        return ir.Constant(int(value), type=INT, span=expression.span)
    held = round(value) if kind in (Kind.INT, Kind.MONEY) else float(value)
    return ir.Constant(held, type=expression.type.known(), span=expression.span)


@rule(ast.Minus)
def minus(node: ast.Minus, scope: Scope, context: Context) -> ir.Expr:
    value = infer(node.value, scope, context)
    if is_error(value):
        return value
    if not value.type.numeric:
        return context.report(WrongType(node.span, "what a minus stands before", "a number", describe(value)))
    if isinstance(value, ir.Constant):
        return ir.Constant(-value.value, type=value.type, span=node.span)
    return ir.Negate(value, type=value.type, span=node.span)
