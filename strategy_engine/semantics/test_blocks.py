"""Test blocks: their names are checked here; `strategy test` runs them."""

from __future__ import annotations

from strategy_engine.diagnostics.model import suggest
from strategy_engine.language import ast
from strategy_engine.language.walk import names_in
from strategy_engine.semantics.context import Context
from strategy_engine.semantics.name_errors import UnknownDeclared, UnknownName
from strategy_engine.semantics.shape_errors import WrongShape


def check_test(declaration: ast.Declaration, context: Context) -> None:
    """Report tables, columns, strategies, benefits and channels that do not exist."""
    day = declaration.first("on")
    if day is not None and not isinstance(day.value, ast.Date):
        context.report(WrongShape(day.value.span, "on", "a date such as 2026-11-21"))
    for given in declaration.givens:
        _check_given(given, context)
    for field in declaration.all("expect"):
        if not isinstance(field.value, ast.Expect):
            context.report(WrongShape(field.value.span, "expect", "an expectation such as `strategy offers benefit on channel`"))
            continue
        for name in names_in(field.value.condition):
            _check_declared("strategy", name, context)
        if field.value.offers is not None:
            _check_declared("benefit", field.value.offers, context)
        if field.value.channel is not None:
            _check_declared("channel", field.value.channel, context)


def _check_given(given: ast.Given, context: Context) -> None:
    name = given.table.text
    if name == "actions":  # the past: what was listed before
        return
    table = context.table(name)
    if table is None:
        context.report(UnknownName(given.table.span, name, suggestion=suggest(name, context.names.tables), what="table"))
        return
    labels = {column.label for column in table.columns.values() if column.label}
    for entry in given.row.entries:
        if entry.key not in table.columns and entry.key not in labels:
            suggestion = suggest(entry.key, (*table.columns, *labels))
            context.report(UnknownName(entry.key_span, entry.key, f"`{name}`", suggestion))


def _check_declared(kind: str, name: ast.Name, context: Context) -> None:
    if name.text not in ("none", "无") and context.names.find(kind, name.text) is None:
        context.report(UnknownDeclared(name.span, kind, name.text, context.names.guess(kind, name.text)))
