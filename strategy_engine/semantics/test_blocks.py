"""Test blocks: what they set up and what they expect, checked and typed. `strategy test` runs them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any

from strategy_engine.catalog.models import Table
from strategy_engine.diagnostics.model import suggest
from strategy_engine.language import ast
from strategy_engine.language.types import BOOL, DATETIME, ID, INT, NUMBER, TEXT, EnumType, Kind, Type
from strategy_engine.language.walk import walk
from strategy_engine.semantics import ir
from strategy_engine.semantics.context import CUSTOMER, Context, RowScope, Scope
from strategy_engine.semantics.expressions import infer
from strategy_engine.semantics.expressions.fit import fit
from strategy_engine.semantics.expressions.infer import describe, is_error, kind_words
from strategy_engine.semantics.expressions.lookup import action_type, enum_word, lookup
from strategy_engine.semantics.expressions.related import actions_scope
from strategy_engine.semantics.name_errors import MissingKey, UnknownDeclared, UnknownName
from strategy_engine.semantics.shape_errors import WrongShape
from strategy_engine.semantics.trial_errors import DayNotRun, DaysOutOfOrder, GivenTooLate, GivenTwice, GivenWithout, NoSuchExpectation
from strategy_engine.semantics.trials import Expectation, GivenRow, Trial
from strategy_engine.semantics.type_errors import NotHere, WrongType

ACTIONS = "actions"
NONE = ("none", "无")
BLOCKERS = ("policy", "channel", "benefit", "product", "strategy")


def trial(declaration: ast.Declaration, context: Context) -> Trial | None:
    """The test block, typed; None where it could not be. Reports what does not exist, and values of a wrong type."""
    before = len(context.diagnostics)
    place = declaration.name_span or declaration.span
    dates = _dates(declaration, place, context)
    givens = _givens(declaration, dates, context)
    reading = _Reading(context, _scope(context), dates)
    expectations = [reading.expectation(field) for field in declaration.all("expect")]
    if len(context.diagnostics) > before or not dates:
        return None
    found = tuple(each for each in expectations if each is not None)
    return Trial(declaration.title or "", dates, givens, found, place)


def _dates(declaration: ast.Declaration, place: Any, context: Context) -> tuple[dt.date, ...]:
    found: list[dt.date] = []
    for field in declaration.all("on"):
        if not isinstance(field.value, ast.Date):
            context.report(WrongShape(field.value.span, "on", "a date such as 2026-11-21"))
        elif found and field.value.value <= found[-1]:
            context.report(DaysOutOfOrder(field.value.span))
        else:
            found.append(field.value.value)
    if declaration.first("on") is None and not declaration.broken:
        context.report(MissingKey(place, "on", "test", ""))
    return tuple(found)


# ------------------------------------------------------------------------------------------------ what is given


def _givens(declaration: ast.Declaration, dates: tuple[dt.date, ...], context: Context) -> tuple[GivenRow, ...]:
    rows, keys = [], dict[tuple[str, Any, dt.date | None], GivenRow]()
    for given in declaration.givens:
        row = _given(given, context)
        if row is None:
            continue
        table = context.project.tables.get(row.table)
        if table is not None and table.kind in ("snapshot", "reference"):
            key = row.values.get(table.key or "")
            first = keys.setdefault((row.table, key, row.day), row)
            if first is not row:
                context.report(GivenTwice(row.span, row.table, str(key), first.span))
        if given.day is not None and table is None:
            context.report(NotHere(given.day.span, "a day", "a past action has its day in `at`"))
        elif given.day is not None and dates and given.day.value > dates[-1]:
            context.report(GivenTooLate(given.day.span, dates[-1].isoformat()))
        rows.append(row)
    return tuple(rows)


def _given(given: ast.Given, context: Context) -> GivenRow | None:
    word = given.table.text
    table = context.table(word)
    if table is None and word != ACTIONS:
        context.report(UnknownName(given.table.span, word, suggestion=suggest(word, context.names.tables), what="table"))
        return None
    name = table.name if table is not None else ACTIONS
    if table is not None:
        context.mention(given.table.span, "table", name)
    types, labels = _columns(table, context)
    values: dict[str, Any] = {}
    for entry in given.row.entries:
        column = entry.key if entry.key in types else labels.get(entry.key)
        if column is None:
            suggestion = suggest(entry.key, (*types, *labels))
            context.report(UnknownName(entry.key_span, entry.key, f"`{word}`", suggestion))
            return None
        if table is not None:
            context.mention(entry.key_span, "column", f"{name}.{column}")
        values[column] = _value(entry, types[column], context)
    for column in _needed(table, context):
        if values.get(column) is None:
            context.report(GivenWithout(given.table.span, word, column))
            return None
    return GivenRow(name, values, given.span, day=given.day.value if given.day is not None else None)


def _columns(table: Table | None, context: Context) -> tuple[dict[str, Type], dict[str, str]]:
    """The columns that may be given with their types, and their labels."""
    if table is None:
        return past_action_types(context), {}
    types = {name: column.value_type for name, column in table.columns.items()}
    if table.kind == "list" and table.key is not None:
        types.setdefault(table.key, ID)
    return types, {column.label: name for name, column in table.columns.items() if column.label}


def past_action_types(context: Context) -> dict[str, Type]:
    """What may be said of a past action: its customer, its id, and what the language knows of it but the outcomes."""
    names = ("strategy", "trigger", "product", "benefit", "channel", "at", "arm", "trigger_time", "step", "journey", "score", "assignee")
    known = actions_scope(context).columns
    return {context.names.snapshot.key or "": ID, "action_id": TEXT, **{name: known[name] for name in names}}


def _needed(table: Table | None, context: Context) -> Iterator[str]:
    if table is None:
        yield from (context.names.snapshot.key or "", "at", "strategy")
        return
    if table.key is not None and table.kind != "series":
        yield table.key
    if table.kind in ("events", "series") and table.time is not None:
        yield table.time
    if table.kind == "links" and table.other is not None:
        yield table.other


def _value(entry: ast.Entry, wanted: Type, context: Context) -> Any:
    """A constant of the column's type."""
    node, sign = entry.value, 1
    if isinstance(node, ast.Minus) and isinstance(node.value, ast.Number):
        node, sign = node.value, -1
    expr = enum_word(node, wanted, CUSTOMER, context) or infer(node, CUSTOMER, context)  # type: ignore[arg-type]  # infer refuses maps
    fitted = fit(expr, wanted.known())
    if fitted is None or (not isinstance(fitted, ir.Constant) and not is_error(fitted)):
        found = describe(expr) if fitted is None else "to be computed"
        context.report(WrongType(entry.value.span, f"`{entry.key}`", f"{kind_words(wanted)}, written out", found))
        return None
    value = fitted.value if isinstance(fitted, ir.Constant) else None
    return -value if sign < 0 and value is not None else value


