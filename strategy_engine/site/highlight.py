"""Source text in pieces that a page colours: comments, texts, numbers, keys, words of the language."""

from __future__ import annotations

import re
from collections.abc import Iterator

from strategy_engine.language import words

_WORDS = frozenset((*words.KINDS, *words.KINDS.values(), *words.RESERVED, *words.CALLS, *words.CALLS.values()))
_PIECES = re.compile(
    r"""(?P<comment>\#[^\n]*)
      | (?P<text>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|“[^”\n]*”)
      | (?P<number>(?<![\w.])\d[\d_.,:T-]*(?:%|[^\W\d_]+)?)
      | (?P<key>[^\W\d]\w*(?=\s*[:：](?:\s|$)))
      | (?P<word>[^\W\d]\w*)""",
    re.VERBOSE,
)


def pieces(source: str) -> Iterator[tuple[str, str]]:
    """The text in order, each piece with its class: `comment text number key word`, or "" for what is not coloured."""
    place = 0
    for found in _PIECES.finditer(source):
        kind = found.lastgroup or ""
        if kind == "word" and found[0] not in _WORDS:
            continue
        if place < found.start():
            yield "", source[place : found.start()]
        yield kind, found[0]
        place = found.end()
    if place < len(source):
        yield "", source[place:]
