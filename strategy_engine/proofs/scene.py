"""What an encoding knows so far: its unknowns, and the facts that hold of every customer."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable, Iterator
from dataclasses import field
from typing import Any

from strategy_engine.language.types import CENTS, DATE, Duration, Kind, Type
from strategy_engine.proofs import values
from strategy_engine.proofs.logic import Logic, Meaning, Pair, Term, Value, both, decided, implied, known, lifted, negated
from strategy_engine.proofs.values import Texts
from strategy_engine.record import record
from strategy_engine.semantics import ir
from strategy_engine.semantics.model import Model

ANY_DAY = dt.date(2026, 6, 17)
"""The as-of date of customers that are shown, where it can be: an ordinary Wednesday. What is proved holds on every date."""

DAYS = (dt.date(2000, 1, 1), dt.date(2099, 12, 31))
"""The as-of dates that proofs are about."""

Moment = tuple[Duration, ...]
"""How long ago: nothing for today, `ago` within `ago` one after another."""


@record
class Leaf:
    """Something that a customer has: a column of the snapshot or of another scope, standing in a list, a value of a series.

    scope: as of `ir.Column`, or `list`, `series`.      there: whether it is known.      term: its value.
    """

    moment: Moment
    scope: str
    name: str
    type: Type
    there: Logic
    term: Term


@record
class Approximated:
    """A pure function that the solver does not know: any value of its type, until a customer shows what it gives."""

    expr: ir.Expr
    inputs: tuple[ir.Expr, ...]
    moment: Moment
    meaning: Meaning


@record
class Facts:
    """What all encodings of a model share.

    holds: of every customer.      usual: of customers that people would take for one, and that own no rows of other tables.
    easy: further wishes, under which products and quotients are simple.
    """

    model: Model
    texts: Texts = field(default_factory=Texts)
    holds: list[Any] = field(default_factory=list)
    usual: list[Any] = field(default_factory=list)
    easy: list[Any] = field(default_factory=list)
    leaves: dict[tuple[Moment, str, str, Type], Leaf] = field(default_factory=dict)
    meanings: dict[tuple[Moment, ir.Expr], Meaning] = field(default_factory=dict)
    approximated: list[Approximated] = field(default_factory=list)
    presences: dict[Moment, Logic] = field(default_factory=dict)
    today: dict[Moment, Term] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=itertools.count)

    def hold(self, fact: Logic) -> None:
        """Take a fact for granted."""
        if fact is not True:
            self.holds.append(lifted(fact))

    def wish(self, fact: Logic) -> None:
        """Look for customers of whom this holds first."""
        if fact is not True:
            self.usual.append(lifted(fact))


@record
class Scene:
    """Facts, seen from a moment: how an expression's parts are encoded."""

    facts: Facts
    moment: Moment
    encode: Callable[[ir.Expr, Scene], Meaning]

    def of(self, expr: ir.Expr) -> Meaning:
        """What the expression means here; each is encoded once."""
        key = (self.moment, expr)
        found = self.facts.meanings.get(key)
        if found is None:
            found = self.facts.meanings[key] = self.encode(expr, self)
        return found

    def condition(self, expr: ir.Expr) -> Pair:
        """What a condition means here."""
        meaning = self.of(expr)
        if not isinstance(meaning, Pair):
            raise TypeError(f"no condition: {type(expr).__name__}")
        return meaning

    def value(self, expr: ir.Expr) -> Value:
        """What a value means here."""
        meaning = self.of(expr)
        if not isinstance(meaning, Value):
            raise TypeError(f"a condition where a value was to be: {type(expr).__name__}")
        return meaning

    def back(self, by: Duration) -> Scene:
        """The scene that long ago."""
        return Scene(self.facts, (*self.moment, by), self.encode)

    # -------------------------------------------------------------------------------------------- unknowns

    def unknown(self, of: Type) -> Term:
        """A term that may be any value of the type."""
        facts = self.facts
        term = values.variable(f"{of.kind}!{next(facts.numbers)}", of.kind)
        if of.kind is not Kind.BOOL:
            facts.hold(values.possible(term, of))
        return term

    def anything(self, of: Type, there: Logic) -> Meaning:
        """Any value of the type, where it is there."""
        term = self.unknown(of)
        return decided(there, term) if of.kind is Kind.BOOL else Value(there, term)

    def maybe(self) -> Logic:
        """True or false."""
        return self.unknown(Type(Kind.BOOL))

    def leaf(self, scope: str, name: str, of: Type) -> Meaning:
        """A column, or what is like one."""
        facts = self.facts
        moment = self.moment if scope in ("customer", "list", "series") else ()
        key = (moment, scope, name, of)
        found = facts.leaves.get(key)
        if found is None:
            term = self.unknown(of)
            optional = of.optional or scope == "series" or (scope == "customer" and facts.model.project.reads_bad_as_missing)
            found = Leaf(moment, scope, name, of, self.maybe() if optional else True, term)
            self._declare(found)
            facts.leaves[key] = found
        return decided(found.there, found.term) if of.kind is Kind.BOOL else Value(found.there, found.term)

    def _declare(self, leaf: Leaf) -> None:
        """What the project file says of a column."""
        if leaf.type.kind is not Kind.BOOL:
            self.facts.wish(values.usual(leaf.term, leaf.type))
        if leaf.scope == "list":
            self.facts.wish(negated(leaf.term))
        column = self.facts.model.project.snapshot.columns.get(leaf.name) if leaf.scope == "customer" else None
        if column is not None and column.min is not None:
            self.facts.hold(implied(leaf.there, leaf.term >= values.term_of(column.minimum, leaf.type, self.facts.texts)))

    def approximated(self, expr: ir.Expr, inputs: tuple[ir.Expr, ...], meaning: Meaning) -> Meaning:
        """Note that the meaning is a function of the inputs that the solver does not know."""
        self.facts.approximated.append(Approximated(expr, inputs, self.moment, meaning))
        return meaning

    def outside(self, meaning: Meaning, without: Any, of: Type) -> Meaning:
        """Something that other rows or other customers decide; `without` is what it is where there are none."""
        if without is None:
            self.facts.wish(negated(known(meaning)))
        elif isinstance(meaning, Pair):
            self.facts.wish(meaning.true if without else meaning.false)
        else:
            self.facts.wish(both(meaning.known, meaning.term == values.term_of(without, of, self.facts.texts)))
        return meaning

    # -------------------------------------------------------------------------------------------- days

    @property
    def today(self) -> Term:
        """The as-of date of this moment."""
        found = self.facts.today.get(self.moment)
        if found is None:
            found = self.facts.today[self.moment] = self._today()
        return found

    def _today(self) -> Term:
        if self.moment:
            before = Scene(self.facts, self.moment[:-1], self.encode)
            moved = before.of(ir.Shift(ir.Today(type=DATE), self.moment[-1], -1, type=DATE))
            return moved.term if isinstance(moved, Value) else before.today
        term = self.unknown(DATE)
        self.facts.hold(both(term >= DAYS[0].toordinal(), term <= DAYS[1].toordinal()))
        self.facts.wish(term == ANY_DAY.toordinal())
        return term

    def there(self) -> Logic:
        """Whether the customer was there at this moment."""
        if not self.moment:
            return True
        if self.moment not in self.facts.presences:
            self.facts.presences[self.moment] = self.maybe()
        return self.facts.presences[self.moment]


def cents(units: Term) -> Term:
    """Money of whole units."""
    return units * CENTS
