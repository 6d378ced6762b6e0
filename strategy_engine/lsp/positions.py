"""Places in a file, as the protocol counts them: lines from 0, columns in the units that client and server agreed on (UTF-16 at first)."""

from __future__ import annotations

from lsprotocol import types as lsp

from strategy_engine.record import record
from strategy_engine.source.file import SourceFile, Span

_BYTES = {"utf-8": ("utf-8", 1), "utf-16": ("utf-16-le", 2), "utf-32": ("utf-32-le", 4)}
"""Python's name of an encoding, and the bytes of one of its units."""


@record
class Positions:
    """Translates offsets of a file (code points) into positions, and back.      units: utf-8, utf-16 or utf-32."""

    source: SourceFile
    units: str = "utf-16"

    def at(self, offset: int) -> lsp.Position:
        """The position of an offset."""
        line, column = self.source.position(offset)
        before = self.source.line(line)[: column - 1]
        return lsp.Position(line - 1, self._length(before))

    def range(self, span: Span) -> lsp.Range:
        """The range of a span."""
        return lsp.Range(self.at(span.start), self.at(span.end))

    def offset(self, position: lsp.Position) -> int:
        """The offset of a position; of one behind the end of its line, the line's end; of one inside a character, its start."""
        starts = self.source.line_starts
        if position.line >= len(starts):
            return len(self.source.text)
        text, left = self.source.line(position.line + 1), position.character
        for place, char in enumerate(text):
            left -= self._length(char)
            if left < 0:
                return starts[position.line] + place
        return starts[position.line] + len(text)

    def _length(self, text: str) -> int:
        if text.isascii():
            return len(text)
        encoding, width = _BYTES[self.units]
        return len(text.encode(encoding, "surrogatepass")) // width
