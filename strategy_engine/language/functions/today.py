"""Dates seen from the as-of date."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from strategy_engine.language.functions import civil
from strategy_engine.language.functions.registry import Example, Parameter, function


def _seen(
    name: str,
    zh: str,
    doc: str,
    examples: tuple[Example, ...],
    python: Callable[[dt.date, dt.date], Any],
    polars: Callable[[Any, dt.date, Any], Any],
    returns: str = "int",
    parameter: str = "date",
) -> None:
    """A function of today and a day."""
    function(
        name=name,
        zh=zh,
        group="dates",
        parameters=(Parameter(parameter, "time"),),
        returns=returns,
        context=True,
        doc=doc,
        examples=(*examples, Example(f"{name}(to_date('x'))", None)),
        python=lambda context, date: python(context.today, civil.day(date)),
        polars=lambda pl, context, date: polars(pl, context.today, civil.day_expr(pl, date)),
    )


def _age(today: dt.date, birth: dt.date) -> int | None:
    return civil.months_between(birth, today) // 12 if birth <= today else None


def _age_expr(pl: Any, today: dt.date, birth: Any) -> Any:
    return pl.when(birth <= today).then(civil.months_between_expr(pl, birth, pl.lit(today)) // 12)


def _anniversary(today: dt.date, date: dt.date) -> dt.date | None:
    this_year = civil.in_month(12 * today.year + date.month - 1, date.day)
    if this_year is not None and this_year >= today:
        return this_year
    return civil.in_month(12 * (today.year + 1) + date.month - 1, date.day)


def _anniversary_expr(pl: Any, today: dt.date, date: Any) -> Any:
    month, day = date.dt.month().cast(pl.Int64) - 1, date.dt.day().cast(pl.Int64)
    this_year = civil.in_month_expr(pl, 12 * today.year + month, day)
    return pl.when(this_year >= today).then(this_year).otherwise(civil.in_month_expr(pl, 12 * (today.year + 1) + month, day))


def _days_to_anniversary(today: dt.date, date: dt.date) -> int | None:
    anniversary = _anniversary(today, date)
    return None if anniversary is None else (anniversary - today).days


_seen(
    "age",
    "年龄",
    "The full years of life on the as-of date; missing where the birth lies after it. Who was born on 29 February is a year older on "
    "28 February of a common year.",
    (Example("age(1990-11-20)", 36), Example("age(1990-11-21)", 35), Example("age(2027-01-01)", None)),
    _age,
    _age_expr,
    returns="int?",
    parameter="birth",
)
_seen(
    "days_since",
    "距今天数",
    "The days from the date to the as-of date; negative for a date to come.",
    (Example("days_since(2026-11-01)", 19), Example("days_since(2026-11-21)", -1)),
    lambda today, date: (today - date).days,
    lambda pl, today, date: civil.number(today) - civil.number_expr(pl, date),
)
_seen(
    "days_until",
    "剩余天数",
    "The days from the as-of date to the date; negative for a date gone by.",
    (Example("days_until(2026-12-01)", 11), Example("days_until(2026-11-20)", 0)),
    lambda today, date: (date - today).days,
    lambda pl, today, date: civil.number_expr(pl, date) - civil.number(today),
)
_seen(
    "months_since",
    "距今月数",
    "The full months from the date to the as-of date; negative for a date to come.",
    (Example("months_since(2026-08-20)", 3), Example("months_since(2026-08-21)", 2)),
    lambda today, date: civil.months_between(date, today),
    lambda pl, today, date: civil.months_between_expr(pl, date, pl.lit(today)),
)
_seen(
    "anniversary",
    "周年",
    "The next return of the date's month and day, on or after the as-of date. 29 February falls on the 28th in common years.",
    (
        Example("anniversary(1990-11-20)", dt.date(2026, 11, 20)),
        Example("anniversary(1990-11-19)", dt.date(2027, 11, 19)),
        Example("anniversary(2000-02-29)", dt.date(2027, 2, 28)),
    ),
    _anniversary,
    _anniversary_expr,
    returns="date",
)
_seen(
    "days_to_anniversary",
    "距周年天数",
    "The days from the as-of date to the next return of the date's month and day; 0 on the day itself.",
    (Example("days_to_anniversary(1990-11-27)", 7), Example("days_to_anniversary(1990-11-20)", 0)),
    _days_to_anniversary,
    lambda pl, today, date: civil.number_expr(pl, _anniversary_expr(pl, today, date)) - civil.number(today),
)


def _same_month(today: dt.date, date: dt.date) -> bool:
    return (today.year, today.month) == (date.year, date.month)


_seen(
    "is_this_month",
    "是否本月",
    "Whether the date lies in the calendar month of the as-of date.",
    (Example("is_this_month(2026-11-01)", True), Example("is_this_month(2025-11-01)", False)),
    _same_month,
    lambda pl, today, date: civil.month_number_expr(pl, date) == civil.month_number(today),
    returns="bool",
)
_seen(
    "is_this_year",
    "是否本年",
    "Whether the date lies in the calendar year of the as-of date.",
    (Example("is_this_year(2026-01-01)", True), Example("is_this_year(2025-12-31)", False)),
    lambda today, date: today.year == date.year,
    lambda _pl, today, date: date.dt.year() == today.year,
    returns="bool",
)
