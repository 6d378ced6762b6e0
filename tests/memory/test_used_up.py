"""Candidates whom a used-up limit bars for the whole day: nobody gets anything else for it, and they are told that limit."""

from __future__ import annotations

import random
from typing import Any

import pytest

from strategy_engine.engine.day import used_up

CHANNELS = "channel app { cost: 0 }\nchannel sms { cost: 2 }\n"


def test_a_limit_of_earlier_days_is_told_before_those_of_today(days: Any) -> None:
    rules = "policy pace { limit: 1 contact per day }\nstrategy s { cohort: everyone channel: app score: aum {limit} }\n"
    own = "limit: 1 contact per rolling 30 days per customer"
    days.strategies(CHANNELS + rules.replace("{limit}", own))
    days.customers({"id": 1, "aum": 2}, {"id": 2, "aum": 1})
    assert days.customers_of(1) == ["1"]
    days.customers({"id": 1, "aum": 1}, {"id": 2, "aum": 2}, {"id": 3, "aum": 1})
    assert days.customers_of(2) == ["2"]
    told = days.results[1].decisions.select("customer_id", "stage", "reason", "used", "room", "place", "limit_group").rows()
    assert told == [
        ("1", "gate", "strategy s: 1 contact per rolling 30 days per customer", 1, 1, None, '["1"]'),
        ("2", None, None, None, None, 1, None),
        ("3", "arbitrate", "policy pace: 1 contact per day", 1, 1, 2, "[]"),
    ]
    assert days.results[1].manifest["funnel"]["s"]["dropped"] == {told[0][2]: 1, told[2][2]: 1}


def test_a_channel_that_is_used_up_leaves_the_others(days: Any) -> None:
    policy = "policy p { limit: 1 contact per rolling 9 days per customer on app }"
    days.customers({"id": 1}).strategies(CHANNELS + "strategy s { cohort: everyone channel: app else sms }\n" + policy)
    for day in (1, 2):
        days.run(day)
    assert [result.actions["channel"].to_list() for result in days.results] == [["app"], ["sms"]]
    assert days.results[1].decisions["alternatives"].to_list() == ["app: policy p: 1 contact per rolling 9 days per customer on app"]


LIMITS = (
    "1 contact per rolling 2 days per household on sms",
    "2 contacts per rolling 4 days per customer",
    "1 contact per rolling 3 days per customer per strategy",
    "3 contacts per rolling 5 days per tier",
    "4 contacts per rolling 2 days",
    "1 declined per rolling 6 days per customer",
)


@pytest.mark.parametrize("seed", range(6))
def test_who_gets_what_is_the_same_without_looking_ahead(days: Any, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - a seed that repeats is wanted
    rules = "".join(f"policy p{at} {{ limit: {limit} }}\n" for at, limit in enumerate(chance.sample(LIMITS, 3)))
    for name in "stu":
        channel = chance.choice(("app else sms", "sms", "sms else app"))
        own = chance.choice(("", "limit: 1 contact per rolling 4 days per customer", "limit: 3 contacts per week"))
        rules += (
            f"strategy {name} {{ cohort: everyone channel: {channel} score: aum priority: {chance.randint(1, 2)} control: 30% {own} }}\n"
        )
    days.strategies(CHANNELS + rules)
    days.told(*((chance.randint(1, 8), chance.randint(1, 5), chance.choice("stu"), "declined") for _ in range(6)))
    for day in range(1, 7):
        tiers, families = ("mass", "gold", ""), ("f", "g", "")
        rows = [{"aum": chance.randint(0, 9), "tier": chance.choice(tiers), "family": chance.choice(families)} for _ in range(8)]
        days.customers(*({"id": number, **row} for number, row in enumerate(rows, 1)))
        days.run(day)
        with monkeypatch.context() as plain:
            plain.setattr(used_up, "_asked", lambda *_: ())
            before = days.records.pop()
            days.run(day)
        quick, slow = days.results[-2:]
        assert quick.actions.equals(slow.actions)
        assert all(before[name].equals(days.records[-1][name]) for name in before)
        assert quick.decisions["outcome"].equals(slow.decisions["outcome"])
    assert sum(result.actions.height for result in days.results) > 0
    assert sum(result.candidates.barred.height for result in days.results[::2]) > 0
    assert not sum(result.candidates.barred.height for result in days.results[1::2])
