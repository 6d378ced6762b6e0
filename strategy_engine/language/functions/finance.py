"""Interest, instalments and returns. Rates are shares (3% a year is 0.03); money results are rounded half away from zero to the cent."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from strategy_engine.language.functions import exact
from strategy_engine.language.functions.registry import Example, Parameter, function

_NO_RATE = 1e-12  # a yearly rate below is none: the annuity formula would divide nothing by nothing
_GONE = "to_number('x')"
_RATE = Parameter("annual_rate", "percent")
_MONTHS = Parameter("months", "int")


def _money(
    name: str,
    zh: str,
    doc: str,
    first: str,
    parameters: tuple[Parameter, ...],
    examples: tuple[Example, ...],
    python: Callable[..., float | None],
    polars: Callable[..., Any],
    returns: str = "money?",
) -> None:
    """An amount times a factor that the other parameters make."""

    def multiplied(amount: int, *arguments: Any) -> int | None:
        factor = python(*arguments)
        return None if factor is None else exact.whole_or_none(exact.round_half_away(float(amount) * factor))

    def multiplied_expr(pl: Any, amount: Any, *arguments: Any) -> Any:
        return exact.whole_expr(pl, exact.round_half_away_expr(amount.cast(pl.Float64) * polars(pl, *arguments)))

    function(
        name=name,
        zh=zh,
        group="finance",
        parameters=(Parameter(first, "money"), *parameters),
        returns=returns,
        doc=doc,
        examples=examples,
        python=multiplied,
        polars=multiplied_expr,
    )


# ------------------------------------------------------------------------------------------------ loans


# 1 - (1 + r)^-n loses its digits where r is small; as (1 - e^-u) = 2 / (1 + 1 / tanh(u / 2)) with u = n * log(1 + r) it does not.


def _annuity(annual_rate: float, months: int) -> float | None:
    """The monthly instalment of a loan of 1."""
    if months < 1 or annual_rate < 0:
        return None
    if annual_rate < _NO_RATE:
        return 1.0 / float(months)
    monthly = annual_rate / 12.0
    return monthly * 0.5 * (1.0 + 1.0 / math.tanh(0.5 * float(months) * math.log1p(monthly)))


def _annuity_expr(pl: Any, annual_rate: Any, months: Any) -> Any:
    monthly, count = exact.divide_expr(annual_rate, 12.0), months.cast(pl.Float64)
    factor = monthly * 0.5 * (1.0 + 1.0 / (0.5 * count * monthly.log1p()).tanh())
    return pl.when((months >= 1) & (annual_rate >= _NO_RATE)).then(factor).when((months >= 1) & (annual_rate >= 0)).then(1.0 / count)


_money(
    "monthly_payment",
    "月供",
    "The equal monthly instalment (等额本息) of a loan: principal * r / (1 - (1 + r)^-months) with r = annual_rate / 12, the annuity "
    "formula. Missing where there is not one month at least, or for a negative rate.",
    "principal",
    (_RATE, _MONTHS),
    (
        Example("monthly_payment(120000, 0%, 12)", "10000.00"),
        Example("monthly_payment(1000000, 4.2%, 360)", "4890.17"),
        Example("monthly_payment(1000000, 4.2%, 0)", None),
    ),
    _annuity,
    _annuity_expr,
)


def _remaining(annual_rate: float, months: int, paid: int) -> float | None:
    """What is still owed of a loan of 1."""
    if months < 1 or annual_rate < 0 or not 0 <= paid <= months:
        return None
    left = float(months) - float(paid)
    if annual_rate < _NO_RATE or paid == months:
        return left / float(months)
    half = 0.5 * math.log1p(annual_rate / 12.0)
    return (1.0 + 1.0 / math.tanh(float(months) * half)) / (1.0 + 1.0 / math.tanh(left * half))


def _remaining_expr(pl: Any, annual_rate: Any, months: Any, paid: Any) -> Any:
    count = months.cast(pl.Float64)
    left = count - paid.cast(pl.Float64)
    half = 0.5 * exact.divide_expr(annual_rate, 12.0).log1p()
    usual = exact.divide_expr(1.0 + 1.0 / (count * half).tanh(), 1.0 + 1.0 / (left * half).tanh())
    within = (months >= 1) & (paid >= 0) & (paid <= months)
    return (
        pl.when(within & (annual_rate >= _NO_RATE) & (paid < months))
        .then(usual)
        .when(within & (annual_rate >= 0))
        .then(exact.divide_expr(left, count))
    )


_money(
    "remaining_principal",
    "剩余本金",
    "What is still owed of a loan with equal monthly instalments after so many are paid: principal * (1 - (1 + r)^(paid - months)) / "
    "(1 - (1 + r)^-months) with r = annual_rate / 12. Missing where `paid` is not within 0 and `months`, or for a negative rate.",
    "principal",
    (_RATE, _MONTHS, Parameter("paid", "int")),
    (
        Example("remaining_principal(120000, 0%, 12, 3)", "90000.00"),
        Example("remaining_principal(1000000, 4.2%, 360, 360)", "0.00"),
        Example("remaining_principal(120000, 4.2%, 12, 13)", None),
    ),
    _remaining,
    _remaining_expr,
)


# ------------------------------------------------------------------------------------------------ interest


def _basis(days: Any) -> str | None:
    return None if days in (360, 365, 366) else "must be 360, 365 or 366"


_money(
    "interest",
    "利息",
    "Simple interest: principal * annual_rate * days / basis. Banks count 360 days to the year unless a contract says otherwise.",
    "principal",
    (_RATE, Parameter("days", "int"), Parameter("basis", "int", constant=True, default=360, check=_basis)),
    (
        Example("interest(100000, 3.6%, 30)", "300.00"),
        Example("interest(100000, 3.65%, 365, 365)", "3650.00"),
        Example(f"interest(as_money({_GONE}), 3.6%, 30)", None),
    ),
    lambda annual_rate, days, basis: annual_rate * float(days) / float(basis),
    lambda pl, annual_rate, days, basis: exact.divide_expr(annual_rate * days.cast(pl.Float64), float(basis)),
    returns="money",
)
for _name, _zh, _doc, _sign, _gives in (
    ("compound", "复利终值", "What an amount grows to with yearly compound interest: amount * (1 + annual_rate)^years.", 1.0, "1102.50"),
    ("present_value", "现值", "What an amount due in so many years is worth now: amount / (1 + annual_rate)^years.", -1.0, "907.03"),
):
    _money(
        _name,
        _zh,
        f"{_doc} Missing for a rate of -100% or less.",
        "amount",
        (_RATE, Parameter("years", "number")),
        (Example(f"{_name}(1000, 5%, 2)", _gives), Example(f"{_name}(1000, -100%, 2)", None)),
        lambda annual_rate, years, sign=_sign: exact.raw_power(1.0 + annual_rate, sign * years) if annual_rate > -1 else None,
        lambda pl, annual_rate, years, sign=_sign: pl.when(annual_rate > -1).then((1.0 + annual_rate).pow(sign * years)),
    )


# ------------------------------------------------------------------------------------------------ rates


def _less_one(value: float | None) -> float | None:
    return None if value is None else exact.settle(value - 1.0)


def _effective(rate: float, periods: int) -> float | None:
    if periods < 1 or rate / periods <= -1:
        return None
    return _less_one(exact.raw_power(1.0 + rate / periods, float(periods)))


def _effective_expr(pl: Any, rate: Any, periods: Any) -> Any:
    count = periods.cast(pl.Float64)
    each = exact.divide_expr(rate, count)
    return pl.when((periods >= 1) & (each > -1)).then(exact.settle_expr(pl, (1.0 + each).pow(count) - 1.0))


function(
    name="effective_annual_rate",
    zh="实际年利率",
    group="finance",
    parameters=(Parameter("nominal_rate", "percent"), Parameter("periods", "int")),
    returns="percent?",
    doc="The yearly rate that a nominal one comes to when interest is added so often a year: (1 + nominal_rate / periods)^periods - 1, "
    "to nine decimals. Missing where there is not one period at least, or where a period loses everything.",
    examples=(Example("effective_annual_rate(12%, 12)", 0.12682503), Example("effective_annual_rate(12%, 0)", None)),
    python=_effective,
    polars=_effective_expr,
)
function(
    name="annual_to_monthly_rate",
    zh="年利率转月利率",
    group="finance",
    parameters=(_RATE,),
    returns="percent?",
    doc="The monthly rate that compounds to the yearly one: (1 + annual_rate)^(1/12) - 1, to nine decimals (a nominal rate is just "
    "divided by 12). Missing for a rate of -100% or less.",
    examples=(
        Example("annual_to_monthly_rate(0%)", 0.0),
        Example("annual_to_monthly_rate(12%)", 0.009488793),
        Example("annual_to_monthly_rate(-100%)", None),
    ),
    python=lambda rate: _less_one(exact.raw_power(1.0 + rate, 1.0 / 12.0)) if rate > -1 else None,
    polars=lambda pl, rate: pl.when(rate > -1).then(exact.settle_expr(pl, (1.0 + rate).pow(1.0 / 12.0) - 1.0)),
)


def _annualised(start: int, end: int, days: int) -> float | None:
    if start <= 0 or end < 0 or days <= 0:
        return None
    return _less_one(exact.raw_power(float(end) / float(start), 365.0 / days))


def _annualised_expr(pl: Any, start: Any, end: Any, days: Any) -> Any:
    grown = exact.divide_expr(end.cast(pl.Float64), start.cast(pl.Float64)).pow(365.0 / days.cast(pl.Float64))
    return pl.when((start > 0) & (end >= 0) & (days > 0)).then(exact.settle_expr(pl, grown - 1.0))


function(
    name="annualised_return",
    zh="年化收益率",
    group="finance",
    parameters=(Parameter("start", "money"), Parameter("end", "money"), Parameter("days", "int")),
    returns="percent?",
    doc="The yearly rate at which `start` becomes `end` within so many days: (end / start)^(365 / days) - 1, to nine decimals. Missing "
    "where `start` or `days` is not above 0, or `end` is negative.",
    examples=(Example("annualised_return(100, 110, 365)", 0.1), Example("annualised_return(0, 110, 365)", None)),
    python=_annualised,
    polars=_annualised_expr,
)
