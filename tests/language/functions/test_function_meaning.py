"""Functions whose meaning has an independent source: decimal arithmetic, counting days one by one, other implementations."""

from __future__ import annotations

import datetime as dt
import math
import random
import re
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import polars as pl
import pytest

from strategy_engine.language.functions import Context, find
from strategy_engine.language.functions.patterns import check_pattern, translate
from strategy_engine.language.types import MONEY, NUMBER
from tests.language.functions.function_values import HOLIDAYS, PLAIN

DICE = random.Random(11)  # noqa: S311 - the same values every time


def python(name: str) -> Any:
    """The Python meaning of a function."""
    function = find(name)
    assert function is not None
    return function.python


# ------------------------------------------------------------------------------------------------ rounding


@pytest.mark.parametrize("digits", [0, 1, 2, 4])
def test_round_is_decimal_rounding_of_what_is_written(digits: int) -> None:
    """Doubles that write a short decimal round as the decimal does, halves away from zero."""
    rounded = python("round")
    for _ in range(20_000):
        written = Decimal(DICE.randrange(-(10**8), 10**8)).scaleb(-DICE.randrange(7))
        want = written.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)
        assert rounded((NUMBER,), float(written), digits) == float(want), written


def test_round_of_money_is_exact() -> None:
    rounded = python("round")
    for _ in range(5_000):
        cents, digits = DICE.randrange(-(10**15), 10**15), DICE.randrange(-6, 4)
        want = (Decimal(cents) / 100).quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP) * 100 if digits < 2 else Decimal(cents)
        assert rounded((MONEY,), cents, digits) == int(want)


@pytest.mark.parametrize(
    ("value", "wanted"), [(1.005, 101), (2.675, 268), (-0.005, -1), (0.0049, 0), (1e16, 10**18), (1e17, None), (-1e17, None), (0.285, 29)]
)
def test_as_money(value: float, wanted: int | None) -> None:
    assert python("as_money")(value) == wanted


# ------------------------------------------------------------------------------------------------ days


def workday(context: Context, day: dt.date) -> bool:
    """By definition."""
    return day in context.extra_workdays or (day.weekday() < 5 and day not in context.holidays)


@pytest.mark.parametrize("context", [PLAIN, HOLIDAYS])
def test_workdays_counted_one_by_one(context: Context) -> None:
    one = dt.timedelta(days=1)
    for offset in range(0, 800, 3):
        start = dt.date(2024, 12, 20) + one * offset
        steps = DICE.randrange(-30, 31)
        day, left = start, abs(steps)
        while left:
            day += one if steps > 0 else -one
            left -= workday(context, day)
        assert python("add_workdays")(context, start, steps) == day
        assert python("next_workday")(context, start) == next(d for d in (start + one * i for i in range(1, 40)) if workday(context, d))
        assert python("previous_workday")(context, start) == next(d for d in (start - one * i for i in range(1, 40)) if workday(context, d))
        assert python("roll_forward")(context, start) == next(d for d in (start + one * i for i in range(40)) if workday(context, d))
        assert python("roll_back")(context, start) == next(d for d in (start - one * i for i in range(40)) if workday(context, d))
        end = start + one * DICE.randrange(60)
        counted = sum(workday(context, start + one * i) for i in range(1, (end - start).days + 1))
        assert python("workdays_between")(context, start, end) == counted
        assert python("workdays_between")(context, end, start) == -counted


def test_months_between_agrees_with_add_months() -> None:
    """n full months have gone by where n months on is not after the end, and n + 1 is."""
    for _ in range(5_000):
        start, end = sorted(dt.date(1950, 1, 1) + dt.timedelta(days=DICE.randrange(36_500)) for _ in range(2))
        months = python("months_between")(start, end)
        assert python("add_months")(start, months) <= end < python("add_months")(start, months + 1)


def test_anniversary_comes_once_a_year() -> None:
    for offset in range(1461):
        today = dt.date(2024, 1, 1) + dt.timedelta(days=offset)
        found = python("anniversary")(Context(today), dt.date(2000, 2, 29))
        year = next(year for year in range(today.year, today.year + 2) if found.year == year)
        assert (found.month, found.day) == (2, 29 if year % 4 == 0 else 28)
        assert today <= found <= today + dt.timedelta(days=366)


# ------------------------------------------------------------------------------------------------ money over time


def test_payments_pay_the_loan_off() -> None:
    """Paid month by month, what is owed follows `remaining_principal` and ends at nothing."""
    principal, rate, months = 100_000_000, 0.042, 360
    payment = python("monthly_payment")(principal, rate, months)
    owed = Decimal(principal)
    exact_payment = Decimal(principal) * Decimal("0.0035") / (1 - (1 + Decimal("0.0035")) ** -months)
    assert payment == int(exact_payment.quantize(Decimal(1), rounding=ROUND_HALF_UP))
    for month in range(1, months + 1):
        owed = owed * (1 + Decimal("0.0035")) - exact_payment
        assert abs(python("remaining_principal")(principal, rate, months, month) - owed) <= 1


