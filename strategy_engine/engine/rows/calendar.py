"""Moving dates, one at a time."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Callable

from strategy_engine.language.functions import Context
from strategy_engine.language.types import Duration

FIRST_WORKDAY, LAST_WORKDAY = dt.date(1900, 1, 1), dt.date(2199, 12, 31)
"""Moves by workdays that start or end outside these days are missing: no calendar reaches further."""

_DAY = dt.timedelta(days=1)


def is_workday(day: dt.date, context: Context) -> bool:
    """Monday to Friday without the holidays, and the weekend days that make up for them."""
    return (day.weekday() < 5 and day not in context.holidays) or day in context.extra_workdays


def shift(value: dt.date, by: Duration, sign: int, context: Context) -> dt.date | None:
    """A date or datetime moved by a duration; missing where it leaves the years 1 to 9999."""
    count = sign * by.count
    try:
        if by.days is not None:
            return value + dt.timedelta(days=sign * by.days)
        if by.months is not None:
            return _by_months(value, sign * by.months)
        if by.minutes is not None:
            return _midnight(value) + dt.timedelta(minutes=sign * by.minutes)
        return _by_workdays(value, count, context)
    except OverflowError:
        return None


def _midnight(value: dt.date) -> dt.datetime:
    return value if isinstance(value, dt.datetime) else dt.datetime.combine(value, dt.time())


def _by_months(value: dt.date, months: int) -> dt.date | None:
    year, month = divmod(value.year * 12 + value.month - 1 + months, 12)
    if not dt.MINYEAR <= year <= dt.MAXYEAR:
        return None
    last = calendar.monthrange(year, month + 1)[1]
    return value.replace(year=year, month=month + 1, day=min(value.day, last))


def _by_workdays(value: dt.date, count: int, context: Context) -> dt.date | None:
    """The count-th workday after (before) the day; the time of day stays."""
    within: Callable[[dt.date], bool] = lambda day: FIRST_WORKDAY <= day <= LAST_WORKDAY  # noqa: E731 - a name for a range
    day = dt.date(value.year, value.month, value.day)
    step = _DAY if count > 0 else -_DAY
    remaining = abs(count)
    while remaining and within(day):
        day += step
        remaining -= is_workday(day, context)
    if not within(day):
        return None
    return dt.datetime.combine(day, value.time()) if isinstance(value, dt.datetime) else day
