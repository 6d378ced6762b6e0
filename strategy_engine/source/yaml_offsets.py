"""Where in the file each character of a YAML scalar's text comes from.

YAML changes text on the way: quotes go, lines fold, escapes are resolved, indentation is dropped. To point at a word
inside an expression, the scalar is read a second time from the file by the rules of its style, this time remembering
places. The result is checked against the text that the YAML parser gave, so a slip here can misplace no caret.
"""

from __future__ import annotations

import re
from typing import NamedTuple

BREAKS = "\n\r\x85\u2028\u2029"
_BLANKS = " \t"
_ESCAPES = {
    "0": "\0", "a": "\a", "b": "\b", "t": "\t", "\t": "\t", "n": "\n", "v": "\v", "f": "\f", "r": "\r", "e": "\x1b", " ": " ",
    '"': '"', "\\": "\\", "/": "/", "N": "\x85", "_": "\xa0", "L": "\u2028", "P": "\u2029",
}  # fmt: skip
_HEX_ESCAPES = {"x": 2, "u": 4, "U": 8}
_BLOCK_HEADER = re.compile(rf"[|>]([-+1-9]*)[^{BREAKS}]*(?:\r\n|[{BREAKS}]|$)")  # with a comment, perhaps
_LINES_ABOVE_TEXT = re.compile(rf"(?: *[{BREAKS}])* *")


class Place(NamedTuple):
    """One character of the text, and the stretch of the file that it stands for."""

    char: str
    start: int
    end: int


def places(source: str, text: str, style: str, start: int, end: int) -> list[Place] | None:
    """The place of each character of `text`, the scalar of that style in `source[start:end]`; None if they disagree.

    `style` is `"`, `'`, `|`, `>`, or empty for a plain scalar, as the YAML parser gives it.
    """
    if style in ("|", ">"):
        return _block_places(source, text, start, end)
    if style == "'":
        found = _Flow(source, start + 1, end - 1).single_quoted()
    elif style == '"':
        found = _Flow(source, start + 1, end - 1).double_quoted()
    else:
        found = _Flow(source, start, end).plain()
    return found if _text(found) == text else None


def _text(found: list[Place]) -> str:
    return "".join(place.char for place in found)


def _break_at(source: str, at: int) -> Place:
    """The line break at an offset: what it means, and where it ends (`\\r\\n` is one break of two characters)."""
    char = source[at]
    if char == "\r":
        return Place("\n", at, at + 2 if source[at + 1 : at + 2] == "\n" else at + 1)
    return Place("\n" if char == "\x85" else char, at, at + 1)


class _Flow:
    """Reads a plain or quoted scalar: a single line break folds into a blank, further ones stay."""

    def __init__(self, source: str, start: int, end: int) -> None:
        self.source, self.at, self.end = source, start, end
        self.found: list[Place] = []

    def plain(self) -> list[Place]:
        while self.at < self.end:
            if not self._folded_white():
                self._take(self.source[self.at], 1)
        return self.found

    def single_quoted(self) -> list[Place]:
        while self.at < self.end:
            if not self._folded_white():
                char = self.source[self.at]
                self._take(char, 2 if char == "'" else 1)
        return self.found

    def double_quoted(self) -> list[Place]:
        while self.at < self.end:
            if self.source[self.at] == "\\":
                self._escape()
            elif not self._folded_white():
                self._take(self.source[self.at], 1)
        return self.found

    def _take(self, char: str, width: int) -> None:
        self.found.append(Place(char, self.at, self.at + width))
        self.at += width

    def _escape(self) -> None:
        kind = self.source[self.at + 1]
        if kind in BREAKS:  # an escaped break joins two lines without a blank
            self.at = _break_at(self.source, self.at + 1).end
            self.found += self._empty_lines()
        elif kind in _HEX_ESCAPES:
            digits = _HEX_ESCAPES[kind]
            self._take(chr(int(self.source[self.at + 2 : self.at + 2 + digits], 16)), 2 + digits)
        else:
            self._take(_ESCAPES[kind], 2)

    def _folded_white(self) -> bool:
        """Read the white space at hand, if there is any: blanks stay as they are unless a line ends among them."""
        start = self.at
        self._skip_blanks()
        if not self._at_break():
            self.found += [Place(self.source[at], at, at + 1) for at in range(start, self.at)]
            return self.at > start
        first = _break_at(self.source, self.at)
        self.at = first.end
        further = self._empty_lines()
        if first.char != "\n":
            self.found.append(first)
        elif not further:
            self.found.append(Place(" ", first.start, first.end))
        self.found += further
        return True

    def _empty_lines(self) -> list[Place]:
        """The breaks of empty lines, up to the next text; moves to that text."""
        breaks: list[Place] = []
        self._skip_blanks()
        while self._at_break():
            breaks.append(_break_at(self.source, self.at))
            self.at = breaks[-1].end
            self._skip_blanks()
        return breaks

    def _skip_blanks(self) -> None:
        while self.at < self.end and self.source[self.at] in _BLANKS:
            self.at += 1

    def _at_break(self) -> bool:
        return self.at < self.end and self.source[self.at] in BREAKS


