"""A condition of either version: who is in that of after and not in that of before, and the other way round."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field, replace
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any

from strategy_engine.diff.normal import HERE, TOO_LARGE, Normal, Place
from strategy_engine.diff.people import Person, Side, moved, told
from strategy_engine.diff.search import Seen, found_for
from strategy_engine.diff.shared import Ground, ground
from strategy_engine.language.types import TEXT
from strategy_engine.proofs.prove import installed
from strategy_engine.record import record
from strategy_engine.semantics import ir
from strategy_engine.semantics.model import Model
from strategy_engine.semantics.versions import written
from strategy_engine.semantics.walk import expressions

if TYPE_CHECKING:
    from strategy_engine.diff.related import Related
    from strategy_engine.proofs.replay import Customer
    from strategy_engine.proofs.solver import Solver


class Found(StrEnum):
    """What is known of one direction."""

    NONE = "none"  # proved
    SHOWN = "shown"  # a customer, replayed on both sides
    POSSIBLE = "possible"  # a customer, as far as the solver knows, whom nothing replays
    OPEN = "open"  # too hard, or nobody to ask


@record
class Direction:
    """Whether customers go one way.      customer: one who does, as a condition of the language."""

    found: Found
    customer: str | None = None

    @property
    def so(self) -> bool:
        return self.found is Found.SHOWN


class Verdict(StrEnum):
    """What became of a condition."""

    SAME = "unchanged"
    WIDER = "wider"
    NARROWER = "narrower"
    MOVED = "moved"
    OPEN = "not decided"
    DIFFERENT = "changed"  # without a direction


@record
class Compared:
    """Two versions of a condition, or of a value, which has no direction.

    gained: in after and not in before.      lost: the opposite.
    """

    verdict: Verdict
    gained: Direction = Direction(Found.NONE)
    lost: Direction = Direction(Found.NONE)


SAME = Compared(Verdict.SAME)


@record
class Comparison:
    """All comparisons of two versions.

    solver: None where it is not installed, and then only normal forms tell.      seen: the customers who were shown.
    """

    before: Side
    after: Side
    ground: Ground
    solver: Solver | None
    known: dict[tuple[str, str, bool], Compared] = field(default_factory=dict)
    seen: list[Person] = field(default_factory=list)

    @cached_property
    def related(self) -> Related:
        """What hangs together of what was asked."""
        from strategy_engine.diff.related import Related

        assert self.solver is not None  # noqa: S101 - asked before
        return Related(self.solver, self.ground)

    def condition(self, old: ir.Expr, new: ir.Expr, table: str = "") -> Compared:
        """Two versions of a condition; `table`: whose row it is of, if of one."""
        return self._compared(old, new, table, by_value=False)

    def value(self, old: ir.Expr, new: ir.Expr) -> Compared:
        """Two versions of a value that is no condition: the same, or changed, for the customer told as gained."""
        return self._compared(old, new, "", by_value=True)

    def _compared(self, old: ir.Expr, new: ir.Expr, table: str, *, by_value: bool) -> Compared:
        place = Place(False, table) if table else HERE
        forms = self.before.normal.of(old, place), self.after.normal.of(new, place)
        if forms[0] == forms[1]:
            return SAME
        if any(isinstance(each, ir.Column) and each.scope == TOO_LARGE for each in expressions(forms)):
            return Compared(Verdict.OPEN, Direction(Found.OPEN), Direction(Found.OPEN))
        if self.solver is None or forms[0].type.kind is not forms[1].type.kind:
            return Compared(Verdict.DIFFERENT, Direction(Found.OPEN), Direction(Found.OPEN))
        key = (written(forms[0]), written(forms[1]), by_value)
        if key not in self.known:
            forms = self.related.unified(forms)
            if forms[0] == forms[1]:
                return SAME
            ways = [Way(self, old, new, forms, gained=gained, by_value=by_value) for gained in ((True,) if by_value else (True, False))]
            self.known[key] = _verdict(*(way.direction() for way in ways))
        return self.known[key]


def _verdict(gained: Direction, lost: Direction | None = None) -> Compared:
    if lost is None:
        verdict = {Found.NONE: Verdict.SAME, Found.SHOWN: Verdict.DIFFERENT}.get(gained.found, Verdict.OPEN)
        return Compared(verdict, gained)
    if gained.so or lost.so:
        verdict = Verdict.MOVED if gained.so and lost.so else Verdict.WIDER if gained.so else Verdict.NARROWER
    else:
        verdict = Verdict.SAME if gained.found is lost.found is Found.NONE else Verdict.OPEN
    return Compared(verdict, gained, lost)


@record
class Way:
    """One direction of one comparison. The expressions are the versions' own, the forms their normal forms."""

    of: Comparison
    old: ir.Expr
    new: ir.Expr
    forms: tuple[ir.Expr, ir.Expr]
    gained: bool
    by_value: bool

    def direction(self) -> Direction:
        """Proved by the solver, shown by a customer, or neither."""
        from strategy_engine.proofs.solver import Answer

        solver, wishes = self.of.solver, self._wishes()
        assert solver is not None  # noqa: S101 - asked before
        answer = solver.ask(*wishes)
        if answer is not Answer.NEVER:
            self.of.related.relate(self.forms)
            answer = solver.ask(*wishes)
        if answer is Answer.NEVER:
            return Direction(Found.NONE)
        near = solver.show(*wishes) if answer is Answer.SOME else None
        if near is None and answer is Answer.SOME and solver.ask(*wishes) is Answer.NEVER:  # what was learnt has settled it
            return Direction(Found.NONE)
        base = None if near is None else person_of(near.customer)
        if base is not None and self.look(base) is Seen.FOUND:
            return self._shown(base)
        person = found_for(self.look, self.forms, self.of.ground, base, self.of.seen)
        if person is not None:
            return self._shown(person)
        return Direction(Found.OPEN if near is None else Found.POSSIBLE, None if base is None else told(base, self.forms, self.of.ground))

    def _shown(self, person: Person) -> Direction:
        asked = {each.name for each in expressions(self.forms) if isinstance(each, ir.Column)}
        self.of.seen.append(replace(person, values={name: value for name, value in person.values.items() if name in asked}))
        text = told(person, self.forms, self.of.ground)
        standings = len(person.standing)
        return Direction(Found.SHOWN if standings < 2 else Found.POSSIBLE, text)  # several may not be possible together

    def _wishes(self) -> tuple[tuple[ir.Expr, bool], ...]:
        old, new = self.forms
        if self.by_value:
            return ((_unlike(old, new), True),)
        return ((new, True), (old, False)) if self.gained else ((old, True), (new, False))

    def look(self, person: Person) -> Seen:
        """What the row interpreter says of the customer."""
        if self.by_value:
            apart = self.of.before.value(self.old, person) != self.of.after.value(self.new, person)
            return Seen.FOUND if apart else Seen.FAR
        wanted, other = (self._after, self._before) if self.gained else (self._before, self._after)
        return Seen.FAR if not wanted(person) else Seen.CLOSE if other(person) else Seen.FOUND

    def _before(self, person: Person) -> bool:
        return self.of.before.value(self.old, person) is True

    def _after(self, person: Person) -> bool:
        return self.of.after.value(self.new, person) is True


