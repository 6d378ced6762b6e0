"""What aggregates over the rows of one table have to do with each other: whoever has four rows of the last 30 days has four of the last 31.

To the solver each is a number of its own. Here it is told which rows of one count for the other too, as far as it can prove that of a row.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import field
from itertools import combinations
from typing import TYPE_CHECKING, Any

from strategy_engine.diff.normal import simple
from strategy_engine.diff.shared import Ground
from strategy_engine.language.types import BOOL, DATE, Kind, Type
from strategy_engine.proofs.logic import Logic, Value, both, implied
from strategy_engine.proofs.scene import Scene
from strategy_engine.record import record
from strategy_engine.semantics import ir
from strategy_engine.semantics.walk import expressions

if TYPE_CHECKING:
    from strategy_engine.proofs.solver import Solver

MOST = 10
"""Aggregates over one table that are compared with each other, for one question."""


@record
class Related:
    """What is known of the aggregates that two versions have asked for.

    inside: of pairs, whether each row that counts for the first counts for the second.      told: of which the solver has the facts.
    """

    solver: Solver
    ground: Ground
    inside: dict[tuple[ir.Aggregate, ir.Aggregate], bool] = field(default_factory=dict)
    told: set[ir.Aggregate | tuple[ir.Aggregate, ir.Aggregate]] = field(default_factory=set)

    def unified(self, forms: tuple[ir.Expr, ir.Expr]) -> tuple[ir.Expr, ir.Expr]:
        """The forms with one aggregate for all that count the same rows, however their clauses are written."""
        same: dict[ir.Expr, ir.Expr] = {}
        for one, other in self._pairs(forms):
            alike = (one.function, one.value) == (other.function, other.value) and one not in same and other not in same
            if alike and self._is_inside(one, other) and self._is_inside(other, one):
                same[other] = one
        return (_replaced(forms[0], same), _replaced(forms[1], same)) if same else forms

    def relate(self, forms: tuple[ir.Expr, ir.Expr]) -> None:
        """Tell the solver how the aggregates of conditions hang together."""
        scene = self.solver.scene
        for one, other in self._pairs(forms):
            for each in (one, other):
                if each not in self.told and each.function == "sum" and _never_negative(each, self.ground):
                    scene.facts.hold(scene.value(each).term >= 0)
                self.told.add(each)
            for pair in ((one, other), (other, one)):
                if pair not in self.told and self._is_inside(*pair):
                    for fact in _facts(*pair, scene, self.ground):
                        scene.facts.hold(fact)
                self.told.add(pair)

    def _pairs(self, forms: tuple[ir.Expr, ir.Expr]) -> Iterator[tuple[ir.Aggregate, ir.Aggregate]]:
        by_table: dict[str, dict[ir.Aggregate, None]] = {}
        for each in expressions(forms):
            if isinstance(each, ir.Aggregate):
                by_table.setdefault(each.rows.table, {})[each] = None
        for found in by_table.values():
            yield from combinations(list(found)[:MOST], 2)

    def _is_inside(self, one: ir.Aggregate, other: ir.Aggregate) -> bool:
        if (one, other) not in self.inside:
            self.inside[one, other] = _inside(one, other, self.solver, self.ground)
        return self.inside[one, other]


def _replaced(expr: Any, same: Mapping[ir.Expr, ir.Expr]) -> Any:
    """The expression with aggregates replaced."""
    if isinstance(expr, ir.Aggregate):
        return same.get(expr, expr)
    if isinstance(expr, tuple) and not hasattr(expr, "_fields"):
        return tuple(_replaced(each, same) for each in expr)
    if not isinstance(expr, ir.Expr):
        return expr
    fields = {each.name: getattr(expr, each.name) for each in dataclasses.fields(expr)}
    return type(expr)(**{name: _replaced(value, same) for name, value in fields.items()})


def _inside(one: ir.Aggregate, other: ir.Aggregate, solver: Solver, ground: Ground) -> bool:
    """Whether each row that counts for one counts for the other."""
    return solver.never((_counted(one.rows, ground), True), (_counted(other.rows, ground), False))


def _counted(rows: ir.Rows, ground: Ground) -> ir.Expr:
    """Whether the row at hand counts, as a condition."""
    parts: list[ir.Expr] = [] if rows.where is None else [rows.where]
    if rows.time is not None:
        known = ground.columns.get((rows.table, rows.time))
        of = known.type if known is not None else DATE
        time: ir.Expr = ir.Column("row", rows.time, type=Type(of.kind, optional=True))
        day = ir.Convert(time, type=DATE.or_missing()) if of.kind is Kind.DATETIME else time
        parts.append(ir.IsKnown(time))
        if not rows.future:
            parts.append(ir.Compare("<=", day, ir.Today(type=DATE)))
        if rows.window is not None:
            end = rows.window.low or rows.window.high
            parts.append(simple(ir.InWindow(day if end is None or end.type.kind is Kind.DATE else time, rows.window)))
    return ir.And((ir.Constant(True, type=BOOL), *parts))


def _facts(one: ir.Aggregate, other: ir.Aggregate, scene: Scene, ground: Ground) -> Iterator[Logic]:
    """What follows from each row of one counting for the other."""
    first, second = scene.of(one), scene.of(other)
    if not (isinstance(first, Value) and isinstance(second, Value)):
        return
    if one.function == other.function and one.value == other.value:
        yield from _between(one, first, second, ground)
    elif (one.function, other.function) == ("distinct", "count"):
        yield first.term <= second.term  # no more values than rows


def _between(one: ir.Aggregate, first: Value, second: Value, ground: Ground) -> Iterator[Logic]:
    if one.function in ("count", "distinct") or (one.function == "sum" and _never_negative(one, ground)):
        yield first.term <= second.term
    elif one.function in ("min", "max"):
        yield implied(first.known, second.known)
        yield implied(both(first.known, second.known), second.term <= first.term if one.function == "min" else second.term >= first.term)
    elif one.function in ("first", "last", "avg"):
        yield implied(first.known, second.known)


def _never_negative(one: ir.Aggregate, ground: Ground) -> bool:
    """Whether what is summed is a column that the project file bounds by nothing or more."""
    if not (isinstance(one.value, ir.Column) and one.value.scope == "row"):
        return False
    column = ground.columns.get((one.rows.table, one.value.name))
    return column is not None and column.minimum is not None and column.minimum >= 0
