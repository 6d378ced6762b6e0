"""Texts and tables in a width, counted in cells: a Chinese character takes two. Without rich's tables, whose import a check would feel."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from strategy_engine.diagnostics.wrapping import break_points
from strategy_engine.language.printing.layout import padded, width
from strategy_engine.record import record

GAP = "   "
INDENT = "  "
HARD = "\ue000"
"""Stands for a blank at which no line is broken."""
WIDEST = 2
"""Cells of the widest character."""


@record
class Column:
    """A column of a table.

    right: its values are numbers, and end at the right.      least: the fewest cells that its texts may be folded to; never folded where 0.
    """

    name: str
    right: bool = False
    least: int = 0


def text(name: str, least: int = 20) -> Column:
    """A column of texts that may be folded."""
    return Column(name, least=least)


def number(name: str) -> Column:
    """A column of numbers."""
    return Column(name, right=True)


def folded(text: str, room: int) -> list[str]:
    """The text in lines of so many cells: broken between words or Chinese characters, and within a word that is longer."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        points = [0, *break_points(paragraph, max(room, WIDEST)), len(paragraph)]
        lines += [paragraph[start:end].strip() for start, end in pairwise(points)]
    return lines


def drawn(columns: Sequence[Column], rows: Sequence[Sequence[str]], room: int) -> tuple[str, list[str]]:
    """The table as its head and the lines below: columns side by side, or where there is no room for that, one below the other."""
    widths = _widths(columns, rows, room)
    if widths is None:
        return "", [line for row in rows for line in _stacked(columns, row, room)]
    head = GAP.join(_placed(column.name, column, cells) for column, cells in zip(columns, widths, strict=True)).rstrip()
    lines = ["─" * (sum(widths) + len(GAP) * (len(widths) - 1))]
    for row in rows:
        lines += _beside(columns, row, widths)
    return head, lines


def _widths(columns: Sequence[Column], rows: Sequence[Sequence[str]], room: int) -> list[int] | None:
    """How many cells each column gets; None where they do not fit side by side."""
    widths = [max(width(cell) for cell in (column.name, *cells)) for column, *cells in zip(columns, *rows, strict=True)]
    room -= len(GAP) * (len(columns) - 1)
    while (over := sum(widths) - room) > 0:
        foldable = [index for index, column in enumerate(columns) if column.least and widths[index] > max(column.least, width(column.name))]
        if not foldable:
            return None
        widest = max(foldable, key=lambda index: widths[index])
        least = max(columns[widest].least, width(columns[widest].name))
        others = max((widths[index] for index in foldable if index != widest), default=0)
        widths[widest] = max(least, widths[widest] - over, min(others, widths[widest] - 1))
    return widths


def _beside(columns: Sequence[Column], row: Sequence[str], widths: Sequence[int]) -> list[str]:
    """The lines of a row, of which each cell may have several."""
    cells = [folded(cell, size) if column.least else [cell] for column, cell, size in zip(columns, row, widths, strict=True)]
    lines = []
    for place in range(max(map(len, cells))):
        parts = [cell[place] if place < len(cell) else "" for cell in cells]
        lines.append(GAP.join(_placed(part, column, size) for part, column, size in zip(parts, columns, widths, strict=True)).rstrip())
    return lines


def _placed(cell: str, column: Column, cells: int) -> str:
    return " " * (cells - width(cell)) + cell if column.right else padded(cell, cells)


def _stacked(columns: Sequence[Column], row: Sequence[str], room: int) -> list[str]:
    """What the row is about; below it each text with its name, and all numbers together."""
    named = [(column, cell) for column, cell in zip(columns[1:], row[1:], strict=True) if cell]
    texts = [(column.name, cell) for column, cell in named if not column.right]
    numbers = [f"{column.name} {cell}".replace(" ", HARD) for column, cell in named if column.right]
    names = max((width(name) for name, _ in texts), default=0)
    margin = f"{INDENT}{' ' * names}{INDENT}"
    lines = folded(row[0], room)
    for name, cell in texts:
        first, *more = folded(cell, room - len(margin))
        lines += [f"{INDENT}{padded(name, names)}{INDENT}{first}", *(margin + line for line in more)]
    if numbers:
        lines += [INDENT + line.replace(HARD, " ") for line in folded("; ".join(numbers), room - len(INDENT))]
    return lines


def spoken(columns: Sequence[Column], row: Sequence[str]) -> str:
    """A row as a line that can be read out: `wake_up: cohort 3; listed 2`."""
    values = [f"{column.name} {cell}" for column, cell in zip(columns[1:], row[1:], strict=True) if cell]
    return f"{row[0]}: {'; '.join(values)}" if values else row[0]
