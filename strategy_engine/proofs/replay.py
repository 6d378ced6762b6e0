"""Customers that the solver found, seen by the row interpreter: only what it says of them is told as certain."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from strategy_engine.engine.rows import World, evaluate
from strategy_engine.engine.rows.calendar import shift
from strategy_engine.language.functions import Context
from strategy_engine.language.types import BOOL, DATE, Duration, Kind
from strategy_engine.proofs.logic import Logic, Pair, both, decided, equal, implied, known, lifted, negated, z3
from strategy_engine.proofs.scene import Approximated, Facts, Leaf, Moment, Scene
from strategy_engine.proofs.values import term_of, value_of, written
from strategy_engine.record import record
from strategy_engine.semantics import ir
from strategy_engine.semantics.model import Model
from strategy_engine.semantics.walk import children


@record
class Customer:
    """Values for what the solver was asked about.

    today: the as-of date.      values: by leaf; None is missing.      present: the moments at which the customer was there.
    """

    today: dt.date
    values: Mapping[tuple[Moment, str, str], Any]
    present: frozenset[Moment]


def customer_of(model: Any, facts: Facts) -> Customer:
    """The customer of an answer of the solver."""

    def number(term: Any) -> Any:
        return model.eval(term, model_completion=True)

    def holds(logic: Logic) -> bool:
        return bool(z3.is_true(number(lifted(logic))))

    values = {}
    for leaf in facts.leaves.values():
        values[leaf.moment, leaf.scope, leaf.name] = _value(leaf, number, facts) if holds(leaf.there) else None
    today = facts.today.get(())
    day = dt.date(2026, 6, 17) if today is None else dt.date.fromordinal(number(today).as_long())
    return Customer(day, values, frozenset(moment for moment, there in facts.presences.items() if holds(there)))


def _value(leaf: Leaf, number: Any, facts: Facts) -> Any:
    if leaf.type.kind is Kind.BOOL:
        return bool(z3.is_true(number(leaf.term)))
    return value_of(number(leaf.term), leaf.type, facts.texts)


# ------------------------------------------------------------------------------------------------ the row interpreter


def values_of(customer: Customer, moment: Moment = ()) -> tuple[dict[str, dict[str, Any]], dict[str, dict[str, Any]]]:
    """What the customer has at the moment, by scope and name; and the rows of series, by table and column."""
    scopes: dict[str, dict[str, Any]] = {}
    for (when, scope, name), value in customer.values.items():
        if when == (moment if scope in ("customer", "list", "series") else ()):
            scopes.setdefault(scope, {})[name] = value
    series: dict[str, dict[str, Any]] = {}
    for name, value in scopes.pop("series", {}).items():
        table, _, column = name.partition(".")
        series.setdefault(table, {})[column] = value
    return scopes, series


def world_of(customer: Customer, model: Model, moment: Moment = ()) -> World:
    """The customer as the row interpreter sees one, without rows of other tables."""
    project = model.project
    scopes, series = values_of(customer, moment)
    context = Context(_day(customer.today, moment), frozenset(project.calendar.holidays), frozenset(project.calendar.workdays))

    def earlier(back: Duration) -> World | None:
        then = (*moment, back)
        return world_of(customer, model, then) if then in customer.present else None

    return World(
        context=context,
        contact_date=context.today + dt.timedelta(days=project.contact_offset),
        customer=scopes.pop("customer", {}),
        lists=scopes.pop("list", {}),
        series=series,
        derived={name: each.remembered if moment and each.remembered is not None else each.expr for name, each in model.derived.items()},
        earlier=earlier,
        scopes=scopes,
    )


def _day(today: dt.date, moment: Moment) -> dt.date:
    for back in moment:
        today = shift(today, back, -1, Context(today)) or today
    return today


def given_on(day: dt.date, expr: ir.Expr, facts: Facts) -> Any:
    """What a function of the as-of date gives on a day, as a term; None where it gives nothing."""
    value = evaluate(expr, world_of(Customer(day, {}, frozenset()), facts.model))
    return None if value is None else term_of(value, expr.type, facts.texts)


def lesson(wrong: Approximated, world: World, scene: Scene) -> Logic:
    """What a customer shows of a function that the solver does not know: these inputs give this."""
    inputs = both(*(_is(each, evaluate(each, world), scene) for each in wrong.inputs))
    value, meaning = evaluate(wrong.expr, world), wrong.meaning
    if value is None:
        return implied(inputs, negated(known(meaning)))
    if isinstance(meaning, Pair):
        return implied(inputs, meaning.true if value else meaning.false)
    return implied(inputs, both(meaning.known, meaning.term == term_of(value, wrong.expr.type, scene.facts.texts)))


def _is(expr: ir.Expr, value: Any, scene: Scene) -> Logic:
    meaning = scene.of(expr)
    if value is None:
        return negated(known(meaning))
    if isinstance(meaning, Pair):
        return equal(meaning, decided(True, bool(value)))
    return both(meaning.known, meaning.term == term_of(value, expr.type, scene.facts.texts))


# ------------------------------------------------------------------------------------------------ for people


def told(customer: Customer, about: tuple[ir.Expr, ...], model: Model) -> str:
    """What matters of the customer, as a condition of the language; empty where it hangs on no column."""
    parts = [
        written(name, customer.values.get(key), of) for key, name, of in dict.fromkeys(_named(about, model, ())) if key in customer.values
    ]
    parts += dict.fromkeys(f"not exists({each.rows.table})" for each in unfolded(about, model) if isinstance(each, ir.Aggregate))
    if any(isinstance(each, ir.Today | ir.ContactDate) or _of_today(each) for each in unfolded(about, model)):
        parts.append(written("today", customer.today, DATE))
    return " and ".join(parts)


def _of_today(expr: ir.Expr) -> bool:
    return isinstance(expr, ir.Call) and expr.function in ("age", "days_since", "days_until")


def unfolded(about: tuple[ir.Expr, ...], model: Model) -> Iterator[ir.Expr]:
    """All expressions and what they are defined by."""
    seen: set[str] = set()
    queue = list(reversed(about))
    while queue:
        each = queue.pop()
        yield each
        if isinstance(each, ir.Derived) and each.name not in seen:
            seen.add(each.name)
            queue.append(model.derived[each.name].expr)
        if not isinstance(each, ir.Aggregate):  # what it asks of its rows is nothing of the customer
            queue += reversed([*children(each)])


def _named(about: tuple[ir.Expr, ...], model: Model, moment: Moment) -> Iterator[tuple[tuple[Moment, str, str], str, Any]]:
    """The leaves that expressions ask for, what people call them, and their types."""
    for each in unfolded(about, model):
        if isinstance(each, ir.Column):
            name = each.name if each.scope in ("customer", "row") else f"{each.scope}.{each.name}"
            yield (moment if each.scope == "customer" else (), each.scope, each.name), name, each.type
        elif isinstance(each, ir.InList):
            yield (moment, "list", each.table), each.table, BOOL
        elif isinstance(each, ir.SeriesValue):
            yield (moment, "series", f"{each.table}.{each.column}"), f"{each.table}.{each.column}", each.type
