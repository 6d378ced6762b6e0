"""Benefits, products and channels."""

from __future__ import annotations

from strategy_engine.language import ast
from strategy_engine.language.types import MONEY, PERCENT, TEXT, Kind, Type
from strategy_engine.semantics import ir
from strategy_engine.semantics.cases import by_expression
from strategy_engine.semantics.context import CUSTOMER, Context, failed
from strategy_engine.semantics.expressions.fit import convert, fit
from strategy_engine.semantics.expressions.infer import describe, is_error
from strategy_engine.semantics.expressions.lookup import lookup
from strategy_engine.semantics.limits import limits
from strategy_engine.semantics.model import Benefit, Channel, Product
from strategy_engine.semantics.name_errors import UnknownName
from strategy_engine.semantics.shape_errors import WrongShape
from strategy_engine.semantics.type_errors import WrongType

_MONEY_FIELDS = frozenset({"cost"})
_STRUCTURE = frozenset({"eligible", "limit", "label", "purpose", "title"})


def benefit(declaration: ast.Declaration, context: Context) -> Benefit:
    return Benefit(
        name=declaration.name,
        title=declaration.title,
        purpose=declaration.text("purpose"),
        span=declaration.name_span,
        fields=_properties(declaration, context),
        eligible=_condition(declaration, "eligible", context),
        limits=limits(declaration.all("limit"), f"benefit {declaration.name}", "benefit", context),
    )


def product(declaration: ast.Declaration, context: Context) -> Product:
    return Product(
        name=declaration.name,
        title=declaration.title,
        purpose=declaration.text("purpose"),
        span=declaration.name_span,
        fields=_properties(declaration, context),
        eligible=_condition(declaration, "eligible", context),
        limits=limits(declaration.all("limit"), f"product {declaration.name}", "product", context),
    )


def channel(declaration: ast.Declaration, context: Context) -> Channel:
    cost = declaration.first("cost")
    assign = declaration.first("assign")
    return Channel(
        name=declaration.name,
        title=declaration.title,
        purpose=declaration.text("purpose"),
        span=declaration.name_span,
        require=_condition(declaration, "require", context),
        cost=_money(cost, context) if cost is not None else None,
        assign=_assignee(assign, context) if assign is not None else None,
        limits=limits(declaration.all("limit"), f"channel {declaration.name}", "channel", context),
        columns=_columns(declaration, context),
    )


def _condition(declaration: ast.Declaration, key: str, context: Context) -> ir.Expr | None:
    field = declaration.first(key)
    if field is None:
        return None
    value = by_expression(field.value, CUSTOMER, context)
    if is_error(value):
        return None
    if value.type.kind is not Kind.BOOL:
        context.report(WrongType(field.value.span, f"`{key}`", "a condition", describe(value)))
        return None
    return value


def _money(field: ast.Field, context: Context) -> ir.Expr | None:
    def wanted(value: ir.Expr) -> ir.Expr | None:
        held = fit(value, MONEY)
        if held is None:
            context.report(WrongType(value.span or field.value.span, f"`{field.key}`", "money", describe(value)))
        return held

    value = by_expression(field.value, CUSTOMER, context, wanted=wanted)
    return None if is_error(value) else value


def _assignee(field: ast.Field, context: Context) -> ir.Expr | None:
    value = by_expression(field.value, CUSTOMER, context)
    if is_error(value):
        return None
    if value.type.kind is Kind.ID:
        return convert(value, TEXT)
    if value.type.kind not in (Kind.TEXT, Kind.ENUM):
        context.report(WrongType(field.value.span, "`assign`", "an id or a text", describe(value)))
        return None
    return value


def _columns(declaration: ast.Declaration, context: Context) -> tuple[str, ...]:
    """The snapshot columns that the channel's list carries besides the fixed ones."""
    field = declaration.first("columns")
    if field is None:
        return ()
    names = field.value.items if isinstance(field.value, ast.Many | ast.ListLiteral) else (field.value,)
    found = []
    for name in names:
        column = lookup(name, CUSTOMER, context) if isinstance(name, ast.Name) else None
        if isinstance(column, ir.Column) and column.scope == "customer":
            found.append(column.name)
        elif isinstance(name, ast.Name):
            context.report(UnknownName(name.span, name.text, "the customer snapshot"))
        else:
            context.report(WrongShape(name.span, "columns", "names of snapshot columns"))
    return tuple(found)


# ------------------------------------------------------------------------------------------------ properties


def _properties(declaration: ast.Declaration, context: Context) -> dict[str, ir.Expr]:
    """The declared properties: value, cost, risk … and the bank's own."""
    found: dict[str, ir.Expr] = {}
    for field in declaration.fields:
        if field.key not in _STRUCTURE and field.key not in found:
            value = _property(field, context)
            if not is_error(value):
                found[field.key] = value
    return found


def _property(field: ast.Field, context: Context) -> ir.Expr:
    node = field.value
    if isinstance(node, ast.Name) and len(node.parts) == 1 and lookup(node, CUSTOMER, context) is None:
        return _word(node, context)
    if field.key in _MONEY_FIELDS:
        return _money(field, context) or failed(node.span)
    value = by_expression(node, CUSTOMER, context)
    if field.key == "value":
        return fit(value, MONEY) or value
    return fit(value, PERCENT) or value if field.key == "rate" else value


def _word(node: ast.Name, context: Context) -> ir.Expr:
    """A bare word: a value of the first enum column that has it (`risk: R3`), else a text (`kind: coupon`)."""
    word = node.parts[0]
    for column in context.names.snapshot.columns.values():
        enum = column.value_type.enum
        value = enum.value_of(word) if enum is not None else None
        if value is not None:
            return ir.Constant(value, type=Type(Kind.ENUM, enum=enum), span=node.span)
    return ir.Constant(word, type=TEXT, span=node.span)


def field_types(kind: str, context: Context) -> dict[str, Type]:
    """The types of the properties that declarations of a kind have; each may be missing for a given action."""
    if kind not in context.field_types:
        found: dict[str, Type] = {}
        context.field_types[kind] = found
        for declaration in context.names.of_kind(kind).values():
            for field in declaration.fields:
                if field.key in found or field.key in _STRUCTURE or not _is_property(kind, field.key):
                    continue
                quiet = context.quiet()
                value = _property(field, quiet)
                if not is_error(value):
                    found[field.key] = value.type.or_missing()
    return context.field_types[kind]


def _is_property(kind: str, key: str) -> bool:
    return kind in ("benefit", "product") or (kind == "channel" and key == "cost")
