"""Params, attributes, cohorts, tables and grids: resolved when first used, whatever their order in the files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from strategy_engine.language import ast
from strategy_engine.language.fragments import parse_fragment
from strategy_engine.language.types import BOOL, Kind, Type
from strategy_engine.language.walk import names_in
from strategy_engine.semantics import ir
from strategy_engine.semantics.cases import by_expression
from strategy_engine.semantics.context import CUSTOMER, Context
from strategy_engine.semantics.decision_tables import decision_table
from strategy_engine.semantics.expressions.infer import describe, infer, is_error
from strategy_engine.semantics.expressions.logic import condition
from strategy_engine.semantics.grids import grid
from strategy_engine.semantics.model import Definition
from strategy_engine.semantics.name_errors import MissingKey
from strategy_engine.semantics.names import IN_EXPRESSIONS, Names
from strategy_engine.semantics.type_errors import NotConstant, WrongType
from strategy_engine.source.file import Span


def definition(name: str, used_at: Span, context: Context) -> Definition | None:
    """The definition that a name in an expression means, resolved now if it was not yet; None where it cannot be."""
    if name in context.definitions:
        return context.definitions[name]
    declaration = context.names.in_expressions(name)
    if declaration is None or declaration.kind == "param":
        return None
    if not context.enter(name, used_at):
        return None
    try:
        found = _RESOLVE[declaration.kind](declaration, context)
    finally:
        context.leave()
    # dependencies were entered first, so the order of the dict is an order of evaluation
    for each in found:
        context.definitions[each.name] = each
    context.definitions.setdefault(name, None)
    return context.definitions[name]


def in_order(wanted: Iterable[ast.Declaration], names: Names) -> list[ast.Declaration]:
    """The wanted params, attributes, cohorts, tables and grids and all that they rest on, each after those that it names; where they
    name each other, in some order."""
    ordered: dict[str, ast.Declaration] = {}
    begun: set[str] = set()
    stack = [each for each in sorted(wanted, key=lambda each: IN_EXPRESSIONS.index(each.kind)) if names.in_expressions(each.name) is each]
    stack.reverse()
    while stack:
        declaration = stack.pop()
        if declaration.name in begun:
            ordered.setdefault(declaration.name, declaration)
            continue
        begun.add(declaration.name)
        stack.append(declaration)  # once more, when all that it names is done
        stack += [needed for needed in _needed(declaration, names) if needed.name not in begun]
    return list(ordered.values())


def _needed(declaration: ast.Declaration, names: Names) -> Iterator[ast.Declaration]:
    for node in names_in((declaration.fields, declaration.rows)):
        for name in (node.parts[0], *names.meanings(node.parts[0])):
            found = names.in_expressions(name)
            if found is not None:
                yield found


def param_value(name: str, used_at: Span, context: Context) -> ir.Expr:
    """A param's constant; the project file may override it."""
    if name in context.params:
        return context.params[name] or ir.Constant(None, type=Type(Kind.ERROR))
    declaration = context.names.of_kind("param")[name]
    field = declaration.first("value")
    if field is None or not context.enter(name, used_at):
        return ir.Constant(None, type=Type(Kind.ERROR), span=used_at)
    try:
        value = _constant(field.value, field.value.span, context)
        override = context.project.params.get(name)
        if override is not None and not is_error(value):
            value = _override(name, str(override), value, field.value.span, context)
    finally:
        context.leave()
    context.params[name] = value
    return value


def _constant(node: ast.Value, span: Span, context: Context) -> ir.Expr:
    value = infer(node, CUSTOMER, context)
    if is_error(value) or isinstance(value, ir.Constant):
        return value
    return context.report(NotConstant(span, "a param"))


def _override(name: str, text: str, declared: ir.Expr, span: Span, context: Context) -> ir.Expr:
    """The project file's value for a param: read like any constant, and of the declared type."""
    tree, diagnostics = parse_fragment(text, "expr", lambda _start, _end: span)
    context.diagnostics += diagnostics
    if tree is None:
        return declared
    value = _constant(tree, span, context)
    numeric = value.type.numeric and declared.type.numeric
    if is_error(value) or value.type.kind is declared.type.kind or numeric:
        return value
    what = f"`params: {name}` in the project file"
    return context.report(WrongType(span, what, describe(declared), describe(value)))


# ------------------------------------------------------------------------------------------------ kinds


def _attribute(declaration: ast.Declaration, context: Context) -> list[Definition]:
    field = declaration.first("value")
    if field is None:
        return []
    value = by_expression(field.value, CUSTOMER, context)
    if is_error(value):
        return []
    if value.type.kind is Kind.DURATION:
        context.report(WrongType(field.value.span, "an attribute", "a value of each customer", "a duration", "make it a param"))
        return []
    return [_defined(declaration, value)]


def _cohort(declaration: ast.Declaration, context: Context) -> list[Definition]:
    if declaration.first("enter") is not None or declaration.first("leave") is not None:
        return _fixed_cohort(declaration, context)
    field = declaration.first("where")
    if field is None:
        if not declaration.broken:
            context.report(MissingKey(declaration.name_span or declaration.span, "where", "cohort", declaration.name))
        return []
    value = condition(field.value, CUSTOMER, context, "a cohort")
    return [] if is_error(value) else [_defined(declaration, value)]


def _fixed_cohort(declaration: ast.Declaration, context: Context) -> list[Definition]:
    """Who enters is in until the condition on leaving holds; where both hold, leaving wins. What is unknown does neither."""
    parts = []
    for key in ("enter", "leave"):
        field = declaration.first(key)
        if field is None:
            context.report(MissingKey(declaration.name_span or declaration.span, key, "cohort", declaration.name))
            return []
        parts.append(condition(field.value, CUSTOMER, context, f"`{key}`"))
    if any(map(is_error, parts)):
        return []
    member = ir.Column("member", declaration.name, type=BOOL.or_missing())
    enters, leaves, was_in = (ir.Default((part, ir.Constant(False, type=BOOL)), type=BOOL) for part in (*parts, member))
    inside = ir.And((ir.Not(leaves), ir.Or((was_in, enters))), span=parts[0].span)
    return [replace(_defined(declaration, inside), remembered=member)]


def _table(declaration: ast.Declaration, context: Context) -> list[Definition]:
    outputs = decision_table(declaration, context)
    if len(outputs) == 1:
        return [_defined(declaration, next(iter(outputs.values())))]
    return [_defined(declaration, value, f"{declaration.name}.{output}") for output, value in outputs.items()]


def _grid(declaration: ast.Declaration, context: Context) -> list[Definition]:
    found = grid(declaration, context)
    if found is None:
        return []
    layout, value = found
    context.grids[declaration.name] = layout
    return [_defined(declaration, value)]


def _defined(declaration: ast.Declaration, value: ir.Expr, name: str = "") -> Definition:
    return Definition(
        name=name or declaration.name,
        title=declaration.title,
        purpose=declaration.text("purpose"),
        span=declaration.name_span,
        kind=declaration.kind,
        expr=value,
    )


_RESOLVE: dict[str, Callable[[ast.Declaration, Context], list[Definition]]] = {
    "attribute": _attribute,
    "cohort": _cohort,
    "table": _table,
    "grid": _grid,
}
