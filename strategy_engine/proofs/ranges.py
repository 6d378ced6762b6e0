"""Questions that ranges answer by themselves, so that the solver never hears of them: most of those of a project.

A customer as all wishes want is somebody who is in a box of each of them. Where the boxes of what is *possible* have nothing in common
there is nobody; where those of what is *sure* have, there is somebody.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from strategy_engine.proofs.asked import excludes, guards, questions
from strategy_engine.proofs.hits import Hits, hits_of
from strategy_engine.proofs.regions import NOT_TRUE, TRUE, Box, Regions, met
from strategy_engine.record import record
from strategy_engine.semantics import ir
from strategy_engine.semantics.model import Model

TRIED = 400
"""Steps from box to box that are taken before a question is left to the solver."""


@record
class Ranges:
    """The ranges of all conditions of a model, in both readings: read once, for every question.      hits: those of triggers, as they were
    read."""

    sure: Regions
    possible: Regions
    hits: Hits

    @classmethod
    def of(cls, model: Model) -> Ranges:
        """Those of the conditions that choose customers, rows, actions or branches, with all that they are made of."""
        hits = hits_of(model)
        conditions = [
            *chain(*hits.values()),
            *(each.condition for each in questions(model)),
            *(condition for _, condition in excludes(model)),
            *guards(model),
        ]
        sure, possible = (Regions.of(conditions, model, sure=sure) for sure in (True, False))
        return cls(sure, possible, hits)

    def nobody(self, wishes: Sequence[tuple[ir.Expr, bool]]) -> bool | None:
        """Whether no customer is as all wishes want; None where ranges cannot tell."""
        sides = [(expr, TRUE if wanted else NOT_TRUE) for expr, wanted in wishes]
        if _meet(self.sure, sides):
            return False
        return True if _meet(self.possible, sides) is False else None

    def know(self, conditions: Iterable[ir.Expr]) -> bool:
        """Whether the conditions are made of clauses that were read."""
        return all(regions.knows(each) for each in conditions for regions in (self.sure, self.possible))


def _meet(regions: Regions, wishes: Sequence[tuple[ir.Expr, int]]) -> bool | None:
    """Whether boxes of all wishes, each a condition and its side, have cells in common; None where that takes too long to see."""
    boxes = sorted((regions.boxes(*each) for wish in wishes for each in regions.parts(*wish)), key=len)
    stack: list[tuple[Box, Iterator[Box]]] = [({}, iter(boxes[0]))] if boxes else []
    for _ in range(TRIED):
        if not stack:
            return False
        left, others = stack[-1]
        box = next(others, None)
        if box is None:
            stack.pop()
        elif (both := met(left, box)) is not None:
            if len(stack) == len(boxes):
                return True
            stack.append((both, iter(boxes[len(stack)])))
    return None
