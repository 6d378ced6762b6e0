"""Grids (宫格): two enum attributes crossed."""

from __future__ import annotations

from strategy_engine.diagnostics.model import suggest
from strategy_engine.language import ast
from strategy_engine.language.types import BOOL, EnumType, Kind, Type
from strategy_engine.semantics import ir
from strategy_engine.semantics.context import CUSTOMER, Context
from strategy_engine.semantics.expressions.infer import describe, infer, is_error
from strategy_engine.semantics.model import Grid
from strategy_engine.semantics.name_errors import UnknownEnumValue
from strategy_engine.semantics.shape_errors import WrongShape
from strategy_engine.semantics.type_errors import WrongType


def grid(declaration: ast.Declaration, context: Context) -> tuple[Grid, ir.Expr] | None:
    """The layout and the enum value `row/column`; None where it cannot be read."""
    axes = [_axis(declaration, key, context) for key in ("rows", "columns")]
    if axes[0] is None or axes[1] is None:
        return None
    rows, columns = axes[0], axes[1]
    down, across = rows.type.enum or EnumType(()), columns.type.enum or EnumType(())
    merged = _merged(declaration, down, across, context)
    names = {(r, c): merged.get((r, c), f"{r}/{c}") for r in down.values for c in across.values}
    cells = tuple(dict.fromkeys(names.values()))
    type_ = Type(Kind.ENUM, enum=EnumType(cells))
    optional = rows.type.optional or columns.type.optional
    pairs = tuple((_both(rows, r, columns, c), ir.Constant(name, type=type_)) for (r, c), name in names.items())
    value = ir.Decision("first", pairs, type=type_.or_missing(optional), span=declaration.name_span)
    owners = _owners(declaration, down, across, names, context)
    layout = Grid(
        name=declaration.name,
        title=declaration.title,
        purpose=declaration.text("purpose"),
        span=declaration.name_span,
        rows=down.values,
        columns=across.values,
        cells=cells,
        owners=owners,
    )
    return layout, value


def _axis(declaration: ast.Declaration, key: str, context: Context) -> ir.Expr | None:
    field = declaration.first(key)
    if field is None:
        return None
    if not isinstance(field.value, ast.Name):
        context.report(WrongShape(field.value.span, key, "the name of an enum"))
        return None
    value = infer(field.value, CUSTOMER, context)
    if is_error(value):
        return None
    if value.type.kind is not Kind.ENUM:
        context.report(WrongType(field.value.span, f"`{key}` of a grid", "an enum", describe(value)))
        return None
    return value


def _both(rows: ir.Expr, row: str, columns: ir.Expr, column: str) -> ir.Expr:
    tests = tuple(
        ir.Compare("==", axis, ir.Constant(word, type=axis.type.known()), type=BOOL.or_missing(axis.type.optional))
        for axis, word in ((rows, row), (columns, column))
    )
    return ir.And(tests, type=BOOL.or_missing(any(test.type.optional for test in tests)))


def _pattern(entry: ast.Entry, rows: EnumType, columns: EnumType, context: Context) -> list[tuple[str, str]] | None:
    """The cells that `row/column` names; `*` stands for all. None where a word is unknown."""
    named: list[tuple[str, ...]] = []
    for word, axis in zip(entry.key.split("/", 1) if "/" in entry.key else (entry.key, ""), (rows, columns), strict=True):
        value = axis.value_of(word)
        if word != "*" and value is None:
            side = "this side of the grid"
            context.report(UnknownEnumValue(entry.key_span, word or entry.key, side, axis.values, suggest(word, axis.values)))
            return None
        named.append(axis.values if value is None else (value,))
    return [(r, c) for r in named[0] for c in named[1]]


def _merged(declaration: ast.Declaration, rows: EnumType, columns: EnumType, context: Context) -> dict[tuple[str, str], str]:
    field = declaration.first("merge")
    if field is None:
        return {}
    if not isinstance(field.value, ast.Mapping):
        context.report(WrongShape(field.value.span, "merge", "a map such as {lost/*: lost}"))
        return {}
    merged: dict[tuple[str, str], str] = {}
    for entry in field.value.entries:
        cells = _pattern(entry, rows, columns, context)
        if isinstance(entry.value, ast.Name | ast.Text):
            name = entry.value.text if isinstance(entry.value, ast.Name) else entry.value.value
            if any(merged.get(cell, name) != name for cell in cells or []):
                context.report(WrongShape(entry.key_span, "merge", "a map whose cells do not overlap"))
            merged |= dict.fromkeys(cells or [], name)
        else:
            context.report(WrongShape(entry.value.span, entry.key, "the merged cell's name"))
    return merged


def _owners(
    declaration: ast.Declaration,
    rows: EnumType,
    columns: EnumType,
    names: dict[tuple[str, str], str],
    context: Context,
) -> dict[str, str]:
    field = declaration.first("owner")
    if field is None:
        return {}
    if not isinstance(field.value, ast.Mapping):
        context.report(WrongShape(field.value.span, "owner", 'a map such as {growth/gold: "财富部"}'))
        return {}
    owners: dict[str, str] = {}
    for entry in field.value.entries:
        if not isinstance(entry.value, ast.Text):
            context.report(WrongShape(entry.value.span, entry.key, "a text"))
        elif entry.key in names.values():
            owners[entry.key] = entry.value.value
        else:
            found = _pattern(entry, rows, columns, context)
            owners |= {names[cell]: entry.value.value for cell in found or []}
    return owners
