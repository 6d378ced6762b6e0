"""Diagnostics for who has them read out, and for narrow pipes: a line each, in sentences, with nothing drawn.

strategy.yaml:3:1: error S0111: the key `limit` stands twice. strategy.yaml:1:1: first here. help: rename or remove one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from strategy_engine.diagnostics.cells import visible
from strategy_engine.diagnostics.human import summary
from strategy_engine.diagnostics.model import Diagnostic
from strategy_engine.diagnostics.order import ordered
from strategy_engine.diagnostics.tongue import CHINESE, chosen, said, translated
from strategy_engine.source.file import SourceFile, Span


def lines(diagnostics: Iterable[Diagnostic], sources: Mapping[str, SourceFile]) -> Iterator[str]:
    """Each diagnostic, and how many there are; nothing if there are none."""
    found = ordered(diagnostics)
    for each in map(translated, found):
        parts = [f"{_place(each.span, sources)}{said(each.severity.value)} {each.code}: {_sentence(each.message)}"]
        parts += [f"{_place(label.span, sources)}{_sentence(label.text)}" for label in each.labels]
        if each.help:
            parts.append(f"{said('help:')} {_sentence(each.help)}")
        yield " ".join(parts)
    if found:
        yield summary(found)


def _place(span: Span | None, sources: Mapping[str, SourceFile]) -> str:
    if span is None:
        return ""
    source = sources.get(span.path)
    if source is None:
        return f"{visible(span.path)}: "
    position = source.position(span.start)
    return f"{visible(span.path)}:{position.line}:{position.column}: "


def _sentence(text: str) -> str:
    shown = visible(text)
    if shown.endswith((".", "?", "!", "。", "？", "！")):
        return shown
    return shown + ("。" if chosen() == CHINESE else ".")