# ------------------------------------------------------------------------------------------------ what is expected


def _scope(context: Context) -> Scope:
    """What conditions speak of: whether each strategy is listed, and the columns of its action."""
    names = context.names.of_kind("strategy")
    arms = tuple(dict.fromkeys(("treated", "control", *(arm for each in names.values() for arm in _arms(each)))))
    enums = {word: action_type(word, CUSTOMER, context) for word in ("channel", "product", "benefit", "trigger", "category")}
    columns = {
        **enums,
        "step": INT,
        "arm": Type(Kind.ENUM, enum=EnumType(arms)),
        "rank": INT,
        "customers": INT,
        **dict.fromkeys(("script", "owner", "assignee", "customer_id", "terms"), TEXT),
        **dict.fromkeys(("trigger_time", "valid_until"), DATETIME),
        "score": NUMBER,
    }
    columns = {name: type_.or_missing() for name, type_ in columns.items()}
    labels = {label: each.name for (kind, label), each in context.names.labels.items() if kind == "strategy"}
    listed = RowScope("strategy", dict.fromkeys(names, BOOL), labels)
    return Scope(row=listed, steps={name: RowScope(name, columns) for name in (*names, *labels)})


def _arms(strategy: ast.Declaration) -> Iterator[str]:
    split = strategy.first("split")
    if split is not None and isinstance(split.value, ast.Mapping):
        yield from (entry.key for entry in split.value.entries)


