"""One order for all renderers."""

from __future__ import annotations

from collections.abc import Iterable

from strategy_engine.diagnostics.model import Diagnostic


def ordered(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """By file, place and code, what belongs to no file first; what was found twice (by two passes, say) is told once."""
    unique = {(diagnostic.code, diagnostic.span, diagnostic.message): diagnostic for diagnostic in diagnostics}
    return sorted(unique.values(), key=_key)


def _key(diagnostic: Diagnostic) -> tuple[str, int, int, str, str]:
    path, start, end = diagnostic.span or ("", 0, 0)
    return path, start, end, diagnostic.code, diagnostic.message
