"""Whether control groups can show what strategies ask for: S0438."""

from __future__ import annotations

from collections.abc import Iterator

from strategy_engine.diagnostics.model import Diagnostic, Severity, diagnostic
from strategy_engine.plan.power import customers_needed
from strategy_engine.semantics import ir
from strategy_engine.semantics.model import Model

RATE = 0.10
"""The rate that an uplift is taken to start from before anything is known."""


@diagnostic
class Power(Diagnostic):
    """How many customers it takes to show an uplift

    A control group shows an uplift only where both groups are large enough: told is how many customers, controls among them, the strategy
    must accept until an uplift as large as its target is found four times out of five (two-sided, 5 %), if a tenth of the customers do it
    anyway. Where fewer do, fewer are enough.

    Why: a target that no review can ever confirm decides nothing.

    Example: `control: 5%  kpi: converted uplift >= 0.5%`

    Instead: a larger control group, a larger target, or a longer time.
    """

    code = "S0438"
    severity = Severity.NOTE
    kpi: str
    uplift: float
    control: float
    customers: int

    @property
    def message(self) -> str:
        return (
            f"to show an uplift of {self.uplift:.2%} of `{self.kpi}`, "
            f"a control group of {self.control * 100:.3g} % takes about {rounded(self.customers):,} customers"
        )

    @property
    def help(self) -> str | None:
        halves = customers_needed(0.5, RATE, self.uplift)
        return None if halves is None else f"in two halves, {rounded(halves):,} would be enough"


def rounded(customers: int) -> int:
    """To two digits: more would promise what the assumed rate does not hold."""
    digits = max(len(str(customers)) - 2, 0)
    return int(round(customers, -digits))


def underpowered(model: Model) -> Iterator[Diagnostic]:
    """Of each uplift that a strategy with a control group asks of a share."""
    for strategy in model.strategies.values():
        control = strategy.control
        if not isinstance(control, ir.Constant) or not isinstance(control.value, float):
            continue
        for target in strategy.targets:
            wanted = target.value if target.uplift and model.kpis[target.kpi].share else None
            needed = customers_needed(control.value, RATE, wanted) if wanted is not None else None
            if needed is not None and wanted is not None:
                yield Power(strategy.span, target.kpi, wanted, control.value, needed)
