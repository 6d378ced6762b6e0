"""Counts of customers that leave the bank's data: small ones are not told, lest a reader knows whom they are about."""

from __future__ import annotations

from collections.abc import Sequence

SMALLEST = 10
"""The smallest count that is told, unless another is asked for. None at all is told: it is about nobody."""


def told(count: int, smallest: int) -> int | None:
    """The count, or None where it is too small to be told."""
    return None if 0 < count < smallest else count


def told_parts(parts: Sequence[int], smallest: int) -> list[int | None]:
    """Parts of a whole that is told as well: where only one would be missing, it could be worked out, and so the next smallest is
    missing, too."""
    shown = [told(count, smallest) for count in parts]
    if shown.count(None) == 1:
        others = [(count, place) for place, count in enumerate(parts) if count and shown[place] is not None]
        if others:
            shown[min(others)[1]] = None
    return shown


def rounded(count: int, smallest: int) -> int:
    """A count from which no small difference can be worked out."""
    return round(count / smallest) * smallest


def text(count: int | None, smallest: int, true: int | None = None) -> str:
    """As people read it; of a part that is only missing because of another (its `true` value is not small) that it is larger."""
    if count is not None:
        return f"{count:,}"
    return f"{smallest}+" if true is not None and true >= smallest else f"<{smallest}"
