"""Moving dates, one at a time."""

from __future__ import annotations

import calendar
import datetime as dt

from strategy_engine.language.functions import Context, Function, find
from strategy_engine.language.types import Duration


def workday_function() -> Function:
    """The library's move by workdays, so that `date + 3 workdays` cannot mean anything else."""
    function = find("add_workdays")
    if function is None:
        raise LookupError("the function library has no `add_workdays`")
    return function


def shift(value: dt.date, by: Duration, sign: int, context: Context) -> dt.date | None:
    """A date or datetime moved by a duration; missing where it leaves the years 1 to 9999."""
    try:
        if by.days is not None:
            return value + dt.timedelta(days=sign * by.days)
        if by.months is not None:
            return _by_months(value, sign * by.months)
        if by.minutes is not None:
            return _midnight(value) + dt.timedelta(minutes=sign * by.minutes)
        return _by_workdays(value, sign * by.count, context)
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
    """The so-many-th workday after (before) the day, as `add_workdays` has it; the time of day stays."""
    day: dt.date | None = workday_function().python(context, value, count)
    return dt.datetime.combine(day, value.time()) if isinstance(value, dt.datetime) and day is not None else day
