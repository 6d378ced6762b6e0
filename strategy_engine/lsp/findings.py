"""Diagnostics as the protocol has them, and the mends they offer as code actions."""

from __future__ import annotations

from collections.abc import Iterable

from lsprotocol import types as lsp
from pygls import uris

from strategy_engine.diagnostics.model import Diagnostic, Severity
from strategy_engine.diagnostics.tongue import translated
from strategy_engine.lsp.bank import Bank
from strategy_engine.lsp.positions import Positions
from strategy_engine.source.file import SourceFile, Span

SOURCE = "strategy"
_SEVERITIES = {
    Severity.ERROR: lsp.DiagnosticSeverity.Error,
    Severity.WARNING: lsp.DiagnosticSeverity.Warning,
    Severity.NOTE: lsp.DiagnosticSeverity.Information,
}


def uri_of(path: str) -> str:
    """The address by which editors call a file."""
    return uris.from_fs_path(path) or path


def told(found: Iterable[Diagnostic], positions: Positions, bank: Bank) -> list[lsp.Diagnostic]:
    """What an editor shows in one file. What belongs to no file stands at its beginning."""
    return [_told(translated(each), positions, bank) for each in found]


def _told(found: Diagnostic, positions: Positions, bank: Bank) -> lsp.Diagnostic:
    span = found.span or Span(positions.source.path, 0, 0)
    return lsp.Diagnostic(
        range=positions.range(span),
        message=f"{found.message}\n{found.help}" if found.help else found.message,
        severity=_SEVERITIES[found.severity],
        code=found.code,
        source=SOURCE,
        related_information=[
            lsp.DiagnosticRelatedInformation(_location(label.span, bank, positions.units), label.text) for label in found.labels
        ],
    )


def _location(span: Span, bank: Bank, units: str) -> lsp.Location:
    source = bank.source(span.path) or SourceFile(span.path, "")
    return lsp.Location(uri_of(span.path), Positions(source, units).range(span))


def mends(found: Iterable[Diagnostic], positions: Positions, bank: Bank, wanted: lsp.Range) -> list[lsp.CodeAction]:
    """A code action for each finding that touches the range and can be mended; one that is certain is preferred."""
    low, high = positions.offset(wanted.start), positions.offset(wanted.end)
    actions = []
    for each in found:
        fix, span = each.fix, each.span
        if fix is None or span is None or fix.span.path != positions.source.path or span.end < low or span.start > high:
            continue
        edit = lsp.TextEdit(positions.range(fix.span), fix.text)
        actions.append(
            lsp.CodeAction(
                title=_title(fix.text, positions.source.text[fix.span.start : fix.span.end]),
                kind=lsp.CodeActionKind.QuickFix,
                diagnostics=told([each], positions, bank),
                is_preferred=not fix.guess,
                edit=lsp.WorkspaceEdit(changes={uri_of(fix.span.path): [edit]}),
            )
        )
    return actions


def _title(text: str, before: str) -> str:
    text, before = text.strip(), before.strip()
    if not text:
        return f"remove `{before}`"
    return f"insert `{text}`" if not before else f"replace `{before}` by `{text}`"
