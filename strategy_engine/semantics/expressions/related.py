"""Aggregates over related rows, and values over the population and over time."""

from __future__ import annotations

from strategy_engine.diagnostics.model import suggest
from strategy_engine.language import ast
from strategy_engine.language.types import BOOL, DATE, DATETIME, INT, MONEY, NUMBER, PERCENT, TEXT, TIMES, Kind, Type
from strategy_engine.language.walk import names_in
from strategy_engine.semantics import ir
from strategy_engine.semantics.context import CUSTOMER, Context, RowScope, Scope, row_scope
from strategy_engine.semantics.expressions import mentions
from strategy_engine.semantics.expressions.infer import describe, infer, is_error, kind_words, rule
from strategy_engine.semantics.expressions.logic import condition
from strategy_engine.semantics.expressions.lookup import action_type
from strategy_engine.semantics.expressions.windows import window
from strategy_engine.semantics.name_errors import UnknownName
from strategy_engine.semantics.type_errors import BadWindow, CannotCompute, NotConstant, NotHere, WrongArgumentCount, WrongType

AGGREGATES = frozenset({"count", "sum", "exists", "min", "max", "avg", "first", "last", "distinct"})
ROW_KINDS = frozenset({"events", "items", "links"})
PAST_ACTIONS = "actions"
NAMED = ("strategy", "category", "trigger", "product", "benefit", "channel")
_ACTIONS = {
    "at": DATETIME,
    "version": TEXT,
    "arm": TEXT,
    "trigger_time": DATETIME.or_missing(),
    "step": INT,
    "journey": DATE,
    "score": NUMBER.or_missing(),
    "assignee": TEXT.or_missing(),
}


@rule(ast.Related)
def related(node: ast.Related, _scope: Scope, context: Context) -> ir.Expr:
    hint = "count(…), exists(…), sum(…) and their like take rows with `where` and `within`"
    if isinstance(node.base, ast.Name) and context.table(node.base.parts[0]) is None:
        hint += f"; a date is compared: `{node.base.text} >= today - 30 days`"
    return context.report(NotHere(node.span, "`where`, `within` or `by`", hint))


@rule(ast.Share)
def share(node: ast.Share, _scope: Scope, context: Context) -> ir.Expr:
    return context.report(NotHere(node.span, "`share of`", "it belongs into a kpi's measure"))


# ------------------------------------------------------------------------------------------------ aggregates


def takes_rows(call: ast.Call, scope: Scope, context: Context) -> bool:
    """Whether the call is an aggregate over rows (`max(txn.amount)`), not a function of values (`max(a, b)`)."""
    if not _is_aggregate(call):
        return False
    value = call.arguments[0].value
    base = value.base if isinstance(value, ast.Related) else value
    return isinstance(value, ast.Related) or call.function in ("count", "exists") or _source(base, scope, context) is not None


def aggregate(call: ast.Call, scope: Scope, context: Context) -> ir.Expr:
    """`sum(txn.amount where … within …)`."""
    argument = call.arguments[0].value
    clauses = argument if isinstance(argument, ast.Related) else ast.Related(argument.span, argument)
    base = clauses.base
    row = _source(base, scope, context)
    if row is None:
        return _no_rows(call, base, context)
    if clauses.by is not None:
        return context.report(NotHere(clauses.by.span, "`by`", f"`{call.function}` over rows counts for each customer already"))
    inner = scope.with_row(row)
    where = condition(clauses.where, inner, context, "what `where` asks") if clauses.where is not None else None
    bounds, time = _bounds(clauses, row, inner, context)
    value = None if isinstance(base, ast.Name) and base.text in (row.table, row.label) else infer(base, inner, context)
    if (value is not None and is_error(value)) or (where is not None and is_error(where)):
        return ir.Constant(None, type=Type(Kind.ERROR), span=call.span)
    future = isinstance(clauses.within, ast.Period) and clauses.within.direction == "next"
    rows = ir.Rows(row.table, where, bounds, time, future)
    return _aggregated(call, rows, value, context)


