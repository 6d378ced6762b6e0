"""From which day on events are read: as far back as any window of the day goes, and no result depends on it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from strategy_engine.engine.day import run
from strategy_engine.engine.day.since import first_days
from strategy_engine.plan.day import plan_day
from strategy_engine.plan.reads import reading

from .conftest import TODAY, Bank

BEGINNING = "channel sms { cost: 0 }\n"
TRIGGER = "trigger paid { on: txn where type == pay  within: last 3 days }\n"


def strategy(name: str, keys: str) -> str:
    return f'strategy {name} {{ owner: "bank"  channel: sms  {keys} }}\n'


def cohort(condition: str) -> str:
    return strategy("s", f"cohort: {condition}")


READ = {  # what strategies say → the first day, as so many days before today; None: all days
    cohort("count(txn within last 7 days) > 1"): 6,
    cohort("count(txn within last 7 days) > 1 and sum(txn.amount within last 30 days) > 5"): 29,
    cohort("count(txn within last 7 days) > 1 and exists(txn)"): None,
    cohort("last(txn.at) > today - 5 days"): None,
    cohort("count(txn where at >= today - 2 days) > 1"): None,  # a condition like any other, whose rows are read wherever they stand
    cohort("ago(count(txn within last 7 days), 10 days) > 1"): None,
    TRIGGER + strategy("s", "cohort: everyone  trigger: paid"): 2,
    TRIGGER + strategy("s", "cohort: count(txn within last 2 days) > 1  trigger: paid"): 2,
    TRIGGER + cohort("count(paid within last 9 days) > 1"): None,
    TRIGGER + strategy("s", "cohort: everyone  trigger: paid  score: as_number(sum(hits.amount)) * 1.0"): 2,
    TRIGGER + 'strategy s { owner: "bank"  cohort: everyone  trigger: paid  channel: sms, then sms after 2 days }\n': None,
    cohort("rank > 1"): None,
}


@pytest.mark.parametrize(("text", "back"), READ.items(), ids=map(str, READ.values()))
def test_the_first_day_is_that_of_the_earliest_window(bank: Bank, text: str, back: int | None) -> None:
    bank.strategies(BEGINNING + text)
    plan = plan_day(bank.model(), TODAY)
    found = first_days(plan, reading(plan.model, [*plan.qualifying(), *plan.gating(), *plan.emitting()]).sights)
    assert found == ({} if back is None else {"txn": TODAY - dt.timedelta(days=back)})


@pytest.mark.parametrize("text", READ)
def test_a_day_is_the_same_with_all_events(bank: Bank, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    days = [TODAY - dt.timedelta(days=back) for back in range(60)]
    for date in (days[0], days[10]):
        bank.customers(*({"id": number, "rank": number} for number in range(4)), date=date)
    rows = [{"id": number, "at": f"{day}T12:00:00", "type": "pay", "amount": 10} for day in days for number in range(3)]
    bank.table("txn", rows).strategies(BEGINNING + text)

    def told() -> tuple[Any, ...]:
        result = bank.run()
        return result.actions.rows(), result.decisions.rows(), result.manifest, result.diagnostics

    limited = told()
    monkeypatch.setattr(run, "first_days", lambda *_: {})
    assert limited == told()
    assert limited[0]
