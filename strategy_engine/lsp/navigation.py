"""From a name to its declaration, to all its uses, and to a new name in all of them."""

from __future__ import annotations

import re
from pathlib import Path

from strategy_engine.language import ast, words
from strategy_engine.language.walk import walk
from strategy_engine.lsp.bank import Bank, Look
from strategy_engine.lsp.places import Place
from strategy_engine.record import record
from strategy_engine.semantics.names import IN_EXPRESSIONS
from strategy_engine.source.file import Span

RENAMED = frozenset(words.KINDS.values()) - {"test", "arbitration"}
_NAME = re.compile(r"[^\W\d]\w*")


class RenameError(Exception):
    """Something cannot be called so; the message says why."""


@record
class Edit:
    """A text to put in the place of a span."""

    span: Span
    text: str


def definition(bank: Bank, look: Look, place: Place) -> Span | None:
    """Where what the place names is declared: in a strategy file, or in the project file."""
    if look.context is None:
        return None
    if place.kind in ("table", "column"):
        table, _, column = place.name.partition(".")
        return None if bank.file is None else bank.file.place(table, column or None)
    declaration = look.context.names.of_kind(place.kind).get(place.name)
    return None if declaration is None else declaration.name_span or declaration.span


def references(bank: Bank, place: Place, *, declaration: bool) -> list[Place]:
    """Every place of the project that names the same, by file."""
    same = [each for each in bank.all_places() if (each.kind, each.name) == (place.kind, place.name)]
    return [each for each in same if declaration or not each.declares]


def can_rename(look: Look, place: Place) -> None:
    """Raises RenameError where what the place names has its name from elsewhere."""
    if place.kind in ("table", "column"):
        raise RenameError(f"`{place.name}` has its name from the data; change it in strategy.yaml, with `source:` where the file keeps it")
    if place.kind == "value":
        raise RenameError(f"`{place.written}` is a value of the data; strategy.yaml declares it")
    if place.kind not in RENAMED or look.context is None:
        raise RenameError(f"`{place.written}` is a word of the language")


def rename(bank: Bank, look: Look, place: Place, new: str) -> list[Edit]:
    """The edits that give a declaration another name, in all files and both spellings.

    Where the place uses a label, the label is what changes: in its declaration, and where it is used. Raises RenameError where the
    new name cannot be one, or is another's.
    """
    can_rename(look, place)
    _free(look, place, new)
    _all_readable(bank, place)
    same = references(bank, place, declaration=True)
    edits = [Edit(each.span, new) for each in same if each.written == place.written]
    label = _label(look, place)
    if label is not None:
        edits.append(Edit(label, new))
    return edits


def _all_readable(bank: Bank, place: Place) -> None:
    """A use that could not be read would keep the old name."""
    word = re.compile(rf"(?<!\w){re.escape(place.written)}(?!\w)")
    for path in bank.unreadable():
        source = bank.source(path)
        if source is not None and word.search(source.text):
            raise RenameError(f"`{Path(path).name}` has syntax errors, and may name `{place.written}` where they are; mend them first")


def _free(look: Look, place: Place, new: str) -> None:
    context = look.context
    assert context is not None  # noqa: S101 - held by can_rename
    if _NAME.fullmatch(new) is None:
        raise RenameError(f"`{new}` is no name: a name begins with a letter and has letters, digits and `_`")
    if new in words.RESERVED or new in words.NAMES or new in words.NAMES.values():
        raise RenameError(f"`{new}` is a word of the language")
    names = context.names
    in_expressions = place.kind in IN_EXPRESSIONS
    taken = names.find(place.kind, new) or (names.in_expressions(new) if in_expressions else None)
    if taken is None and in_expressions and (new in names.snapshot.columns or new in context.project.tables or names.meanings(new)):
        raise RenameError(f"`{new}` is a column or table")
    if taken is not None and taken.name != place.name:
        raise RenameError(f"there is already a {taken.kind} `{new}`")


def _label(look: Look, place: Place) -> Span | None:
    """Where the declaration writes the label that the place uses."""
    context = look.context
    declaration = None if context is None else context.names.of_kind(place.kind).get(place.name)
    field = None if declaration is None else declaration.first("label")
    if field is None or place.written == place.name:
        return None
    for node in walk((field.value,)):
        if isinstance(node, ast.Name) and node.text == place.written:
            return node.span
        if isinstance(node, ast.Text) and node.value == place.written:
            return node.inside(0, len(node.raw))
    return None
