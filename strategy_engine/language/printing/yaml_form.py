"""Files in the YAML form."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Sequence

from strategy_engine.language import ast, words
from strategy_engine.language.printing.expressions import expression, name
from strategy_engine.language.printing.layout import STEP, WIDTH, as_written, filled, width
from strategy_engine.language.printing.page import Block, Member, Page
from strategy_engine.language.printing.remarks import Placed, holding
from strategy_engine.language.printing.tongue import Tongue
from strategy_engine.language.printing.values import cell, given_head, line, pieces, step
from strategy_engine.language.yaml_reader import PLAIN_TEXT
from strategy_engine.record import record

_SECTIONS = {kind: section for section, kind in words.SECTIONS.items()}
_SPECIAL = re.compile(r"[-?:](?=\s|$)|[,\[\]{}#&*!|>'\"%@`]|\s|$|---|\.\.\.")
_UNSAFE = re.compile(r":(?=\s|$)|\s#|[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]|\s$")
_UNSAFE_IN_FLOW = re.compile(r"[,\[\]{}]")
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def yaml_form(page: Page, tongue: Tongue, *, verbatim: bool) -> str:
    """The page as a file: a section for each kind, in the order in which the kinds come first."""
    printer = _Printer(page, tongue, verbatim)
    lines: list[str] = []
    for kind, placed in _by_kind(list(_hoisted(printer, page.blocks))).items():
        first = next(each for each in placed if each.what is not None) if kind else None
        before = placed[: placed.index(first)] if first is not None else placed
        if lines and (placed[0].blank or kind != ""):
            lines.append("")
        lines += [each.text for each in before]
        if first is None or first.what is None:
            continue
        if kind == "arbitration":
            lines += printer.block(placed[len(before)], 0)
            continue
        lines.append(f"{printer.section(kind)}:")
        for number, each in enumerate(placed[len(before) :]):
            if each.blank and number:
                lines.append("")
            lines += printer.block(each, 2)
    return "".join(f"{each}\n" for each in lines)


def _hoisted(printer: _Printer, blocks: Sequence[Placed[Block]]) -> Iterator[Placed[Block]]:
    """Comments behind the last member of a declaration stand behind the declaration, where no brace keeps them in.

    So does one behind folded text, which would swallow it.
    """
    for placed in blocks:
        block = placed.what
        members = block.members if block is not None else ()
        last = max((number for number, each in enumerate(members) if each.what is not None), default=-1)
        if block is None or not members:
            yield placed
            continue
        kept = list(_into_lists(members[: last + 1]))
        final = _last_printed(kept)
        behind = "  ".join(filter(None, (*(kept[at].behind for at in final), placed.behind))) or None
        kept = [each._replace(behind=None) if at in final else each for at, each in enumerate(kept)]
        bare = holding(placed, dataclasses.replace(block, members=tuple(kept)))._replace(behind=None)
        folded = any(line.endswith(">-") for line in printer.block(bare, STEP))
        yield bare if folded else bare._replace(behind=behind)
        if folded and behind is not None:
            yield Placed(None, placed.start, placed.end, behind, False, None, ())
        yield from (holding(each, None) for each in members[last + 1 :])


def _last_printed(members: Sequence[Placed[Member]]) -> list[int]:
    """The member whose line comes last, if there is one: what is gathered in a list stands where its first item does."""
    first: dict[str, int] = {}
    for at, each in enumerate(members):
        key = each.what.key if isinstance(each.what, ast.Field) else "given" if isinstance(each.what, ast.Given) else f"#{at}"
        first.setdefault(key, at)
    start = max(first.values(), default=-1)
    key = next((key for key, at in first.items() if at == start), "")
    items = [at for at, each in enumerate(members) if isinstance(each.what, ast.Field) and each.what.key == key]
    return (items or [start])[-1:] if start >= 0 else []


def _into_lists(members: Sequence[Placed[Member]]) -> Iterator[Placed[Member]]:
    """A comment before a further field of a key belongs to that item of the list."""
    seen: set[str] = set()
    waiting: list[Placed[Member]] = []
    for each in members:
        if each.what is None:
            waiting.append(each)
            continue
        if isinstance(each.what, ast.Field) and each.what.key in seen:
            yield holding(each, each.what, inside=(*(comment.text for comment in waiting), *each.inside))
        else:
            yield from (*waiting, each)
        seen |= {each.what.key} if isinstance(each.what, ast.Field) else set()
        waiting = []


def _by_kind(blocks: Sequence[Placed[Block]]) -> dict[str, list[Placed[Block]]]:
    """The blocks of each kind with the comments before them; comments behind the last declaration come last, under no kind."""
    found: dict[str, list[Placed[Block]]] = {}
    waiting: list[Placed[Block]] = []
    for each in blocks:
        waiting.append(each)
        if each.what is not None:
            found.setdefault(each.what.declaration.kind, []).extend(waiting)
            waiting = []
    return found | ({"": waiting} if waiting else {})


def scalar(text: str, *, flow: bool = False, key: bool = False) -> str:
    """A text as a YAML scalar on one line, in quotes where it would be read as something else."""
    plain = not (_SPECIAL.match(text) or _UNSAFE.search(text) or (flow and _UNSAFE_IN_FLOW.search(text)))
    if plain and not (key and text == "="):
        return text
    if '"' not in text and "\\" not in text and not _UNSAFE.search(text.replace(": ", "").replace(" #", "").rstrip(":").rstrip()):
        return f'"{text}"'
    if "'" not in text and text.isprintable():
        return f"'{text}'"
    return '"' + "".join(_ESCAPES.get(char) or (char if char.isprintable() else f"\\u{ord(char):04x}") for char in text) + '"'


@record
class _Printer:
    page: Page
    tongue: Tongue
    verbatim: bool

    def section(self, kind: str) -> str:
        return self.tongue.kind(kind) if self.tongue.chinese else _SECTIONS[kind]

    def block(self, placed: Placed[Block], indent: int) -> list[str]:
        """A declaration, or a comment between declarations."""
        margin, block = " " * indent, placed.what
        if block is None:
            return [f"{margin}{placed.text}"]
        declaration = block.declaration
        called = declaration.title or "" if declaration.kind == "test" else declaration.name
        heading = margin + (scalar(called, key=True) if declaration.kind != "arbitration" else self.section(declaration.kind)) + ":"
        empty = not self._titled(declaration) and not block.members
        comments = [f"{margin}{comment}" for comment in placed.inside]
        if block.short and declaration.title is None and not isinstance(declaration.fields[0].value, ast.By):
            lines = self._value(heading, declaration.fields[0], indent + 2)
        elif empty:
            lines = [f"{heading} {{}}"]
        elif (flow := self._flow(block)) is not None and width(f"{heading} {flow}") <= WIDTH:
            lines = [f"{heading} {flow}"]
        else:
            lines = [heading, *self._members(block, indent + 2)]
        return _with_comment([*comments, *lines], placed.behind)

    # -------------------------------------------------------------------------------------------- on one line

    def _flow(self, block: Block) -> str | None:
        """The declaration in braces, where the author began it on one line and it has no lists."""
        declaration = block.declaration
        keys = [field.key for field in declaration.fields]
        fits = (block.one_line or block.short) and not (declaration.rows or declaration.givens) and len(keys) == len(set(keys))
        if not fits:
            return None
        title = [f"{self._key('title', block)}: {scalar(declaration.title or '', flow=True)}"] if self._titled(declaration) else []
        fields = [f"{self._key(field.key, block)}: {self._inline(field.value, field.key)}" for field in declaration.fields]
        return "{" + ", ".join(title + fields) + "}"

    @staticmethod
    def _titled(declaration: ast.Declaration) -> bool:
        return declaration.title is not None and declaration.kind != "test"

    def _key(self, key: str, block: Block) -> str:
        shown = {"title": "名称"}.get(key, key) if self.tongue.chinese else key
        return scalar(self.tongue.key(shown, block.declaration.kind), flow=True, key=True)

    def _inline(self, value: ast.Value, key: str) -> str:
        """A value inside braces."""
        if isinstance(value, ast.By | ast.Mapping):
            entries = [f"{self._entry_key(each, flow=True)}: {self._inline(each.value, key)}" for each in value.entries]
            return "{" + ", ".join([*self._selector(value, flow=True), *entries]) + "}"
        return scalar(self._text(value, key), flow=True)

    def _selector(self, value: ast.By | ast.Mapping, *, flow: bool) -> list[str]:
        return [f"{self.tongue.word('by')}: {scalar(name(value.selector, self.tongue), flow=flow)}"] if isinstance(value, ast.By) else []

    def _entry_key(self, entry: ast.Entry, *, flow: bool) -> str:
        return scalar(self.tongue.entry_key(entry.key), flow=flow, key=True)

    def _text(self, value: ast.Value, key: str) -> str:
        """A value as the text of a scalar."""
        if key in PLAIN_TEXT and isinstance(value, ast.Text):
            return value.raw if key == "script" else value.value
        return line(value, self.tongue, key)

    # -------------------------------------------------------------------------------------------- on lines of their own

    def _members(self, block: Block, indent: int) -> list[str]:
        declaration, margin = block.declaration, " " * indent
        lines = [f"{margin}{self._key('title', block)}: {scalar(declaration.title or '')}"] if self._titled(declaration) else []
        headed: set[str] = set()
        for number, placed in enumerate(block.members):
            member = placed.what
            if isinstance(member, ast.Field) and member.key in headed:
                continue
            if placed.blank and number:
                lines.append("")
            if member is None:
                lines.append(f"{margin}{placed.text}")
            elif isinstance(member, ast.Field):
                headed.add(member.key)
                same = [each for each in block.members if isinstance(each.what, ast.Field) and each.what.key == member.key]
                lines += self._list(same, block, indent) if len(same) > 1 else self._field(placed, block, indent)
            else:
                lines += self._listed(placed, member, block, headed, indent)
        return lines

    def _field(self, placed: Placed[Member], block: Block, indent: int) -> list[str]:
        field = placed.what
        assert isinstance(field, ast.Field)  # noqa: S101 - the caller has looked
        if placed.inside and self.verbatim:
            return _with_comment(as_written(self.page.text[placed.start : placed.end], indent), placed.behind)
        comments = [f"{' ' * indent}{comment}" for comment in placed.inside]
        lines = self._value(f"{' ' * indent}{self._key(field.key, block)}:", field, indent + 2)
        return _with_comment([*comments, *lines], placed.behind)

    def _list(self, same: Sequence[Placed[Member]], block: Block, indent: int) -> list[str]:
        """The fields of one key, with the comments of each."""
        margin, lines = " " * (indent + 2), list[str]()
        for placed in same:
            field = placed.what
            assert isinstance(field, ast.Field)  # noqa: S101 - the caller has looked
            lines += [] if lines else [f"{' ' * indent}{self._key(field.key, block)}:"]
            lines += [f"{margin}{comment}" for comment in placed.inside]
            lines += _with_comment([f"{margin}- {self._inline_or_scalar(field.value, field.key)}"], placed.behind)
        return lines

    def _value(self, heading: str, field: ast.Field, indent: int) -> list[str]:
        """A field; the steps of a plan are a list."""
        margin, value = " " * indent, field.value
        if isinstance(value, ast.Plan) and len(value.steps) > 1:
            first, *later = (step(each, self.tongue) for each in value.steps)
            then = self.tongue.word("next step")
            return [heading, f"{margin}- {scalar(first)}", *(f"{margin}- {scalar(f'{then} {each}')}" for each in later)]
        text = self._inline_or_scalar(value, field.key)
        if width(f"{heading} {text}") <= WIDTH or (field.key in PLAIN_TEXT and isinstance(value, ast.Text)):
            return [f"{heading} {text}"]
        if isinstance(value, ast.By | ast.Mapping):
            return [heading, *self._open(value, field.key, indent)]
        return [f"{heading} >-", *(f"{margin}{each.strip()}" for each in filled(pieces(value, self.tongue, field.key), indent, indent))]

    def _open(self, value: ast.By | ast.Mapping, key: str, indent: int) -> list[str]:
        margin = " " * indent
        lines = [f"{margin}{selector}" for selector in self._selector(value, flow=False)]
        return lines + [f"{margin}{self._entry_key(each, flow=False)}: {self._inline_or_scalar(each.value, key)}" for each in value.entries]

    def _inline_or_scalar(self, value: ast.Value, key: str) -> str:
        return self._inline(value, key) if isinstance(value, ast.By | ast.Mapping) else scalar(self._text(value, key))

    # -------------------------------------------------------------------------------------------- rows of tables and tests

    def _listed(self, placed: Placed[Member], member: Member, block: Block, headed: set[str], indent: int) -> list[str]:
        """A row, under its key where it is the first; in the text form the first row of a table names the columns."""
        declaration, margin = block.declaration, " " * indent
        lines: list[str] = []
        if isinstance(member, ast.Row):
            if member is declaration.rows[0]:
                return [f"{margin}{comment}" for comment in (*placed.inside, placed.behind) if comment is not None]
            lines += [] if "rows" in headed else [f"{margin}{self._key('rows', block)}:"]
            headed.add("rows")
            lines += [f"{margin}  {comment}" for comment in placed.inside]
            lines.append(f"{margin}  - {self._row(declaration.rows[0], member)}")
            return _with_comment(lines, placed.behind)
        if "given" in headed:
            return []
        headed.add("given")
        return self._givens(block, indent)

    def _row(self, head: ast.Row, row: ast.Row) -> str:
        names = [scalar(cell(each, self.tongue), flow=True, key=True) for each in head.cells]
        outputs = [scalar(expression(each, self.tongue), flow=True, key=True) for each in head.outputs]
        cells = [scalar(cell(each, self.tongue), flow=True) for each in row.cells]
        values = [scalar(expression(each, self.tongue), flow=True) for each in row.outputs]
        results = ", ".join(f"{key}: {value}" for key, value in zip(outputs, values, strict=False))
        return "{" + "".join(f"{key}: {value}, " for key, value in zip(names, cells, strict=False)) + f"=>: {{{results}}}}}"

    def _givens(self, block: Block, indent: int) -> list[str]:
        """All rows of all tables stand under one key, at the place of the first."""
        margin, tables = " " * indent, dict[str, list[str]]()
        for placed in block.members:
            if isinstance(placed.what, ast.Given):
                rows = tables.setdefault(given_head(placed.what, self.tongue), [])
                rows += [f"{margin}    {comment}" for comment in placed.inside]
                rows += _with_comment([f"{margin}    - {self._inline(placed.what.row, 'given')}"], placed.behind)
        lines = [f"{margin}{self._key('given', block)}:"]
        for table, rows in tables.items():
            lines += [f"{margin}  {scalar(table, key=True)}:", *rows]
        return lines


def _with_comment(lines: list[str], comment: str | None) -> list[str]:
    """The lines with the comment behind the last; above them where that is the text of a block scalar, which would swallow it."""
    if comment is None or not lines:
        return lines
    if any(each.endswith(">-") for each in lines):
        margin = " " * (len(lines[0]) - len(lines[0].lstrip()))
        return [f"{margin}{comment}", *lines]
    return [*lines[:-1], f"{lines[-1]}  {comment}"]
