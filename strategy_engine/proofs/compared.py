"""Many conditions, each pair of them: which are apart, and which lie inside others.

In the order of what it costs: customers of a sample, where one is at hand; then the ranges that the conditions name, all pairs at once; and
only for pairs that these leave open, a question.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

from strategy_engine.proofs.meetings import meetings, members
from strategy_engine.proofs.regions import NOT_TRUE, TRUE, Regions
from strategy_engine.proofs.solver import Answer, Solver
from strategy_engine.record import record
from strategy_engine.semantics import ir


@record
class Settled:
    """What is known of pairs without a question, as bits: for each condition the conditions that are true (or not true) with it of some
    customer (`surely`), and those that may be (`possibly`)."""

    surely: list[int]
    possibly: list[int]

    def met(self, one: int, other: int) -> bool | None:
        """Whether there is a customer; None where nothing is known."""
        return True if self.surely[one] >> other & 1 else None if self.possibly[one] >> other & 1 else False


@record
class Compared:
    """Conditions of a model, and what is known of their pairs."""

    conditions: Sequence[ir.Expr]
    solver: Solver

    @cached_property
    def empty(self) -> frozenset[int]:
        """The conditions that nobody satisfies."""
        known = [self._together.met(place, place) for place in range(len(self.conditions))]
        return frozenset(place for place, met in enumerate(known) if met is False or (met is None and self._nobody(place)))

    def insides(self) -> Iterator[tuple[int, int]]:
        """Pairs of which it is proved that whoever is in the first is in the second; of empty conditions there are none."""
        found = self.solver.once("insides", self.conditions, lambda: list(self._insides()))
        yield from ((one, other) for one, other in found)

    def _insides(self) -> Iterator[tuple[int, int]]:
        places = [place for place in range(len(self.conditions)) if place not in self.empty]
        for one in places:
            with self.solver.where((self.conditions[one], True)):
                for other in places:
                    beyond = self._beyond.met(one, other)
                    if other != one and not beyond and (beyond is False or self._none_beyond(other)):
                        yield one, other

    def overlaps(self) -> Iterator[tuple[int, int, bool | None]]:
        """For each pair whether somebody can be in both; None where that is too hard."""
        empty = self.empty  # which is asked of each condition alone
        for one, first in enumerate(self.conditions):
            with self.solver.where((first, True)):
                for other in range(one + 1, len(self.conditions)):
                    met = False if one in empty or other in empty else self._together.met(one, other)
                    yield one, other, self._asked(other) if met is None else met

    def _nobody(self, place: int) -> bool:
        return self.solver.never((self.conditions[place], True))

    def _none_beyond(self, place: int) -> bool:
        return self.solver.ask_beyond_ranges((self.conditions[place], False)) is Answer.NEVER

    def _asked(self, place: int) -> bool | None:
        return {Answer.SOME: True, Answer.NEVER: False}.get(self.solver.ask_beyond_ranges((self.conditions[place], True)))

    # -------------------------------------------------------------------------------------------- without a question

    @cached_property
    def _together(self) -> Settled:
        """Pairs of conditions that are both true."""
        return self._settled(TRUE, self._masks)

    @cached_property
    def _beyond(self) -> Settled:
        """Pairs of which the first condition is true and the second is not."""
        everybody = 0
        for mask in self._masks:
            everybody |= mask or 0
        return self._settled(NOT_TRUE, [None if mask is None else everybody & ~mask for mask in self._masks])

    def _settled(self, side: int, masks: list[int | None]) -> Settled:
        surely, possibly = (
            meetings([each.boxes(one, TRUE) for one in self.conditions], [each.boxes(one, side) for one in self.conditions])
            for each in self._regions
        )
        in_sample = members(self._masks, masks)
        return Settled([seen | sure for seen, sure in zip(in_sample, surely, strict=True)], possibly)

    @cached_property
    def _masks(self) -> list[int | None]:
        """Of whom of the sample each condition is true; None where it was not in it."""
        return [self.solver.remembered.mask(condition) for condition in self.conditions]

    @cached_property
    def _regions(self) -> tuple[Regions, Regions]:
        """What is sure of the conditions, and what is possible."""
        ranges = self.solver.ranges
        if ranges is not None and ranges.know(self.conditions):
            return ranges.sure, ranges.possible
        sure, possible = (Regions.of(self.conditions, self.solver.model, sure=sure) for sure in (True, False))
        return sure, possible
