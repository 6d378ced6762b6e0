"""YAML as nodes with their places in the file: immutable, read under YAML 1.2 core rules.

`read_yaml` builds the nodes from the parser's events and not through PyYAML's composer: that keeps bombs out (aliases
are never followed, depth is counted as it grows), keeps tags and quotes, and costs no more time.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

import yaml
from yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    Event,
    NodeEvent,
    ScalarEvent,
    SequenceStartEvent,
)

from strategy_engine.diagnostics.model import Diagnostic
from strategy_engine.record import record
from strategy_engine.source.file import SourceFile, Span
from strategy_engine.source.yaml_diagnostics import (
    AnchorOrAlias,
    DuplicateKey,
    KeyIsNoText,
    NestedTooDeep,
    SecondDocument,
    UnknownTag,
)
from strategy_engine.source.yaml_offsets import places
from strategy_engine.source.yaml_syntax import explain, find_control_character

MAX_DEPTH = 100
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_TAG_TEXT = "tag:yaml.org,2002:str"
_TAGS = {None, _TAG_TEXT, "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq"}
_PROPERTIES = re.compile(r"(?:[!&]\S*(?:\s|#[^\n]*\n)*)+")  # the tag and the anchor before a node, and comments between

_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_BOOL = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INT = re.compile(r"[-+]?[0-9]{1,300}")  # Python refuses to read integers of thousands of digits
_BASED_INT = re.compile(r"0o[0-7]{1,300}|0x[0-9a-fA-F]{1,300}")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_SPECIAL_FLOAT = re.compile(r"(?P<infinity>[-+]?\.(?:inf|Inf|INF))|\.(?:nan|NaN|NAN)")


class Written(NamedTuple):
    """How a scalar stands in its file; `end` is after the line breaks that may belong to a block scalar's text."""

    file: SourceFile
    style: str  # `"`, `'`, `|`, `>`, or empty for a plain scalar
    end: int


@record
class YamlScalar:
    """One value: its text without quotes, and whether it stands without quotes (only then it may be a number)."""

    text: str
    plain: bool
    span: Span
    written: Written | None = field(default=None, compare=False, repr=False)  # None for a scalar that no file holds

    @property
    def value(self) -> str | int | float | bool | None:
        """What the scalar means under YAML 1.2 core rules; dates, `NO` and `12:30` are text."""
        return resolve(self.text) if self.plain else self.text

    def span_of(self, start: int, end: int) -> Span:
        """The place in the file of `text[start:end]`; the whole scalar where that cannot be told."""
        count = len(self.text)
        start, end = min(max(start, 0), count), min(max(end, 0), count)
        if self._stretches is None:
            return self.span
        if start >= end:
            at = self._stretches[start][0]
            return Span(self.span.path, at, at)
        return Span(self.span.path, self._stretches[start][0], self._stretches[end - 1][1])

    @cached_property
    def _stretches(self) -> list[tuple[int, int]] | None:
        """Start and end in the file of each character, and of the end of the text."""
        if self.written is None:
            return None
        file, style, end = self.written
        quote = style in ("'", '"')
        inner, inner_end = self.span.start + quote, end - quote
        if file.text[inner:inner_end] == self.text:  # as it stands: the common case
            return [(at, at + 1) for at in range(inner, inner_end + 1)]
        found = places(file.text, self.text, style, self.span.start, end)
        if found is None:
            return None
        last = found[-1].end if found else inner
        return [*((place.start, place.end) for place in found), (last, last)]


@record
class YamlMapping:
    """Keys with their values, in the order of the file; each key occurs once."""

    entries: tuple[tuple[YamlScalar, YamlNode], ...]
    span: Span

    def get(self, key: str) -> YamlNode | None:
        """The value of a key."""
        return next((value for name, value in self.entries if name.text == key), None)

    def key(self, key: str) -> YamlScalar | None:
        """The key itself, for its place."""
        return next((name for name, _ in self.entries if name.text == key), None)


@record
class YamlSequence:
    """A list."""

    items: tuple[YamlNode, ...]
    span: Span


YamlNode = YamlScalar | YamlMapping | YamlSequence


def resolve(text: str) -> str | int | float | bool | None:
    """What a scalar without quotes means: nothing, a boolean, a number, or its text."""
    if text in _NULL:
        return None
    if text in _BOOL:
        return _BOOL[text]
    if _INT.fullmatch(text):
        return int(text)
    if _BASED_INT.fullmatch(text):
        return int(text[2:], 8 if text[1] == "o" else 16)
    if _FLOAT.fullmatch(text):
        number = float(text)
        return text if math.isinf(number) else number
    if special := _SPECIAL_FLOAT.fullmatch(text):
        return float(text.replace(".", "")) if special["infinity"] else float("nan")
    return text


def plain(node: YamlNode | None) -> Any:
    """The node as Python values: dict, list, text, number, boolean, None. A key is always its text."""
    match node:
        case YamlMapping(entries):
            return {key.text: plain(value) for key, value in entries}
        case YamlSequence(items):
            return [plain(item) for item in items]
        case YamlScalar():
            return node.value
        case None:
            return None


