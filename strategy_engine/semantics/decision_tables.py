"""Decision tables: rows of cells to conditions, and each output column to a `Decision`."""

from __future__ import annotations

from collections.abc import Sequence

from strategy_engine.language import ast
from strategy_engine.language.types import BOOL, INT, NUMBER, EnumType, Kind, Type
from strategy_engine.semantics import ir
from strategy_engine.semantics.context import CUSTOMER, Context
from strategy_engine.semantics.expressions.comparisons import compare, in_interval
from strategy_engine.semantics.expressions.fit import common, convert, fit
from strategy_engine.semantics.expressions.infer import describe, infer, is_error
from strategy_engine.semantics.expressions.lookup import enum_word
from strategy_engine.semantics.shape_errors import BadTableRow, WrongShape
from strategy_engine.semantics.table_files import rows_from_file
from strategy_engine.semantics.type_errors import Incomparable, WrongType

HITS = ("unique", "first", "any", "collect")
COLLECTS = ("sum", "min", "max", "count")


def decision_table(declaration: ast.Declaration, context: Context) -> dict[str, ir.Expr]:
    """The table's outputs by name; empty where it cannot be read."""
    if declaration.broken:  # its heading may be what was lost
        return {}
    rows = _rows(declaration, context)
    hit = _hit(declaration, context)
    if not rows or hit is None:
        return {}
    heading, *body = rows
    columns = [_column(cell, context) for cell in heading.cells]
    names = [output.text if isinstance(output, ast.Name) else "" for output in heading.outputs]
    conditions = []
    for row in body:
        if not _fits(row, heading, context):
            continue
        tests = [_cell(cell, column, context) for cell, column in zip(row.cells, columns, strict=True)]
        known = tuple(test for test in tests if test is not None)
        conditions.append((row, _all(known, row)))
    if not conditions or any(is_error(column) for column in columns):
        return {}
    return {
        name: value
        for place, name in enumerate(names)
        if not is_error(value := _output(hit, [(test, row.outputs[place]) for row, test in conditions], context))
    }


def _rows(declaration: ast.Declaration, context: Context) -> Sequence[ast.Row]:
    source = declaration.first("from")
    rows: Sequence[ast.Row] = declaration.rows
    if source is not None:
        if rows:
            context.report(BadTableRow(source.key_span, "a table has its rows either here or in a file"))
        rows = rows_from_file(source, context)
    elif len(rows) < 2:
        span = declaration.name_span or declaration.span
        context.report(BadTableRow(span, f"table `{declaration.name}` needs a heading and at least one row"))
        return []
    if rows and not all(isinstance(output, ast.Name) for output in rows[0].outputs):
        context.report(BadTableRow(rows[0].span, "the outputs in the heading must be names"))
        return []
    return rows


def _hit(declaration: ast.Declaration, context: Context) -> str | None:
    field = declaration.first("hit")
    if field is None:
        return "unique"
    value = field.value
    if not isinstance(value, ast.Hit):
        context.report(WrongShape(field.value.span, "hit", "unique, first, any or collect(sum|min|max|count)"))
        return None
    if value.policy == "collect" and value.collect in COLLECTS:
        return value.collect
    if value.policy in HITS[:3] and value.collect is None:
        return value.policy
    context.report(WrongShape(value.span, "hit", "unique, first, any or collect(sum|min|max|count)"))
    return None


def _fits(row: ast.Row, heading: ast.Row, context: Context) -> bool:
    have, want = (len(row.cells), len(row.outputs)), (len(heading.cells), len(heading.outputs))
    if have == want:
        return True
    if have != (0, 0):  # an empty row was told by the reader
        parts = f"{have[0]} before `=>` and {have[1]} behind it; the heading has {want[0]} and {want[1]}"
        context.report(BadTableRow(row.span, f"this row has {parts}"))
    return False


# ------------------------------------------------------------------------------------------------ conditions


def _column(cell: ast.Cell, context: Context) -> ir.Expr:
    if cell.kind != "one_of" or len(cell.tests) != 1 or isinstance(cell.tests[0], ast.Bound | ast.PresenceTest):
        return context.report(BadTableRow(cell.span, "a heading must be a column or an expression"))
    return infer(cell.tests[0], CUSTOMER, context)


