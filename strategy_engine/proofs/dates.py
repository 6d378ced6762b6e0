"""Triggers that never fire for a strategy's customers, and what lies outside its validity: S0328, S0329."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING

from strategy_engine.diagnostics.model import Diagnostic, Label, Severity, diagnostic
from strategy_engine.engine.rows import evaluate
from strategy_engine.engine.rows.schedules import monthly
from strategy_engine.language.functions import Context
from strategy_engine.language.types import DATE
from strategy_engine.proofs.hits import Hits, day_of, hits_of
from strategy_engine.proofs.ways import Ways, Wish
from strategy_engine.semantics import ir
from strategy_engine.semantics.model import Model, ScheduleHits, Strategy, Trigger
from strategy_engine.source.file import Span

if TYPE_CHECKING:
    from strategy_engine.proofs.solver import Solver

LONG = 62
"""A validity of so many days has every day of a month in it."""


@diagnostic
class NeverFires(Diagnostic):
    """A trigger that never fires for the strategy's customers

    The trigger can fire, and the cohort can have customers, but no customer of the cohort can have a hit of it.

    Why: the strategy lists nobody, and looks as if nothing had happened yet.

    Example: `trigger young { when: age(birth) < 25 }` of a strategy with `cohort: age(birth) >= 60`

    Instead: the trigger, or the cohort, that was meant.
    """

    code = "S0328"
    severity = Severity.WARNING
    name: str
    trigger: str
    others: tuple[Span, ...] = ()

    @property
    def message(self) -> str:
        return f"trigger `{self.trigger}` never fires for a customer of strategy `{self.name}`"

    @property
    def help(self) -> str | None:
        return "change one of the two"

    @property
    def labels(self) -> tuple[Label, ...]:
        return tuple(Label(span, "this is never true at the same time") for span in self.others)


@diagnostic
class OutsideValidity(Diagnostic):
    """A trigger or a cohort that lies wholly outside the strategy's validity

    It asks for dates: on none of the days of `valid:` has a customer of the strategy a hit of the trigger, or is anybody in the cohort. On
    other days there is somebody, such as the customer that is shown.

    Why: the strategy was prolonged, or copied from last year's, and one of its dates was not.

    Example: `trigger sale { on: calendar.date where date >= 2025-11-01 and date <= 2025-11-11  within: last 1 day }` and
    `valid: 2026-01-01 .. 2026-12-31`

    Instead: the dates of this year in both.
    """

    code = "S0329"
    severity = Severity.WARNING
    name: str
    trigger: str | None
    customer: str
    certain: bool

    @property
    def message(self) -> str:
        name, customer = self.name, self.customer
        if self.trigger is None:
            if not customer:
                return f"nobody is in the cohort of strategy `{name}` while it is valid"
            if self.certain:
                return f"nobody is in the cohort of strategy `{name}` while it is valid; somebody is where `{customer}`"
            return f"nobody is in the cohort of strategy `{name}` while it is valid; somebody may be where `{customer}`"
        if not customer:
            return f"trigger `{self.trigger}` never fires while strategy `{name}` is valid"
        if self.certain:
            return f"trigger `{self.trigger}` never fires while strategy `{name}` is valid; it would where `{customer}`"
        return f"trigger `{self.trigger}` never fires while strategy `{name}` is valid; it might where `{customer}`"

    @property
    def help(self) -> str | None:
        return "change the dates in `valid:`, or those that are asked for"


def dates(ways: Ways, solver: Solver) -> Iterator[Diagnostic]:
    """What never comes about on the days of each running strategy."""
    hits = solver.ranges.hits if solver.ranges is not None else hits_of(ways.model)
    for strategy in ways.running:
        cohort, valid = (ways.cohorts[strategy.name], True), tuple(_validity(strategy))
        triggers = [ways.model.triggers[name] for name in strategy.triggers]
        found = [each for trigger in triggers for each in _trigger(strategy, trigger, cohort, valid, hits, solver)]
        if (found or not triggers) and valid and solver.never(cohort, *valid):
            found = [] if solver.never(cohort) else [_outside(strategy, None, (cohort,), solver)]
        yield from found


def _trigger(
    strategy: Strategy, trigger: Trigger, cohort: Wish, valid: tuple[Wish, ...], hits: Hits, solver: Solver
) -> Iterator[Diagnostic]:
    if isinstance(trigger.source, ScheduleHits):
        if _never_scheduled(trigger.source, trigger, strategy, solver.model):
            yield OutsideValidity(strategy.span, strategy.name, trigger.name, "", False)
        return
    hit = tuple((each, True) for each in hits[trigger.name])
    if not solver.never(cohort, *hit, *valid):
        return
    if solver.never(*hit) or solver.never(cohort):  # which is told where they are declared
        return
    if solver.never(cohort, *hit):
        core = {id(condition) for condition, _ in solver.core(cohort, *hit)}
        spans = tuple(condition.span for condition, _ in (cohort, *hit) if id(condition) in core and condition.span is not None)
        yield NeverFires(strategy.span, strategy.name, trigger.name, spans)
    else:
        yield _outside(strategy, trigger.name, (cohort, *hit), solver)


def _outside(strategy: Strategy, trigger: str | None, wishes: tuple[Wish, ...], solver: Solver) -> OutsideValidity:
    shown = solver.example(*wishes, about=(ir.Today(type=DATE),))
    text, certain = (shown.text, shown.certain) if shown is not None else ("", False)
    return OutsideValidity(strategy.span, strategy.name, trigger, text, certain)


def _validity(strategy: Strategy) -> Iterator[Wish]:
    """That the strategy is valid today; nothing of days that proofs are not about."""
    from strategy_engine.proofs.scene import DAYS

    today = ir.Today(type=DATE)
    if strategy.valid_from is not None and strategy.valid_from <= DAYS[1]:
        yield ir.Compare(">=", today, ir.Constant(strategy.valid_from, type=DATE)), True
    if strategy.valid_to is not None and strategy.valid_to >= DAYS[0]:
        yield ir.Compare("<=", today, ir.Constant(strategy.valid_to, type=DATE)), True


# ------------------------------------------------------------------------------------------------ schedules


def _never_scheduled(schedule: ScheduleHits, trigger: Trigger, strategy: Strategy, model: Model) -> bool:
    """Whether the window of no day of the validity has a day of the schedule."""
    first, last, window = strategy.valid_from, strategy.valid_to, trigger.window
    if first is None or last is None or window is None or (last - first).days > LONG:
        return False
    days = [first + dt.timedelta(days=number) for number in range((last - first).days + 1)]
    return not any(_scheduled(schedule, window, day, model) for day in days)


def _scheduled(schedule: ScheduleHits, window: ir.Window, today: dt.date, model: Model) -> bool:
    from strategy_engine.proofs.replay import Customer, world_of

    world = world_of(Customer(today, {}, frozenset()), model)
    low, high = (None if end is None else evaluate(day_of(end), world) for end in (window.low, window.high))
    if not isinstance(low, dt.date) or not isinstance(high, dt.date):
        return True  # it reaches without end
    calendar = model.project.calendar
    return bool(monthly(schedule, low, high, Context(today, frozenset(calendar.holidays), frozenset(calendar.workdays))))
