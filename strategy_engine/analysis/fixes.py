"""Mending a file by the certain fixes of what was found in it."""

from __future__ import annotations

from collections.abc import Iterable

from strategy_engine.diagnostics.model import Diagnostic, Fix, Severity
from strategy_engine.semantics.load import parsed
from strategy_engine.source.file import SourceFile


def mended(source: SourceFile, found: Iterable[Diagnostic]) -> tuple[str, int]:
    """The file's text with the certain fixes of its findings, and how many they are; as it was where it could be read less well with them.

    Of fixes that overlap the first is taken: the others are still found when it is checked again.
    """
    fixes = {each.fix for each in found if each.fix is not None and not each.fix.guess and each.fix.span.path == source.path}
    taken: list[Fix] = []
    for fix in sorted(fixes):
        if not taken or fix.span.start >= taken[-1].span.end:
            taken.append(fix)
    text = source.text
    for fix in reversed(taken):
        text = text[: fix.span.start] + fix.text + text[fix.span.end :]
    if text == source.text or _errors(SourceFile(source.path, text)) > _errors(source):
        return source.text, 0
    return text, len(taken)


def _errors(source: SourceFile) -> int:
    """How many errors there are in reading a file."""
    return sum(each.severity is Severity.ERROR for each in parsed(source)[1])
