"""Which earlier days count: the windows of limits, and how far back hits may have been spent."""

from __future__ import annotations

import datetime as dt

from strategy_engine.engine.rows.calendar import shift
from strategy_engine.language.functions import Context
from strategy_engine.language.types import Duration
from strategy_engine.semantics.model import LimitWindow

DAY = dt.timedelta(days=1)


def first_day(window: LimitWindow | None, context: Context) -> dt.date:
    """The first day that a limit's window holds together with today."""
    today = context.today
    if window is None:
        return dt.date.min
    if window.duration is not None:
        return min(moved(today, window.duration, -1, context) + DAY, today)
    match window.unit:
        case "week":
            return today - today.weekday() * DAY
        case "month":
            return today.replace(day=1)
        case "year":
            return today.replace(month=1, day=1)
    return today


def moved(date: dt.date, by: Duration, sign: int, context: Context) -> dt.date:
    """The day so long before or after another; a part of a day counts as one."""
    if by.minutes is not None:
        return date + sign * -(-by.minutes // (24 * 60)) * DAY
    found = shift(date, by, sign, context)
    return found if found is not None else (dt.date.max if sign > 0 else dt.date.min)
