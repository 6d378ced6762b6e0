"""Triggers: where hits come from, and what they carry."""

from __future__ import annotations

from strategy_engine.catalog.models import Table
from strategy_engine.language import ast
from strategy_engine.language.types import BOOL, DATETIME, TIMES, Duration, Kind, Type
from strategy_engine.semantics import ir
from strategy_engine.semantics.context import CUSTOMER, Context, RowScope, Scope, row_scope
from strategy_engine.semantics.expressions.calls import no_labels
from strategy_engine.semantics.expressions.infer import describe, infer, is_error
from strategy_engine.semantics.expressions.logic import condition
from strategy_engine.semantics.expressions.windows import window
from strategy_engine.semantics.model import (
    DateHits,
    HitSource,
    RowHits,
    ScheduleHits,
    SequenceHits,
    SequenceStep,
    SeriesHits,
    StateHits,
    Trigger,
)
from strategy_engine.semantics.name_errors import MissingKey, RepeatedKey
from strategy_engine.semantics.shape_errors import WrongShape
from strategy_engine.semantics.type_errors import NotHere, WrongArgumentCount, WrongType

_SHIFTS = {
    "previous_workday": "previous_workday",
    "next_workday": "next_workday",
    "上一工作日": "previous_workday",
    "下一工作日": "next_workday",
}
Found = tuple[HitSource, dict[str, Type]]


def trigger(name: str, context: Context) -> Trigger | None:
    """The trigger of that name, resolved now if it was not yet; None where it cannot be."""
    if name in context.triggers:
        return context.triggers[name]
    declaration = context.names.of_kind("trigger").get(name)
    if declaration is None or not context.enter(name, declaration.name_span or declaration.span):
        return None
    try:
        found = _resolve(declaration, context)
    finally:
        context.leave()
    context.triggers[name] = found
    return found


def _resolve(declaration: ast.Declaration, context: Context) -> Trigger | None:
    sources = [field for key in ("on", "when", "enters", "leaves") for field in declaration.all(key)]
    span = declaration.name_span or declaration.span
    if not sources:
        if not declaration.broken:
            context.report(MissingKey(span, "on", "trigger", declaration.name))
        return None
    if len(sources) > 1:
        context.report(WrongShape(sources[1].key_span, sources[1].key, f"the only source of hits, and `{sources[0].key}:` is one already"))
        return None
    field = sources[0]
    found = _from_rows(field, context) if field.key == "on" else _from_state(field, context)
    if found is None:
        return None
    source, columns = found
    bounds = None
    within = declaration.first("within")
    if isinstance(source, StateHits) and within is not None:
        hint = "a state is looked at day after day; a window belongs to `on:`"
        context.report(NotHere(within.key_span, f"`within:` beside `{field.key}:`", hint))
    if not isinstance(source, StateHits):
        bounds = _window(declaration, field, context)
        if bounds is None:
            return None
    # a hit's time is a date and time; a date counts from its midnight
    columns = {**columns, "at": DATETIME}
    return Trigger(
        name=declaration.name,
        title=declaration.title,
        purpose=declaration.text("purpose"),
        span=declaration.name_span,
        source=source,
        window=bounds,
        columns=columns,
    )


def _window(declaration: ast.Declaration, on: ast.Field, context: Context) -> ir.Window | None:
    field = declaration.first("within")
    inside = on.value.within if isinstance(on.value, ast.Related) else None
    if field is not None and inside is not None:
        context.report(RepeatedKey(inside.span, "within", field.key_span))
    node = field.value if field is not None else inside
    if node is None:
        if not declaration.broken:
            context.report(MissingKey(declaration.name_span or declaration.span, "within", "trigger", declaration.name))
        return None
    return window(node, CUSTOMER, context)


# ------------------------------------------------------------------------------------------------ states


def _from_state(field: ast.Field, context: Context) -> Found | None:
    value = condition(field.value, CUSTOMER, context, f"`{field.key}`")
    if is_error(value):
        return None
    if field.key == "when":
        return StateHits(value), {}
    false = ir.Constant(False, type=BOOL)
    yesterday = ir.Default((ir.Ago(value, Duration(1, "day"), type=BOOL.or_missing(), span=value.span), false), type=BOOL, span=value.span)
    today = ir.Default((value, false), type=BOOL, span=value.span)
    come, gone = (today, yesterday) if field.key == "enters" else (yesterday, today)
    return StateHits(ir.And((come, ir.Not(gone)), span=field.value.span)), {}


# ------------------------------------------------------------------------------------------------ rows, dates, schedules


def _from_rows(field: ast.Field, context: Context) -> Found | None:
    clauses = field.value if isinstance(field.value, ast.Related) else None
    base = clauses.base if clauses is not None else field.value
    where = clauses.where if clauses is not None else None
    if clauses is not None and clauses.by is not None:
        context.report(NotHere(clauses.by.span, "`by`", "a hit belongs to one customer already"))
    if isinstance(base, ast.Name):
        table = context.table(base.parts[0])
        if table is not None and table.kind not in ("snapshot", "list", "reference"):
            context.mention(base.span, "table", table.name, 0)
            return _table_hits(base, table, where, context)
    if where is not None:
        context.report(NotHere(where.span, "`where`", "it asks rows of a table; ask the customer in the strategy's `cohort:`"))
        return None
    if isinstance(base, ast.Call) and base.function in _CALLS:
        return _CALLS[base.function](base, context) if no_labels(base, context) else None
    date = infer(base, CUSTOMER, context)
    if is_error(date):
        return None
    if date.type.kind not in TIMES:
        context.report(WrongType(base.span, "what a trigger is `on`", "rows of a table, a date, or a schedule", describe(date)))
        return None
    return DateHits(date), {}