class _Reading:
    """Reads the expectations of one test."""

    def __init__(self, context: Context, scope: Scope, dates: tuple[dt.date, ...]) -> None:
        self.context, self.scope, self.dates = context, scope, dates

    def expectation(self, field: ast.Field) -> Expectation | None:
        value, context = field.value, self.context
        if not isinstance(value, ast.Expect):
            context.report(WrongShape(value.span, "expect", "an expectation such as `strategy offers benefit on channel`"))
            return None
        before = len(context.diagnostics)
        self._check_names(value)
        if len(context.diagnostics) > before:
            return None
        condition = infer(self._spelled_out(value.condition, value), self.scope, context)
        if not is_error(condition) and condition.type.kind is not Kind.BOOL:
            context.report(WrongType(value.span, "what is expected", "a condition", describe(condition)))
        if len(context.diagnostics) > before or not self.dates:
            return None
        strategies, blocker = tuple(self._strategies(value.condition)), self._blocker(value)
        date = value.day.value if value.day is not None else self.dates[-1]
        if date not in self.dates:
            context.report(DayNotRun(value.span, date.isoformat()))
        if len(context.diagnostics) > before:
            return None
        return Expectation(context.written(value.span), date, condition, strategies, value.span, self._row.labels, blocker)

    def _blocker(self, value: ast.Expect) -> str | None:
        """What must have stood against the strategy, as the reasons of a run begin."""
        if value.blocker is None:
            return None
        if not isinstance(value.condition, ast.Name) or value.offers is not None or value.channel is not None:
            self.context.report(NoSuchExpectation(value.condition.span, "one strategy stands before `is blocked by`"))
        word = value.blocker.text
        if word in ("arbitration", "择优"):
            return "keep"
        found = next((each for kind in BLOCKERS if (each := self.context.names.find(kind, word)) is not None), None)
        if found is None:
            known = [name for kind in BLOCKERS for name in self.context.names.of_kind(kind)]
            self.context.report(
                UnknownName(value.blocker.span, word, suggestion=suggest(word, known), what="policy, channel, benefit, product or strategy")
            )
            return None
        self.context.mention(value.blocker.span, found.kind, found.name)
        return f"{found.kind} {found.name}"

    def _check_names(self, value: ast.Expect) -> None:
        """Report strategies, benefits and channels that do not exist."""
        for name in _bare(value.condition):
            if self._strategy(name.text) is None and (value.offers or value.channel or lookup(name, CUSTOMER, self.context) is None):
                self._unknown("strategy", name)
        for kind, named in (("benefit", value.offers), ("channel", value.channel)):
            if named is None or named.text in NONE:
                continue
            if (found := self.context.names.find(kind, named.text)) is None:
                self._unknown(kind, named)
            else:
                self.context.mention(named.span, kind, found.name)

    def _unknown(self, kind: str, name: ast.Name) -> None:
        self.context.report(UnknownDeclared(name.span, kind, name.text, self.context.names.guess(kind, name.text)))

    @property
    def _row(self) -> RowScope:
        assert self.scope.row is not None  # noqa: S101 - the scope of expectations has one
        return self.scope.row

    def _strategy(self, word: str) -> str | None:
        """The strategy of that name, title or label."""
        return word if word in self._row.columns else self._row.labels.get(word)

    def _strategies(self, condition: ast.Expr) -> Iterable[str]:
        found = (self._strategy(node.parts[0]) for node in walk(condition) if isinstance(node, ast.Name))
        return dict.fromkeys(name for name in found if name is not None)

    def _spelled_out(self, node: ast.Expr, value: ast.Expect) -> ast.Expr:
        """`S offers B on CH` as `S and S.benefit == B and S.channel == CH`."""
        if value.offers is None and value.channel is None:
            return node
        if isinstance(node, ast.Name):
            parts = [("benefit", value.offers), ("channel", value.channel)]
            return ast.Connective(node.span, "and", (node, *(_is(node, column, name) for column, name in parts if name is not None)))
        if isinstance(node, ast.Negated):
            return ast.Negated(node.span, self._spelled_out(node.value, value))
        if isinstance(node, ast.Connective):
            return ast.Connective(node.span, node.op, tuple(self._spelled_out(part, value) for part in node.parts))
        self.context.report(NoSuchExpectation(node.span, "`offers` and `on` stand behind strategies"))
        return node


def _is(strategy: ast.Name, column: str, name: ast.Name) -> ast.Expr:
    of = ast.Name(name.span, (*strategy.parts, column))
    return ast.Presence(name.span, of, False) if name.text in NONE else ast.Compared(name.span, of, (("==", name),))


def _bare(node: ast.Expr) -> Iterator[ast.Name]:
    """The names that stand as conditions of their own."""
    if isinstance(node, ast.Name) and len(node.parts) == 1:
        yield node
    elif isinstance(node, ast.Negated):
        yield from _bare(node.value)
    elif isinstance(node, ast.Connective):
        for part in node.parts:
            yield from _bare(part)
