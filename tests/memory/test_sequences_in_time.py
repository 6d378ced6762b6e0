"""Sequences are looked for only as far back as one that matters today can have begun: nothing else comes of it."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

import pytest

from strategy_engine.engine.day import sequences

FIRST, LAST = dt.date(2026, 8, 20), dt.date(2026, 11, 20)


@pytest.mark.parametrize(
    "steps",
    [
        "a: txn where amount >= 5, then b: txn where amount >= a.amount within 3 days",
        "a: txn where amount >= 5, then b: pay within 1 month",
        "a: txn, then no pay within 4 workdays",
        "a: txn where amount < 2, then b: pay within 2 weeks, then no txn where amount >= 9 within 1 month",
        "a: txn where amount >= 5, then b: pay",
    ],
)
def test_who_is_listed_is_the_same_with_all_of_the_past(days: Any, monkeypatch: pytest.MonkeyPatch, steps: str) -> None:
    chance = random.Random(steps)  # noqa: S311 - a seed that repeats is wanted
    moments = [dt.datetime.combine(FIRST, dt.time()) + dt.timedelta(hours=hour) for hour in range(0, 24 * (LAST - FIRST).days, 5)]

    def rows(count: int) -> list[dict[str, Any]]:
        return [
            {"id": chance.randint(1, 40), "at": chance.choice(moments).isoformat(), "amount": chance.randint(0, 9)} for _ in range(count)
        ]

    days.customers(*({"id": number} for number in range(1, 41))).table("txn", *rows(900)).table("pay", *rows(200))
    trigger = f"trigger t {{ on: sequence({steps})  within: last 3 days }}\n"
    days.strategies("channel app { cost: 0 }\n" + trigger + "strategy s { cohort: everyone trigger: t channel: app }\n")
    listed = 0
    for day in (1, 8, 13, 18):
        quick = days.run(day)
        days.records.clear()
        with monkeypatch.context() as plain:
            plain.setattr(sequences, "_beginning", lambda *_: None)
            assert days.run(day) == quick
        days.records.clear()
        listed += len(quick)
    assert listed
