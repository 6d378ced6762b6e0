"""Widths and line breaks. A Chinese character is two columns wide in a terminal and in an editor."""

from __future__ import annotations

import unicodedata

STEP = 2
"""Columns by which what is inside stands further right."""
WIDTH = 120
"""Columns of a line; what is longer is broken where it can be."""


def width(text: str) -> int:
    """The columns that a text takes."""
    if text.isascii():
        return len(text)
    return sum(0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def padded(text: str, columns: int) -> str:
    """The text with blanks behind it up to so many columns."""
    return text + " " * (columns - width(text))


def as_written(text: str, indent: int) -> list[str]:
    """A stretch of a file as it stands, its first line moved to the indent; the others keep their distance to each other."""
    first, *rest = [line.rstrip() for line in text.split("\n")]
    least = min((len(line) - len(line.lstrip()) for line in rest if line.strip()), default=0)
    margin = " " * (indent + STEP)
    return [f"{' ' * indent}{first}", *(f"{margin}{line[least:]}" if line.strip() else "" for line in rest)]


def broken(pieces: list[str], indent: int, first: int, margin: int = 0) -> list[str]:
    """The pieces as lines: on one where they fit behind `first` columns, else as many on each as fit behind `indent`.

    What stands in braces of its own gets a line for each entry, and its closing brace stands at the margin.
    """
    whole = " ".join(pieces)
    if first + width(whole) <= WIDTH:
        return [whole]
    if pieces[0].endswith("{") and pieces[-1] == "}":
        return [pieces[0], *(" " * (margin + STEP) + entry for entry in pieces[1:-1]), " " * margin + "}"]
    return filled(pieces, indent, first)


def filled(pieces: list[str], indent: int, first: int) -> list[str]:
    """As many pieces on each line as fit, the first line behind `first` columns, the others behind an indent."""
    lines, taken = [pieces[0]], first + width(pieces[0])
    for piece in pieces[1:]:
        if taken + 1 + width(piece) <= WIDTH:
            lines[-1] += f" {piece}"
            taken += 1 + width(piece)
        else:
            lines.append(" " * indent + piece)
            taken = indent + width(piece)
    return lines
