"""Workdays: Monday to Friday, without the project's holidays, with the weekend days that are worked to make up for them.

Both engines count: `count(day)` is the number of workdays up to and including a day (from a fixed origin), `nth` its inverse. Without
holidays that is plain arithmetic; holidays and extra workdays add a correction that changes only between the first and the last of them.
Python looks the correction up by bisection; Polars has it as a table over those few years, so the lowering stays one vectorised map.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from functools import lru_cache
from itertools import accumulate
from typing import Any

from strategy_engine.language.functions import civil
from strategy_engine.language.functions.registry import Context, Example, Parameter, function

_MONDAY = 3  # 1970-01-01 was a Thursday: day number + 3 counts from a Monday


class Workdays:
    """The workdays of one calendar."""

    def __init__(self, holidays: frozenset[dt.date], extra: frozenset[dt.date]) -> None:
        changes = {civil.number(day): -1 for day in holidays - extra if day.weekday() < 5}
        changes |= {civil.number(day): 1 for day in extra if day.weekday() >= 5}
        self.days = sorted(changes)
        self.sums = [0, *accumulate(changes[day] for day in self.days)]
        self.counts = [self.count(day) for day in self.days]

    def count(self, day: int) -> int:
        """How many workdays there are up to and including the day."""
        weeks, rest = divmod(day + _MONDAY, 7)
        return 5 * weeks + min(rest + 1, 5) + self.sums[bisect_right(self.days, day)]

    def nth(self, count: int) -> int:
        """The first day with that count: the workday that brings it."""
        known = bisect_left(self.counts, count)
        plain: int = _plain_nth(count - self.sums[known])
        return min(plain, self.days[known]) if known < len(self.days) else plain

    def count_expr(self, pl: Any, day: Any) -> Any:
        """`count` for an expression."""
        rest = (day + _MONDAY) % 7
        plain = 5 * ((day + _MONDAY) // 7) + (rest + 1).clip(upper_bound=5)
        if not self.days:
            return plain
        first, last = self.days[0] - 1, self.days[-1]
        table = {day: self.sums[bisect_right(self.days, day)] for day in range(first, last + 1)}
        return plain + _look_up(pl, day.clip(first, last), table)

    def nth_expr(self, pl: Any, count: Any) -> Any:
        """`nth` for an expression."""
        if not self.days:
            return _plain_nth(count)
        first, last = self.count(self.days[0] - 1), self.counts[-1]
        table = {count: self.nth(count) - _plain_nth(count) for count in range(first, last + 1)}
        beyond = _plain_nth(count - self.sums[-1])
        return pl.when(count > last).then(beyond).otherwise(_plain_nth(count) + _look_up(pl, count.clip(first, last), table))


def _plain_nth(count: Any) -> Any:
    """The inverse of `count` without holidays; for ints and expressions alike."""
    return 7 * ((count - 1) // 5) + (count - 1) % 5 - _MONDAY


def _look_up(pl: Any, key: Any, table: dict[int, int]) -> Any:
    return key.replace_strict(list(table), list(table.values()), default=None, return_dtype=pl.Int64)


@lru_cache(maxsize=8)
def _workdays(holidays: frozenset[dt.date], extra: frozenset[dt.date]) -> Workdays:
    return Workdays(holidays, extra)


def calendar_of(context: Context) -> Workdays:
    """The workdays that the context knows, made once a calendar."""
    return _workdays(context.holidays, context.extra_workdays)


# ------------------------------------------------------------------------------------------------ a day to a day


def _moved(name: str, zh: str, doc: str, examples: tuple[Example, ...], target: Callable[[Any, Any], Any]) -> None:
    """The workday that a day leads to: `target` makes its count from the counts of the day before and of the day itself."""

    def python(context: Context, date: dt.date) -> dt.date | None:
        calendar, day = calendar_of(context), civil.number(civil.day(date))
        return civil.from_number(calendar.nth(target(calendar.count(day - 1), calendar.count(day))))

    def polars(pl: Any, context: Context, date: Any) -> Any:
        calendar, day = calendar_of(context), civil.number_expr(pl, date)
        count = target(calendar.count_expr(pl, day - 1), calendar.count_expr(pl, day))
        return civil.from_number_expr(pl, calendar.nth_expr(pl, count))

    function(
        name=name,
        zh=zh,
        group="workdays",
        parameters=(Parameter("date", "time"),),
        returns="date",
        context=True,
        doc=doc,
        examples=(*examples, Example(f"{name}(to_date('x'))", None)),
        python=python,
        polars=polars,
    )


_moved(
    "next_workday",
    "下一工作日",
    "The first workday after the date.",
    (Example("next_workday(2026-11-20)", dt.date(2026, 11, 23)), Example("next_workday(2026-11-21)", dt.date(2026, 11, 23))),
    lambda _before, count: count + 1,
)
_moved(
    "previous_workday",
    "上一工作日",
    "The last workday before the date.",
    (Example("previous_workday(2026-11-23)", dt.date(2026, 11, 20)), Example("previous_workday(2026-11-20)", dt.date(2026, 11, 19))),
    lambda before, _count: before,
)
_moved(
    "roll_forward",
    "顺延至工作日",
    "The date itself where it is a workday, else the next one (the `following` business day convention).",
    (Example("roll_forward(2026-11-21)", dt.date(2026, 11, 23)), Example("roll_forward(2026-11-20)", dt.date(2026, 11, 20))),
    lambda before, _count: before + 1,
)
_moved(
    "roll_back",
    "提前至工作日",
    "The date itself where it is a workday, else the one before (the `preceding` business day convention).",
    (Example("roll_back(2026-11-22)", dt.date(2026, 11, 20)), Example("roll_back(2026-11-20)", dt.date(2026, 11, 20))),
    lambda _before, count: count,
)


def _add(calendar: Workdays, date: dt.date, count: int) -> dt.date | None:
    day, steps = civil.number(civil.day(date)), civil.near(count)
    if steps == 0:
        return civil.day(date)
    start = calendar.count(day) if steps > 0 else calendar.count(day - 1) + 1
    return civil.from_number(calendar.nth(start + steps))


def _add_expr(pl: Any, calendar: Workdays, date: Any, count: Any) -> Any:
    day, steps = civil.number_expr(pl, date), civil.near_expr(count)
    start = pl.when(steps > 0).then(calendar.count_expr(pl, day)).otherwise(calendar.count_expr(pl, day - 1) + 1)
    moved = pl.when(steps == 0).then(day).otherwise(calendar.nth_expr(pl, start + steps))
    return civil.from_number_expr(pl, pl.when(steps.is_not_null()).then(moved))


function(
    name="add_workdays",
    zh="加工作日",
    group="workdays",
    parameters=(Parameter("date", "time"), Parameter("count", "int")),
    returns="date",
    context=True,
    doc="The so-many-th workday after the date, or before it where the count is negative; the date itself where the count is 0.",
    examples=(
        Example("add_workdays(2026-11-20, 1)", dt.date(2026, 11, 23)),
        Example("add_workdays(2026-11-22, -1)", dt.date(2026, 11, 20)),
        Example("add_workdays(to_date('x'), 1)", None),
    ),
    python=lambda context, date, count: _add(calendar_of(context), date, count),
    polars=lambda pl, context, date, count: _add_expr(pl, calendar_of(context), date, count),
)

# ------------------------------------------------------------------------------------------------ counts and conditions

function(
    name="workdays_between",
    zh="相隔工作日数",
    group="workdays",
    parameters=(Parameter("start", "time"), Parameter("end", "time")),
    returns="int",
    context=True,
    doc="The workdays after `start` up to and including `end`; negative where `end` lies before.",
    examples=(
        Example("workdays_between(2026-11-20, 2026-11-27)", 5),
        Example("workdays_between(2026-11-23, 2026-11-20)", -1),
        Example("workdays_between(to_date('x'), 2026-11-20)", None),
    ),
    python=lambda context, start, end: (
        calendar_of(context).count(civil.number(civil.day(end))) - calendar_of(context).count(civil.number(civil.day(start)))
    ),
    polars=lambda pl, context, start, end: (
        calendar_of(context).count_expr(pl, civil.number_expr(pl, end)) - calendar_of(context).count_expr(pl, civil.number_expr(pl, start))
    ),
)


def _workday_of_month(context: Context, date: dt.date) -> int:
    calendar, day = calendar_of(context), civil.number(civil.day(date))
    return calendar.count(day) - calendar.count(day - date.day)


def _workday_of_month_expr(pl: Any, context: Context, date: Any) -> Any:
    calendar, day = calendar_of(context), civil.number_expr(pl, date)
    return calendar.count_expr(pl, day) - calendar.count_expr(pl, day - date.dt.day().cast(pl.Int64))


function(
    name="workday_of_month",
    zh="当月第几个工作日",
    group="workdays",
    parameters=(Parameter("date", "time"),),
    returns="int",
    context=True,
    doc="How many workdays the month has had up to and including the date.",
    examples=(
        Example("workday_of_month(2026-11-03)", 2),
        Example("workday_of_month(2026-11-01)", 0),
        Example("workday_of_month(to_date('x'))", None),
    ),
    python=_workday_of_month,
    polars=_workday_of_month_expr,
)


def _is_workday_expr(pl: Any, context: Context, date: Any) -> Any:
    calendar, day = calendar_of(context), civil.number_expr(pl, date)
    return calendar.count_expr(pl, day) > calendar.count_expr(pl, day - 1)


function(
    name="is_workday",
    zh="是否工作日",
    group="workdays",
    parameters=(Parameter("date", "time"),),
    returns="bool",
    context=True,
    doc="Whether the date is Monday to Friday and no holiday, or a weekend day that the project's calendar makes a workday.",
    examples=(Example("is_workday(2026-11-20)", True), Example("is_workday(2026-11-21)", False), Example("is_workday(to_date('x'))", None)),
    python=lambda context, date: (
        civil.day(date) in context.extra_workdays or (date.weekday() < 5 and civil.day(date) not in context.holidays)
    ),
    polars=_is_workday_expr,
)
function(
    name="is_weekend",
    zh="是否周末",
    group="workdays",
    parameters=(Parameter("date", "time"),),
    returns="bool",
    doc="Whether the date is a Saturday or a Sunday, be it worked or not.",
    examples=(Example("is_weekend(2026-11-21)", True), Example("is_weekend(2026-11-20)", False), Example("is_weekend(to_date('x'))", None)),
    python=lambda date: bool(date.weekday() >= 5),
    polars=lambda _pl, date: date.dt.weekday() >= 6,
)
