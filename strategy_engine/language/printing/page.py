"""A file as the printers see it: its declarations and their members, with the comments and blank lines between them."""

from __future__ import annotations

import re

from strategy_engine.language import ast
from strategy_engine.language.normalise import normalise
from strategy_engine.language.printing.remarks import Comment, Placed, Thing, holding, place, without_empty
from strategy_engine.record import record

Member = ast.Field | ast.Row | ast.Given

SHORT_KINDS = {"param": "value", "attribute": "value", "cohort": "where"}
"""Kinds that may be written `kind name = …`, and the key that this gives."""

_SCAN = re.compile(
    r'"(?:[^"\\\n{]|\\.|\{\{|\{(?:[^"{}\n]|"[^"\n]*")*\})*"'
    r"|'(?:[^'\\\n]|\\.)*'|“[^”\n]*”|`[^`\n]*`|(?P<comment>#[^\n]*)|(?P<open>\{)"
)
_GIVEN = re.compile(r"(?:given|给定)\s+$")


@record
class Block:
    """A declaration and what is in it.

    short: `kind name = …`.      one_line: whether the author has begun it on the line of its heading.
    """

    declaration: ast.Declaration
    members: tuple[Placed[Member], ...]
    short: bool = False
    one_line: bool = False


@record
class Page:
    """A file: its declarations and comments in order.      text: what it was read from, full-width punctuation replaced."""

    blocks: tuple[Placed[Block], ...]
    text: str


def comments_of(text: str) -> list[Comment]:
    """The comments of a text in the text form."""
    found = (match for match in _SCAN.finditer(text) if match["comment"] is not None)
    return [Comment(match.start(), match.start() + len(match[0].rstrip()), match[0].rstrip()) for match in found]


def text_page(module: ast.Module, written: str) -> Page:
    """The page of a file in the text form; all of it must have been read."""
    text = normalise(written)
    comments = comments_of(text)
    things = [Thing(each.span.start, each) for each in module.declarations]
    placed = place(text, things, comments, 0, len(text))
    return Page(tuple(_block(each, text, comments) for each in placed), text)


def _block(placed: Placed[ast.Declaration], text: str, comments: list[Comment]) -> Placed[Block]:
    declaration = placed.what
    if declaration is None:
        return holding(placed, None)
    field = declaration.fields[0] if declaration.fields else None
    if field is not None and field.key_span == field.value.span:
        member: Placed[Member] = Placed(field, placed.start, placed.end, "", False, None, ())
        return holding(placed, Block(declaration, (member,), short=True))
    opening = next(match.start() for match in _SCAN.finditer(text, declaration.span.start) if match["open"])
    things: list[Thing[Member | None]] = [*_fields(declaration), *_rows(declaration, text), *_givens(declaration, text)]
    if declaration.title_span is not None:  # which stands in the heading from now on
        things.append(Thing(declaration.title_span.start, None))
    things.sort(key=lambda thing: thing.start)
    members = list(without_empty(place(text, things, comments, opening + 1, max(placed.end - 1, opening + 1))))
    first = members[0].start if members else opening
    one_line = "\n" not in text[opening:first] and not any(each.what is None or each.behind or each.inside for each in members)
    return holding(placed, Block(declaration, tuple(members), one_line=one_line), inside=())


def _fields(declaration: ast.Declaration) -> list[Thing[Member | None]]:
    return [Thing(field.key_span.start, field) for field in declaration.fields]


def _rows(declaration: ast.Declaration, text: str) -> list[Thing[Member | None]]:
    return [Thing(text.rfind("|", 0, row.span.start), row) for row in declaration.rows]


def _givens(declaration: ast.Declaration, text: str) -> list[Thing[Member | None]]:
    found: list[Thing[Member | None]] = []
    for given in declaration.givens:
        word = _GIVEN.search(text, 0, given.span.start)
        found.append(Thing(word.start() if word else given.span.start, given))
    return found
