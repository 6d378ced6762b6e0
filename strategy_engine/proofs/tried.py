"""Clauses over several columns, or in a way that no line tells: seen by the row interpreter at some of their columns' values.

Only what it says of a customer counts, so that it is sure, and never all that is possible.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import field, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from strategy_engine.engine.rows import evaluate
from strategy_engine.language.types import CENTS, Kind, Type
from strategy_engine.proofs.lines import Line, Number
from strategy_engine.proofs.replay import unfolded
from strategy_engine.proofs.scene import ANY_DAY
from strategy_engine.proofs.values import held
from strategy_engine.record import record
from strategy_engine.semantics import ir

if TYPE_CHECKING:
    from strategy_engine.proofs.clauses import Reader

MOST = {1: 256, 2: 8, 3: 6, 4: 4}
"""How many values of each column are tried, by how many columns there are."""

LARGEST = 300
"""How many expressions a clause that is tried may be made of."""

_BEYOND = (ir.Aggregate, ir.Reference, ir.SeriesValue, ir.InList, ir.Population, ir.Ago)
_TENS = tuple(digit * 10**power for power in range(9) for digit in (1, 3))
_DAYS = (1, 7, 30, 90, *range(180, 365 * 10, 180), *range(365 * 10, 365 * 100, 365))
_USUAL: dict[Kind, tuple[Number, ...]] = {
    Kind.BOOL: (0, 1),
    Kind.INT: (0, *_TENS),
    Kind.MONEY: (0, *(each * CENTS for each in _TENS)),
    Kind.NUMBER: (0, Fraction(1, 10), Fraction(1, 2), *_TENS),
    Kind.PERCENT: tuple(Fraction(each, 20) for each in range(21)),
    Kind.DATE: tuple(ANY_DAY.toordinal() - each for each in (0, *_DAYS, -30)),
}


@record
class Tried:
    """A clause at all combinations of some values of its columns.

    columns: each with the cells that were tried.      found: what the clause is, by the places of the values.
    made: the boxes that were asked for before.
    """

    columns: tuple[tuple[Line, tuple[int, ...]], ...]
    found: dict[tuple[int, ...], bool | None]
    made: dict[tuple[bool | None, ...], list[dict[int, int]]] = field(default_factory=dict)

    def boxes(self, wanted: tuple[bool | None, ...]) -> list[dict[int, int]]:
        """Where the clause is one of these, in as few boxes as it takes to say it column by column."""
        if wanted not in self.made:
            self.made[wanted] = self._boxes((), wanted)
        return self.made[wanted]

    def _boxes(self, chosen: tuple[int, ...], wanted: tuple[bool | None, ...]) -> list[dict[int, int]]:
        if len(chosen) == len(self.columns):
            return [{}] if self.found[chosen] in wanted else []
        line, cells = self.columns[len(chosen)]
        alike: dict[str, tuple[int, list[dict[int, int]]]] = {}
        for place, cell in enumerate(cells):
            rest = self._boxes((*chosen, place), wanted)
            before = alike.get(repr(rest), (0, rest))
            alike[repr(rest)] = before[0] | cell, rest
        return [{id(line): together, **box} for together, rest in alike.values() for box in rest]


def columns_of(clause: ir.Expr, reader: Reader) -> tuple[ir.Column, ...] | None:
    """The columns that decide a clause; None where there are too many, or more than columns, or it takes long to try."""
    found: dict[ir.Column, None] = {}
    for number, each in enumerate(unfolded((clause,), reader.model)):
        if number > LARGEST or isinstance(each, _BEYOND) or (isinstance(each, ir.Column) and each.scope != "customer"):
            return None
        if isinstance(each, ir.Column):
            found[each] = None
    return tuple(found) if 0 < len(found) <= max(MOST) else None


def usual(of: Type) -> Iterator[Number]:
    """Values that tell clauses apart, in practice."""
    yield from range(len(of.enum.values)) if of.enum is not None else _USUAL.get(of.kind, ())


def at_values(clause: ir.Expr, columns: Sequence[ir.Column], reader: Reader) -> Tried:
    """The clause at values of its columns among the cuts of their lines, and where they are missing."""
    tried = [_values(column, reader, MOST[len(columns)]) for column in columns]
    customer: dict[str, object] = {}
    world = replace(reader.world, customer=customer)
    found = {}
    for places in itertools.product(*(range(len(values)) for values in tried)):
        for column, values, place in zip(columns, tried, places, strict=True):
            customer[column.name] = values[place][1]
        found[places] = evaluate(clause, world)
    cells = tuple(tuple(cell for cell, _ in values) for values in tried)
    return Tried(tuple((reader.line(column), own) for column, own in zip(columns, cells, strict=True)), found)


def _values(column: ir.Column, reader: Reader, most: int) -> list[tuple[int, object]]:
    """Some values of a column, far apart, with their cells."""
    line = reader.line(column)
    there = [(1 << (2 * place + 1), end) for place, end in enumerate(line.ends) if line.values >> (2 * place + 1) & 1]
    missing: list[tuple[int, object]] = [(line.missing, None)] if line.optional else []
    count = most - len(missing)
    if len(there) > count:
        there = [there[place * (len(there) - 1) // (count - 1)] for place in range(count)]
    return missing + [(cell, held(end, column.type, reader.texts)) for cell, end in there]