def _source(base: ast.Expr, scope: Scope, context: Context) -> RowScope | None:
    """The rows that the base of an aggregate speaks of: the first of its names that is a table or trigger."""
    for name in names_in(base, into=lambda node: not _is_aggregate(node)):  # what is inside a further one are that one's rows
        found = rows_named(name.parts[0], scope, context)
        if found is not None:
            mentions.rows(name, found.table, context)
            return found
    return None


def _is_aggregate(node: ast.Node) -> bool:
    return isinstance(node, ast.Call) and node.function in AGGREGATES and len(node.arguments) == 1


def rows_named(word: str, scope: Scope, context: Context) -> RowScope | None:
    """The row scope of a table, a trigger's hits, the strategy's `hits`, or the past `actions`."""
    if word == "hits" and scope.triggers:
        return _hits_scope(scope.triggers, context)
    table = context.table(word)
    if table is not None and table.kind in ROW_KINDS:
        context.tables_read.add(table.name)
        return row_scope(table)
    if word == PAST_ACTIONS:
        return actions_scope(context)
    declared = context.names.find("trigger", word)
    if declared is not None:
        found = context.declared.trigger(declared.name, context)
        return RowScope(declared.name, dict(found.columns), {}, "at", label=word) if found is not None else None
    return None


def _hits_scope(names: tuple[str, ...], context: Context) -> RowScope:
    """The rows of all hits that a strategy's action spends: the columns that all its triggers have alike."""
    found = [context.triggers.get(name) for name in names]
    columns = [dict(each.columns) for each in found if each is not None]
    shared = {key: type_ for key, type_ in columns[0].items() if all(other.get(key) == type_ for other in columns)} if columns else {}
    return RowScope("hits", shared, {}, "at")


def actions_scope(context: Context) -> RowScope:
    """What was listed to the customer before today; what became of it are columns of bool."""
    named = {word: action_type(word, CUSTOMER, context).or_missing() for word in NAMED}
    feedback = context.project.feedback
    table = context.table(feedback.from_) if feedback is not None else None
    outcomes = table.columns[feedback.outcome].values or {} if feedback is not None and table is not None else {}
    return RowScope(PAST_ACTIONS, {**dict.fromkeys(outcomes, BOOL), **named, **_ACTIONS}, {}, "at")


def _no_rows(call: ast.Call, base: ast.Expr, context: Context) -> ir.Expr:
    kinds = [name for name, table in context.project.tables.items() if table.kind in ROW_KINDS]
    hint = f"`{call.function}` takes rows of {', '.join(f'`{name}`' for name in kinds)}" if kinds else None
    if isinstance(base, ast.Name) and len(base.parts) == 1:
        suggestion = suggest(base.text, kinds)
        return context.report(UnknownName(base.span, base.text, "", suggestion, what="table of rows", hint=None if suggestion else hint))
    return context.report(WrongType(base.span, f"what `{call.function}` counts over", "rows of a table", "no table", hint))


def _bounds(clauses: ast.Related, row: RowScope, scope: Scope, context: Context) -> tuple[ir.Window | None, str | None]:
    """The window and the time column it bounds: the rows' own, or the date column that the base names."""
    time = row.time
    if time is None and isinstance(clauses.base, ast.Name) and len(clauses.base.parts) == 2:
        column = clauses.base.parts[1]
        if column in row.columns and row.columns[column].kind in TIMES:
            time = column
    if clauses.within is None:
        return None, time
    bounds = window(clauses.within, scope, context)
    if bounds is not None and time is None:
        hint = f"ask for the date in the condition: `where {_a_date(row) or 'date'} in next 7 days`"
        context.report(BadWindow(clauses.within.span, f"rows of `{row.table}` have no time of their own", hint))
        return None, None
    return bounds, time


def _a_date(row: RowScope) -> str | None:
    return next((name for name, type_ in row.columns.items() if type_.kind in TIMES), None)


