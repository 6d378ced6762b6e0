"""What is told of a name under the mouse: what it is, what it means, and how it was written."""

from __future__ import annotations

import re

from strategy_engine.analysis.meaning import meaning
from strategy_engine.catalog.models import Column, Table
from strategy_engine.language.functions.pages import section
from strategy_engine.language.functions.registry import find
from strategy_engine.lsp.bank import Bank, Look
from strategy_engine.lsp.completion import example
from strategy_engine.lsp.places import Place
from strategy_engine.semantics import meanings
from strategy_engine.semantics.keys import KEYS
from strategy_engine.semantics.names import label_of
from strategy_engine.source.discovery import is_text_form
from strategy_engine.source.file import Span

_CLOSING = re.compile(r"\s*}")
LONGEST = 1500
"""Characters of a declaration that are shown."""


def hover(bank: Bank, look: Look, place: Place, lang: str) -> str | None:
    """Markdown about what the place names; None where nothing is known of it. `lang` (en, zh) is that of its meaning."""
    match place.kind:
        case "function":
            entry = find(place.name)
            return None if entry is None else section(entry).strip()
        case "value":
            return f"`{place.name}`, a value" + (f" · written `{place.written}`" if place.written != place.name else "")
        case "table" | "column":
            return _data(look, place.name)
        case _:
            return _declared(bank, look, place, lang)


def of_key(look: Look, offset: int) -> tuple[str, Span] | None:
    """What the key under the cursor is for, and where it stands; None where there is none."""
    for declaration in look.module.declarations if look.module is not None else ():
        for field in declaration.fields:
            written = field.key_span != field.value.span  # the short form has no key
            if written and field.key_span.start <= offset <= field.key_span.end and field.key in KEYS[declaration.kind]:
                return meanings.of_key(declaration.kind, field.key), field.key_span
    return None


def _data(look: Look, name: str) -> str | None:
    if look.context is None:
        return None
    table_name, _, column_name = name.partition(".")
    table = look.context.project.tables.get(table_name)
    if table is None:
        return None
    return _table(table) if not column_name else _column(table, column_name, table.columns.get(column_name))


def _table(table: Table) -> str:
    title = f" · {table.label}" if table.label else ""
    columns = ", ".join(f"`{name}`" for name in table.columns)
    return f"**table `{table.name}`**{title}\n\n{table.kind} of `{table.path}`\n\ncolumns: {columns}"


def _column(table: Table, name: str, column: Column | None) -> str:
    if column is None:  # the key of a list that declares no columns
        return f"**column `{name}`** of `{table.name}`"
    lines = [f"**column `{name}`**" + (f" · {column.label}" if column.label else "")]
    may = "may be missing" if column.value_type.optional else "never missing"
    lines.append(f"{column.value_type.kind} of `{table.name}`, {may}" + ("; personal, masked" if column.pii else ""))
    enum = column.value_type.enum
    if enum is not None:
        shown = [f"`{value}`" + (f" {enum.label_of(value)}" if enum.label_of(value) != value else "") for value in enum.values]
        lines.append((" < " if enum.ordered else ", ").join(shown))
    else:
        lines.append(f"for example `{example(column)}`")
    return "\n\n".join(lines)


def _declared(bank: Bank, look: Look, place: Place, lang: str) -> str | None:
    declaration = None if look.context is None else look.context.names.of_kind(place.kind).get(place.name)
    if declaration is None:
        return None
    named = " · ".join(filter(None, (f"**{place.kind} `{place.name}`**", declaration.title, label_of(declaration))))
    model = bank.look(declaration.span.path).model
    said = [] if model is None else meaning(model, place.kind, place.name, lang)
    return "\n\n".join([named, *said, _source(bank, declaration.span)])


def _source(bank: Bank, span: Span) -> str:
    """The declaration as it stands in its file."""
    source = bank.source(span.path)
    text = "" if source is None else source.text[span.start : span.end]
    if source is not None and (closing := _CLOSING.match(source.text, span.end)) is not None:
        text += closing[0]  # a declaration's span ends with what it says
    text = text if len(text) <= LONGEST else f"{text[:LONGEST]}\n…"
    tongue = "strategy" if is_text_form(span.path) else "yaml"
    return f"```{tongue}\n{text.rstrip()}\n```"
