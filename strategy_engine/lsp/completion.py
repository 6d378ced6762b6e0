"""Completion: what may stand where the cursor is, the most fitting first."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from lsprotocol import types as lsp

from strategy_engine.catalog.models import Column
from strategy_engine.language import ast, words
from strategy_engine.language.functions.registry import load_library
from strategy_engine.language.types import Kind, Type
from strategy_engine.lsp.bank import Look
from strategy_engine.lsp.cursor import Cursor, cursor
from strategy_engine.lsp.positions import Positions
from strategy_engine.record import record
from strategy_engine.semantics.context import Context, Scope, row_scope
from strategy_engine.semantics.expressions.lookup import lookup
from strategy_engine.semantics.keys import KEYS
from strategy_engine.semantics.names import IN_EXPRESSIONS, label_of
from strategy_engine.semantics.strategies import STATUSES
from strategy_engine.source.discovery import is_text_form
from strategy_engine.source.file import Span

NAMED = {  # the keys whose values are names of declarations
    ("strategy", "channel"): "channel",
    ("strategy", "benefit"): "benefit",
    ("strategy", "product"): "product",
    ("strategy", "trigger"): "trigger",
    ("strategy", "kpi"): "kpi",
    ("test", "expect"): "strategy",
}
WORDS = {  # the keys whose values are words of the language
    ("strategy", "status"): STATUSES,
    ("kpi", "goal"): ("up", "down"),
    ("table", "hit"): ("unique", "first", "any", "collect(sum)", "collect(count)", "collect(min)", "collect(max)"),
}
EXPECTED = {"offers": ("benefit",), "on": ("channel",), "by": ("policy", "channel", "benefit", "product", "strategy")}
OPERATORS = ("and", "or", "in", "is missing", "is known", "not in")
_COMPARED = re.compile(r"(?P<name>[\w.`]+)\s*(?:==|!=|>=|<=|=|≠|≥|≤|>|<)\s*\Z")
_AMONG = re.compile(r"(?P<name>[\w.`]+)\s*(?:not\s+in|in|不属于|属于)\s*[\[(][^\])]*\Z")
_MEMBER = re.compile(r"(?P<name>[\w`]+(?:\.[\w`]+)*)\.\Z")
_OF_ROWS = re.compile(r"\(\s*(?P<table>[\w`]+)(?:\.[\w`]+)?\s+(?:where|其中|within|窗口)\b[^()]*\Z")
_TEST = re.compile(r"\b(?P<word>offers|on|by)\s+\Z")


@record
class Item:
    """One thing that may stand there.      rank: the smaller, the further up.      text: where more is put in than what is shown."""

    label: str
    kind: lsp.CompletionItemKind
    detail: str = ""
    rank: int = 5
    text: str = ""
    about: str = ""


def completions(look: Look, positions: Positions, offset: int) -> list[lsp.CompletionItem]:
    """What may stand at the offset."""
    if look.module is None:  # the project file, of which editors have a schema
        return []
    yaml = not is_text_form(look.source.path)
    at = cursor(look.source.text, offset, yaml=yaml)
    if at is None:
        return []
    span = positions.range(Span(look.source.path, at.start, offset))
    return [_item(each, span) for each in _items(at, look, yaml=yaml)]


def _item(item: Item, span: lsp.Range) -> lsp.CompletionItem:
    return lsp.CompletionItem(
        label=item.label,
        kind=item.kind,
        detail=item.detail or None,
        documentation=lsp.MarkupContent(lsp.MarkupKind.Markdown, item.about) if item.about else None,
        sort_text=f"{item.rank}{item.label}",
        text_edit=lsp.TextEdit(span, item.text or item.label),
    )


def _items(at: Cursor, look: Look, *, yaml: bool) -> Iterator[Item]:
    if at.section:
        yield from (Item(word, lsp.CompletionItemKind.Module, f"{kind}s", text=f"{word}:") for word, kind in words.SECTIONS.items())
    elif at.kind is None:
        yield from _twins(words.KINDS, lsp.CompletionItemKind.Keyword)
    elif look.context is not None and at.given is not None:
        yield from _given(at, look.context)
    elif at.key is None:
        yield from _keys(at.kind)
        if at.before.strip() and not yaml:
            yield from _operators()
    elif look.context is not None:
        yield from _values(at, look.context)
        if not at.wants_operand and not yaml:
            yield from _keys(at.kind)


def _twins(pairs: dict[str, str], kind: lsp.CompletionItemKind) -> Iterator[Item]:
    """English words, and behind them their Chinese twins."""
    yield from (Item(word, kind, "/".join(zh for zh, en in pairs.items() if en == word), 1) for word in dict.fromkeys(pairs.values()))
    yield from (Item(zh, kind, en, 2) for zh, en in pairs.items() if not zh.isascii())


def _keys(kind: str) -> Iterator[Item]:
    known = (*KEYS.get(kind, ()), "title")
    for word in known:
        twins = [zh for zh, en in words.KEYS.items() if en == word]
        yield Item(word, lsp.CompletionItemKind.Field, "/".join(twins), 1, f"{word}: ")
        yield from (Item(zh, lsp.CompletionItemKind.Field, word, 2, f"{zh}: ") for zh in twins)


def _operators() -> Iterator[Item]:
    yield from (Item(word, lsp.CompletionItemKind.Operator, rank=1) for word in OPERATORS)


# ------------------------------------------------------------------------------------------------ values


def _values(at: Cursor, context: Context) -> Iterator[Item]:
    assert at.kind is not None  # noqa: S101 - the caller has asked
    assert at.key is not None  # noqa: S101
    key = (at.kind, at.key)
    told = _TEST.search(at.before) if at.kind == "test" else None
    if key in WORDS:
        yield from (Item(word, lsp.CompletionItemKind.EnumMember) for word in WORDS[key])
    elif told is not None:
        for kind in EXPECTED[told["word"]]:
            yield from _declared(kind, context)
    elif key in NAMED and _MEMBER.search(at.before) is None and _COMPARED.search(at.before) is None:
        yield from _declared(NAMED[key], context)
    else:
        yield from _expression(at, context)


def _declared(kind: str, context: Context, rank: int = 2) -> Iterator[Item]:
    for name, declaration in context.names.of_kind(kind).items():
        title = " · ".join(filter(None, (declaration.title, label_of(declaration))))
        yield Item(name, lsp.CompletionItemKind.Reference, f"{kind} {title}".strip(), rank)


def _given(at: Cursor, context: Context) -> Iterator[Item]:
    """A row that a test sets up: its columns, and the values of one."""
    table = context.table(at.given or "")
    if table is None:
        return
    if at.key is None:
        yield from (_column(name, column, table.name, 1, f"{name}: ") for name, column in table.columns.items())
        return
    column = next((each for name, each in table.columns.items() if at.key in (name, each.label)), None)
    if column is not None:
        yield from _of_type(column.value_type)


# ------------------------------------------------------------------------------------------------ expressions


def _expression(at: Cursor, context: Context) -> Iterator[Item]:
    scope = _scope(at.before, context)
    member = _MEMBER.search(at.before)
    if member is not None:
        yield from _members(member["name"], scope, context)
        return
    compared = _COMPARED.search(at.before) or _AMONG.search(at.before)
    wanted = None if compared is None else _type_of(compared["name"], scope, context)
    if not at.wants_operand:
        yield from _operators()
        return
    if wanted is not None:
        yield from _of_type(wanted)
    if scope.row is not None:
        table = context.project.tables[scope.row.table]
        yield from (_column(name, column, table.name, 1) for name, column in table.columns.items())
    yield from (_column(name, column, "", _rank(column.value_type, wanted)) for name, column in context.names.snapshot.columns.items())
    for kind in IN_EXPRESSIONS:
        yield from _declared(kind, context, 4)
    yield from _tables(context)
    yield from _functions()
    yield from (Item(word, lsp.CompletionItemKind.Keyword, zh, 7) for zh, word in words.NAMES.items() if word in ("today", "everyone"))


def _scope(before: str, context: Context) -> Scope:
    """Inside `count(txn where …` the columns of the rows are at hand as well."""
    rows = _OF_ROWS.search(before)
    table = None if rows is None else context.table(rows["table"].strip("`"))
    return Scope() if table is None else Scope(row=row_scope(table))


def _type_of(name: str, scope: Scope, context: Context) -> Type | None:
    parts = tuple(part.strip("`") for part in name.split("."))
    found = lookup(ast.Name(Span("", 0, 0), parts), scope, context.quiet()) if all(parts) else None
    return None if found is None or found.type.kind is Kind.ERROR else found.type


def _of_type(type_: Type) -> Iterator[Item]:
    """The values that something of the type can have."""
    if type_.enum is not None:
        for place, value in enumerate(type_.enum.values):
            label = type_.enum.label_of(value)
            yield Item(value, lsp.CompletionItemKind.EnumMember, label if label != value else "", 0, about=f"value {place + 1}")
    elif type_.kind is Kind.BOOL:
        yield from (Item(word, lsp.CompletionItemKind.Value, rank=0) for word in ("true", "false"))


def _rank(type_: Type, wanted: Type | None) -> int:
    return 3 if wanted is None or type_.kind is wanted.kind else 5


def _members(name: str, scope: Scope, context: Context) -> Iterator[Item]:
    """What may stand behind `txn.`, `branch.` or `hits.`."""
    table = context.table(name.strip("`"))
    of = None if table is not None else _type_of(name, scope, context)
    table = table or (context.table(of.of) if of is not None and of.of else None)
    if name in ("before", "after", "other", "customer", "期初", "期末"):
        table = context.names.snapshot
    if table is not None:
        yield from (_column(each, column, table.name, 1) for each, column in table.columns.items())
        return
    trigger = context.names.find("trigger", name)
    found = context.declared.trigger(trigger.name, context.quiet()) if trigger is not None else None
    columns = found.columns if found is not None else {}
    yield from (Item(each, lsp.CompletionItemKind.Property, str(type_), 1) for each, type_ in columns.items())


def _tables(context: Context) -> Iterator[Item]:
    for name, table in context.project.tables.items():
        if table.kind != "snapshot":
            yield Item(name, lsp.CompletionItemKind.Struct, f"{table.kind} {table.label or ''}".strip(), 6)


def _functions() -> Iterable[Item]:
    for name, function in load_library().items():
        text = f"{name}(" if function.parameters else f"{name}()"
        yield Item(name, lsp.CompletionItemKind.Function, function.signature, 6, text, f"{function.zh}\n\n{function.doc}")


def _column(name: str, column: Column, table: str, rank: int, text: str = "") -> Item:
    """A column with its type, label and an example."""
    kind = str(column.value_type)
    detail = " · ".join(filter(None, (kind, column.label, table)))
    return Item(_quoted(name), lsp.CompletionItemKind.Property, detail, rank, text, f"for example `{example(column)}`")


def example(column: Column) -> str:
    """How a value of the column may be written."""
    enum = column.value_type.enum
    if enum is not None:
        return enum.values[0] if enum.values else ""
    texts = {
        Kind.MONEY: "50万",
        Kind.PERCENT: "85%",
        Kind.INT: "3",
        Kind.NUMBER: "1.5",
        Kind.BOOL: "true",
        Kind.DATE: "2026-11-21",
        Kind.DATETIME: "2026-11-21T09:00",
    }
    return texts.get(column.value_type.kind, '"…"')


def _quoted(name: str) -> str:
    return f"`{name}`" if name in words.RESERVED or not name.isidentifier() else name
