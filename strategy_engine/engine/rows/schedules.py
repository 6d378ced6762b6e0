"""Schedules: days that return every month."""

from __future__ import annotations

import calendar
import datetime as dt

from strategy_engine.language.functions import Context, find
from strategy_engine.semantics.model import ScheduleHits


def monthly(schedule: ScheduleHits, first: dt.date, last: dt.date, context: Context) -> list[dt.date]:
    """The days of a schedule from the first to the last, ascending."""
    # a move to a workday may lead into the next month, or back into the one before
    months = range(first.year * 12 + first.month - 2, last.year * 12 + last.month + 1)
    days = sorted({_day_in(month // 12, month % 12 + 1, schedule, context) for month in months})
    return [day for day in days if first <= day <= last]


def _day_in(year: int, month: int, schedule: ScheduleHits, context: Context) -> dt.date:
    """The schedule's day in a month."""
    day = dt.date(year, month, min(schedule.day, calendar.monthrange(year, month)[1]))
    if schedule.shift is None:
        return day
    roll = find("roll_forward" if schedule.shift == "next_workday" else "roll_back")
    if roll is None:
        raise LookupError("the function library does not know how to roll to a workday")
    rolled: dt.date = roll.python(context, day)
    return rolled
