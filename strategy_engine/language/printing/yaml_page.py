"""The page of a file in the YAML form."""

from __future__ import annotations

import re
from collections.abc import Iterator

from strategy_engine.language import ast
from strategy_engine.language.printing.page import SHORT_KINDS, Block, Member, Page
from strategy_engine.language.printing.remarks import Comment, Placed, Thing, holding, place, without_empty
from strategy_engine.language.words import canonical_key
from strategy_engine.language.yaml_reader import PLAIN_TEXT
from strategy_engine.record import record
from strategy_engine.source.file import SourceFile
from strategy_engine.source.yaml_nodes import YamlMapping, YamlNode, YamlScalar, YamlSequence, read_yaml

_COMMENT = re.compile(r"(?:(?<=\s)|^)#[^\n]*", re.MULTILINE)


def yaml_page(module: ast.Module, file: SourceFile) -> Page:
    """The page of a file in the YAML form; all of it must have been read. Its sections are no things of their own."""
    root, _ = read_yaml(file)
    comments = _comments(file.text, root)
    sections = root.entries if isinstance(root, YamlMapping) else ()
    bodies = {key.span.start: body for key, body in sections}
    bodies |= {key.span.start: body for _, section in sections if isinstance(section, YamlMapping) for key, body in section.entries}
    declared = {(each.name_span or each.span).start: each for each in module.declarations}
    starts = sorted({*declared, *(key.span.start for key, _ in sections)})
    placed = place(file.text, [Thing(start, declared.get(start)) for start in starts], comments, 0, len(file.text))
    found = (_Blocks(file.text, comments, bodies).block(each) for each in placed)
    return Page(tuple(without_empty(found)), file.text)


def _scalars(node: YamlNode, key: str = "") -> Iterator[tuple[YamlScalar, str]]:
    """Every scalar, and the key that it is a value of."""
    if isinstance(node, YamlScalar):
        yield node, key
    elif isinstance(node, YamlMapping):
        for name, value in node.entries:
            yield name, ""
            yield from _scalars(value, key if key in PLAIN_TEXT else canonical_key(name.text))
    else:
        for item in node.items:
            yield from _scalars(item, key)


def yaml_comments(file: SourceFile) -> list[Comment]:
    """The comments of a file in the YAML form."""
    return _comments(file.text, read_yaml(file)[0])


def _comments(text: str, root: YamlNode | None) -> list[Comment]:
    """The comments of YAML, and those of the language inside block scalars that are no plain text."""
    scalars = [] if root is None else list(_scalars(root))
    blocks = ("|", ">")
    texts = [scalar.span for scalar, key in scalars if key in PLAIN_TEXT or scalar.written is None or scalar.written.style not in blocks]
    found = []
    for match in _COMMENT.finditer(text):
        if not any(span.start <= match.start() < span.end for span in texts):
            shown = match[0].rstrip()
            found.append(Comment(match.start(), match.start() + len(shown), shown))
    return found


@record
class _Blocks:
    text: str
    comments: list[Comment]
    bodies: dict[int, YamlNode]

    def block(self, placed: Placed[ast.Declaration | None]) -> Placed[Block]:
        """The declaration at a place with its members; what is neither that nor a comment is the key of a section."""
        declaration = placed.what
        if declaration is None:
            return holding(placed, None)
        key = SHORT_KINDS.get(declaration.kind)
        body = self.bodies.get(placed.start)
        if key is not None and isinstance(body, YamlScalar):
            return holding(
                placed, Block(declaration, (Placed(declaration.fields[0], placed.start, placed.end, "", False, None, ()),), short=True)
            )
        members = self._members(declaration, body, placed.end)
        one_line = "\n" not in self.text[placed.start : placed.end] and not any(each.what is None for each in members)
        return holding(placed, Block(declaration, tuple(members), one_line=one_line), inside=())

    def _members(self, declaration: ast.Declaration, body: YamlNode | None, end: int) -> list[Placed[Member]]:
        """Fields, rows and givens; the keys that are none of these (`title`, `rows`, `given`) count as places only."""
        entries = body.entries if isinstance(body, YamlMapping) else ()
        keys = [key for key, _ in entries]
        items = {key.span.start: iter(value.items) for key, value in entries if isinstance(value, YamlSequence)}
        things: dict[int, Thing[Member | None]] = {key.span.start: Thing(key.span.start, None) for key in keys}
        for field in declaration.fields:
            listed = items.get(field.key_span.start)
            item = next(listed, None) if listed is not None else None
            further = item is not None and things[field.key_span.start].what is not None
            at = self._item(item.span.start) if item is not None and further else field.key_span.start
            things[at] = Thing(at, field)
        members: list[ast.Row | ast.Given] = [*declaration.rows[1:], *declaration.givens]
        for member in members:
            at = self._item(member.span.start)
            things[at] = Thing(at, member)
        if declaration.rows:
            heading = next(key.span.start for key in keys if canonical_key(key.text) == "rows")
            things[heading] = Thing(heading, declaration.rows[0])
        ordered = sorted(things.values(), key=lambda thing: thing.start)
        name_end = (declaration.name_span or declaration.span).end
        found = place(self.text, ordered, self.comments, name_end, end)
        return list(without_empty(found))

    def _item(self, start: int) -> int:
        """Where an item of a list begins: at its dash, where it has one."""
        before = self.text[:start].rstrip(" ")
        return len(before) - 1 if before.endswith("-") else start
