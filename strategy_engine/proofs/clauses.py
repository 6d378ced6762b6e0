"""Clauses read as lines of values, in one of two readings, of which each errs to one side.

What is *possible*: every line stands for itself, whatever else hangs on the same columns. What excludes each other here does so for good.
What is *sure*: only lines that may have any value whatever the others have count, seen on one day. What agrees here is a customer.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import field, replace
from functools import cached_property
from typing import Any

from strategy_engine.engine.rows import World, evaluate
from strategy_engine.language.types import Kind
from strategy_engine.proofs.lines import EVERYTHING, Line, Literal, Number, Stretch, compared, moved, times
from strategy_engine.proofs.numbers import calendar
from strategy_engine.proofs.replay import Customer, world_of
from strategy_engine.proofs.scene import ANY_DAY
from strategy_engine.proofs.tried import columns_of, usual
from strategy_engine.proofs.values import DAY, POSSIBLE, REALS, Texts, number_of
from strategy_engine.record import record
from strategy_engine.semantics import ir
from strategy_engine.semantics.model import Model

Key = Hashable
"""What a line is known by: an expression, or `since` and an expression for the days from the as-of date to a date."""

_FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
_DAYS = {"days_since": -1, "days_until": 1}
_LEAVES = (ir.Column, ir.InList, ir.SeriesValue, ir.Aggregate)
_TRUE: Stretch = (1, True, 1, True)


@record
class Place:
    """A value as `sign * line + shift`, or as the day of a line of times; `instead` stands for it where it is missing."""

    key: Key
    sign: int = 1
    shift: Number = 0
    instead: Number | None = None
    day: bool = False


@record
class Reader:
    """Reads the clauses of a model's conditions.      lines: what they compared so far, by what it is known by."""

    model: Model
    sure: bool
    texts: Texts = field(default_factory=Texts)
    lines: dict[Key, Line] = field(default_factory=dict)
    literals: dict[int, tuple[Literal, ir.Expr]] = field(default_factory=dict)  # by identity: comparing takes longer than reading

    def literal(self, clause: ir.Expr) -> Literal:
        """What a clause says of one line: of one that is true, false or missing as the clause, where nothing better is known."""
        kept = self.literals.get(id(clause))
        if kept is None:
            made = self._read(clause) or self._on(Place(clause), (_TRUE,))
            if self.sure and not made.line.free:
                self._prepare(clause)
            kept = self.literals[id(clause)] = (made, clause)  # which keeps the identity its own
        return kept[0]

    def _prepare(self, clause: ir.Expr) -> None:
        """Cuts at which a clause can be tried."""
        for column in columns_of(clause, self) or ():
            line = self.line(column)
            line.cuts.update(each for each in usual(column.type) if line.can_be(each))

    @cached_property
    def world(self) -> World:
        """Nobody, on the day on which customers are put together."""
        return world_of(Customer(ANY_DAY, {}, frozenset()), self.model)

    def line(self, key: Key) -> Line:
        """The line that is known by the key."""
        found = self.lines.get(key)
        if found is None:
            found = self.lines[key] = self._line(key)
        return found

    def condition(self, expr: ir.Expr) -> ir.Expr:
        """What a name stands for."""
        while isinstance(expr, ir.Derived):
            expr = self.model.derived[expr.name].expr
        return expr

    # -------------------------------------------------------------------------------------------- clauses

    def _read(self, clause: ir.Expr) -> Literal | None:
        if isinstance(clause, ir.Compare):
            return self._compare(clause)
        if isinstance(clause, ir.InSet):
            stretches = tuple(self._point(clause.value, option.value) for option in clause.options)
            return self._on(self._place(clause.value, related=False), stretches)
        if isinstance(clause, ir.InWindow):
            return self._window(clause)
        if isinstance(clause, ir.IsKnown):
            place = self._place(clause.value, related=False)
            return self._on(Place(place.key), (EVERYTHING,), missing=place.instead is not None)
        return self._on(self._place(clause, related=False), (_TRUE,))

    def _on(self, place: Place, stretches: tuple[Stretch, ...], *, missing: bool | None = None) -> Literal:
        line = self.line(place.key)
        if place.instead is not None and missing is None:
            missing = any(_lies(place.instead, stretch) for stretch in stretches)
        there = tuple(times(each, DAY) if place.day else moved(each, place.sign, place.shift) for each in stretches)
        line.cuts.update(end for low, _, high, _ in there for end in (low, high) if end is not None)
        return Literal(line, there, missing)

    def _point(self, value: ir.Expr, option: Any) -> Stretch:
        number = number_of(option, value.type, self.texts)
        return number, True, number, True

    def _compare(self, clause: ir.Compare) -> Literal | None:
        value, op, other = clause.left, clause.op, clause.right
        if isinstance(value, ir.Constant):
            value, op, other = other, _FLIPPED.get(op, op), value
        end = self._fixed(other, value)
        if end is None or (value.type.kind in (Kind.ID, Kind.TEXT) and op not in ("==", "!=")):
            return None
        return self._on(self._place(value, related=end[1]), compared(op, end[0]))

    def _window(self, clause: ir.InWindow) -> Literal | None:
        window = clause.window
        ends = [None if end is None else self._fixed(end, clause.value) for end in (window.low, window.high)]
        if any(found is None and end is not None for found, end in zip(ends, (window.low, window.high), strict=True)):
            return None
        related = {end[1] for end in ends if end is not None}
        if len(related) > 1:
            return None
        low, high = (None if end is None else end[0] for end in ends)
        return self._on(self._place(clause.value, related=related == {True}), ((low, window.low_closed, high, window.high_closed),))

    # -------------------------------------------------------------------------------------------- values

    def _fixed(self, end: ir.Expr, value: ir.Expr) -> tuple[Number, bool] | None:
        """The number that is no customer's matter, and whether it counts from the as-of date; None for all else."""
        if isinstance(end, ir.Constant):
            return None if end.value is None else (number_of(end.value, value.type, self.texts), False)
        if not calendar(end.value if isinstance(end, ir.Convert) else end):
            return None
        if self.sure:
            found = evaluate(end, self.world)
            return None if found is None else (number_of(found, value.type, self.texts), False)
        days = self._from_today(end) if value.type.kind is Kind.DATE else None
        return None if days is None else (days, True)

    def _from_today(self, end: ir.Expr) -> int | None:
        """So many days after the as-of date, where that is the same on every date."""
        if isinstance(end, ir.Shift) and end.by.days is not None:
            before = self._from_today(end.value)
            return None if before is None else before + end.sign * end.by.days
        return {ir.Today: 0, ir.ContactDate: self.model.project.contact_offset}.get(type(end))

    def _place(self, value: ir.Expr, *, related: bool) -> Place:
        """Where a value lies; `related`: counted from the as-of date."""
        value = self.condition(value)
        if isinstance(value, ir.Default) and len(value.options) == 2 and isinstance(value.options[1], ir.Constant) and not related:
            inner, instead = self._place(value.options[0], related=False), value.options[1].value
            if inner.instead is None and instead is not None:
                return replace(inner, instead=number_of(instead, value.type, self.texts))
        if isinstance(value, ir.Convert) and value.value.type.kind is Kind.INT and value.type.kind in REALS:
            return self._place(value.value, related=related)
        if isinstance(value, ir.Convert) and value.value.type.kind is Kind.DATETIME and value.type.kind is Kind.DATE and not related:
            return Place(self.condition(value.value), day=True)
        days = self._days(value)
        if days is not None:
            column, sign = days
            return Place(column, sign, -sign * ANY_DAY.toordinal()) if self.sure else Place(("since", column), sign)
        return Place(("since", value) if related else value)

    def _days(self, value: ir.Expr) -> tuple[ir.Expr, int] | None:
        """The date from which days are counted to the as-of date (-1) or back (1)."""
        if not isinstance(value, ir.Call) or value.function not in (*_DAYS, "days_between"):
            return None
        arguments = [self.condition(each) for each in value.arguments]
        dates = [each for each in arguments if not isinstance(each, ir.Today)]
        if len(dates) != 1 or dates[0].type.kind is not Kind.DATE:
            return None
        return dates[0], _DAYS.get(value.function, 1 if dates[0] is arguments[-1] else -1)

    # -------------------------------------------------------------------------------------------- lines

    def _line(self, key: Key) -> Line:
        if not isinstance(key, ir.Expr):
            return Line()
        leaf, of = isinstance(key, _LEAVES), key.type
        low, high = POSSIBLE.get(of.kind, (None, None)) if leaf else (None, None)  # what is computed has room
        if of.kind is Kind.BOOL:
            low, high = 0, 1
        elif of.enum is not None:
            low, high = 0, len(of.enum.values) - 1
        elif of.kind in (Kind.ID, Kind.TEXT):
            low = 0
        if leaf:
            return Line(self._least(key, low), high, of.kind not in REALS, self._optional(key), free=True)
        return Line(low, high, of.kind not in REALS)

    def _optional(self, leaf: ir.Expr) -> bool:
        if isinstance(leaf, ir.Aggregate):
            return leaf.function not in ("count", "sum", "distinct", "exists")
        if isinstance(leaf, ir.InList):
            return False
        return (
            leaf.type.optional
            or isinstance(leaf, ir.SeriesValue)
            or (getattr(leaf, "scope", "") == "customer" and self.model.project.reads_bad_as_missing)
        )

    def _least(self, leaf: ir.Expr, low: Number | None) -> Number | None:
        if isinstance(leaf, ir.Aggregate):
            return 0 if leaf.function in ("count", "distinct") else low
        column = self.model.project.snapshot.columns.get(leaf.name) if isinstance(leaf, ir.Column) and leaf.scope == "customer" else None
        return low if column is None or column.min is None else number_of(column.minimum, leaf.type, self.texts)


def _lies(value: Number, stretch: Stretch) -> bool:
    low, low_closed, high, high_closed = stretch
    return (low is None or value > low or (low_closed and value == low)) and (
        high is None or value < high or (high_closed and value == high)
    )