def _unlike(old: ir.Expr, new: ir.Expr) -> ir.Expr:
    """Whether two values differ, or one is missing and the other is not."""
    known = ir.IsKnown(old), ir.IsKnown(new)
    apart = ir.Compare("!=", known[0], known[1])
    one, other = (ir.Convert(each, type=TEXT) if each.type.enum is not None else each for each in (old, new))  # enums may be of other words
    return ir.Or((apart, ir.And((*known, ir.Compare("!=", one, other)))))


def person_of(customer: Customer, moment: tuple[Any, ...] = ()) -> Person:
    """The solver's customer, without rows of tables."""
    from strategy_engine.proofs.replay import values_of

    scopes, series = values_of(customer, moment)
    today = customer.today
    for back in moment:
        today = moved(today, back)
    return Person(
        today,
        scopes.pop("customer", {}),
        series=series,
        lists=scopes.pop("list", {}),
        scopes=scopes,
        earlier=dict(_earlier(customer, moment)),
    )


def _earlier(customer: Customer, moment: tuple[Any, ...]) -> Iterator[tuple[Any, Person]]:
    for then in sorted(customer.present, key=repr):
        if len(then) == len(moment) + 1 and then[: len(moment)] == moment:
            yield then[-1], person_of(customer, then)


def comparison(before: Model, after: Model, names: Mapping[tuple[str, str], str] | None = None) -> Comparison:
    """All comparisons of two versions, with a solver where there is one; `names`: what is called otherwise in after, by kind and name."""
    together = ground(before.project, after.project)
    sides = Side(before, Normal(before, together.before, names)), Side(after, Normal(after, together.after))
    if not installed():
        return Comparison(*sides, together, None)
    from strategy_engine.proofs.solver import Solver

    return Comparison(*sides, together, Solver.of(Model(together.project)))
