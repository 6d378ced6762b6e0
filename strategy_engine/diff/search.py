"""Customers at random, near what conditions compare with: for differences that hang on rows of tables, of which the solver knows nothing.

Drawn from a seed that the conditions give, so that every run finds the same. What is found has been judged by the row interpreter.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from enum import IntEnum
from random import Random
from typing import Any

from strategy_engine.diff.people import Person, moved
from strategy_engine.diff.shared import SNAPSHOT, Ground, Shared
from strategy_engine.engine.rows import OTHER, Row
from strategy_engine.language.types import CENTS, Duration, Kind, Type
from strategy_engine.proofs.scene import ANY_DAY
from strategy_engine.record import record
from strategy_engine.semantics import ir
from strategy_engine.semantics.versions import written
from strategy_engine.semantics.walk import expressions

TRIES = 1_500
"""How many customers are looked at for one question at most …"""

NODES = 500_000
"""… and how many nodes of conditions, as a count that no machine's speed changes."""

MOST_ROWS = 40
"""Of one table."""

MOST_NEAR = 30
"""Customers who are close, of those found last."""

FOR_EACH = 6
"""Customers like each who answered another question."""


class Seen(IntEnum):
    """What a customer is to a question: not in the one condition, in it and in the other too, or an answer."""

    FAR = 0
    CLOSE = 1
    FOUND = 2


Look = Callable[[Person], Seen]
DEGREE = 111.19
"""Kilometres."""


@record
class Asked:
    """What conditions ask of a customer.

    columns: of each scope but the rows' own, with their types.      tables: of rows.      references, series: columns by table.
    pool: by kind, the values that something is compared with, and their neighbours.      words: values of enums.      counts: of rows.
    """

    columns: Mapping[str, Mapping[str, Type]]
    tables: tuple[str, ...]
    references: tuple[str, ...]
    series: tuple[str, ...]
    lists: tuple[str, ...]
    populations: tuple[ir.Population, ...]
    ago: tuple[Duration, ...]
    pool: Mapping[Kind, tuple[Any, ...]]
    words: frozenset[str]
    counts: tuple[int, ...]


def asked(forms: tuple[ir.Expr, ...], today: dt.date) -> Asked:
    """What normal forms ask; dates are near to those that the as-of date makes of them."""
    every = list(expressions(forms))
    columns: dict[str, dict[str, Type]] = {}
    for each in every:
        if isinstance(each, ir.Column):
            columns.setdefault(each.scope, {})[each.name] = each.type
    inside = {each.rows.table for each in every if isinstance(each, ir.Aggregate)}
    numbers = [each.value for each in every if isinstance(each, ir.Constant) and each.type.kind is Kind.INT and each.value is not None]
    return Asked(
        columns,
        tuple(sorted(inside)),
        tuple(sorted({each.table for each in every if isinstance(each, ir.Reference)})),
        tuple(sorted({each.table for each in every if isinstance(each, ir.SeriesValue)})),
        tuple(sorted({each.table for each in every if isinstance(each, ir.InList)})),
        tuple(dict.fromkeys(each for each in every if isinstance(each, ir.Population))),
        tuple(dict.fromkeys(each.back for each in every if isinstance(each, ir.Ago))),
        _pool(every, today),
        frozenset(each.value for each in every if isinstance(each, ir.Constant) and isinstance(each.value, str)),
        tuple(sorted({0, 1, 2, *(near for value in numbers if value <= MOST_ROWS for near in (value - 1, value, value + 1) if near >= 0)})),
    )


def _pool(every: list[ir.Expr], today: dt.date) -> dict[Kind, tuple[Any, ...]]:
    """By kind, what something is compared with, and a little more and less."""
    found: dict[Kind, set[Any]] = {
        Kind.INT: {0, 1, 2},
        Kind.NUMBER: {0.0, 1.0},
        Kind.PERCENT: {0.0, 0.5, 1.0},
        Kind.MONEY: {0, 1, 10_000 * CENTS},
        Kind.TEXT: {"other"},
        Kind.DATE: {today},
    }
    for each in every:
        if isinstance(each, ir.Constant) and each.value is not None and each.type.kind is not Kind.BOOL:
            for kind, value in _near(each.value, each.type.kind, today):
                found.setdefault(kind, set()).add(value)
        elif isinstance(each, ir.Shift | ir.Ago):
            length = each.by if isinstance(each, ir.Shift) else each.back
            ahead = Duration(-length.count, length.unit)
            found[Kind.DATE].update(_days_about(moved(today, length)), _days_about(moved(today, ahead)))
    found[Kind.NUMBER] |= {float(value) for value in found[Kind.INT]}
    found[Kind.ID] = found[Kind.TEXT]
    return {kind: tuple(sorted(values)) for kind, values in found.items()}