@pytest.mark.parametrize("rate", ["0.0000001", "0.0001", "0.0295", "0.036", "0.24"])
def test_large_amounts_are_right_to_the_cent(rate: str) -> None:
    """A billion in the currency's units, in exact arithmetic."""
    amount, years, months = 10**11, 7, 84
    monthly = 1 + Decimal(rate) / 12
    assert abs(python("compound")(amount, float(rate), float(years)) - amount * (1 + Decimal(rate)) ** years) < 1
    assert abs(python("present_value")(amount, float(rate), float(years)) - amount / (1 + Decimal(rate)) ** years) < 1
    assert abs(python("monthly_payment")(amount, float(rate), months) - amount * (monthly - 1) / (1 - monthly**-months)) < 1
    owed = amount * (1 - monthly ** (30 - months)) / (1 - monthly**-months)
    assert abs(python("remaining_principal")(amount, float(rate), months, 30) - owed) < 1


def test_distance_is_the_haversine() -> None:
    for _ in range(2_000):
        lat1, lat2 = (DICE.uniform(-90, 90) for _ in range(2))
        lon1, lon2 = (DICE.uniform(-180, 180) for _ in range(2))
        a, b, east = math.radians(lat1), math.radians(lat2), math.radians(lon2 - lon1)
        square = math.sin((b - a) / 2) ** 2 + math.cos(a) * math.cos(b) * math.sin(east / 2) ** 2
        if square < 0.999:
            assert python("distance_km")(lat1, lon1, lat2, lon2) == pytest.approx(2 * 6371.0088 * math.asin(math.sqrt(square)), abs=1e-5)


# ------------------------------------------------------------------------------------------------ identity numbers


def test_one_check_character_is_right() -> None:
    """Of the eleven characters that may end an identity number one is valid; of the ten digits that may end a card number one."""
    for _ in range(300):
        birth = dt.date(1940, 1, 1) + dt.timedelta(days=DICE.randrange(25_000))
        start = f"{DICE.randrange(110000, 660000)}{birth:%Y%m%d}{DICE.randrange(1000):03}"
        valid = [number for last in "0123456789X" if python("id_card_valid")(number := start + last)]
        assert len(valid) == 1
        assert python("id_card_birth")(valid[0]) == birth
        card = "".join(DICE.choices("0123456789", k=DICE.randrange(11, 19)))
        assert sum(python("luhn_valid")(card + last) for last in "0123456789") == 1


# ------------------------------------------------------------------------------------------------ patterns


@pytest.mark.parametrize(
    "pattern",
    [
        "^a", "a$", "*a", "a**", "a*?", "a*+", "a{2}{3}", "(", ")", "(a", "[", "[]", "[a", "]", "}", "{", "a{", "a{,2}",
        "a{3,2}", "a{1000,}", "(?i)a", "(?=a)", "(?P<x>a)", r"\b", r"\1", r"\p{L}", "\\", "[z-a]", r"[a-\d]",
        "[[:alpha:]]", r"[\D]", "+", "a|*", "(" * 30,
    ],
)  # fmt: skip
def test_patterns_outside_the_language_are_refused(pattern: str) -> None:
    message = check_pattern(pattern)
    assert message is not None
    assert message[0].islower() or message[0] in "`("


PIECES = (
    "a", "b", "1", "中", ".", "*", "+", "?", "|", "(", ")", "[", "]", "[^", "-", "&", "~", "\\d", "\\w", "\\s", "\\S",
    "\\-", "\\[", "\\\\", "{2}", "{1,}", "{0,3}", " ", "\\.", "^", "&&", "--", "\n", "#",
)  # fmt: skip


def test_random_patterns_are_refused_or_read_alike() -> None:
    """Whatever passes the check compiles in both engines, and they agree on texts."""
    texts = ["", "a", "b", "ab", "aab", "a-b", "1", "a1", "[", "]", "\\", "^", "$", "-", "&&", "~", " ", "\n", "中", "ba|", "a.b", "{2}"]
    column = pl.Series("text", texts)
    accepted = 0
    for _ in range(6_000):
        pattern = "".join(DICE.choices(PIECES, k=DICE.randrange(7)))
        if check_pattern(pattern) is not None:
            continue
        accepted += 1
        expected = [re.compile(translate(pattern)).fullmatch(text) is not None for text in texts]
        function = find("matches")
        assert function is not None
        assert pl.DataFrame(column).select(function.polars(pl, pl.col("text"), pattern))["text"].to_list() == expected, pattern
    assert accepted > 500
