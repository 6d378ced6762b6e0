"""What limits permit at worst: a window of the calendar begins anew at its border, a rolling one never does.

A run is a day, so the shortest span that crosses a border is two days running: the list of the last day of a window, and that of the
first day of the next. What the channel does with the first in the evening and with the second in the morning may lie a minute apart.
"""

from __future__ import annotations

from collections.abc import Iterator

from strategy_engine.diagnostics.model import Diagnostic, Severity, diagnostic
from strategy_engine.language.types import Duration
from strategy_engine.record import record
from strategy_engine.semantics import ir
from strategy_engine.semantics.model import Limit, LimitWindow, Model

BORDERS = {"day": "midnight", "week": "the midnight from Sunday to Monday", "month": "the end of a month", "year": "the end of a year"}
LEAST_DAYS = {"day": 1, "week": 7, "month": 28, "year": 365}
MOST_DAYS = {"day": 1, "week": 7, "month": 31, "year": 366}
ROLLING = {"day": 2, "week": 7, "month": 30, "year": 365}
"""How many rolling days count over the border of each."""

AROUND = 2
"""The days running that hold a border."""


@diagnostic
class OverTheBorder(Diagnostic):
    """A limit that permits more than its amount around the border of its window

    A window of the calendar (`per day`, `per calendar week`, `per month`, `per year`) counts anew from its border on. Lists are made once a
    day, so that what the list of a window's last day holds may go out minutes before what the list of the next day holds. It may well be
    meant, and changes no exit code. Other limits that count the same contacts are counted with: where they leave no more than the amount,
    nothing is said.

    Why: three lists of a month, say, and three of the next may reach a customer within a week.

    Example: `limit: 1 contact per day per customer`, which permits two contacts within one minute of midnight.

    Instead: `limit: 1 contact per rolling 2 days per customer`, where that is too many.
    """

    code = "S0413"
    severity = Severity.NOTE
    limit: str
    most: str
    border: str
    rolling: int

    @property
    def message(self) -> str:
        return f"`{self.limit}` permits {self.most} within one minute of {self.border}: on the lists of two days running"

    @property
    def help(self) -> str | None:
        return f"a window that counts over the border is `per rolling {self.rolling} days`"


@record
class WorstCase:
    """What one limit permits at worst around the border of its window, or within a rolling one, counted with all that bind the same.

    most: contacts, pieces or hundredths; None where the amount is a column's.      held_by: the limit that allows less than this one would.
    border: where its window begins anew; None where it never does.
    """

    limit: Limit
    span: str
    most: int | None
    held_by: Limit | None
    border: str | None

    @property
    def surprising(self) -> bool:
        """Whether somebody may get more contacts than the limit says. A capacity, stock or budget is meant by the calendar."""
        limit = self.limit
        of_somebody = limit.counted == "contacts" and any(group.kind in ("customer", "household") for group in limit.per)
        if self.border is None or limit.hard or not of_somebody:
            return False
        amount = _constant(limit)
        return amount is None or self.most is None or self.most > amount

    @property
    def note(self) -> OverTheBorder | None:
        """What is worth a word to whoever wrote the limit."""
        if not self.surprising or self.border is None or self.limit.window is None:
            return None
        rolling = ROLLING.get(self.limit.window.unit, AROUND)
        return OverTheBorder(self.limit.span, self.limit.text, self.permitted, self.border, rolling)

    @property
    def permitted(self) -> str:
        """`2 contacts`, or `twice the amount`."""
        if self.most is None:
            return "twice the amount" if self.border else "the amount"
        number = self.most / 100 if self.limit.counted == "cost" else self.most
        counted = self.limit.counted.removesuffix("s") if self.most == 1 else self.limit.counted
        return f"{number:,.0f} {counted}"

    @property
    def text(self) -> str:
        """For people: `2 contacts within one minute of midnight`."""
        held = f" (held by {self.held_by.source}: {self.held_by.text})" if self.held_by else ""
        return f"{self.permitted} {self.span}{held}"


def worst_cases(model: Model) -> list[WorstCase]:
    """Of each limit with a window, policies first; not of limits on outcomes, which promise nothing: feedback comes when it comes."""
    return [
        _worst(limit, bounds)
        for limit, bounds in _bounded(model)
        if limit.window is not None and limit.counted in ("contacts", "pieces", "cost")
    ]


