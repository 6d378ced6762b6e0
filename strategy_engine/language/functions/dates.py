"""Dates: their parts, the distance between two, the periods that they lie in. Days are the bank's local calendar days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from strategy_engine.language.functions import civil
from strategy_engine.language.functions.registry import Example, Parameter, function

_DATE = Parameter("date", "time")
_FROM_TO = (Parameter("start", "time"), Parameter("end", "time"))


# ------------------------------------------------------------------------------------------------ parts


def _part(name: str, zh: str, doc: str, examples: tuple[Example, ...], python: Callable[[Any], int], polars: Callable[[Any], Any]) -> None:
    """A whole number read off a date or datetime."""
    function(
        name=name,
        zh=zh,
        group="dates",
        parameters=(_DATE,),
        returns="int",
        doc=doc,
        examples=(*examples, Example(f"{name}(to_date('x'))", None)),
        python=python,
        polars=lambda pl, date: polars(date).cast(pl.Int64),
    )


_part("year", "年份", "The year.", (Example("year(2026-11-21)", 2026),), lambda d: int(d.year), lambda d: d.dt.year())
_part("month", "月份", "The month, 1 to 12.", (Example("month(2026-11-21)", 11),), lambda d: int(d.month), lambda d: d.dt.month())
_part("day", "几号", "The day of the month, 1 to 31.", (Example("day(2026-11-21)", 21),), lambda d: int(d.day), lambda d: d.dt.day())
_part(
    "weekday",
    "星期几",
    "The day of the week, 1 = Monday to 7 = Sunday (ISO 8601).",
    (Example("weekday(2026-11-20)", 5),),
    lambda d: int(d.isoweekday()),
    lambda d: d.dt.weekday(),
)
_part(
    "quarter",
    "季度",
    "The quarter of the year, 1 to 4.",
    (Example("quarter(2026-11-21)", 4),),
    lambda d: (d.month + 2) // 3,
    lambda d: d.dt.quarter(),
)
_part(
    "week_of_year",
    "年内周次",
    "The week of the year, 1 to 53, by ISO 8601: weeks start on Monday, and week 1 holds the year's first Thursday.",
    (Example("week_of_year(2026-01-01)", 1), Example("week_of_year(2027-01-01)", 53)),
    lambda d: int(d.isocalendar()[1]),
    lambda d: d.dt.week(),
)
_part(
    "day_of_year",
    "年内天数",
    "The day of the year, 1 to 366.",
    (Example("day_of_year(2026-02-01)", 32),),
    lambda d: int(d.timetuple().tm_yday),
    lambda d: d.dt.ordinal_day(),
)
_part(
    "days_in_month",
    "当月天数",
    "How many days the date's month has, 28 to 31.",
    (Example("days_in_month(2024-02-10)", 29),),
    lambda d: int(civil.in_month(civil.month_number(d), 31).day),  # type: ignore[union-attr]  # the date's own month exists
    lambda d: d.dt.days_in_month(),
)


# ------------------------------------------------------------------------------------------------ distances


def _distance(
    name: str,
    zh: str,
    doc: str,
    examples: tuple[Example, ...],
    python: Callable[[dt.date, dt.date], int],
    polars: Callable[[Any, Any, Any], Any],
) -> None:
    """A whole number of units from one day to another."""
    function(
        name=name,
        zh=zh,
        group="dates",
        parameters=_FROM_TO,
        returns="int",
        doc=doc,
        examples=(*examples, Example(f"{name}(to_date('x'), 2026-11-21)", None)),
        python=lambda start, end: python(civil.day(start), civil.day(end)),
        polars=lambda pl, start, end: polars(pl, civil.day_expr(pl, start), civil.day_expr(pl, end)),
    )


def _years(start: dt.date, end: dt.date) -> int:
    """Full years, counted alike in both directions."""
    months = civil.months_between(start, end)
    return months // 12 if months >= 0 else -(-months // 12)


def _years_expr(pl: Any, start: Any, end: Any) -> Any:
    months = civil.months_between_expr(pl, start, end)
    return pl.when(months >= 0).then(months // 12).otherwise(-((-months) // 12))


_distance(
    "days_between",
    "相隔天数",
    "The days from `start` to `end`, negative where `end` lies before.",
    (Example("days_between(2024-01-01, 2024-03-01)", 60), Example("days_between(2026-11-21, 2026-11-20)", -1)),
    lambda start, end: (end - start).days,
    lambda pl, start, end: civil.number_expr(pl, end) - civil.number_expr(pl, start),
)
_distance(
    "months_between",
    "相隔月数",
    "The full months from `start` to `end`, negative where `end` lies before. A month from the 31st is full on the last "
    "day of a shorter month.",
    (Example("months_between(2026-01-31, 2026-02-28)", 1), Example("months_between(2026-01-15, 2026-03-14)", 1)),
    civil.months_between,
    civil.months_between_expr,
)
_distance(
    "years_between",
    "相隔年数",
    "The full years from `start` to `end`, negative where `end` lies before. A year from 29 February is full on "
    "28 February of a common year.",
    (Example("years_between(2000-02-29, 2025-02-28)", 25), Example("years_between(2000-06-01, 2026-05-31)", 25)),
    _years,
    _years_expr,
)


# ------------------------------------------------------------------------------------------------ periods


def _period(
    name: str, zh: str, doc: str, gives: dt.date, python: Callable[[dt.date], dt.date | None], polars: Callable[[Any, Any], Any]
) -> None:
    """A day of the period that the date lies in."""
    function(
        name=name,
        zh=zh,
        group="dates",
        parameters=(_DATE,),
        returns="date",
        doc=doc,
        examples=(Example(f"{name}(2026-11-20)", gives), Example(f"{name}(to_date('x'))", None)),
        python=lambda date: python(civil.day(date)),
        polars=lambda pl, date: polars(pl, civil.day_expr(pl, date)),
    )


def _months_block(name: str, zh: str, what: str, size: int, first: dt.date, last: dt.date) -> None:
    """The first and the last day of a block of months: month, quarter, year."""

    def block_expr(pl: Any, date: Any, month: int, day: int) -> Any:
        return civil.in_month_expr(pl, civil.month_number_expr(pl, date) // size * size + month, pl.lit(day, dtype=pl.Int64))

    _period(
        f"start_of_{name}",
        f"{zh}初",
        f"The first day of the date's {what}.",
        first,
        lambda date: civil.in_month(civil.month_number(date) // size * size, 1),
        lambda pl, date: block_expr(pl, date, 0, 1),
    )
    _period(
        f"end_of_{name}",
        f"{zh}末",
        f"The last day of the date's {what}.",
        last,
        lambda date: civil.in_month(civil.month_number(date) // size * size + size - 1, 31),
        lambda pl, date: block_expr(pl, date, size - 1, 31),
    )


_months_block("month", "月", "month", 1, dt.date(2026, 11, 1), dt.date(2026, 11, 30))
_months_block("quarter", "季", "quarter", 3, dt.date(2026, 10, 1), dt.date(2026, 12, 31))
_months_block("year", "年", "year", 12, dt.date(2026, 1, 1), dt.date(2026, 12, 31))
_period(
    "start_of_week",
    "周初",
    "The Monday of the date's week.",
    dt.date(2026, 11, 16),
    lambda date: civil.from_number(civil.number(date) - date.weekday()),
    lambda pl, date: civil.from_number_expr(pl, civil.number_expr(pl, date) - date.dt.weekday().cast(pl.Int64) + 1),
)
_period(
    "end_of_week",
    "周末日",
    "The Sunday of the date's week.",
    dt.date(2026, 11, 22),
    lambda date: civil.from_number(civil.number(date) - date.weekday() + 6),
    lambda pl, date: civil.from_number_expr(pl, civil.number_expr(pl, date) - date.dt.weekday().cast(pl.Int64) + 7),
)

function(
    name="is_month_end",
    zh="是否月末",
    group="dates",
    parameters=(_DATE,),
    returns="bool",
    doc="Whether the date is the last day of its month.",
    examples=(
        Example("is_month_end(2024-02-29)", True),
        Example("is_month_end(2024-02-28)", False),
        Example("is_month_end(to_date('x'))", None),
    ),
    python=lambda date: bool(date.day == civil.in_month(civil.month_number(date), 31).day),  # type: ignore[union-attr]
    polars=lambda _pl, date: date.dt.day() == date.dt.days_in_month(),
)


# ------------------------------------------------------------------------------------------------ made and moved

_MOVED = (Parameter("date", "time"), Parameter("count", "int"))

function(
    name="add_days",
    zh="加天数",
    group="dates",
    parameters=_MOVED,
    returns="date",
    doc="The day so many days later, or earlier where the count is negative.",
    examples=(Example("add_days(2026-11-20, 11)", dt.date(2026, 12, 1)), Example("add_days(to_date('x'), 1)", None)),
    python=lambda date, count: civil.from_number(civil.number(civil.day(date)) + civil.near(count)),
    polars=lambda pl, date, count: civil.from_number_expr(pl, civil.number_expr(pl, date) + civil.near_expr(count)),
)
function(
    name="add_months",
    zh="加月数",
    group="dates",
    parameters=_MOVED,
    returns="date",
    doc="The same day so many months later, or earlier where the count is negative; clipped to the month's end.",
    examples=(
        Example("add_months(2026-01-31, 1)", dt.date(2026, 2, 28)),
        Example("add_months(2024-02-29, -12)", dt.date(2023, 2, 28)),
        Example("add_months(to_date('x'), 1)", None),
    ),
    python=lambda date, count: civil.in_month(civil.month_number(date) + civil.near(count), date.day),
    polars=lambda pl, date, count: civil.in_month_expr(
        pl, civil.month_number_expr(pl, date) + civil.near_expr(count), date.dt.day().cast(pl.Int64)
    ),
)
function(
    name="make_date",
    zh="组成日期",
    group="dates",
    parameters=(Parameter("year", "int"), Parameter("month", "int"), Parameter("day", "int")),
    returns="date?",
    doc="The date of a year (1 to 9999), month and day; missing where the calendar has no such day.",
    examples=(Example("make_date(2024, 2, 29)", dt.date(2024, 2, 29)), Example("make_date(2026, 2, 29)", None)),
    python=civil.make,
    polars=civil.make_expr,
)
function(
    name="year_month",
    zh="年月",
    group="dates",
    parameters=(_DATE,),
    returns="int",
    doc="The year and month as one number, year * 100 + month, as reports and partitions name months.",
    examples=(Example("year_month(2026-11-20)", 202611), Example("year_month(to_date('x'))", None)),
    python=lambda date: date.year * 100 + date.month,
    polars=lambda pl, date: date.dt.year().cast(pl.Int64) * 100 + date.dt.month().cast(pl.Int64),
)
for _name, _zh, _which, _first, _pick in (
    ("earliest", "最早日期", "earliest", dt.date(2026, 11, 20), min),
    ("latest", "最晚日期", "latest", dt.date(2026, 11, 21), max),
):
    function(
        name=_name,
        zh=_zh,
        group="dates",
        parameters=(Parameter("date", "date"), Parameter("others", "date")),
        variadic=True,
        returns="date",
        doc=f"The {_which} of two or more dates; missing where one of them is missing.",
        examples=(Example(f"{_name}(2026-11-20, 2026-11-21)", _first), Example(f"{_name}(2026-11-20, to_date('x'))", None)),
        python=lambda *dates, pick=_pick: pick(dates),
        polars=lambda pl, *dates, which=f"{_pick.__name__}_horizontal": pl.when(
            pl.all_horizontal([date.is_not_null() for date in dates])
        ).then(getattr(pl, which)(*dates)),
    )
