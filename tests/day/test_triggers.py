"""Every kind of trigger: when it fires, for whom, and which of several hits counts."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from strategy_engine.engine.day.world import world_of

CHANNEL = "channel app { cost: 0 }\n"
DAY = dt.date(2026, 11, 20)


def strategies(trigger: str, more: str = "") -> str:
    return f"{CHANNEL}{trigger}\nstrategy s {{ cohort: everyone  trigger: t  channel: app {more} }}\n"


def fired(bank: Any, text: str, date: dt.date = DAY) -> dict[str, str]:
    """Customer → the time of the hit."""
    actions = bank.strategies(text).run(date).actions
    return {customer: str(time) for customer, time in actions.select("customer_id", "trigger_time").iter_rows()}


# ------------------------------------------------------------------------------------------------ rows


def test_of_several_events_the_latest_counts(bank: Any) -> None:
    bank.customers({"id": 1}, {"id": 2}, {"id": 3}).table("txn", [
        {"id": 1, "at": "2026-11-18T09:00:00", "type": "pay", "amount": 100},
        {"id": 1, "at": "2026-11-19T09:00:00", "type": "pay", "amount": 200},
        {"id": 1, "at": "2026-11-20T09:00:00", "type": "pay", "amount": 10},
        {"id": 2, "at": "2026-11-17T23:59:59", "type": "pay", "amount": 100},  # a second before the window
        {"id": 3, "at": "2026-11-21T00:00:00", "type": "pay", "amount": 100},  # not seen yet
        {"id": 9, "at": "2026-11-20T00:00:00", "type": "pay", "amount": 100},  # nobody's
    ])  # fmt: skip
    assert fired(bank, strategies("trigger t { on: txn where type == pay and amount >= 100 within: last 3 days }")) == {
        "1": "2026-11-19 09:00:00"
    }


def test_of_items_to_come_the_nearest_counts_and_a_past_one_before_it(bank: Any) -> None:
    bank.customers({"id": 1}, {"id": 2}).table("holding", [
        {"id": 1, "matures": "2026-11-25", "amount": 1},
        {"id": 1, "matures": "2026-11-23", "amount": 1},
        {"id": 2, "matures": "2026-11-20", "amount": 1},
        {"id": 2, "matures": "2026-11-21", "amount": 1},
    ])  # fmt: skip
    assert fired(bank, strategies("trigger t { on: holding.matures within: next 7 days }")) == {
        "1": "2026-11-23 00:00:00",
        "2": "2026-11-20 00:00:00",
    }


def test_the_hit_that_made_the_action_gives_its_columns(bank: Any) -> None:
    bank.customers({"id": 1}).table("txn", [
        {"id": 1, "at": "2026-11-19T09:00:00", "type": "pay", "amount": 200},
        {"id": 1, "at": "2026-11-18T09:00:00", "type": "pay", "amount": 50},
    ])  # fmt: skip
    text = strategies(
        "trigger t { on: txn where type == pay within: last 3 days }",
        'score: sum(hits.amount) script: "{t.at:%m-%d} {t.amount}" until: t.at + 2 days',
    )
    result = bank.strategies(text).run()
    row = result.actions.row(0, named=True)
    assert (row["score"], row["script"], row["valid_until"]) == (250.0, "11-19 200", dt.datetime(2026, 11, 21, 9))


def test_several_triggers_make_one_action(bank: Any) -> None:
    bank.customers({"id": 1, "birth": "1990-11-20"}, {"id": 2, "birth": "1990-11-21"}).table("txn", [
        {"id": 1, "at": "2026-11-19T09:00:00", "type": "pay", "amount": 5},
        {"id": 2, "at": "2026-11-19T09:00:00", "type": "pay", "amount": 5},
    ])  # fmt: skip
    text = (
        CHANNEL
        + """
        trigger pay { on: txn where type == pay within: last 3 days }
        trigger birthday { on: anniversary(birth) within: next 3 days }
        strategy s { cohort: everyone trigger: pay or birthday channel: app script: "{pay.amount ?? 0}" score: count(hits) }
    """
    )
    rows = bank.strategies(text).run().actions.select("customer_id", "trigger", "script", "score").rows()
    assert rows == [("1", "birthday", "0", 2.0), ("2", "pay", "5", 2.0)]


def test_a_triggers_hits_are_rows(bank: Any) -> None:
    bank.customers({"id": 1}, {"id": 2}).table("txn", [
        {"id": 1, "at": "2026-10-19T09:00:00", "type": "card", "amount": 5},
        {"id": 1, "at": "2026-11-19T09:00:00", "type": "card", "amount": 5},
        {"id": 2, "at": "2026-11-19T09:00:00", "type": "card", "amount": 5},
    ])  # fmt: skip
    text = (
        CHANNEL
        + """
        trigger t { on: txn where type == card within: last 1 day }
        strategy s { cohort: distinct(month(t.at) within last 3 months) == 2 channel: app }
    """
    )
    assert bank.strategies(text).run().actions["customer_id"].to_list() == ["1"]


# ------------------------------------------------------------------------------------------------ dates


@pytest.mark.parametrize(
    ("date", "birth", "window", "hit"),
    [
        (dt.date(2026, 12, 30), "1990-01-01", "next 7 days", "2027-01-01 00:00:00"),  # across the year's end
        (dt.date(2027, 1, 2), "1990-12-31", "last 7 days", "2026-12-31 00:00:00"),
        (dt.date(2027, 2, 27), "2000-02-29", "next 3 days", "2027-02-28 00:00:00"),  # a common year
        (dt.date(2028, 2, 27), "2000-02-29", "next 3 days", "2028-02-29 00:00:00"),  # a leap year
    ],
)
def test_anniversaries(bank: Any, date: dt.date, birth: str, window: str, hit: str) -> None:
    bank.customers({"id": 1, "birth": birth}, {"id": 2}, date=date)
    assert fired(bank, strategies(f"trigger t {{ on: anniversary(birth) within: {window} }}"), date) == {"1": hit}


# ------------------------------------------------------------------------------------------------ series, schedules, states


def test_a_day_of_a_series_is_a_hit_for_all(bank: Any) -> None:
    bank.customers({"id": 1}, {"id": 2}).table("market", [
        {"day": "2026-11-20", "change": 0}, {"day": "2026-11-22", "change": 0, "name": "festival"},
    ])  # fmt: skip
    assert fired(bank, strategies("trigger t { on: market.day where name == 'festival' within: next 3 days }")) == {
        "1": "2026-11-22 00:00:00",
        "2": "2026-11-22 00:00:00",
    }


@pytest.mark.parametrize(
    ("date", "schedule", "fires"),
    [
        ("2026-11-30", "monthly(31)", True),  # clipped to the month's end
        ("2026-11-20", "monthly(20)", True),
        ("2026-11-20", "monthly(21, previous_workday)", True),  # a Saturday
        ("2026-11-18", "monthly(19, previous_workday)", True),  # a holiday
        ("2026-11-22", "monthly(21, next_workday)", True),  # a Sunday that is worked
        ("2026-11-19", "monthly(19, next_workday)", False),
        ("2026-10-30", "monthly(1, previous_workday)", True),  # 1 November is a Sunday: back into October
    ],
)
def test_schedules(bank: Any, date: str, schedule: str, fires: bool) -> None:
    day = dt.date.fromisoformat(date)
    bank.customers({"id": 1}, date=day)
    text = strategies(f"trigger t {{ on: {schedule} within: last 1 day }}")
    assert fired(bank, text, day) == ({"1": f"{date} 00:00:00"} if fires else {})


def test_a_state_is_a_hit_today_and_the_past_is_looked_up(bank: Any) -> None:
    bank.customers({"id": 1, "tier": "gold"}, {"id": 2, "tier": "gold"}, {"id": 3, "tier": "gold"})
    bank.customers({"id": 1, "tier": "mass"}, {"id": 2, "tier": "gold"}, date=dt.date(2026, 11, 18))  # the 19th was not delivered
    assert fired(bank, strategies("trigger t { when: tier > ago(tier, 1 day) }")) == {"1": "2026-11-20 00:00:00"}


def test_entering_a_cohort_that_rests_on_events(bank: Any) -> None:
    bank.customers({"id": 1}, {"id": 2}).customers({"id": 1}, {"id": 2}, date=dt.date(2026, 11, 19)).table("txn", [
        {"id": 1, "at": "2026-11-20T09:00:00", "type": "pay", "amount": 5},
        {"id": 2, "at": "2026-11-19T09:00:00", "type": "pay", "amount": 5},
    ])  # fmt: skip
    text = "cohort payers = exists(txn where type == pay within last 30 days)\n" + strategies("trigger t { enters: payers }")
    assert fired(bank, text) == {"1": "2026-11-20 00:00:00"}


# ------------------------------------------------------------------------------------------------ sequences

SEQUENCE = """trigger t {
  on: sequence(pay: txn where type == pay, then out: txn where type == out and amount >= pay.amount * 80% within 3 days)
  within: last 3 days
}"""
ABSENCE = "trigger t { on: sequence(pay: txn where type == pay, then no txn where type == card within 2 days) within: last 3 days }"


def test_a_sequence_takes_the_earliest_next_row_in_time(bank: Any) -> None:
    bank.customers({"id": 1}, {"id": 2}, {"id": 3}).table("txn", [
        {"id": 1, "at": "2026-11-18T09:00:00", "type": "pay", "amount": 100},
        {"id": 1, "at": "2026-11-18T10:00:00", "type": "out", "amount": 79},  # too little
        {"id": 1, "at": "2026-11-19T10:00:00", "type": "out", "amount": 80},
        {"id": 1, "at": "2026-11-20T10:00:00", "type": "out", "amount": 99},
        {"id": 2, "at": "2026-11-18T09:00:00", "type": "out", "amount": 100},  # at the same moment: not after
        {"id": 2, "at": "2026-11-18T09:00:00", "type": "pay", "amount": 100},
        {"id": 3, "at": "2026-11-16T09:00:00", "type": "pay", "amount": 100},
        {"id": 3, "at": "2026-11-19T09:00:01", "type": "out", "amount": 100},  # a second too late
    ])  # fmt: skip
    text = strategies(SEQUENCE, 'script: "{t.pay.amount} {t.amount}"')
    assert bank.strategies(text).run().actions.select("customer_id", "trigger_time", "script").rows() == [
        ("1", dt.datetime(2026, 11, 19, 10), "100 80")
    ]


def test_an_absence_is_known_when_its_time_is_over(bank: Any) -> None:
    bank.customers({"id": 1}, {"id": 2}, {"id": 3}).table("txn", [
        {"id": 1, "at": "2026-11-18T09:00:00", "type": "pay"},
        {"id": 2, "at": "2026-11-18T09:00:00", "type": "pay"},
        {"id": 2, "at": "2026-11-20T09:00:00", "type": "card"},
        {"id": 3, "at": "2026-11-19T09:00:00", "type": "pay"},  # two days are over tomorrow
    ])  # fmt: skip
    assert fired(bank, strategies(ABSENCE)) == {"1": "2026-11-20 09:00:00"}


def test_the_row_interpreter_sees_the_same_hit(bank: Any) -> None:
    bank.customers({"id": 1}).table("txn", [
        {"id": 1, "at": "2026-11-18T09:00:00", "type": "pay", "amount": 100},
        {"id": 1, "at": "2026-11-19T10:00:00", "type": "out", "amount": 80},
    ])  # fmt: skip
    world = world_of(bank.strategies(strategies(SEQUENCE)).model(), bank.folder, DAY, "1")
    assert world is not None
    assert (world.column("hit.t", "at"), world.column("hit.t", "amount")) == (dt.datetime(2026, 11, 19, 10), 8000)
    assert [row["at"] for row in world.rows["t"]] == [dt.datetime(2026, 11, 19, 10)]
