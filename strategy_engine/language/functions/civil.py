"""Calendar arithmetic that both engines do alike: days counted from 1970-01-01, months from January of the year 0.

Each helper comes twice, for Python values and (named `*_expr`) for Polars expressions. A date outside the years 1 to 9999 is missing.
"""

from __future__ import annotations

import calendar
import datetime as dt
from typing import Any

EPOCH = dt.date(1970, 1, 1).toordinal()
FIRST_DAY, LAST_DAY = dt.date.min.toordinal() - EPOCH, dt.date.max.toordinal() - EPOCH
FIRST_MONTH, LAST_MONTH = 12 * 1, 12 * 9999 + 11
FAR = 10_000_000  # days or months that lead out of every calendar; keeps sums of wild counts within 64 bits


def day(value: dt.date) -> dt.date:
    """The day of a date or datetime."""
    return value.date() if isinstance(value, dt.datetime) else value


def day_expr(pl: Any, value: Any) -> Any:
    """The same for an expression."""
    return value.cast(pl.Date)


def number(value: dt.date) -> int:
    """The days since 1970-01-01."""
    return value.toordinal() - EPOCH


def number_expr(pl: Any, value: Any) -> Any:
    """The same for an expression of dates or datetimes."""
    return day_expr(pl, value).to_physical().cast(pl.Int64)


def from_number(days: int) -> dt.date | None:
    """The date so many days after 1970-01-01."""
    return dt.date.fromordinal(days + EPOCH) if FIRST_DAY <= days <= LAST_DAY else None


def from_number_expr(pl: Any, days: Any) -> Any:
    """The same for an expression."""
    return pl.when(days.is_between(FIRST_DAY, LAST_DAY)).then(days.clip(FIRST_DAY, LAST_DAY).cast(pl.Int32).cast(pl.Date))


def near(count: int) -> int:
    """A count of days or months cut to what can matter."""
    return max(-FAR, min(FAR, count))


def near_expr(count: Any) -> Any:
    """The same for an expression."""
    return count.clip(-FAR, FAR)


def month_number(value: dt.date) -> int:
    """The months since January of the year 0."""
    return 12 * value.year + value.month - 1


def month_number_expr(pl: Any, value: Any) -> Any:
    """The same for an expression."""
    return 12 * value.dt.year().cast(pl.Int64) + value.dt.month().cast(pl.Int64) - 1


def in_month(months: int, day_of_month: int) -> dt.date | None:
    """That day of a month, or the month's last where it has no such day."""
    if not FIRST_MONTH <= months <= LAST_MONTH:
        return None
    year, month = months // 12, months % 12 + 1
    return dt.date(year, month, min(day_of_month, calendar.monthrange(year, month)[1]))


def in_month_expr(pl: Any, months: Any, day_of_month: Any) -> Any:
    """The same for an expression."""
    valid = months.clip(FIRST_MONTH, LAST_MONTH)
    first = pl.date(valid // 12, valid % 12 + 1, 1)
    last_day = first.dt.days_in_month().cast(pl.Int64)
    days = number_expr(pl, first) + pl.min_horizontal(day_of_month, last_day) - 1
    return pl.when(months.is_between(FIRST_MONTH, LAST_MONTH) & day_of_month.is_not_null()).then(days.cast(pl.Int32).cast(pl.Date))


def make(year: int, month: int, day_of_month: int) -> dt.date | None:
    """The date of these numbers, or None where the calendar has none."""
    if not (1 <= year <= 9999 and 1 <= month <= 12 and day_of_month >= 1):
        return None
    return dt.date(year, month, day_of_month) if day_of_month <= calendar.monthrange(year, month)[1] else None


def make_expr(pl: Any, year: Any, month: Any, day_of_month: Any) -> Any:
    """The same for an expression."""
    in_range = year.is_between(1, 9999) & month.is_between(1, 12) & day_of_month.is_between(1, 31)
    clipped = day_of_month.clip(1, 31)
    date = in_month_expr(pl, 12 * year.clip(1, 9999) + month.clip(1, 12) - 1, clipped)
    return pl.when(in_range & (date.dt.day() == clipped)).then(date)


def months_between(start: dt.date, end: dt.date) -> int:
    """The full months from `start` to `end`, negative where `end` lies before."""
    if end < start:
        return -months_between(end, start)
    last = calendar.monthrange(end.year, end.month)[1]
    return month_number(end) - month_number(start) - (end.day < min(start.day, last))


def months_between_expr(pl: Any, start: Any, end: Any) -> Any:
    """The same for an expression of dates."""
    early, late = pl.min_horizontal(start, end), pl.max_horizontal(start, end)
    due = pl.min_horizontal(early.dt.day(), late.dt.days_in_month())
    months = month_number_expr(pl, late) - month_number_expr(pl, early) - (late.dt.day() < due).cast(pl.Int64)
    return pl.when(end < start).then(-months).when(end >= start).then(months)