def _cell(cell: ast.Cell, column: ir.Expr, context: Context) -> ir.Expr | None:
    """The cell's condition on its column; None where any value will do."""
    if cell.kind == "any" or is_error(column):
        return None
    tests = tuple(_test(test, column, context) for test in cell.tests)
    if is_error(*tests):
        return None
    joined = tests[0] if len(tests) == 1 else ir.Or(tests, type=_optional(tests), span=cell.span)
    return ir.Not(joined, type=joined.type, span=cell.span) if cell.kind == "none_of" else joined


def _test(test: ast.Expr | ast.Bound | ast.PresenceTest, column: ir.Expr, context: Context) -> ir.Expr:
    if isinstance(test, ast.PresenceTest):
        known = ir.IsKnown(column, span=test.span)
        return known if test.known else ir.Not(known, span=test.span)
    if isinstance(test, ast.Interval):
        return in_interval(column, test, CUSTOMER, context)
    op, node = (test.op, test.value) if isinstance(test, ast.Bound) else ("==", test)
    word = enum_word(node, column.type, CUSTOMER, context)
    value = word if word is not None else infer(node, CUSTOMER, context)
    if isinstance(test, ast.Compared | ast.Connective | ast.Negated) and value.type.kind is Kind.BOOL and column.type.kind is not Kind.BOOL:
        return value  # a condition of its own, in parentheses
    return compare(column, op, value, test.span, context, raw=node)


def _all(tests: tuple[ir.Expr, ...], row: ast.Row) -> ir.Expr:
    if not tests:
        return ir.Constant(True, type=BOOL, span=row.span)
    return tests[0] if len(tests) == 1 else ir.And(tests, type=_optional(tests), span=row.span)


def _optional(tests: tuple[ir.Expr, ...]) -> Type:
    return BOOL.or_missing(any(test.type.optional for test in tests))


# ------------------------------------------------------------------------------------------------ outputs


def _output(hit: str, rows: list[tuple[ir.Expr, ast.Expr]], context: Context) -> ir.Expr:
    values = _values([output for _, output in rows], context)
    if values is None:
        return ir.Constant(None, type=Type(Kind.ERROR))
    span = rows[0][1].span
    if hit in ("sum", "min", "max") and not values[0].type.numeric:
        return context.report(WrongType(span, f"what `collect({hit})` collects", "a number", describe(values[0])))
    base = INT if hit == "count" else values[0].type.known()
    if hit == "sum" and base.kind is Kind.PERCENT:
        base = NUMBER
        values = [convert(value, NUMBER) for value in values]
    always = isinstance(rows[-1][0], ir.Constant) and hit == "first"
    optional = hit not in ("sum", "count") and (not always or any(value.type.optional for value in values))
    pairs = tuple((test, value) for (test, _), value in zip(rows, values, strict=True))
    return ir.Decision(hit, pairs, type=base.or_missing(optional), span=span)


def _values(outputs: list[ast.Expr], context: Context) -> list[ir.Expr] | None:
    """The outputs of a column, held alike; bare words make an enum, in the order of their first use."""
    if all(isinstance(output, ast.Name) and len(output.parts) == 1 for output in outputs):
        words = [output.parts[0] for output in outputs if isinstance(output, ast.Name)]
        enum = Type(Kind.ENUM, enum=EnumType(tuple(dict.fromkeys(words)), ordered=True))
        return [ir.Constant(word, type=enum, span=output.span) for word, output in zip(words, outputs, strict=True)]
    values = [infer(output, CUSTOMER, context) for output in outputs]
    if is_error(*values):
        return None
    shared = values[0]
    for value in values[1:]:
        pair = common(shared, value)
        if pair is None:
            span = value.span or outputs[0].span
            context.report(Incomparable(span, describe(shared), describe(value), "all outputs of a column must be of one type"))
            return None
        shared = pair[0]
    return [fit(value, shared.type) or convert(value, shared.type) for value in values]
