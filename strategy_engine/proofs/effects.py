"""Targets that no review can ever confirm, as limits leave too few customers: S0338."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from strategy_engine.diagnostics.model import Diagnostic, Label, Severity, diagnostic
from strategy_engine.plan.bounds import Bound
from strategy_engine.plan.power import customers_needed
from strategy_engine.proofs.ways import Ways
from strategy_engine.record import record
from strategy_engine.semantics import ir
from strategy_engine.semantics.model import Limit, Strategy
from strategy_engine.source.file import Span

if TYPE_CHECKING:
    from strategy_engine.proofs.solver import Solver

SUREST = 0.0
"""The rate that the fewest customers tell apart: nobody does it without the strategy, and all that is found is its own."""


@diagnostic
class NeverShown(Diagnostic):
    """A target that no review can ever confirm

    A limit leaves the strategy fewer customers than it takes to find an uplift as large as its target four times out of five (two-sided,
    5 %), even if nobody did it without the strategy, which is when the fewest are enough. Note S0438 says how many it takes where a tenth
    do.

    Why: whatever comes of it, the review will say "not shown".

    Example: `control: 10%  kpi: converted uplift >= 1%  limit: 200 contacts`

    Instead: a higher limit, a larger target, or a control group nearer a half.
    """

    code = "S0338"
    severity = Severity.WARNING
    name: str
    kpi: str
    uplift: float
    needed: int
    most: int
    limit: str
    place: Span | None

    @property
    def message(self) -> str:
        return (
            f"strategy `{self.name}` can never show an uplift of {self.uplift:.2%} of `{self.kpi}`: "
            f"it takes {self.needed:,} customers at least, and `{self.limit}` leaves {self.most:,}"
        )

    @property
    def help(self) -> str | None:
        return "raise the limit, ask for a larger uplift, or make the control group larger"

    @property
    def labels(self) -> tuple[Label, ...]:
        return () if self.place is None else (Label(self.place, "this leaves too few"),)


@record
class Room:
    """How many customers, controls among them, a limit leaves a strategy at most."""

    customers: int
    limit: Limit


def effects(ways: Ways, _solver: Solver) -> Iterator[Diagnostic]:
    """The uplifts that running strategies ask for and can never show."""
    for strategy in ways.running:
        share = strategy.control.value if isinstance(strategy.control, ir.Constant) else None
        if not isinstance(share, float):
            continue
        rooms = sorted(_rooms(strategy, share, ways), key=lambda room: room.customers)
        for target in strategy.targets:
            wanted = target.value if target.uplift and ways.model.kpis[target.kpi].share else None
            needed = customers_needed(share, SUREST, wanted) if wanted is not None and wanted > 0 else None
            if rooms and wanted is not None and needed is not None and rooms[0].customers < needed:
                limit = rooms[0].limit
                yield NeverShown(strategy.span, strategy.name, target.kpi, wanted, needed, rooms[0].customers, limit.text, limit.span)


def _rooms(strategy: Strategy, control: float, ways: Ways) -> Iterator[Room]:
    """What the limits leave that all of the strategy's actions count against: its own, and those of what each of them has."""
    found = list(ways.of(strategy))
    for bound in (*ways.bounds, *ways.own_bounds(strategy)):
        kind, _, name = bound.limit.source.partition(" ")
        of_all = kind == "strategy" or (bound.limit.hard and all(way.action.get(kind) == name for way in found))
        amount = _in_total(bound, strategy)
        if of_all and found and amount is not None:
            yield Room(amount if bound.counts_controls else int(amount / (1 - control)), bound.limit)


def _in_total(bound: Bound, strategy: Strategy) -> int | None:
    """What the limit permits over all of the strategy's days; None where that cannot be said."""
    limit, amount = bound.limit, bound.amount
    plain = limit.applies is None and not limit.channels and not limit.per and limit.counted in ("contacts", "pieces")
    if not plain or not isinstance(amount, ir.Constant):
        return None
    if limit.window is None:
        return int(amount.value)
    if limit.window.unit != "day" or strategy.valid_from is None or strategy.valid_to is None:
        return None
    return int(amount.value) * ((strategy.valid_to - strategy.valid_from).days + 1)
