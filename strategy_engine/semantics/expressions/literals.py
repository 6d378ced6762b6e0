"""Literals."""

from __future__ import annotations

from strategy_engine.language import ast
from strategy_engine.language.types import BOOL, DATE, DATETIME, DURATION, INT, NUMBER, PERCENT, TEXT
from strategy_engine.semantics import ir
from strategy_engine.semantics.context import Context, Scope
from strategy_engine.semantics.expressions.infer import rule
from strategy_engine.semantics.type_errors import NotHere


@rule(ast.Number)
def number(node: ast.Number, _scope: Scope, _context: Context) -> ir.Expr:
    if node.percent:
        return ir.Constant(float(node.value), type=PERCENT, span=node.span)
    if node.value == node.value.to_integral_value():
        return ir.Constant(int(node.value), type=INT, span=node.span)
    return ir.Constant(float(node.value), type=NUMBER, span=node.span)


@rule(ast.Text)
def text(node: ast.Text, _scope: Scope, _context: Context) -> ir.Expr:
    return ir.Constant(node.value, type=TEXT, span=node.span)


@rule(ast.Boolean)
def boolean(node: ast.Boolean, _scope: Scope, _context: Context) -> ir.Expr:
    return ir.Constant(node.value, type=BOOL, span=node.span)


@rule(ast.Date)
def date(node: ast.Date, _scope: Scope, _context: Context) -> ir.Expr:
    return ir.Constant(node.value, type=DATE, span=node.span)


@rule(ast.DateTime)
def datetime(node: ast.DateTime, _scope: Scope, _context: Context) -> ir.Expr:
    return ir.Constant(node.value, type=DATETIME, span=node.span)


@rule(ast.DurationLiteral)
def duration(node: ast.DurationLiteral, _scope: Scope, _context: Context) -> ir.Expr:
    return ir.Constant(node.value, type=DURATION, span=node.span)


def _only_within(node: ast.Node, _scope: Scope, context: Context) -> ir.Expr:
    return context.report(NotHere(node.span, "this window", "windows stand after `in` and `within`"))


def _only_after_in(node: ast.Node, _scope: Scope, context: Context) -> ir.Expr:
    what = "a list" if isinstance(node, ast.ListLiteral) else "an interval"
    return context.report(NotHere(node.span, what, "lists and intervals stand after `in`"))


rule(ast.Period)(_only_within)
rule(ast.Since)(_only_within)
rule(ast.ListLiteral)(_only_after_in)
rule(ast.Interval)(_only_after_in)
