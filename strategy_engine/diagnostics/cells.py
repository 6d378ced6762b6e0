"""One source line as a terminal shows it: which character stands in which cell, and what to cut when it is too long."""

from __future__ import annotations

import unicodedata
from typing import NamedTuple

from rich.cells import cell_len

TAB = "    "
CUT = "…"
_JOINERS = "\u200c\u200d"  # invisible, but emoji and some scripts are spelled with them


def visible(text: str) -> str:
    """The text with everything spelled out that a terminal would obey instead of showing, or that would hide text."""
    return text if text.isprintable() else "".join(map(_visible, text))  # most texts, at a hundredth of the cost


def _visible(char: str) -> str:
    if char == "\t":
        return TAB
    if char in _JOINERS or unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Zl", "Zp"):
        return char
    code = ord(char)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


class ShownLine(NamedTuple):
    """What is shown of a line, and the cells `start:end` to underline in it."""

    text: str
    start: int
    end: int


def show(line: str, start: int, end: int, room: int) -> ShownLine:
    """The line in at most `room` cells, cut around the characters `start:end`, of which the first is always shown."""
    if len(line) <= 2 * room and cell_len(visible(line)) <= room:
        return _underlined(line, start, end, 0, len(line))
    room -= 2 * len(CUT)
    far_left, far_right = max(0, start - 2 * room), min(len(line), start + 2 * room)  # a line may be the whole of a large file
    stretch = stretch_of_characters if line.isascii() and line.isprintable() else stretch_of_cells
    return _underlined(line, start, end, *stretch(line, start, min(end, far_right), far_left, far_right, room))


def stretch_of_cells(line: str, start: int, end: int, far_left: int, far_right: int, room: int) -> tuple[int, int]:
    """The stretch of `line[far_left:far_right]` around `start:end` that fits, its characters taken in one by one."""
    before = (room - min(cell_len(visible(line[start:end])), room)) // 2
    first = last = start
    while first > far_left and cell_len(visible(line[first - 1 : start])) <= before:
        first -= 1
    while last < far_right and cell_len(visible(line[first : last + 1])) <= room:
        last += 1
    while first > far_left and cell_len(visible(line[first - 1 : last])) <= room:  # room that the end of the line left over
        first -= 1
    return first, last


def stretch_of_characters(_line: str, start: int, end: int, far_left: int, far_right: int, room: int) -> tuple[int, int]:
    """The same where each character is a cell, as in most lines."""
    before = (room - min(end - start, room)) // 2
    first = max(far_left, start - before)
    last = min(far_right, first + room)
    return max(far_left, min(first, last - room)), last


def _underlined(line: str, start: int, end: int, first: int, last: int) -> ShownLine:
    """The stretch `first:last` of the line, with marks where it is cut; at least one cell is underlined."""
    left = CUT if first > 0 else ""
    right = CUT if last < len(line) else ""
    text = left + visible(line[first:last]) + right
    from_cell = cell_len(left + visible(line[first:start]))
    to_cell = cell_len(left + visible(line[first : min(end, last)]))
    return ShownLine(text, from_cell, max(to_cell, from_cell + 1))
