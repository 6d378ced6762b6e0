"""Comments and blank lines: where an author has put them between the things of a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Generic, NamedTuple, TypeVar

T = TypeVar("T")


class Comment(NamedTuple):
    """A comment from its `#` to the end of the line, without blanks at its end."""

    start: int
    end: int
    text: str


class Thing(NamedTuple, Generic[T]):
    """Something of the file, and the place where it begins."""

    start: int
    what: T


class Placed(NamedTuple, Generic[T]):
    """A thing, or (with None) a comment that stands by itself.

    end: behind its last character.      blank: whether the author left a blank line before it.
    behind: the comment that stands on the line where it ends.      inside: whether there are comments within it.
    """

    what: T | None
    start: int
    end: int
    text: str
    blank: bool
    behind: str | None
    inside: tuple[str, ...]


U = TypeVar("U")


def holding(placed: Placed[T], what: U | None, *, blank: bool | None = None, inside: tuple[str, ...] | None = None) -> Placed[U]:
    """The same place with something else in it."""
    kept = placed.inside if inside is None else inside
    return Placed(what, placed.start, placed.end, placed.text, placed.blank if blank is None else blank, placed.behind, kept)


def place(text: str, things: Sequence[Thing[T]], comments: Sequence[Comment], start: int, end: int) -> list[Placed[T]]:
    """The things between two places of the text, and the comments among them, in order."""
    within = [each for each in comments if start <= each.start < end]
    bounds = [*(thing.start for thing in things), end][1:]
    extents = [(thing, _end_of_code(text, within, thing.start, bound)) for thing, bound in zip(things, bounds, strict=True)]
    rows: list[tuple[int, int, T | None, str]] = [(thing.start, last, thing.what, "") for thing, last in extents]
    inner = {each for each in within for thing, last in extents if thing.start <= each.start < last}
    rows += [(each.start, each.end, None, each.text) for each in within if each not in inner]
    placed: list[Placed[T]] = []
    before = start
    for first, last, what, comment in sorted(rows, key=lambda row: row[:2]):
        gap = text[before:first]
        if comment and placed and "\n" not in gap and placed[-1].behind is None and placed[-1].what is not None:
            placed[-1] = placed[-1]._replace(behind=comment)
        else:
            inside = tuple(each.text for each in inner if first <= each.start < last) if not comment else ()
            placed.append(Placed(what, first, last, comment, gap.count("\n") > 1, None, inside))
        before = last
    return placed


def _end_of_code(text: str, comments: Iterable[Comment], start: int, bound: int) -> int:
    """Behind the last character before the bound that is neither blank nor in a comment."""
    trailing = [each for each in comments if start <= each.start < bound]
    end = bound
    while True:
        stripped = len(text[start:end].rstrip()) + start
        last = next((each for each in trailing if each.end == stripped), None)
        if last is None:
            return max(stripped, start)
        trailing.remove(last)
        end = last.start


def without_empty(placed: Iterable[Placed[Any]]) -> Iterator[Placed[Any]]:
    """Without the places that hold nothing: their blank line goes to what comes next, and their comments stay."""
    blank = False
    for each in placed:
        if each.what is not None or each.text:
            yield holding(each, each.what, blank=each.blank or blank)
            blank = False
            continue
        blank = blank or each.blank
        for comment in (*each.inside, each.behind):
            if comment is not None:
                yield Placed(None, each.start, each.end, comment, blank, None, ())
                blank = False
