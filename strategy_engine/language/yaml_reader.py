"""The YAML form: the same declarations as maps, every scalar read by the grammar rule of its key."""

from __future__ import annotations

import functools
import re
from typing import Any

from strategy_engine.diagnostics.model import Diagnostic, suggest
from strategy_engine.language import ast, words
from strategy_engine.language.builder import unescape
from strategy_engine.language.fragments import not_inside, parse_fragment
from strategy_engine.language.syntax_errors import BadRow, NoMapping, NoScalar, UnknownSection
from strategy_engine.language.words import canonical_key
from strategy_engine.source.file import SourceFile, Span
from strategy_engine.source.yaml_nodes import YamlMapping, YamlNode, YamlScalar, YamlSequence, read_yaml

# which grammar rule reads a key's scalar; every other key is read by `value`
_RULES = {
    "on": "source",
    "within": "span",
    "measure": "measure",
    "channel": "plan",
    "limit": "quota",
    "keep": "quota",
    "pause": "pause",
    "kpi": "kpis",
    "hit": "hit",
    "expect": "expect",
}
PLAIN_TEXT = frozenset({"title", "script", "owner", "from", "label", "purpose"})
# a list under these keys is one value; under every other key each item is a field of its own
ITEM_RULES = {"channel": "step", "kpi": "kpi", "order": "value"}


def read_yaml_form(file: SourceFile) -> tuple[ast.Module, list[Diagnostic]]:
    """The file's tree, as far as it could be read, and all its errors."""
    root, diagnostics = read_yaml(file)
    reader = _Reader(diagnostics)
    declarations = reader.sections(root) if root is not None else []
    return ast.Module(file.whole, tuple(declarations)), reader.diagnostics


