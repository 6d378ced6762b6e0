"""All proofs about strategies and what they draw on, in the order in which they are made."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from strategy_engine.diagnostics.model import Diagnostic
from strategy_engine.proofs.beaten import beaten
from strategy_engine.proofs.dates import dates
from strategy_engine.proofs.reach import reach
from strategy_engine.proofs.rivals import rivals
from strategy_engine.semantics.model import Model

if TYPE_CHECKING:
    from strategy_engine.proofs.solver import Solver

RULES = (rivals, beaten, reach, dates)


def strategies(model: Model, solver: Solver) -> Iterator[Diagnostic]:
    """What is wrong with the strategies of a model, taken one by one and together."""
    for rule in RULES:
        yield from rule(model, solver)