def read_yaml(file: SourceFile) -> tuple[YamlNode | None, list[Diagnostic]]:
    """The one document of a file, None where the file is empty or broken; and all that is wrong with it."""
    found = find_control_character(file)
    if found is not None:
        return None, [found]
    builder = _Builder(file)
    try:
        builder.read()
    except yaml.MarkedYAMLError as error:
        builder.diagnostics.append(explain(error, file, builder.shift))
        builder.root = None
    diagnostics = sorted(builder.diagnostics, key=lambda diagnostic: diagnostic.span.start if diagnostic.span else 0)
    return builder.root, diagnostics


@dataclass
class _Open:
    """A mapping or list whose end has not come yet."""

    event: CollectionStartEvent
    children: list[YamlNode] = field(default_factory=list)


class _Builder:
    """Builds nodes from events with a stack of its own, so that depth costs no recursion."""

    def __init__(self, file: SourceFile) -> None:
        self.file = file
        self.shift = int(file.text.startswith("\ufeff"))  # the two parsers differ in counting a byte order mark
        self.root: YamlNode | None = None
        self.open: list[_Open] = []
        self.diagnostics: list[Diagnostic] = []

    def read(self) -> None:
        """Read the events until the document is complete, or too deep, or a second one begins."""
        events: Iterator[Event] = yaml.parse(self.file.text[self.shift :], Loader=_LOADER)
        seen_document = False
        for event in events:
            if isinstance(event, DocumentStartEvent):
                if seen_document:
                    self.diagnostics.append(SecondDocument(self._span(event)))
                    return
                seen_document = True
            elif isinstance(event, CollectionStartEvent):
                self._properties(event)
                self.open.append(_Open(event))
                if len(self.open) > MAX_DEPTH:
                    self.diagnostics.append(NestedTooDeep(self._span(event), MAX_DEPTH))
                    self.root = None
                    return
            elif isinstance(event, CollectionEndEvent):
                self._place(self._collection(self.open.pop(), event))
            elif isinstance(event, NodeEvent):
                self._place(self._leaf(event))

    def _place(self, node: YamlNode) -> None:
        if self.open:
            self.open[-1].children.append(node)
        else:
            self.root = node

    def _span(self, event: Event) -> Span:
        start, end = event.start_mark, event.end_mark
        assert start is not None and end is not None  # noqa: S101, PT018 -- the parser marks every event
        return Span(self.file.path, start.index + self.shift, end.index + self.shift)

    def _leaf(self, event: NodeEvent) -> YamlScalar:
        span = self._span(event)
        if isinstance(event, AliasEvent):
            self.diagnostics.append(AnchorOrAlias(span, f"*{event.anchor}"))
            return YamlScalar("", True, Span(span.path, span.end, span.end))
        assert isinstance(event, ScalarEvent)  # noqa: S101 -- there is no third kind
        self._properties(event)
        start, end = span.start, span.end
        if event.tag or event.anchor:
            properties = _PROPERTIES.match(self.file.text, start, end)
            start = properties.end() if properties else start
        style = event.style or ""
        written = Written(self.file, style, end)
        if style in ("|", ">"):  # the parser ends a block scalar where the next thing begins
            end = start + len(self.file.text[start:end].rstrip())
        bare = not style and event.tag != _TAG_TEXT
        return YamlScalar(event.value, bare, Span(span.path, start, end), written)

    def _collection(self, opened: _Open, closing: CollectionEndEvent) -> YamlNode:
        bracket = self._span(closing)
        without_brackets = bracket.start == bracket.end and opened.children
        last = opened.children[-1].span if without_brackets else bracket
        span = Span(self.file.path, self._span(opened.event).start, last.end)
        if isinstance(opened.event, SequenceStartEvent):
            return YamlSequence(tuple(opened.children), span)
        return YamlMapping(tuple(self._entries(opened.children)), span)

    def _entries(self, children: list[YamlNode]) -> Iterator[tuple[YamlScalar, YamlNode]]:
        """Keys and values that come in turns; an entry whose key is wrong is left out."""
        seen: dict[str, Span] = {}
        for key, value in zip(children[::2], children[1::2], strict=True):
            if not isinstance(key, YamlScalar) or not key.text:
                self.diagnostics.append(KeyIsNoText(key.span))
            elif key.text in seen:
                self.diagnostics.append(DuplicateKey(key.span, key.text, seen[key.text]))
            else:
                seen[key.text] = key.span
                yield key, value

    def _properties(self, event: CollectionStartEvent | ScalarEvent) -> None:
        """Refuse an anchor, and a tag other than those that change nothing."""
        if not event.anchor and event.tag in _TAGS:
            return
        _, start, end = self._span(event)
        written = self.file.text[start:end].rstrip()
        for found in re.finditer(r"[!&]\S*", written):
            word = found[0]
            span = Span(self.file.path, start + found.start(), start + found.end())
            if word == f"&{event.anchor}":
                self.diagnostics.append(AnchorOrAlias(span, word))
                return
            if word.startswith("!") and event.tag not in _TAGS:
                self.diagnostics.append(UnknownTag(span, word, written if isinstance(event, ScalarEvent) else ""))
                return