def _table_hits(base: ast.Name, table: Table, where: ast.Expr | None, context: Context) -> Found | None:
    row = row_scope(table)
    time = table.time
    if len(base.parts) > 1:
        word = ".".join(base.parts[1:])
        named = infer(base, CUSTOMER.with_row(row), context)
        if is_error(named):
            return None
        time = named.name if isinstance(named, ir.Column) else word
        if named.type.kind not in TIMES:
            context.report(WrongType(base.span, "what a trigger is `on`", "a date", describe(named)))
            return None
    if time is None:
        dates = [f"`{table.name}.{name}`" for name, type_ in row.columns.items() if type_.kind in TIMES]
        hint = f"name a date: {' or '.join(dates)}" if dates else None
        context.report(WrongType(base.span, "what a trigger is `on`", "rows that have a time", f"`{table.name}`", hint))
        return None
    test = condition(where, CUSTOMER.with_row(row), context, "what `where` asks") if where is not None else None
    if test is not None and is_error(test):
        return None
    context.tables_read.add(table.name)
    if table.kind == "series":
        return SeriesHits(table.name, time, test), dict(row.columns)
    return RowHits(ir.Rows(table.name, test, None, time)), dict(row.columns)


def _anniversary(call: ast.Call, context: Context) -> Found | None:
    if len(call.arguments) != 1:
        context.report(WrongArgumentCount(call.span, "anniversary", "anniversary(date)", len(call.arguments)))
        return None
    date = infer(call.arguments[0].value, CUSTOMER, context)
    if is_error(date):
        return None
    if date.type.kind not in TIMES:
        context.report(WrongType(call.arguments[0].span, "what `anniversary` takes", "a date", describe(date)))
        return None
    return DateHits(date, yearly=True), {}


def _monthly(call: ast.Call, context: Context) -> Found | None:
    if not 1 <= len(call.arguments) <= 2:
        context.report(WrongArgumentCount(call.span, "monthly", "monthly(day) or monthly(day, previous_workday)", len(call.arguments)))
        return None
    day = infer(call.arguments[0].value, CUSTOMER, context)
    if is_error(day):
        return None
    if not isinstance(day, ir.Constant) or day.type.kind is not Kind.INT or not 1 <= day.value <= 31:
        context.report(WrongShape(call.arguments[0].span, "on", "monthly(day) with a day from 1 to 31"))
        return None
    shift = None
    if len(call.arguments) == 2:
        word = call.arguments[1].value
        shift = _SHIFTS.get(word.text) if isinstance(word, ast.Name) else None
        if shift is None:
            context.report(WrongShape(call.arguments[1].span, "on", "monthly(day, previous_workday) or monthly(day, next_workday)"))
            return None
    return ScheduleHits(day.value, shift), {}


# ------------------------------------------------------------------------------------------------ sequences


def _sequence(call: ast.Call, context: Context) -> Found | None:
    steps: list[SequenceStep] = []
    scopes: dict[str, RowScope] = {}
    for place, argument in enumerate(call.arguments):
        step = _step(argument, place, scopes, context)
        if step is None:
            return None
        steps.append(step)
        if not step.absent:
            scopes[step.name] = row_scope(context.project.tables[step.rows.table])
    if len(steps) < 2 or steps[0].absent:
        context.report(WrongShape(call.span, "on", "a sequence of two or more steps, the first of them without `no`"))
        return None
    columns: dict[str, Type] = {}
    for name, scope in scopes.items():
        columns |= {f"{name}.{column}": type_ for column, type_ in scope.columns.items()}
    last = next(reversed(scopes.values()))
    return SequenceHits(tuple(steps)), {**columns, **last.columns}


def _step(argument: ast.Argument, place: int, before: dict[str, RowScope], context: Context) -> SequenceStep | None:
    value = argument.value
    clauses = value if isinstance(value, ast.Related) else ast.Related(value.span, value)
    base = clauses.base
    table = context.table(base.text) if isinstance(base, ast.Name) else None
    if table is None or table.kind != "events":
        events = [f"`{name}`" for name, each in context.project.tables.items() if each.kind == "events"]
        hint = f"events are {', '.join(events)}" if events else "the project declares no events"
        context.report(WrongType(base.span, "a step of a sequence", "rows of events", "something else", hint))
        return None
    context.mention(base.span, "table", table.name)
    if clauses.by is not None:
        context.report(NotHere(clauses.by.span, "`by`", "the rows of a sequence belong to one customer already"))
    if argument.label in before:
        context.report(WrongShape(argument.span, "on", f"a sequence whose steps have names of their own; `{argument.label}` stands twice"))
        return None
    scope = Scope(row=row_scope(table), steps=dict(before))
    test = condition(clauses.where, scope, context, "what `where` asks") if clauses.where is not None else None
    if test is not None and is_error(test):
        return None
    length = clauses.within.value if isinstance(clauses.within, ast.DurationLiteral) else None
    if place == 0 and clauses.within is not None:
        context.report(WrongShape(clauses.within.span, "within", "left out at the first step; the trigger's `within:` bounds the hit"))
        return None
    if (clauses.within is not None and length is None) or (argument.absent and length is None):
        span = clauses.within.span if clauses.within is not None else argument.span
        context.report(WrongShape(span, "within", "a duration such as `3 days`, counted from the step before"))
        return None
    context.tables_read.add(table.name)
    name = argument.label or f"step{place + 1}"
    return SequenceStep(name, ir.Rows(table.name, test, None, table.time), argument.absent, length)


_CALLS = {"anniversary": _anniversary, "monthly": _monthly, "sequence": _sequence}
