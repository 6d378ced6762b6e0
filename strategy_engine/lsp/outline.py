"""The outline of a file: its declarations, and in each its keys."""

from __future__ import annotations

from lsprotocol import types as lsp

from strategy_engine.language import ast
from strategy_engine.lsp.bank import Look
from strategy_engine.lsp.positions import Positions
from strategy_engine.source.file import Span

SYMBOLS = {
    "param": lsp.SymbolKind.Constant,
    "attribute": lsp.SymbolKind.Property,
    "cohort": lsp.SymbolKind.Class,
    "table": lsp.SymbolKind.Array,
    "grid": lsp.SymbolKind.Array,
    "trigger": lsp.SymbolKind.Event,
    "benefit": lsp.SymbolKind.Object,
    "product": lsp.SymbolKind.Object,
    "channel": lsp.SymbolKind.Interface,
    "kpi": lsp.SymbolKind.Number,
    "policy": lsp.SymbolKind.Namespace,
    "arbitration": lsp.SymbolKind.Operator,
    "strategy": lsp.SymbolKind.Function,
    "test": lsp.SymbolKind.Method,
}


def outline(look: Look, positions: Positions) -> list[lsp.DocumentSymbol]:
    """A symbol for each declaration of the file, in its order."""
    declarations = look.module.declarations if look.module is not None else ()
    return [_symbol(each, positions) for each in declarations if each.name or each.title or each.kind == "arbitration"]


def _symbol(declaration: ast.Declaration, positions: Positions) -> lsp.DocumentSymbol:
    name_span = declaration.name_span or declaration.span
    whole = _around(declaration.span, name_span)
    return lsp.DocumentSymbol(
        name=declaration.name or declaration.title or declaration.kind,
        detail=f"{declaration.kind} {declaration.title or ''}".strip(),
        kind=SYMBOLS.get(declaration.kind, lsp.SymbolKind.Variable),
        range=positions.range(whole),
        selection_range=positions.range(name_span),
        children=[_key(field, positions) for field in declaration.fields if field.key_span != field.value.span],
    )


def _key(field: ast.Field, positions: Positions) -> lsp.DocumentSymbol:
    return lsp.DocumentSymbol(
        name=field.key,
        kind=lsp.SymbolKind.Field,
        range=positions.range(_around(field.key_span, field.value.span)),
        selection_range=positions.range(field.key_span),
    )


def _around(span: Span, other: Span) -> Span:
    return Span(span.path, min(span.start, other.start), max(span.end, other.end))
