"""All proofs about a model: what a check tells beside its lints, where the solver is installed."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from strategy_engine.diagnostics.model import Diagnostic, Severity, diagnostic
from strategy_engine.proofs.asked import questions
from strategy_engine.proofs.conditions import conditions
from strategy_engine.proofs.merges import merges
from strategy_engine.proofs.pairs import pairs
from strategy_engine.proofs.strategies import strategies
from strategy_engine.proofs.tables import grids, tables
from strategy_engine.semantics.model import Model

if TYPE_CHECKING:
    from strategy_engine.proofs.remembered import Remembered
    from strategy_engine.proofs.solver import Solver


@diagnostic
class ProofsLeftOut(Diagnostic):
    """The package that proves things about strategies is not installed

    Whether a cohort can have customers at all, whether a table has gaps, and whether cohorts overlap is found by a solver, z3, which
    nothing else needs. Without it a check tells all the rest.

    Why: a contradiction looks like any other cohort until it has listed nobody for a month.

    Example: `strategy check` after `pip install strategy-engine`

    Instead: `pip install 'strategy-engine[analysis]'`
    """

    code = "S0300"
    severity = Severity.NOTE

    @property
    def message(self) -> str:
        return "proofs were left out: the package `z3-solver` is not installed"

    @property
    def help(self) -> str | None:
        return "install it: `pip install 'strategy-engine[analysis]'`"


@diagnostic
class TooHard(Diagnostic):
    """Questions that were too hard to decide

    A question may cost so many steps, and all of a check together so many; the steps are the solver's own, so that every machine leaves
    the same ones open. Nothing is told of what was left open.

    Why: silence would look like a proof.

    Example: a table of some hundred rows over products of columns

    Instead: smaller tables, thresholds that are numbers, or nothing: what is told is true all the same.
    """

    code = "S0309"
    severity = Severity.NOTE
    count: int
    asked: int

    @property
    def message(self) -> str:
        return f"{self.count:,} of {self.asked:,} questions about what can never be or always is were too hard to decide"

    @property
    def help(self) -> str | None:
        return "what was left open is in none of the other findings"


Rule = Callable[[Model, "Solver"], Iterator[Diagnostic]]
RULES: tuple[Rule, ...] = (conditions, tables, merges, grids, pairs, strategies)


def installed() -> bool:
    """Whether the solver is."""
    return importlib.util.find_spec("z3") is not None


def proofs(model: Model, remembered: Remembered | None = None) -> list[Diagnostic]:
    """What can be proved of a sound model, in no order; of what is `remembered` nothing is asked again."""
    if not any(True for _ in questions(model)) and not model.derived:
        return []
    if not installed():
        return [ProofsLeftOut(None)]
    from strategy_engine.proofs.logic import apart
    from strategy_engine.proofs.ranges import Ranges
    from strategy_engine.proofs.solver import Solver

    with apart():
        solver = Solver.of(model, remembered, Ranges.of(model))
        found = [each for rule in RULES for each in rule(model, solver)]
    asked, hard = solver.counts["asked"], solver.counts["hard"]
    return [*found, *([TooHard(None, hard, asked)] if hard else [])]
