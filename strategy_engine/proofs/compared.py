"""Many conditions, each pair of them: which are apart, and which lie inside others.

Most pairs are told apart without a question: by the ranges that their clauses name, or by one of the customers that were found for each.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import combinations

from strategy_engine.proofs.boxes import apart, box_of
from strategy_engine.proofs.solver import Answer, Solver
from strategy_engine.record import record
from strategy_engine.semantics import ir

FRUITFUL = 10
"""So many pairs must a customer show to overlap that were not known to, for the next one to be looked at as well: looking costs as much as
some questions."""


@record
class Compared:
    """Conditions and what is known of their pairs; `members` has for each customer that was found the conditions that are true of it."""

    conditions: Sequence[ir.Expr]
    solver: Solver

    @cached_property
    def members(self) -> tuple[tuple[frozenset[int], ...], frozenset[int]]:
        """For each condition a customer of its own, as the conditions that are true of it; and the conditions that nobody satisfies."""
        found, empty = [], set()
        for place, condition in enumerate(self.conditions):
            answer = self.solver.ask((condition, True))
            if answer is Answer.NEVER:
                empty.add(place)
            elif answer is Answer.SOME:
                found.append(frozenset(self.solver.true_now(self.conditions)))
        return tuple(found), frozenset(empty)

    def insides(self) -> Iterator[tuple[int, int]]:
        """Pairs of which it is proved that whoever is in the first is in the second; of empty conditions there are none."""
        seen, empty = self.members
        places = [place for place in range(len(self.conditions)) if place not in empty]
        beyond = {place: [each for each in seen if place in each] for place in places}
        for one in places:
            around = frozenset(places).intersection(*beyond[one]) - {one}  # in all of whom the others are too
            with self.solver.where((self.conditions[one], True)):
                for other in sorted(around):
                    if self.solver.never((self.conditions[other], False)):
                        yield one, other

    def overlaps(self) -> Iterator[tuple[int, int, bool | None]]:
        """For each pair whether somebody can be in both; None where that is too hard."""
        seen, empty = self.members
        together = {pair for each in seen for pair in combinations(sorted(each), 2)}
        boxes = [box_of(condition) for condition in self.conditions]
        for one, first in enumerate(self.conditions):
            fruitful = True
            with self.solver.where((first, True)):
                for other in range(one + 1, len(self.conditions)):
                    if (one, other) in together:
                        yield one, other, True
                    elif one in empty or other in empty or apart(boxes[one], boxes[other]):
                        yield one, other, False
                    else:
                        answer = self.solver.ask((self.conditions[other], True))
                        yield one, other, {Answer.SOME: True, Answer.NEVER: False}.get(answer)
                        if answer is Answer.SOME and fruitful:  # who is in both may be in others
                            before = len(together)
                            together.update(combinations(sorted(self.solver.true_now(self.conditions)), 2))
                            fruitful = len(together) - before > FRUITFUL