def _aggregated(call: ast.Call, rows: ir.Rows, value: ir.Expr | None, context: Context) -> ir.Expr:
    name = call.function
    if name == "count":
        return ir.Aggregate(name, rows, value, type=INT, span=call.span)
    if name == "exists":
        return ir.Aggregate(name, rows, value, type=BOOL, span=call.span)
    if value is None:
        hint = f"name a column: `{name}({rows.table}.column …)`"
        return context.report(WrongType(call.span, f"what `{name}` takes", "a column of the rows", "the rows themselves", hint))
    if name == "distinct":
        return ir.Aggregate(name, rows, value, type=INT, span=call.span)
    if name in ("sum", "avg") and not value.type.numeric:
        return context.report(WrongType(call.span, f"what `{name}` adds up", "a number", describe(value)))
    if name in ("min", "max") and value.type.kind is Kind.ENUM and not (value.type.enum and value.type.enum.ordered):
        return context.report(WrongType(call.span, f"what `{name}` takes", "something with an order", describe(value)))
    if name in ("first", "last") and rows.time is None:
        return context.report(BadWindow(call.span, f"`{name}` needs rows that have a time, and `{rows.table}` has none"))
    if name == "sum":
        return ir.Aggregate(name, rows, value, type=value.type.known(), span=call.span)
    result = value.type if name != "avg" else {Kind.MONEY: MONEY, Kind.PERCENT: PERCENT}.get(value.type.kind, NUMBER)
    return ir.Aggregate(name, rows, value, type=result.or_missing(), span=call.span)


# ------------------------------------------------------------------------------------------------ population and time


def population(call: ast.Call, scope: Scope, context: Context) -> ir.Expr:
    """`percentile(aum by branch)`, `rank(aum)`."""
    if len(call.arguments) != 1:
        return context.report(WrongArgumentCount(call.span, call.function, f"{call.function}(value by group)", len(call.arguments)))
    argument = call.arguments[0].value
    clauses = argument if isinstance(argument, ast.Related) else ast.Related(argument.span, argument)
    if clauses.where is not None or clauses.within is not None:
        return context.report(NotHere(clauses.span, "`where` or `within`", f"`{call.function}` is over the whole snapshot"))
    if scope.row is not None:
        return context.report(NotHere(call.span, f"`{call.function}`", "it is over customers, not over rows; make it an attribute"))
    value = infer(clauses.base, scope, context)
    by = infer(clauses.by, scope, context) if clauses.by is not None else None
    if is_error(value) or (by is not None and is_error(by)):
        return ir.Constant(None, type=Type(Kind.ERROR), span=call.span)
    if not value.type.numeric and value.type.kind not in TIMES:
        return context.report(WrongType(clauses.base.span, f"what `{call.function}` compares", "a number or date", describe(value)))
    optional = value.type.optional or (by is not None and by.type.optional)
    type_ = (PERCENT if call.function == "percentile" else INT).or_missing(optional)
    return ir.Population(call.function, value, by, type=type_, span=call.span)


def over_time(call: ast.Call, scope: Scope, context: Context) -> ir.Expr:
    """`ago(x, 30 days)`, `change(x, 30 days)`, `growth(x, 30 days)`."""
    name = call.function
    if len(call.arguments) != 2:
        return context.report(WrongArgumentCount(call.span, name, f"{name}(value, duration)", len(call.arguments)))
    if scope.row is not None:
        return context.report(NotHere(call.span, f"`{name}`", "it looks at earlier snapshots of the customer; make it an attribute"))
    value, back = (infer(argument.value, scope, context) for argument in call.arguments)
    if is_error(value, back):
        return ir.Constant(None, type=Type(Kind.ERROR), span=call.span)
    if back.type.kind is not Kind.DURATION or not isinstance(back, ir.Constant):
        return context.report(NotConstant(call.arguments[1].span, f"the second argument of `{name}`, a duration such as 30 days,"))
    if back.value.minutes is not None or back.value.count == 0:
        return context.report(WrongType(call.arguments[1].span, f"the second argument of `{name}`", "whole days", str(back.value)))
    before = ir.Ago(value, back.value, type=value.type.or_missing(), span=call.span)
    if name == "ago":
        return before
    if not value.type.numeric:
        return context.report(CannotCompute(call.span, "-", describe(value), kind_words(value.type), f"`{name}` is of numbers"))
    difference = ir.Arithmetic("-", value, before, type=value.type.or_missing(), span=call.span)
    if name == "change":
        return difference
    return ir.Arithmetic("/", difference, before, type=NUMBER.or_missing(), span=call.span)
