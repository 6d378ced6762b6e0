"""Files in the text form."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

from strategy_engine.language import ast
from strategy_engine.language.printing.expressions import expression, quoted, word
from strategy_engine.language.printing.layout import STEP, WIDTH, as_written, broken, filled, padded, width
from strategy_engine.language.printing.page import SHORT_KINDS, Block, Member, Page
from strategy_engine.language.printing.remarks import Placed
from strategy_engine.language.printing.tongue import Tongue
from strategy_engine.language.printing.values import cell, given_head, is_expression, key_text, pieces
from strategy_engine.record import record


def text_form(page: Page, tongue: Tongue, *, verbatim: bool) -> str:
    """The page as a file. `verbatim`: what has comments inside stays as it was written, which only a file of the same form can."""
    printer = _Printer(page, tongue, verbatim)
    lines: list[str] = []
    for number, placed in enumerate(page.blocks):
        if placed.blank and number:
            lines.append("")
        lines += printer.block(placed)
    return "".join(f"{line}\n" for line in lines)


@record
class _Printer:
    page: Page
    tongue: Tongue
    verbatim: bool

    def block(self, placed: Placed[Block]) -> list[str]:
        """A declaration, or a comment between declarations."""
        block = placed.what
        if block is None:
            return [placed.text]
        heading = self._heading(block.declaration)
        if block.short and placed.inside and self.verbatim:
            lines = as_written(self.page.text[placed.start : placed.end], 0)
        elif block.short or self._can_be_short(block):
            lines = [*placed.inside, *self._short(block, heading)]
        else:
            lines = self._in_braces(block, heading)
        return _with_comment(lines, placed.behind)

    @staticmethod
    def _can_be_short(block: Block) -> bool:
        """Whether braces around the one member say no more than an equals sign would."""
        only = block.members[0] if len(block.members) == 1 else None
        field = only.what if only is not None and not (only.inside or only.behind) else None
        wanted = SHORT_KINDS.get(block.declaration.kind)
        return isinstance(field, ast.Field) and field.key == wanted and is_expression(field.value)

    def _heading(self, declaration: ast.Declaration) -> str:
        parts = [self.tongue.kind(declaration.kind)]
        parts += [word(declaration.name)] if declaration.name else []
        parts += [quoted(declaration.title)] if declaration.title is not None else []
        return " ".join(parts)

    def _short(self, block: Block, heading: str) -> list[str]:
        return broken([f"{heading} =", *pieces(block.declaration.fields[0].value, self.tongue)], STEP, 0)

    def _in_braces(self, block: Block, heading: str) -> list[str]:
        if not block.members:
            return [f"{heading} {{}}"]
        if block.one_line and not block.declaration.rows:
            line = f"{heading} {{ {'  '.join(self._on_one_line(each.what, block) for each in block.members if each.what is not None)} }}"
            if width(line) <= WIDTH:
                return [line]
        return [f"{heading} {{", *self._members(block), "}"]

    def _on_one_line(self, member: Member, block: Block) -> str:
        if isinstance(member, ast.Field):
            key = self._key(member, block)
            return f"{key} {' '.join(pieces(member.value, self.tongue, member.key))}"
        assert isinstance(member, ast.Given)  # noqa: S101 - a table has its rows on lines of their own
        return " ".join(self._given(member))

    def _key(self, field: ast.Field, block: Block) -> str:
        return f"{key_text(self.tongue.key(field.key, block.declaration.kind))}:"

    # -------------------------------------------------------------------------------------------- members

    def _members(self, block: Block) -> list[str]:
        fields = [each.what for each in block.members if isinstance(each.what, ast.Field)]
        column = STEP + max((width(self._key(field, block)) for field in fields), default=0) + 1
        rows = iter(_aligned([self._row(row) for row in block.declaration.rows]))
        lines: list[str] = []
        for number, placed in enumerate(block.members):
            if placed.blank and number:
                lines.append("")
            lines += self._member(placed, block, column, rows)
        return lines

    def _member(self, placed: Placed[Member], block: Block, column: int, rows: object) -> list[str]:
        member, indent = placed.what, " " * STEP
        if member is None:
            return [f"{indent}{placed.text}"]
        if placed.inside and self.verbatim and not isinstance(member, ast.Row):
            return _with_comment(as_written(self.page.text[placed.start : placed.end], STEP), placed.behind)
        lines = [f"{indent}{comment}" for comment in placed.inside]
        if isinstance(member, ast.Row):
            lines.append(f"{indent}{next(rows)}")  # type: ignore[call-overload]  # an iterator of texts
        elif isinstance(member, ast.Given):
            lines += self._given_lines(self._given(member))
        else:
            key = padded(f"{indent}{self._key(member, block)}", column)
            first, *rest = broken(pieces(member.value, self.tongue, member.key), column, column, STEP)
            lines += [f"{key}{first}", *rest]
        return _with_comment(lines, placed.behind)

    def _given(self, given: ast.Given) -> list[str]:
        row = pieces(given.row, self.tongue, "given")
        head = f"{self.tongue.word('given')} {given_head(given, self.tongue)} "
        if row == ["{}"]:
            return [f"{head}{{}}"]
        return [f"{head}{{", row[0].removeprefix("{") if len(row) > 1 else row[0][1:-1], *_inside(row), "}"]

    @staticmethod
    def _given_lines(given: list[str]) -> list[str]:
        """A row that a test sets up: on one line, or its values by the line in braces."""
        whole = " " * STEP + " ".join(given)
        if width(whole) <= WIDTH:
            return [whole]
        inside = " " * 2 * STEP
        first, *rest = filled(given[1:-1], 2 * STEP, 2 * STEP)
        return [" " * STEP + given[0], inside + first, *rest, " " * STEP + "}"]

    def _row(self, row: ast.Row) -> tuple[list[str], list[str]]:
        return [cell(each, self.tongue) for each in row.cells], [expression(each, self.tongue) for each in row.outputs]


def _inside(row: list[str]) -> list[str]:
    """The further pieces of a mapping, without its closing brace."""
    return [*row[1:-1], row[-1].removesuffix("}")] if len(row) > 1 else []


def _with_comment(lines: list[str], comment: str | None) -> list[str]:
    return lines if comment is None else [*lines[:-1], f"{lines[-1]}  {comment}"]


def _aligned(rows: Sequence[tuple[list[str], list[str]]]) -> list[str]:
    """Rows of a table with their columns under each other."""
    conditions, outputs = (_columns([row[side] for row in rows]) for side in (0, 1))
    return [_row_text(row[0], conditions, row[1], outputs) for row in rows]


def _columns(rows: Sequence[list[str]]) -> list[int]:
    return [max(width(text or "") for text in column) for column in zip_longest(*rows)]


def _row_text(cells: list[str], conditions: list[int], results: list[str], outputs: list[int]) -> str:
    left = "".join(f"| {padded(text, columns)} " for text, columns in zip(cells, conditions, strict=False))
    right = " | ".join(padded(text, columns) for text, columns in zip(results, outputs, strict=False))
    return f"{left}| => {right} |"
