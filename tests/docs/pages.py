"""Pages of the documentation, as the blocks of code that they hold and the links that they make.

The first word behind a fence is the block's language; what follows tells the tests what to do with it:

    console                   commands (`$ …`) with their exact output; a line `…` stands for any lines; `unrun`: only shown
    strategy                  declarations that join those above on the page, in the bank beside this file
    strategy gives=S0220      declarations that, added to those above, are told to be wrong in exactly this way
    strategy twin             the block above in its other spelling: it must give the same model
    yaml twin                 the same in YAML
    expr                      an expression a line, for customer 1 of the bank; `# → VALUE` (`; a note` may follow) is what it gives
    ANY file=PATH             is written to that file
    python                    is run where the commands are; `unrun`: only shown, for what is not installed here
    yaml, json                must be readable
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
GENERATED = {"functions.md", "diagnostics.md", "library.md"}
PAGES = [ROOT / "README.md", *sorted(page for page in (ROOT / "docs").rglob("*.md") if page.name not in GENERATED)]
LANGUAGES = {"console", "strategy", "expr", "yaml", "json", "csv", "python", "mermaid", "text", "toml", "lua"}

_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


@dataclass(frozen=True)
class Block:
    """A fenced block; `line` is the number of its first line of text, from 0."""

    language: str
    marks: tuple[str, ...]
    lines: tuple[str, ...]
    line: int

    @property
    def text(self) -> str:
        return "".join(f"{line}\n" for line in self.lines)

    def mark(self, name: str) -> str | None:
        """The value of a mark such as `file=strategy.yaml`; "" for a bare one, None where there is none."""
        return next((value for key, _, value in (mark.partition("=") for mark in self.marks) if key == name), None)


@dataclass(frozen=True)
class Command:
    """A command of a console block and the output that the page shows; `line` is that of the output's first line."""

    text: str
    output: tuple[str, ...]
    line: int


def blocks(text: str) -> Iterator[Block]:
    """The fenced blocks of a page."""
    lines = text.splitlines()
    start: int | None = None
    head: list[str] = []
    for number, line in enumerate(lines):
        if not line.startswith("```"):
            continue
        if start is None:
            start, head = number + 1, line.removeprefix("```").split()
        else:
            yield Block(head[0] if head else "", tuple(head[1:]), tuple(lines[start:number]), start)
            start = None


def commands(block: Block) -> Iterator[Command]:
    """The commands of a console block."""
    starts = [place for place, line in enumerate(block.lines) if line.startswith("$ ")]
    for start, end in zip(starts, [*starts[1:], len(block.lines)], strict=True):
        yield Command(block.lines[start][2:], block.lines[start + 1 : end], block.line + start + 1)


# ------------------------------------------------------------------------------------------------ outputs with lines left out

LEFT_OUT = "…"


def pieces(shown: Sequence[str]) -> list[list[str]]:
    """The shown lines between those that stand for others."""
    found: list[list[str]] = [[]]
    for line in shown:
        if line.strip() == LEFT_OUT:
            found.append([])
        else:
            found[-1].append(line)
    return found


def matches(shown: Sequence[str], printed: Sequence[str]) -> bool:
    """Whether the printed lines are those shown."""
    first, *others = pieces(shown)
    printed = list(printed)
    if not others:
        return first == printed
    *middle, last = others
    if printed[: len(first)] != first or (last and printed[-len(last) :] != last):
        return False
    place, end = len(first), len(printed) - len(last)
    for piece in middle:
        found = next((at for at in range(place, end - len(piece) + 1) if printed[at : at + len(piece)] == piece), None)
        if found is None:
            return False
        place = found + len(piece)
    return place <= end


def renewed(shown: Sequence[str], printed: list[str]) -> list[str] | None:
    """The printed lines with as much left out as was; None where a piece from the middle cannot be found again."""
    first, *others = pieces(shown)
    if not others:
        return printed
    *middle, last = others
    lines, place = printed[: len(first)], len(first)
    for piece in middle:
        found = next((at for at in range(place, len(printed)) if printed[at] == piece[0]), None)
        if found is None:
            return None
        lines += [LEFT_OUT, *printed[found : found + len(piece)]]
        place = found + len(piece)
    return [*lines, LEFT_OUT, *(printed[-len(last) :] if last else [])]


# ------------------------------------------------------------------------------------------------ links


def links(text: str) -> Iterator[str]:
    """The targets of the links in a page, those inside of code aside."""
    inside = False
    for line in text.splitlines():
        inside ^= line.startswith("```")
        if not inside:
            yield from _LINK.findall(re.sub(r"`[^`]*`", "", line))


def anchors(text: str) -> set[str]:
    """The names by which a page's headings can be linked to."""
    found, inside = set(), False
    for line in text.splitlines():
        inside ^= line.startswith("```")
        if not inside and line.startswith("#"):
            words = re.sub(r"[^\w\- ]", "", line.lstrip("#").strip().lower())
            found.add(words.replace(" ", "-"))
    return found
