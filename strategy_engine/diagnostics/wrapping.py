"""Where a line of Chinese may be broken: between any two characters, but not before a closing sign, behind an opening one or in a word."""

from __future__ import annotations

import re

from rich.cells import cell_len

_WIDE = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef"
_CLOSING = "，。；：？！、）》”」…"
_OPENING = "（《“「"
_UNIT = re.compile(rf"\s+|[{_OPENING}]*(?:`[^`\s]*`|[^\s`{_WIDE}]+|.)[{_CLOSING}]*", re.DOTALL)


def break_points(text: str, room: int) -> list[int]:
    """The places at which a text is broken so that no line is wider than `room` cells; what has no place inside is cut where it must be."""
    points, filled = [], 0
    for unit in _UNIT.finditer(text):
        width = cell_len(unit[0])
        if filled and filled + width > room and not unit[0].isspace():
            points.append(unit.start())
            filled = 0
        for index, char in enumerate(unit[0]) if width > room else ():
            if filled and filled + cell_len(char) > room:
                points.append(unit.start() + index)
                filled = 0
            filled += cell_len(char)
        filled += width if width <= room else 0
    return points