def binding(model: Model) -> Iterator[tuple[Limit, Limit]]:
    """Limits that can never be reached, each with the one that is always reached before."""
    for limit, bounds in _bounded(model):
        amount, days = _constant(limit), _window_days(limit.window)
        if amount is None or days is None:
            continue
        before = True  # of two limits that are the same, the second is too many
        for bound in bounds:
            if bound is limit:
                before = False
            elif _binds(bound, limit) and (bound.hard or not limit.hard):
                most = _most(bound, days)
                if most is not None and (most < amount or (most == amount and (before or not _same(bound, limit)))):
                    yield limit, bound
                    break


def _same(one: Limit, other: Limit) -> bool:
    return one.window == other.window and one.per == other.per and one.channels == other.channels


def _window_days(window: LimitWindow | None) -> int | None:
    """The days of the longest such window."""
    if window is None:
        return None
    return _longest(window.duration) if window.unit == "rolling" else MOST_DAYS.get(window.unit)


def _bounded(model: Model) -> Iterator[tuple[Limit, list[Limit]]]:
    """Each limit, policies' first, with all that may bind what it counts."""
    rules = [(policy, limit) for policy in model.policies.values() for limit in policy.limits]
    general = [limit for policy, limit in rules if policy.applies is None and policy.excepts is None]
    if model.arbitration.excepts is None:
        general += model.arbitration.keeps
    others = (model.channels, model.benefits, model.products, model.strategies)
    owners = [*model.policies.values(), *(owner for declared in others for owner in declared.values())]
    for owner in owners:
        for limit in owner.limits:
            yield limit, [*owner.limits, *(general if limit.counted == "contacts" and not limit.hard else ())]


def over_the_border(model: Model) -> Iterator[Diagnostic]:
    """One note for each limit that surprises around the border of its window."""
    return (note for each in worst_cases(model) if (note := each.note) is not None)


def _worst(limit: Limit, bounds: list[Limit]) -> WorstCase:
    window, amount = limit.window, _constant(limit)
    assert window is not None  # noqa: S101 - the caller has looked
    border = _border(window)
    days = AROUND if border else _longest(window.duration)
    contacts = limit.counted == "contacts" and not limit.hard
    around = f"within one minute of {border}" if contacts else "in two days running"
    span = around if border else f"in any {_shown(window)}"
    own = _most(limit, AROUND) if border else amount  # a rolling window permits its amount, wherever it lies
    if own is None or days is None:
        return WorstCase(limit, span, own, None, border)
    most, tightest = own, None
    for bound in bounds:
        allowed = _most(bound, days) if _binds(bound, limit) else None
        if allowed is not None and allowed < most:
            most, tightest = allowed, bound
    return WorstCase(limit, span, most, tightest, border)


def _binds(bound: Limit, limit: Limit) -> bool:
    """Whether what counts against the limit counts against the bound, too, and all in one group of it."""
    wide = not bound.channels or (limit.channels and set(limit.channels) <= set(bound.channels))
    always = bound.applies is None or bound.applies == limit.applies
    return bound.counted == limit.counted and bool(wide) and always and all(group in limit.per for group in bound.per)


def _most(limit: Limit, days: int) -> int | None:
    """What a limit by itself permits in so many days running; None where its amount is a column's."""
    amount = _constant(limit)
    if amount is None or limit.window is None:
        return amount
    length = _shortest(limit.window)
    if limit.window.unit == "rolling":
        return amount * -(-days // length)
    return amount * (1 + -(-(days - 1) // length))


def _constant(limit: Limit) -> int | None:
    return limit.amount.value if isinstance(limit.amount, ir.Constant) else None


def _border(window: LimitWindow) -> str | None:
    """Where the window begins anew: a rolling one of no more than a day is the day, as lists are made once a day."""
    if window.duration is not None and _longest(window.duration) == 1:
        return BORDERS["day"]
    return BORDERS.get(window.unit)


def _shown(window: LimitWindow) -> str:
    days = _longest(window.duration)
    months = window.duration is not None and window.duration.unit in ("month", "year")
    return f"{window.duration}" if days is None or months else f"{days} days"


def _longest(duration: Duration | None) -> int | None:
    """The most days that a rolling window may hold; None where holidays stretch it."""
    if duration is None or duration.unit == "workday":
        return None
    if duration.minutes is not None:
        return _whole_days(duration.minutes)
    return duration.days if duration.days is not None else 31 * (duration.months or 0)


def _shortest(window: LimitWindow) -> int:
    """The least days that a window may hold."""
    duration = window.duration
    if duration is None:
        return LEAST_DAYS[window.unit]
    if duration.minutes is not None:
        return _whole_days(duration.minutes)
    if duration.days is not None:
        return max(duration.days, 1)
    return duration.count if duration.unit == "workday" else 28 * (duration.months or 1)


def _whole_days(minutes: int) -> int:
    return max(1, -(-minutes // (24 * 60)))
