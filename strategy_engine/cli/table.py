"""Tables, pairs and trees as people see them, drawn or plain."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from strategy_engine.cli.console import bold, columns, draw, plain
from strategy_engine.cli.layout import INDENT, Column, drawn, folded, spoken
from strategy_engine.diagnostics.tongue import said
from strategy_engine.language.printing.layout import padded, width
from strategy_engine.record import record

if TYPE_CHECKING:
    from rich.text import Text
    from rich.tree import Tree


def print_table(title: str, heads: Sequence[Column], rows: Sequence[Sequence[str]]) -> None:
    """A table under its title: side by side, stacked where the terminal is too narrow, or plainly a line a row."""
    heads = [replace(head, name=said(head.name)) for head in heads]
    if title:
        print(bold(said(title)))
    if plain():
        for row in rows:
            print(spoken(heads, row))
        return
    head, lines = drawn(heads, rows, columns())
    if head:
        print(bold(head))
    for line in lines:
        print(line)


def print_pairs(pairs: Iterable[tuple[str, str]], room: int, indent: str = "") -> None:
    """Names and their values, a line each; names take `room` cells. A value that does not fit stands below its name."""
    for name, value in pairs:
        cells = max(room, width(name) + 1)
        if plain():
            print(f"{name}: {value}")
        elif len(indent) + cells + width(value) <= columns():
            print(f"{indent}{bold(padded(name, cells))}{value}")
        else:
            print(f"{indent}{bold(name)}")
            for line in folded(value, columns() - len(indent) - len(INDENT)):
                print(f"{indent}{INDENT}{line}")


Sign = bool | Literal["?"]


@record
class Branch:
    """A line of a tree, and what hangs on it.

    sign: whether it holds; unknown is "?", and None where it is no condition.      notes: what is said behind it, with their styles.
    """

    sign: Sign | None
    text: str
    notes: tuple[tuple[str, str], ...] = ()
    below: tuple[Branch, ...] = ()
    style: str = ""


_SIGNS: dict[Sign, tuple[str, str]] = {True: ("✓", "green"), False: ("✗", "red"), "?": ("?", "yellow")}
_WORDS: dict[Sign, str] = {True: "yes", False: "no", "?": "unknown"}


def print_tree(title: Sequence[tuple[str, str]], branches: Iterable[Branch]) -> None:
    """A tree under its title (texts with their styles); plainly, what is below stands further right."""
    if plain():
        print("".join(text for text, _ in title))
        for line in _spoken(branches, 1):
            print(line)
        return
    from rich.text import Text
    from rich.tree import Tree

    tree = Tree(Text.assemble(*title), guide_style="dim")
    for branch in branches:
        _grow(tree, branch)
    draw(tree)


def _spoken(branches: Iterable[Branch], depth: int) -> Iterator[str]:
    for each in branches:
        notes = "".join(f"; {note}" for note, _ in each.notes if note != said("unknown"))  # its sign has said so
        sign = "" if each.sign is None else f"{said(_WORDS[each.sign])}: "
        yield f"{'  ' * depth}{sign}{each.text}{notes}"
        yield from _spoken(each.below, depth + 1)


def _grow(tree: Tree, branch: Branch) -> None:
    grown = tree.add(_label(branch))
    for each in branch.below:
        _grow(grown, each)


def _label(branch: Branch) -> Text:
    from rich.text import Text

    label = Text(branch.text, style=branch.style)
    if branch.sign is not None:
        label = Text.assemble(_SIGNS[branch.sign], " ", label)
    for note, style in branch.notes:
        label.append(f"   {note}", style=style)
    return label