def _near(value: Any, kind: Kind, today: dt.date) -> Iterator[tuple[Kind, Any]]:
    if kind in (Kind.INT, Kind.NUMBER, Kind.PERCENT) and abs(value) < 10**12:
        yield from ((kind, value + step) for step in ((-1, 0, 1) if kind is Kind.INT else (0, 0.001, -0.001, 1, -1)))
        yield from ((Kind.NUMBER, (value + step) / DEGREE) for step in (0, 0.5, -0.5))  # a distance of two places
        if 0 < abs(value) <= 1:  # a share of something
            shares = (value, 1 - value, 1 + value, value - 0.001, value + 0.001)
            yield from ((Kind.MONEY, round(10_000 * CENTS * share)) for share in shares)
            yield Kind.PERCENT, float(value)
        if 1 <= value <= 1200:  # an age, or days or months since
            for unit in ("day", "month", "year"):
                yield from ((Kind.DATE, day) for day in _days_about(moved(today, Duration(int(value), unit))))
    elif kind is Kind.MONEY:
        yield from ((kind, value + step) for step in (-1, 0, 1))
        yield from ((kind, value // 2), (kind, value * 2))
    elif kind is Kind.DATE:
        yield from ((kind, day) for day in _days_about(value))
    elif kind is Kind.DATETIME:
        yield from ((Kind.DATE, day) for day in _days_about(value.date()))
    elif kind in (Kind.TEXT, Kind.ID):
        yield Kind.TEXT, value


def _days_about(day: dt.date) -> Iterator[dt.date]:
    for step in (-1, 0, 1):
        if dt.date.min < day < dt.date.max:
            yield day + dt.timedelta(days=step)


# ------------------------------------------------------------------------------------------------ drawing


@record
class Draws:
    """Customers for one question."""

    asked: Asked
    ground: Ground
    random: Random
    base: Person | None = None

    def person(self, today: dt.date, depth: int = 2, base: Person | None = None) -> Person:
        """A customer: some columns as of the base, which the solver found."""
        near = base if base is not None and self.random.random() < 0.7 else None
        values = {}
        for name, of in self.asked.columns.get("customer", {}).items():
            if near is not None and name in near.values and self.random.random() < 0.85:
                values[name] = near.values[name]
            else:
                values[name] = self.value(self._shared(SNAPSHOT, name, of))
        return Person(
            today,
            values,
            {table: tuple(self.rows(table)) for table in self.asked.tables},
            {table: self.row(table) for table in self.asked.references},
            {table: self.row(table) for table in self.asked.series},
            {table: self.random.random() < 0.5 for table in self.asked.lists},
            {written(each): self.value(Shared(each.type)) for each in self.asked.populations},
            {scope: self._scope(scope, near) for scope in self.asked.columns if scope not in ("customer", "other")},
            dict(self._earlier(today, depth, near)),
        )

    def like(self, other: Person, person: Person) -> Person:
        """The person, in what is asked of both like the other."""
        values = {name: other.values.get(name, value) for name, value in person.values.items()}
        rows = {table: other.rows.get(table, found) for table, found in person.rows.items()}
        return replace(person, values=values, rows=rows)

    def changed(self, person: Person) -> Person:
        """The customer with one thing changed: a column, a row, or one value of a row."""
        tables = [*self.asked.tables]
        if person.values and (not tables or self.random.random() < 0.4):
            name = self.random.choice([*person.values])
            of = self.asked.columns["customer"][name]
            return replace(person, values={**person.values, name: self.value(self._shared(SNAPSHOT, name, of))})
        if not tables:
            return self.person(person.today, base=person)
        table = self.random.choice(tables)
        return replace(person, rows={**person.rows, table: tuple(self._changed_rows([*person.rows.get(table, ())], table))})

    def _changed_rows(self, rows: list[Row], table: str) -> list[Row]:
        fresh, place = self.row(table), self.random.randrange(len(rows) + 1)
        if place == len(rows):
            return [*rows, fresh]
        kind = self.random.random()
        if kind < 0.2:
            return [*rows[:place], *rows[place + 1 :]]
        name = self.random.choice([*fresh])
        rows[place] = fresh if kind < 0.4 else {**rows[place], name: fresh[name]}
        return rows

    def _scope(self, scope: str, near: Person | None) -> Row:
        given = {} if near is None else near.scopes.get(scope, {})
        found = {name: self.value(Shared(of)) for name, of in self.asked.columns[scope].items()}
        return {**found, **given} if self.random.random() < 0.8 else found

    def _earlier(self, today: dt.date, depth: int, near: Person | None) -> Iterator[tuple[Duration, Person]]:
        for back in self.asked.ago if depth else ():
            if self.random.random() < 0.9:
                yield back, self.person(moved(today, back), depth - 1, None if near is None else near.earlier.get(back))

    def rows(self, table: str) -> Iterator[Row]:
        """Rows of a table: a few kinds of them, some often."""
        room = MOST_ROWS
        for _ in range(self.random.choice((0, 1, 1, 2, 3, 6))):
            row, count = self.row(table), min(room, 1 if self.random.random() < 0.5 else self.random.choice(self.asked.counts))
            room -= count
            yield from [row] * count

    def row(self, table: str) -> Row:
        """A row of a table; of a link, with whom it leads to."""
        found = {name: self.value(column) for name, column in self.ground.of(table).items()}
        others = self.asked.columns.get("other", {})
        if self.ground.kinds.get(table) == "links":
            other = {name: self.value(self._shared(SNAPSHOT, name, of)) for name, of in others.items()}
            found[OTHER] = other if self.random.random() < 0.9 else None
        return found

    def _shared(self, table: str, name: str, of: Type) -> Shared:
        return self.ground.columns.get((table, name), Shared(of))

    def value(self, column: Shared) -> Any:
        """A value of a column: mostly one that matters."""
        of, random = column.type, self.random
        if of.optional and random.random() < 0.15:
            return None
        if of.enum is not None:
            named = [value for value in of.enum.values if value in self.asked.words]
            return random.choice(named if named and random.random() < 0.7 else of.enum.values)
        if of.kind is Kind.BOOL:
            return random.random() < 0.5
        if of.kind is Kind.DATETIME:
            return dt.datetime.combine(
                random.choice(self.asked.pool[Kind.DATE]), random.choice((dt.time(), dt.time(12), dt.time(23, 59, 59)))
            )
        found = random.choice(self.asked.pool.get(of.kind, ("other",)))
        return found if column.minimum is None or found >= column.minimum else column.minimum


def found_for(
    look: Look, forms: tuple[ir.Expr, ...], ground: Ground, base: Person | None = None, seen: Sequence[Person] = ()
) -> Person | None:
    """An answer, if one of those looked at is: any customer, one who has answered another question, or one a little unlike who is close."""
    seed = hashlib.sha256("\n".join(map(written, forms)).encode()).hexdigest()
    days = dict.fromkeys((ANY_DAY, ANY_DAY if base is None else base.today))
    for today in days:
        draws = Draws(asked(forms, today), ground, Random(f"{seed} {today}"), base)  # noqa: S311 - every run finds the same
        tries = min(TRIES, NODES // sum(1 for _ in expressions(forms))) // len(days)
        person = _looked_for(look, draws, today, seen, tries)
        if person is not None:
            return person
    return None


def _looked_for(look: Look, draws: Draws, today: dt.date, seen: Sequence[Person], tries: int) -> Person | None:
    near: list[Person] = []
    for person in _tried(draws, today, near, seen, tries):
        found = look(person)
        if found is Seen.FOUND:
            return smaller(person, look, draws.base)
        if found is Seen.CLOSE:
            near[:] = [*near[-MOST_NEAR:], person]
    return None


def _tried(draws: Draws, today: dt.date, near: list[Person], seen: Sequence[Person], tries: int) -> Iterator[Person]:
    """Whom to look at; `near` fills meanwhile."""
    for other in seen[-MOST_NEAR:]:
        yield from (draws.like(other, draws.person(today, base=draws.base)) for _ in range(FOR_EACH))
    for number in range(tries):
        yield draws.changed(draws.random.choice(near)) if near and number % 2 else draws.person(today, base=draws.base)


def smaller(person: Person, look: Look, base: Person | None) -> Person:
    """The customer with as few rows, as much alike, and as few values unlike the base's, as still make an answer."""
    for table, rows in person.rows.items():
        for row in rows:
            left = list(person.rows[table])
            left.remove(row)
            person = _if(look, replace(person, rows={**person.rows, table: tuple(left)}), person)
        alike = person.rows[table][:1] * len(person.rows[table])
        person = _if(look, replace(person, rows={**person.rows, table: alike}), person)
    for name, value in {} if base is None else base.values.items():
        person = _if(look, replace(person, values={**person.values, name: value}), person)
    return person


def _if(look: Look, tried: Person, otherwise: Person) -> Person:
    return tried if look(tried) is Seen.FOUND else otherwise