class _Reader:
    def __init__(self, diagnostics: list[Diagnostic]) -> None:
        self.diagnostics = diagnostics

    # -------------------------------------------------------------------------------------------- declarations

    def sections(self, root: YamlNode) -> list[ast.Declaration]:
        found: list[ast.Declaration] = []
        for key, body in self._entries(root, "the file"):
            kind = words.SECTIONS.get(key.text) or self._chinese_section(key.text)
            if kind is None:
                self.diagnostics.append(UnknownSection(key.span, key.text, suggest(key.text, words.SECTIONS)))
            elif kind == "arbitration":
                found.append(self._declaration(kind, "", key, body))
            else:
                found += [self._declaration(kind, name.text, name, each) for name, each in self._entries(body, f"`{key.text}`")]
        return found

    @staticmethod
    def _chinese_section(text: str) -> str | None:
        return words.KINDS.get(text)

    def _declaration(self, kind: str, name: str, name_node: YamlScalar, body: YamlNode) -> ast.Declaration:
        declaration = ast.Declaration(name_node.span.to(body.span), kind, name, None, (), name_span=name_node.span)
        if kind == "test":
            declaration.name, declaration.title = "", name
        if isinstance(body, YamlScalar) and kind in ("param", "attribute", "cohort"):  # the short form: `rich: aum >= 50万`
            key = "where" if kind == "cohort" else "value"
            declaration.fields = tuple(self._field(key, body, name_node.span))
            declaration.broken = not declaration.fields
            return declaration
        fields: list[ast.Field] = []
        before = len(self.diagnostics)
        for key_node, value in self._entries(body, f"{kind} `{name}`" if name else kind):
            key = canonical_key(key_node.text)
            if key == "title":
                declaration.title = self._text(value, "`title`").value
            elif key == "rows" and kind == "table":
                declaration.rows = self._rows(value)
            elif key == "given" and kind == "test":
                declaration.givens = self._givens(value)
            else:
                fields += self._field(key, value, key_node.span)
        declaration.fields = tuple(fields)
        declaration.broken = len(self.diagnostics) > before
        return declaration

    def _field(self, key: str, node: YamlNode, key_span: Span) -> list[ast.Field]:
        """A list stands for a key that repeats, except where the value itself is a list."""
        if isinstance(node, YamlSequence) and key not in ITEM_RULES:
            values = [self._value(key, item) for item in node.items]
        else:
            values = [self._value(key, node)]
        return [ast.Field(key_span.to(value.span), key, value, key_span) for value in values if value is not None]

    # -------------------------------------------------------------------------------------------- values

    def _value(self, key: str, node: YamlNode) -> Any:
        if isinstance(node, YamlMapping):
            return self._mapping(key, node)
        if isinstance(node, YamlSequence):
            return self._sequence(key, node)
        if key in PLAIN_TEXT:
            text = self._text(node, f"`{key}`")
            if key == "script":  # escapes are the script's own, as between quotation marks
                text.value = unescape(text.raw)
            return text
        return self._parse(node, _RULES.get(key, "value"))

    def _mapping(self, key: str, node: YamlMapping) -> ast.By | ast.Mapping | None:
        selector = next((value for name, value in node.entries if canonical_key(name.text) in ("by", "按")), None)
        entries = []
        for name, child in node.entries:
            if child is not selector:
                value = self._value(key, child)
                if value is not None:
                    entries.append(ast.Entry(name.span.to(child.span), canonical_key(name.text), value, name.span))
        if selector is None:
            return ast.Mapping(node.span, tuple(entries))
        by = self._parse(selector, "expr") if isinstance(selector, YamlScalar) else None
        if not isinstance(by, ast.Name):
            self.diagnostics.append(NoScalar(selector.span, "`by`"))
            return None
        return ast.By(node.span, by, tuple(entries))

    def _sequence(self, key: str, node: YamlSequence) -> Any:
        rule = ITEM_RULES.get(key)
        if rule is None:
            self.diagnostics.append(NoScalar(node.span, f"`{key}`"))
            return None
        parsed = [self._parse(item, rule) for item in node.items]
        items = tuple(item for item in parsed if item is not None)
        shape = {"step": ast.Plan, "kpi": ast.Targets}.get(rule, ast.Many)
        return shape(node.span, items)

    def _parse(self, node: YamlNode, rule: str) -> Any:
        if not isinstance(node, YamlScalar):
            self.diagnostics.append(NoScalar(node.span, "this"))
            return None
        value, diagnostics = parse_fragment(node.text, rule, node.span_of)
        self.diagnostics += not_inside(diagnostics, self.diagnostics)
        return value

    def _text(self, node: YamlNode, what: str) -> ast.Text:
        if not isinstance(node, YamlScalar):
            self.diagnostics.append(NoScalar(node.span, what))
            return ast.Text(node.span, "", "", functools.partial(Span, node.span.path))
        return ast.Text(node.span, node.text, node.text, node.span_of)

    def _entries(self, node: YamlNode, what: str) -> tuple[tuple[YamlScalar, YamlNode], ...]:
        if isinstance(node, YamlMapping):
            return node.entries
        if not (isinstance(node, YamlScalar) and node.value is None):
            self.diagnostics.append(NoMapping(node.span, what, _mapping_hint(node)))
        return ()

    # -------------------------------------------------------------------------------------------- tables and tests

    def _rows(self, node: YamlNode) -> tuple[ast.Row, ...]:
        """The rows with a heading row first, as in the text form; a column that a row does not name may have any value."""
        if not isinstance(node, YamlSequence):
            self.diagnostics.append(NoMapping(node.span, "each of `rows`"))
            return ()
        conditions: dict[str, YamlScalar] = {}
        outputs: dict[str, YamlScalar] = {}
        rows: list[tuple[YamlNode, dict[str, YamlNode], dict[str, YamlNode]]] = []
        for item in node.items:
            entries = self._entries(item, "a row")
            out = next((value for key, value in entries if key.text == "=>"), None)
            if out is None:
                self.diagnostics.append(BadRow(item.span))
                continue
            out_entries = self._entries(out, "`=>`")
            for key, _ in entries:
                if key.text != "=>":
                    conditions.setdefault(key.text, key)
            for key, _ in out_entries:
                outputs.setdefault(key.text, key)
            rows.append((item, {key.text: value for key, value in entries}, {key.text: value for key, value in out_entries}))
        if not rows:
            return ()
        columns = [self._parse(key, "expr") for key in conditions.values()]
        names = [self._parse(key, "expr") for key in outputs.values()]
        if None in columns or None in names:
            return ()
        heads = tuple(ast.Cell(key.span, "one_of", (column,)) for key, column in zip(conditions.values(), columns, strict=True))
        heading = ast.Row(node.span, heads, tuple(names))
        return (heading, *(self._row(item.span, given, out, conditions, outputs) for item, given, out in rows))

    def _row(
        self,
        span: Span,
        given: dict[str, YamlNode],
        out: dict[str, YamlNode],
        conditions: dict[str, YamlScalar],
        outputs: dict[str, YamlScalar],
    ) -> ast.Row:
        cells = [self._parse(given[name], "cell") if name in given else ast.Cell(span, "any") for name in conditions]
        if any(name not in out for name in outputs):
            self.diagnostics.append(BadRow(span))
            return ast.Row(span, (), ())
        values = [self._parse(out[name], "expr") for name in outputs]
        if None in values or None in cells:
            return ast.Row(span, (), ())
        return ast.Row(span, tuple(cells), tuple(values))

    def _givens(self, node: YamlNode) -> tuple[ast.Given, ...]:
        found = []
        for table, rows in self._entries(node, "`given`"):
            head = self._parse(table, "head")
            for row in rows.items if isinstance(rows, YamlSequence) else (rows,):
                if isinstance(row, YamlMapping) and isinstance(head, ast.Given):
                    mapping = self._mapping("given", row)
                    if isinstance(mapping, ast.Mapping):
                        found.append(ast.Given(row.span, head.table, mapping, head.day))
                else:
                    self.diagnostics.append(NoMapping(row.span, "a given row"))
        return tuple(found)


def _mapping_hint(node: YamlNode) -> str | None:
    """How the keys are written that were meant by what is no map."""
    if isinstance(node, YamlSequence):
        return "it is no list: each entry is a line `name: …`, without `-` and brackets"
    text = node.text if isinstance(node, YamlScalar) else ""
    if text.split(maxsplit=1)[:1] and text.split(maxsplit=1)[0] in (*words.KINDS, *words.KINDS.values()):
        return "this is the text form: give the file the ending `.strategy`"
    if glued := re.match(r"([^\s:：]+)[:：](\S)", text):
        return f"a blank stands behind the `:`: `{glued[1]}: {glued[2]}…`"
    name = re.match(r"[^\W\d]\w*", text)
    return f"a name has `:` and a blank behind it: `{name[0]}: …`" if name else None
