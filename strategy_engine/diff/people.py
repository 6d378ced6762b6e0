"""Customers whom both versions see: their columns, rows of tables, and where they stand. The row interpreter judges them by what each
version says in its own words, so that a mistake of the normal form, or of the solver, shows nobody."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import field
from functools import cached_property
from typing import Any

from strategy_engine.diff.normal import Normal, shortest
from strategy_engine.diff.shared import SNAPSHOT, Ground
from strategy_engine.engine.rows import OTHER, Row, World, evaluate
from strategy_engine.engine.rows.calendar import shift
from strategy_engine.language.functions import Context, find
from strategy_engine.language.types import BOOL, DATE, Duration, Type
from strategy_engine.proofs.values import written as as_condition
from strategy_engine.record import record
from strategy_engine.semantics import ir
from strategy_engine.semantics.model import Model
from strategy_engine.semantics.versions import written
from strategy_engine.semantics.walk import children, expressions


@record
class Person:
    """A customer, by what the comparison calls things.

    rows: of each table.      references: the row that an id leads to, by table.      standing: values of populations, by their text.
    scopes: rows of other scopes, such as `member`.      earlier: the customer that long ago; absent where not there.
    """

    today: dt.date
    values: Row
    rows: Mapping[str, tuple[Row, ...]] = field(default_factory=dict)
    references: Mapping[str, Row] = field(default_factory=dict)
    series: Mapping[str, Row] = field(default_factory=dict)
    lists: Mapping[str, bool] = field(default_factory=dict)
    standing: Mapping[str, Any] = field(default_factory=dict)
    scopes: Mapping[str, Row] = field(default_factory=dict)
    earlier: Mapping[Duration, Person] = field(default_factory=dict)


@record
class Side:
    """One version, as it looks at a customer."""

    model: Model
    normal: Normal

    @cached_property
    def _days_off(self) -> tuple[frozenset[dt.date], frozenset[dt.date]]:
        calendar = self.model.project.calendar
        return frozenset(calendar.holidays), frozenset(calendar.workdays)

    @cached_property
    def _now(self) -> dict[str, ir.Expr]:
        return {name: each.expr for name, each in self.model.derived.items()}

    @cached_property
    def _then(self) -> dict[str, ir.Expr]:
        return {name: each.remembered or each.expr for name, each in self.model.derived.items()}

    @cached_property
    def _own(self) -> dict[str, list[str]]:
        """The columns of each table, as this version calls them."""
        tables = self.model.project.tables.values()
        return {SNAPSHOT if table.kind == "snapshot" else table.name: list(table.columns) for table in tables}

    def value(self, expr: ir.Expr, person: Person) -> Any:
        """What the row interpreter gives for the customer; missing for a word that this version does not know."""
        try:
            return evaluate(expr, self.world(person))
        except ValueError:  # an enum's rank
            return None

    def world(self, person: Person, *, earlier: bool = False) -> World:
        """What the row interpreter sees of the customer."""
        keys = {value for row in (person.values, *person.scopes.values()) for value in row.values() if isinstance(value, str)}
        keys |= {value for rows in person.rows.values() for row in rows for value in row.values() if isinstance(value, str)}
        offset = dt.timedelta(days=self.model.project.contact_offset)

        def back(by: Duration) -> World | None:
            then = person.earlier.get(shortest(by))
            return None if then is None else self.world(then, earlier=True)

        return World(
            context=Context(person.today, *self._days_off),
            contact_date=person.today + offset,
            customer=self._row(SNAPSHOT, person.values),
            rows={table: [self._row(table, row) for row in rows] for table, rows in person.rows.items()},
            references={table: dict.fromkeys(keys, self._row(table, row)) for table, row in person.references.items()},
            series={table: self._row(table, row) for table, row in person.series.items()},
            lists=person.lists,
            derived=self._then if earlier else self._now,
            population=lambda node: person.standing.get(written(self.normal.of(node))),
            earlier=back,
            scopes={scope: self._members(row) if scope == "member" else row for scope, row in person.scopes.items()},
        )

    def _row(self, table: str, row: Row) -> Row:
        called = self.normal.reading.column
        found = {name: row.get(called(table, name)) for name in self._own.get(table, ())}
        return {**found, OTHER: self._row(SNAPSHOT, row[OTHER])} if row.get(OTHER) is not None else found

    def _members(self, row: Row) -> Row:
        return {name: row.get(self.normal.called("cohort", name)) for name in self._now}


def moved(today: dt.date, by: Duration) -> dt.date:
    """The day so long before."""
    found = shift(today, by, -1, Context(today))
    return today if found is None else found.date() if isinstance(found, dt.datetime) else found


# ------------------------------------------------------------------------------------------------ for people


def told(person: Person, forms: tuple[ir.Expr, ...], ground: Ground) -> str:
    """What matters of the customer to conditions, as a condition of the language."""
    return " and ".join(dict.fromkeys([*_told(person, forms, ground, ""), *_related(person, forms, ground), *_day(person, forms)]))


def _told(person: Person, forms: tuple[ir.Expr, ...], ground: Ground, ago: str) -> Iterator[str]:
    for each in outside(forms):
        if isinstance(each, ir.Column) and each.scope == "customer":
            name = f"ago({each.name}, {ago})" if ago else each.name
            yield as_condition(name, person.values.get(each.name), each.type)
        elif isinstance(each, ir.Column):
            name = each.name if each.scope == "row" else f"{each.scope}.{each.name}"
            yield as_condition(name, person.scopes.get(each.scope, {}).get(each.name), each.type)
        elif isinstance(each, ir.Ago):
            then = person.earlier.get(each.back)
            text = str(each.back) if not ago else f"{ago} + {each.back}"
            if then is None:
                yield f"no customer {text} ago"
            else:
                yield from _told(then, (each.value,), ground, text)
        elif isinstance(each, ir.InList):
            yield as_condition(each.table, person.lists.get(each.table, False), BOOL)
        elif isinstance(each, ir.SeriesValue):
            yield as_condition(f"{each.table}.{each.column}", person.series.get(each.table, {}).get(each.column), each.type)
        elif isinstance(each, ir.Reference):
            yield as_condition(f"{each.table}.{each.column}", person.references.get(each.table, {}).get(each.column), each.type)
        elif isinstance(each, ir.Population):
            yield as_condition(_standing(each), person.standing.get(written(each)), each.type)


def _standing(each: ir.Population) -> str:
    value, by = (one.name if isinstance(one, ir.Column) else "…" for one in (each.value, each.by))
    return f"{each.function}({value}{f' by {by}' if each.by is not None else ''})"


def outside(forms: tuple[ir.Expr, ...]) -> Iterator[ir.Expr]:
    """The expressions that are of the customer's own, and not of rows or of an earlier day."""
    stack, seen = list(reversed(forms)), set[int]()
    while stack:
        each = stack.pop()
        if id(each) in seen:
            continue
        seen.add(id(each))
        yield each
        if not isinstance(each, ir.Ago | ir.Population):
            stack += reversed(own_parts(each))