def _block_places(source: str, text: str, start: int, end: int) -> list[Place] | None:
    header = _BLOCK_HEADER.match(source, start, end)
    if header is None:
        return None
    chomp = "+" if "+" in header[1] else "-" if "-" in header[1] else ""
    body = header.end()
    # The indentation is that of the first line with text, unless an explicit indicator (`|2`) makes it less.
    above_text = _LINES_ABOVE_TEXT.match(source, body, end)
    widest = max(map(len, re.findall(" +", above_text[0])), default=1) if above_text else 1
    for indent in range(widest, 0, -1):
        found = _Block(source, body, end, indent).read(folded=source[start] == ">", chomp=chomp)
        if _text(found) == text:
            return found
    return None


class _Block:
    """Reads the body of a literal or folded block scalar whose lines are indented by `indent`."""

    def __init__(self, source: str, body: int, end: int, indent: int) -> None:
        self.source, self.at, self.end, self.indent = source, body, end, indent
        self.line_start = body

    def read(self, folded: bool, chomp: str) -> list[Place]:
        found: list[Place] = []
        last_break: Place | None = None
        empty = self._empty_lines()
        while self._indented():
            found += empty
            starts_flush = self.source[self.at] not in _BLANKS
            found += self._rest_of_line()
            last_break = self._line_break()
            empty = self._empty_lines()
            if not self._indented():
                break
            joins = folded and starts_flush and self.source[self.at] not in _BLANKS
            if last_break and joins and last_break.char == "\n":
                if not empty:
                    found.append(last_break._replace(char=" "))
            elif last_break:
                found.append(last_break)
        if last_break and chomp != "-":
            found.append(last_break)
        return found + empty if chomp == "+" else found

    def _empty_lines(self) -> list[Place]:
        """The breaks of empty lines; moves to the first character of the next line with text."""
        breaks: list[Place] = []
        while True:
            self.line_start = self.at
            while self.at < self.end and self.at - self.line_start < self.indent and self.source[self.at] == " ":
                self.at += 1
            if self.at >= self.end or self.source[self.at] not in BREAKS:
                return breaks
            breaks.append(_break_at(self.source, self.at))
            self.at = breaks[-1].end

    def _indented(self) -> bool:
        return self.at < self.end and self.at - self.line_start == self.indent

    def _rest_of_line(self) -> list[Place]:
        start = self.at
        while self.at < self.end and self.source[self.at] not in BREAKS:
            self.at += 1
        return [Place(self.source[at], at, at + 1) for at in range(start, self.at)]

    def _line_break(self) -> Place | None:
        if self.at >= self.end:
            return None
        found = _break_at(self.source, self.at)
        self.at = found.end
        return found
