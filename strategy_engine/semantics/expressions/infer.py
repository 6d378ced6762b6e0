"""The one entry to typing: which rule types which node of the syntax tree."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from strategy_engine.language import ast
from strategy_engine.language.fragments import DEEPEST
from strategy_engine.language.syntax_errors import TooDeep
from strategy_engine.language.types import Kind, Type
from strategy_engine.semantics import ir
from strategy_engine.semantics.context import Context, Scope
from strategy_engine.semantics.type_errors import WrongType

Rule = Callable[[Any, Scope, Context], ir.Expr]
RULES: dict[type, Rule] = {}
_SHAPES = {  # what is no expression, in words
    ast.Mapping: "a map in braces",
    ast.Terms: "a map in braces",
    ast.By: "a choice with `by`, which has no place inside",
    ast.Many: "several values with commas between",
    ast.Range: "a range",
    ast.Ordered: "a value with an order",
    ast.Ladder: "several names with `else` between",
}


def rule(node: type) -> Callable[[Rule], Rule]:
    """Register the rule for a class of syntax nodes."""

    def register(function: Rule) -> Rule:
        RULES[node] = function
        return function

    return register


def infer(node: ast.Value, scope: Scope, context: Context) -> ir.Expr:
    """The typed expression of a syntax node. What is wrong is reported, and its place taken by one of type `error`."""
    typed_by = RULES.get(type(node))
    if typed_by is None:
        return context.report(WrongType(node.span, "this", "one value", _SHAPES.get(type(node), "something else")))
    if context.depth >= DEEPEST:
        return context.report(TooDeep(node.span, DEEPEST))
    context.depth += 1
    try:
        return typed_by(node, scope, context)
    finally:
        context.depth -= 1


def is_error(*expressions: ir.Expr) -> bool:
    """Whether any of them could not be typed."""
    return any(expression.type.kind is Kind.ERROR for expression in expressions)


_ARTICLES = {
    Kind.ID: "an id",
    Kind.TEXT: "a text",
    Kind.BOOL: "a condition",
    Kind.INT: "a whole number",
    Kind.NUMBER: "a number",
    Kind.MONEY: "money",
    Kind.PERCENT: "a percentage",
    Kind.DATE: "a date",
    Kind.DATETIME: "a date and time",
    Kind.ENUM: "an enum",
    Kind.DURATION: "a duration",
    Kind.ERROR: "something unknown",
}


def kind_words(type_: Type | Kind) -> str:
    """A type as people say it."""
    return _ARTICLES[type_.kind if isinstance(type_, Type) else type_]


def describe(expression: ir.Expr) -> str:
    """An expression as people say it: its name where it has one, and its type."""
    words = kind_words(expression.type)
    if isinstance(expression, ir.Column | ir.Derived):
        return f"`{expression.name}` ({words})"
    if isinstance(expression, ir.Reference | ir.SeriesValue):
        return f"`{expression.table}.{expression.column}` ({words})"
    return words
