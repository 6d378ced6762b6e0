"""A source file, its lines, and spans in it. Offsets are Unicode code points, counted from 0."""

from __future__ import annotations

import bisect
import re
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import NamedTuple

from strategy_engine.record import record

_BREAK = re.compile("\n")


class Span(NamedTuple):
    """The half-open stretch `start:end` of the file at `path` (as the user would name it)."""

    path: str
    start: int
    end: int

    def to(self, other: Span) -> Span:
        """The stretch from the start of this span to the end of the other."""
        return Span(self.path, self.start, max(self.end, other.end))


Locate = Callable[[int, int], Span]
"""Where a stretch of a text that was taken out of a file stands in the file."""


@record
class Shifted:
    """Where a stretch stands of a text that begins so many characters into another."""

    locate: Locate
    by: int

    def __call__(self, start: int, end: int) -> Span:
        """Where it stands in the file."""
        return self.locate(start + self.by, end + self.by)


class Position(NamedTuple):
    """A place as people count: line and column from 1, the column in code points."""

    line: int
    column: int


@record
class SourceFile:
    """The text of one file, decoded, with `\\r\\n` kept as it was."""

    path: str
    text: str

    @cached_property
    def line_starts(self) -> list[int]:
        """The offset of the first character of each line."""
        return [0, *(match.end() for match in _BREAK.finditer(self.text))]

    def position(self, offset: int) -> Position:
        """Line and column of an offset; an offset past the end gives the end."""
        offset = min(max(offset, 0), len(self.text))
        line = bisect.bisect_right(self.line_starts, offset) - 1
        return Position(line + 1, offset - self.line_starts[line] + 1)

    def line(self, number: int) -> str:
        """The text of a line, counted from 1, without its line break."""
        start = self.line_starts[number - 1]
        end = self.line_starts[number] if number < len(self.line_starts) else len(self.text)
        return self.text[start:end].rstrip("\r\n")

    @property
    def whole(self) -> Span:
        """The span of the whole file."""
        return Span(self.path, 0, len(self.text))


def written(span: Span | None, sources: Mapping[str, SourceFile]) -> str | None:
    """What stands in the span, on one line; None where its file is not at hand."""
    source = sources.get(span.path) if span is not None else None
    return None if source is None or span is None else " ".join(source.text[span.start : span.end].split())
