"""Conditions as unions of boxes: for each line of values that a box names, the cells in which it lies.

Where a condition would take too many boxes, what is `possible` leaves out clauses joined by `and`, and what is `sure` leaves out boxes:
each errs to its own side.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field

from strategy_engine.engine.rows import evaluate
from strategy_engine.proofs.clauses import Reader
from strategy_engine.proofs.numbers import calendar
from strategy_engine.proofs.tried import Tried, at_values, columns_of
from strategy_engine.record import record
from strategy_engine.semantics import ir
from strategy_engine.semantics.model import Model

MOST = 64
"""Boxes of a condition."""

Box = Mapping[int, int]
"""Cells by line, which is known by its identity; of a line that it does not name it has all."""

TRUE, FALSE, NOT_TRUE, NOT_FALSE = range(4)
_OPPOSITE = {TRUE: FALSE, FALSE: TRUE, NOT_TRUE: NOT_FALSE, NOT_FALSE: NOT_TRUE}
_VALUES: dict[int, tuple[bool | None, ...]] = {TRUE: (True,), FALSE: (False,), NOT_TRUE: (False, None), NOT_FALSE: (True, None)}
_ALL_OF = {(ir.And, TRUE), (ir.And, NOT_FALSE), (ir.Or, FALSE), (ir.Or, NOT_TRUE)}
"""Of what joins conditions, the sides on which all of them must lie."""


@record
class Regions:
    """The boxes of conditions, in one of the two readings.      tried: clauses that no line tells, at values of their columns.

    Of a clause that was not read beforehand nothing is known, but on which side of the as-of date customers are put together.
    """

    reader: Reader
    tried: dict[ir.Expr, Tried | None] = field(default_factory=dict)
    made: dict[tuple[int, int], tuple[tuple[Box, ...], ir.Expr]] = field(default_factory=dict)

    @classmethod
    def of(cls, conditions: Sequence[ir.Expr], model: Model, *, sure: bool) -> Regions:
        """What can be asked for the conditions and all that they are made of."""
        reader = Reader(model, sure)
        seen: set[int] = set()
        queue = list(conditions)
        while queue:  # all cuts must be known before the first cell is
            each = reader.condition(queue.pop())
            if id(each) in seen:
                continue
            seen.add(id(each))
            if isinstance(each, ir.And | ir.Or):
                queue += each.parts
            elif isinstance(each, ir.Not):
                queue.append(each.value)
            elif not isinstance(each, ir.Constant):
                reader.literal(each)
        return cls(reader)

    def knows(self, condition: ir.Expr) -> bool:
        """Whether all clauses of a condition were read beforehand."""
        condition = self.reader.condition(condition)
        if isinstance(condition, ir.And | ir.Or):
            return all(self.knows(part) for part in condition.parts)
        if isinstance(condition, ir.Not):
            return self.knows(condition.value)
        return isinstance(condition, ir.Constant) or id(condition) in self.reader.literals

    def parts(self, condition: ir.Expr, side: int) -> Iterator[tuple[ir.Expr, int]]:
        """What must all be so for the condition to be as the side says, each with its own side."""
        condition = self.reader.condition(condition)
        if isinstance(condition, ir.Not):
            yield from self.parts(condition.value, _OPPOSITE[side])
        elif isinstance(condition, ir.And | ir.Or) and (type(condition), side) in _ALL_OF:
            for part in condition.parts:
                yield from self.parts(part, side)
        else:
            yield condition, side

    def boxes(self, condition: ir.Expr, side: int) -> tuple[Box, ...]:
        """Where the condition is as the side says: it holds in one of the boxes, as far as its reading knows."""
        condition = self.reader.condition(condition)
        key = id(condition), side
        if key not in self.made:
            self.made[key] = tuple(self._boxes(condition, side)), condition  # which keeps the identity its own
        return self.made[key][0]

    def _boxes(self, condition: ir.Expr, side: int) -> Sequence[Box]:
        if isinstance(condition, ir.Not):
            return self.boxes(condition.value, _OPPOSITE[side])
        if isinstance(condition, ir.Constant):
            holds = {TRUE: condition.value is True, FALSE: condition.value is False}
            return [{}] if holds.get(side, not holds[TRUE if side == NOT_TRUE else FALSE]) else []
        if not isinstance(condition, ir.And | ir.Or):
            return self._clause(condition, side)
        parts = [self.boxes(part, side) for part in condition.parts]
        return self._all_of(parts) if (type(condition), side) in _ALL_OF else self._any_of(parts)

    def _any_of(self, parts: list[tuple[Box, ...]]) -> Sequence[Box]:
        found = [box for boxes in parts for box in boxes]
        if len(found) <= MOST:
            return found
        return found[:MOST] if self.reader.sure else [{}]

    def _all_of(self, parts: list[tuple[Box, ...]]) -> Sequence[Box]:
        found: Sequence[Box] = [{}]
        for boxes in sorted(parts, key=len):
            common = [each for one in found for other in boxes if (each := met(one, other)) is not None]
            if len(common) <= MOST:
                found = common
            elif self.reader.sure:
                found = common[:MOST]
        return found

    def _clause(self, clause: ir.Expr, side: int) -> Sequence[Box]:
        if id(clause) not in self.reader.literals:
            return self._unread(clause, side)
        literal = self.reader.literal(clause)
        line, cells = literal.line, literal.sides[side]
        if self.reader.sure and not line.free:
            return self._tried(clause, side)
        if cells == line.all:
            return [{}]
        return [{id(line): cells}] if cells else []

    def _unread(self, clause: ir.Expr, side: int) -> Sequence[Box]:
        """All that is possible; and for sure what is so of everybody on the day on which customers are put together."""
        if not self.reader.sure:
            return [{}]
        ends = (clause.left, clause.right) if isinstance(clause, ir.Compare) else (clause,)
        dates = all(isinstance(each, ir.Constant) or calendar(each) for each in ends)
        return [{}] if dates and evaluate(clause, self.reader.world) in _VALUES[side] else []

    def _tried(self, clause: ir.Expr, side: int) -> Sequence[Box]:
        """Where the clause was seen to be so."""
        if clause not in self.tried:
            columns = columns_of(clause, self.reader)
            self.tried[clause] = None if columns is None else at_values(clause, columns, self.reader)
        found = self.tried[clause]
        return [] if found is None else found.boxes(_VALUES[side])


def met(one: Box, other: Box) -> Box | None:
    """What lies in both boxes; None where nothing does."""
    found = dict(one)
    for line, cells in other.items():
        both = found.get(line, -1) & cells
        if not both:
            return None
        found[line] = both
    return found
