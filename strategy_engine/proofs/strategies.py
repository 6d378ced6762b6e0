"""All proofs about strategies and what they draw on, in the order in which they are made."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from strategy_engine.diagnostics.model import Diagnostic
from strategy_engine.proofs.beaten import beaten
from strategy_engine.proofs.dates import dates
from strategy_engine.proofs.effects import effects
from strategy_engine.proofs.journeys import journeys
from strategy_engine.proofs.limits import limits
from strategy_engine.proofs.reach import reach
from strategy_engine.proofs.rivals import rivals
from strategy_engine.proofs.ways import Ways
from strategy_engine.semantics.model import Model

if TYPE_CHECKING:
    from strategy_engine.proofs.solver import Solver

Rule = Callable[[Ways, "Solver"], Iterator[Diagnostic]]
RULES: tuple[Rule, ...] = (rivals, beaten, reach, dates, limits, journeys, effects)


def strategies(model: Model, solver: Solver) -> Iterator[Diagnostic]:
    """What is wrong with the strategies of a model, taken one by one and together."""
    ways = Ways(model)
    for rule in RULES:
        yield from rule(ways, solver)
