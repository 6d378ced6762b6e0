"""and, or, not, is missing, ??, if."""

from __future__ import annotations

from strategy_engine.language import ast
from strategy_engine.language.types import BOOL, TEXTS, Kind, Type
from strategy_engine.semantics import ir
from strategy_engine.semantics.context import Context, Scope
from strategy_engine.semantics.expressions.fit import common, convert, fit
from strategy_engine.semantics.expressions.infer import describe, infer, is_error, rule
from strategy_engine.semantics.expressions.lookup import enum_word
from strategy_engine.semantics.type_errors import Unlike, WrongType


def condition(node: ast.Value, scope: Scope, context: Context, what: str = "this") -> ir.Expr:
    """The typed expression, which must be a condition."""
    value = infer(node, scope, context)
    if value.type.kind in (Kind.BOOL, Kind.ERROR):
        return value
    return context.report(WrongType(node.span, what, "a condition", describe(value), "compare it with something, such as `> 0`"))


@rule(ast.Connective)
def connective(node: ast.Connective, scope: Scope, context: Context) -> ir.Expr:
    parts = tuple(condition(part, scope, context, f"what `{node.op}` joins") for part in node.parts)
    optional = BOOL.or_missing(any(part.type.optional for part in parts))
    shape = ir.And if node.op == "and" else ir.Or
    return shape(parts, type=optional, span=node.span)


@rule(ast.Negated)
def negated(node: ast.Negated, scope: Scope, context: Context) -> ir.Expr:
    value = condition(node.value, scope, context, "what `not` stands before")
    return ir.Not(value, type=BOOL.or_missing(value.type.optional), span=node.span)


@rule(ast.Presence)
def presence(node: ast.Presence, scope: Scope, context: Context) -> ir.Expr:
    value = infer(node.value, scope, context)
    known = ir.IsKnown(value, span=node.span)
    return known if node.known else ir.Not(known, span=node.span)


@rule(ast.DefaultTo)
def default_to(node: ast.DefaultTo, scope: Scope, context: Context) -> ir.Expr:
    options = [infer(node.options[0], scope, context)]
    for option in node.options[1:]:
        word = enum_word(option, options[0].type, scope, context)
        options.append(word if word is not None else infer(option, scope, context))
    return _alike(node, options, context, lambda alike, type_: ir.Default(tuple(alike), type=type_, span=node.span), any_known=True)


@rule(ast.If)
def choice(node: ast.If, scope: Scope, context: Context) -> ir.Expr:
    test = condition(node.condition, scope, context, "what `if` asks")
    branches = [infer(node.then, scope, context)]
    word = enum_word(node.otherwise, branches[0].type, scope, context)
    branches.append(word if word is not None else infer(node.otherwise, scope, context))

    def build(alike: list[ir.Expr], type_: Type) -> ir.Expr:
        return ir.Choice(test, *alike, type=type_.or_missing(test.type.optional), span=node.span)

    return _alike(node, branches, context, build, any_known=False)


def _alike(node: ast.DefaultTo | ast.If, values: list[ir.Expr], context: Context, build: object, *, any_known: bool) -> ir.Expr:
    """All values held alike, joined by `build`; missing where all (`any_known`) or any of them may be."""
    if is_error(*values):
        return ir.Constant(None, type=next(v.type for v in values if is_error(v)), span=node.span)
    first = values[0]
    for value in values[1:]:
        pair = common(first, value)
        if pair is None:
            return context.report(Unlike(node.span, describe(first), describe(value), _hint(first, value)))
        first = pair[0]
    alike = [fit(value, first.type) or convert(value, first.type) for value in values]
    optional = all(v.type.optional for v in values) if any_known else any(v.type.optional for v in values)
    return build(alike, first.type.known().or_missing(optional))  # type: ignore[operator, no-any-return]


def _hint(first: ir.Expr, value: ir.Expr) -> str | None:
    if first.type.enum is not None and value.type.kind in TEXTS:
        return f"take one of its values ({', '.join(first.type.enum.values[:8])}), or of its label, a text: `label(…) ?? ''`"
    return None
