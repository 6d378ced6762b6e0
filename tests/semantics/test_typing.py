"""What goes with what, and which type comes of it."""

from __future__ import annotations

import pytest

from strategy_engine.semantics import ir
from tests.semantics.checked import codes, model

TYPES = {
    "aum + 5": "money",
    "aum * 80%": "money",
    "aum / deposit": "number?",
    "aum / 2": "money",
    "children + 1": "int",
    "children / 2": "number",
    "children * 1.5": "number",
    "p_buy_fund + 5%": "percent?",
    "p_buy_fund ?? 0%": "percent",
    "p_buy_fund ?? p_loan": "percent?",
    "p_buy_fund * aum": "money?",
    "today + 3 months": "date",
    "today + 2 hours": "datetime",
    "birth + 1 day": "date?",
    "branch.lat": "number?",
    "branch.region.head": "text?",
    "market.csi300_change_1d": "percent?",
    "if has_payroll then aum else 0": "money",
    "if birth > today then 1 else 2": "int?",
    "birth is known": "bool",
    "birth > today": "bool?",
    "tier >= gold and birth > today": "bool?",
    "count(txn)": "int",
    "sum(txn.amount)": "money",
    "max(txn.amount)": "money?",
    "avg(txn.amount)": "money?",
    "last(txn.at)": "datetime?",
    "exists(txn)": "bool",
    "ago(aum, 1 day)": "money?",
    "growth(aum, 1 day)": "number?",
    "percentile(aum)": "percent",
    "rank(aum by rm_id)": "int?",
    "max(children, 1.5)": "number",
    "vip_list": "bool",
}


@pytest.mark.parametrize(("expression", "type_"), TYPES.items())
def test_the_type_of(expression: str, type_: str) -> None:
    assert str(model(f"attribute a = {expression}").derived["a"].type) == type_


@pytest.mark.parametrize(
    ("expression", "code"),
    {
        "aum > 90 days": "S0221",
        "aum > children": "S0221",
        "aum > 5%": "S0221",
        "p_buy_fund > 0.5": None,
        "p_buy_fund > 1": None,
        "p_buy_fund > 50": "S0234",
        "tier > gold": None,
        "tier > 5": "S0221",
        "lifecycle == new": None,
        "lifecycle > new": "S0222",
        "last(txn.at) > today": None,
        "last(txn.at) > 2026-11-20T08:00": None,
        "birth == \"2026-01-01\"": "S0221",
        "customer_id == 5": None,
        "city == 5": "S0221",
        "tier == \"gold\"": None,
        "tier == \"golden\"": "S0221",
        "aum": "S0220",
        "not aum": "S0220",
        "has_payroll == true": None,
        "has_payroll + 1 > 0": "S0223",
    }.items(),
)  # fmt: skip
def test_mixing(expression: str, code: str | None) -> None:
    assert codes(f"cohort a = {expression}") == ([code] if code else [])


def test_a_datetime_meets_a_date_by_its_day() -> None:
    compared = model("cohort a = last(txn.at) == today").derived["a"].expr
    assert isinstance(compared, ir.Compare)
    assert isinstance(compared.left, ir.Convert)
    assert compared.left.type.kind == "date"


def test_a_chain_is_a_conjunction() -> None:
    assert model("cohort a = 5万 <= aum < 50万").derived["a"].expr == model("cohort a = 5万 <= aum and aum < 50万").derived["a"].expr
