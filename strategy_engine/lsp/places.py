"""The places of files that name something: declarations, and all that was found to mean one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from strategy_engine.catalog.models import Table
from strategy_engine.language import ast
from strategy_engine.language.walk import walk
from strategy_engine.semantics.context import Context, Mention
from strategy_engine.semantics.names import label_of
from strategy_engine.source.file import Span

_PART = re.compile(r"`[^`\n]*`|[^\s.`]+")


class Place(NamedTuple):
    """A place that names something.

    kind: of the declaration, or `table`, `column`, `value`, `function`.      name: as declared, `table.column` for a column.
    declares: whether it is the declaration itself.      written: how the name stands there, without backticks.
    """

    span: Span
    kind: str
    name: str
    declares: bool
    written: str


def places(context: Context, modules: Iterable[ast.Module]) -> list[Place]:
    """All places, by file and order in it; each once."""
    found = {each.span: each for each in (*_declared(context, modules), *_mentioned(context))}
    return sorted(found.values(), key=lambda each: each.span)


def names_of(context: Context, kind: str, name: str) -> set[str]:
    """How a file may call what the kind and name mean."""
    if kind in ("table", "column"):
        table, _, column = name.partition(".")
        return _of_data(context.project.tables.get(table), column)
    declaration = context.names.of_kind(kind).get(name)
    return {name} if declaration is None else _some(name, label_of(declaration), declaration.title)


def _of_data(table: Table | None, column: str) -> set[str]:
    if table is None:
        return set()
    if not column:
        return _some(table.name, table.label)
    declared = table.columns.get(column)
    return _some(column, None if declared is None else declared.label)


def _some(*names: str | None) -> set[str]:
    return {name for name in names if name}


def _declared(context: Context, modules: Iterable[ast.Module]) -> Iterator[Place]:
    for module in modules:
        for declaration in module.declarations:
            if declaration.name and declaration.name_span is not None and declaration.kind != "test":
                yield Place(declaration.name_span, declaration.kind, declaration.name, True, declaration.name)
            for node in walk((declaration.fields, declaration.rows)):
                if isinstance(node, ast.Call):
                    yield Place(node.name_span, "function", node.function, False, context.written(node.name_span))


def _mentioned(context: Context) -> Iterator[Place]:
    """What was found to mean something, without what only stands for something that is written elsewhere."""
    for mention in context.mentions:
        span, text = _exactly(mention, context)
        written = text.strip("`")
        if mention.kind == "value" or written in names_of(context, mention.kind, mention.name):
            yield Place(span, mention.kind, mention.name, False, written)


def _exactly(mention: Mention, context: Context) -> tuple[Span, str]:
    """The part of a name that is meant, and its text."""
    file = context.sources.get(mention.span.path)
    if file is None:
        return mention.span, ""
    text = file.text[mention.span.start : mention.span.end]
    if mention.part is None:
        return mention.span, text
    parts = list(_PART.finditer(text))
    if mention.part >= len(parts):
        return mention.span, text
    part = parts[mention.part]
    start = mention.span.start
    return Span(mention.span.path, start + part.start(), start + part.end()), part[0]