def own_parts(each: ir.Expr) -> list[ir.Expr]:
    """The parts of an expression that are not of a row's."""
    found = list(children(each))
    if not isinstance(each, ir.Aggregate):
        return found
    return [inner for part in found for inner in expressions(part) if isinstance(inner, ir.Column) and inner.scope == "customer"]


def _related(person: Person, forms: tuple[ir.Expr, ...], ground: Ground) -> Iterator[str]:
    """The rows of tables: those that are alike in what is asked together."""
    names: dict[str, dict[str, None]] = {}
    for each in expressions(forms):
        if isinstance(each, ir.Aggregate):
            asked = names.setdefault(each.rows.table, {})
            inner = [one for one in expressions((each.rows, each.value)) if isinstance(one, ir.Column)]
            asked.update(
                dict.fromkeys(f"{one.scope}.{one.name}" if one.scope == "other" else one.name for one in inner if one.scope != "customer")
            )
            if each.rows.time is not None and (each.rows.window is not None or each.function in ("first", "last")):
                asked[each.rows.time] = None
    for table, asked in names.items():
        alike = Counter(_row_told(row, tuple(asked), ground, table) for row in person.rows.get(table, ()))
        if not alike:
            yield f"not exists({table})"
        for text, count in sorted(alike.items()):
            inside = f"{table} where {text}" if text else table
            yield f"exists({inside})" if count == 1 else f"count({inside}) == {count}"


def _row_told(row: Row, names: tuple[str, ...], ground: Ground, table: str) -> str:
    parts = []
    for name in names:
        scope, _, column = name.rpartition(".")
        known = ground.columns.get((SNAPSHOT if scope == "other" else table, column))
        value = (row.get(OTHER) or {}).get(column) if scope == "other" else row.get(column)
        parts.append(as_condition(name, value, known.type if known is not None else Type(BOOL.kind)))
    return " and ".join(parts)


def _day(person: Person, forms: tuple[ir.Expr, ...]) -> Iterator[str]:
    """The as-of date, where anything hangs on it: not the window of rows that are not there."""
    every = [*outside(forms)]
    every += [inner for each in every if isinstance(each, ir.Aggregate) and person.rows.get(each.rows.table) for inner in expressions(each)]
    if any(isinstance(each, ir.Today) or _in_context(each) for each in every):
        yield as_condition("today", person.today, DATE)


def _in_context(each: ir.Expr) -> bool:
    function = find(each.function) if isinstance(each, ir.Call) else None
    return function is not None and function.context
