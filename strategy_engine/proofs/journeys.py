"""Steps of a journey that can never go out: S0335, S0336."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from strategy_engine.diagnostics.model import Diagnostic, Label, Severity, diagnostic
from strategy_engine.language.types import Duration
from strategy_engine.plan.bounds import Bound
from strategy_engine.plan.journeys import TRIED
from strategy_engine.plan.vocabulary import TRUE
from strategy_engine.proofs.ways import Way, Ways, owner
from strategy_engine.semantics import ir
from strategy_engine.semantics.model import Plan, PlanStep, Strategy
from strategy_engine.source.file import Span

if TYPE_CHECKING:
    from strategy_engine.proofs.solver import Solver


@diagnostic
class StepForbidden(Diagnostic):
    """A step of a journey that a limit on contacts forbids, always

    A step that is due is tried for seven days. On all of them the limit still counts the steps before, and has no room. Only where a
    contact has `failed`, and so counts no more, could the step go out.

    Why: the journey ends before the step, and nothing but the funnel tells.

    Example: `channel: app, then sms after 2 days` under `limit: 1 contact per rolling 30 days per customer`

    Instead: a later step, a wider limit, or `1 contact per rolling 30 days per customer per strategy`, which counts journeys.
    """

    code = "S0335"
    severity = Severity.WARNING
    name: str
    step: int
    limit: str
    owner: str
    place: Span | None

    @property
    def message(self) -> str:
        return f"step {self.step} of strategy `{self.name}` never goes out: `{self.limit}` of {self.owner} still counts the steps before"

    @property
    def help(self) -> str | None:
        return "let the step come later, or let the limit count journeys with `per strategy`"

    @property
    def labels(self) -> tuple[Label, ...]:
        return () if self.place is None else (Label(self.place, "this leaves it no room"),)


@diagnostic
class StepTooLate(Diagnostic):
    """A step of a journey that comes due after the strategy has ended

    Even for a journey that begins on the first day of `valid:` the step is due after its last, when journeys end.

    Example: `valid: 2026-11-01 .. 2026-11-10  channel: app, then sms after 14 days`

    Instead: an earlier step, or a longer validity.
    """

    code = "S0336"
    severity = Severity.WARNING
    name: str
    step: int
    days: int
    valid: int

    @property
    def message(self) -> str:
        return (
            f"step {self.step} of strategy `{self.name}` never goes out: it is due after {self.days} days at least, "
            f"and the strategy is valid for {self.valid}"
        )

    @property
    def help(self) -> str | None:
        return "let the step come earlier, or the strategy last longer"


def journeys(ways: Ways, solver: Solver) -> Iterator[Diagnostic]:
    """The steps of each running strategy that can never go out, each told once."""
    for strategy in ways.running:
        told: set[int] = set()
        for plan in strategy.plan.values:
            for place in range(1, len(plan.steps)):
                found = _too_late(strategy, plan, place) or _forbidden(strategy, plan, place, ways, solver)
                if found is not None and place not in told:
                    told.add(place)
                    yield found


def _too_late(strategy: Strategy, plan: Plan, place: int) -> Diagnostic | None:
    if strategy.valid_from is None or strategy.valid_to is None:
        return None
    days, valid = earliest(plan, place), (strategy.valid_to - strategy.valid_from).days + 1
    return StepTooLate(strategy.span, strategy.name, place + 1, days, valid) if days >= valid else None


def _forbidden(strategy: Strategy, plan: Plan, place: int, ways: Ways, solver: Solver) -> Diagnostic | None:
    for bound in (*ways.bounds, *ways.own_bounds(strategy)):
        amount, limit = bound.amount, bound.limit
        of_contacts = limit.counted == "contacts" and not bound.capacity and not bound.keep
        if not of_contacts or not isinstance(amount, ir.Constant) or not 1 <= amount.value <= place:
            continue
        first = place - int(amount.value)  # so many steps before are as many contacts as there may be
        if _in_window(bound, plan, first, place) and _all_count(bound, strategy, plan.steps[first : place + 1], first, ways, solver):
            return StepForbidden(strategy.span, strategy.name, place + 1, limit.text, owner(limit), limit.span)
    return None


def _all_count(bound: Bound, strategy: Strategy, steps: tuple[PlanStep, ...], first: int, ways: Ways, solver: Solver) -> bool:
    """Whether each of the steps counts against the limit whatever channel it takes, and all in one group."""
    if any(group.kind not in ("customer", "category", "strategy", "channel") for group in bound.limit.per):
        return False
    if any(group.kind == "channel" for group in bound.limit.per) and len({channel for step in steps for channel in step.channels}) > 1:
        return False
    taken = [way for number in range(len(steps)) for way in ways.of(strategy, first + number + 1)]
    return bool(taken) and all(_counts(bound, way, solver) for way in taken)


def _counts(bound: Bound, way: Way, solver: Solver) -> bool:
    plainly = way.counts_plainly(bound)
    return plainly if plainly is not None else solver.never(*way.passes, (way.of(bound.where or TRUE), False))


# ------------------------------------------------------------------------------------------------ days


def _in_window(bound: Bound, plan: Plan, first: int, last: int) -> bool:
    """Whether all days on which the last step is tried lie in one window with the first step, however late each comes."""
    window = bound.limit.window
    if window is None:
        return True
    days = window.duration.days if window.unit == "rolling" and window.duration is not None else None
    apart = _at_most(plan, first, last)
    return days is not None and apart is not None and apart < days


def earliest(plan: Plan, place: int) -> int:
    """The fewest days from the first step to this one."""
    days = 0
    for step in plan.steps[1 : place + 1]:
        days = max(days + 1, (step.on_day or 1) - 1 if step.after is None else days + _shortest(step.after))
    return days


def _at_most(plan: Plan, first: int, last: int) -> int | None:
    """The most days from one step to another; None where holidays stretch them."""
    days, began = 0, earliest(plan, first)
    for step in plan.steps[first + 1 : last + 1]:
        longest = (step.on_day or 1) - 1 - began - days if step.after is None else _longest(step.after)
        if longest is None:
            return None
        days += max(longest, 1) + TRIED - 1
    return days


def _shortest(length: Duration) -> int:
    if length.days is not None:
        return length.days
    if length.months is not None:
        return 28 * length.months
    return length.minutes // (24 * 60) if length.minutes is not None else length.count


def _longest(length: Duration) -> int | None:
    if length.days is not None:
        return length.days
    if length.months is not None:
        return 31 * length.months
    return length.minutes // (24 * 60) + 1 if length.minutes is not None else None
