"""Notices go first; whom they could not reach is told, and tried again the next day."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from strategy_engine.engine.day.notices import UnservedNotices
from strategy_engine.session import Project
from tests.memory.conftest import Days

ARBITRATION = "arbitration { keep: 1 per customer  except: category == mandatory }\n"
ONE_A_DAY = "channel sms { limit: 1 contact per day }\n"
PAID = "trigger paid { on: txn  within: last 5 days }\n"
NOTICE = "strategy notice { cohort: aum >= 0  trigger: paid  channel: sms  category: mandatory }\n"
OFFER = "strategy offer { cohort: aum >= 0  channel: sms  priority: 9 }\n"


@pytest.fixture
def bank(days: Days) -> Days:
    """Three customers who were paid on the first day, and a channel for one contact a day."""
    days.customers(*({"id": one, "aum": 100} for one in (1, 2, 3)))
    days.table("txn", *({"id": one, "txn_id": one, "at": "2026-11-02T09:00:00", "amount": 5} for one in (1, 2, 3)))
    return days.strategies(ARBITRATION + ONE_A_DAY + PAID + NOTICE + OFFER)


def owed(days: Days) -> list[UnservedNotices]:
    return [each for each in days.results[-1].diagnostics if isinstance(each, UnservedNotices)]


def test_what_one_day_cannot_serve_the_next_one_does(bank: Days) -> None:
    served = [bank.run(day) for day in (1, 2, 3, 4)]
    assert [strategy for actions in served[:3] for _, strategy, _ in actions] == ["notice"] * 3  # never the offer, whatever its priority
    assert sorted(customer for actions in served[:3] for customer, _, _ in actions) == ["1", "2", "3"]
    assert [strategy for _, strategy, _ in served[3]] == ["offer"]  # all hits are spent
    notices = [result.manifest["notices"] for result in bank.results]
    row = {"strategy": "notice", "channel": "sms", "reason": "channel sms: 1 contact per day"}
    assert notices == [
        {"total": 3, "served": 1, "unserved": [{**row, "customers": 2}]},
        {"total": 2, "served": 1, "unserved": [{**row, "customers": 1}]},
        {"total": 1, "served": 1, "unserved": []},
        {"total": 0, "served": 0, "unserved": []},
    ]


def test_the_hit_of_a_notice_is_not_spent_before_it_is_served(bank: Days) -> None:
    bank.run(1)
    spent, unserved = (bank.records[0][name].get_column("customer_id").to_list() for name in ("spent", "unserved"))
    assert len(spent) == 1
    assert sorted([*spent, *unserved]) == ["1", "2", "3"]


def test_it_is_told_by_strategy_channel_and_reason(bank: Days) -> None:
    bank.run(1)
    (told,) = owed(bank)
    assert told.message == "2 notices of `notice` could not be served: channel sms: 1 contact per day (2 on sms)"
    assert told.severity == "warning"


def test_whom_no_channel_reaches_is_told_as_well(days: Days) -> None:
    days.customers({"id": 1, "aum": 1, "inside": "true"}, {"id": 2, "aum": 1})
    days.strategies(ARBITRATION + "channel sms { require: inside }\n" + NOTICE.replace("trigger: paid ", ""))
    assert days.customers_of(1) == ["1"]
    (told,) = owed(days)
    assert told.reasons == (("sms", "channel sms: require", 1),)


def test_without_notices_nothing_is_told(days: Days) -> None:
    days.customers({"id": 1, "aum": 1})
    days.strategies("channel sms { limit: 0 contacts per day }\n" + OFFER)
    days.run(1)
    assert owed(days) == []
    assert "notices" not in days.results[-1].manifest


def test_the_customers_stand_beside_the_lists_until_they_are_forgotten(bank: Days) -> None:
    folder: Path = bank.folder
    Project.open(folder).run(bank.date(1))
    file = folder / "out" / str(bank.date(1)) / "notices.parquet"
    names = pl.read_parquet(file)["customer_id"].to_list()
    assert len(names) == 2
    assert Project.open(folder).forget(names[0]).days == [bank.date(1)]  # who is in no action
    assert pl.read_parquet(file)["customer_id"].to_list() == names[1:]
    assert Project.open(folder).verify() == []
    manifest = json.loads((file.parent / "manifest.json").read_text("utf-8"))
    assert manifest["notices"]["unserved"][0]["customers"] == 2  # counts are kept, names are not in it
