"""A hit fires a strategy once."""

from __future__ import annotations

from typing import Any

PROJECT = """
channel app { cost: 0 }
channel call { cost: 0  limit: 1 contact per day }
trigger wage { on: txn where amount >= 100  within: last 5 days }
trigger rent { on: pay  within: last 5 days }
trigger rich { when: aum >= 100 }
"""


def _paid(customer: int, day: int, id_: str = "", amount: int = 500) -> dict[str, Any]:
    return {"id": customer, "txn_id": id_, "at": f"2026-11-{day + 1:02}T09:00:00", "amount": amount}


def test_a_hit_fires_once_however_wide_its_window(days: Any) -> None:
    days.customers({"id": 1}, {"id": 2}).table("txn", _paid(1, 1, "a"), _paid(2, 1, "b"), _paid(2, 3, "c"))
    days.strategies(PROJECT + "strategy s { cohort: everyone  trigger: wage  channel: app }")
    assert [days.customers_of(day) for day in (1, 2, 3, 4)] == [["1", "2"], [], ["2"], []]


def test_rows_are_told_apart_by_their_id_else_by_their_time(days: Any) -> None:
    days.customers({"id": 1})
    days.strategies(
        PROJECT + "strategy by_id { cohort: everyone trigger: wage channel: app }\n"
        "strategy by_time { cohort: everyone trigger: rent channel: app }"
    )
    first, late = _paid(1, 1, "a"), _paid(1, 1, "b")
    days.table("txn", first).table("pay", {"id": 1, "at": first["at"]})
    assert days.run(1) == [("1", "by_id", 1), ("1", "by_time", 1)]
    days.table("txn", first, late).table("pay", {"id": 1, "at": first["at"]}, {"id": 1, "at": first["at"]})
    assert days.run(2) == [("1", "by_id", 1)]


def test_several_hits_make_one_action_that_spends_them_all(days: Any) -> None:
    days.customers({"id": 1}).table("txn", _paid(1, 1, "a"), _paid(1, 1, "b", 300))
    days.strategies(PROJECT + 'strategy s { cohort: everyone trigger: wage channel: app script: "{sum(hits.amount)} {count(hits)}" }')
    assert days.run(1) == [("1", "s", 1)]
    assert days.results[0].actions["script"].to_list() == ["800 2"]
    assert days.records[0]["spent"]["hit"].to_list() == ["a", "b"]
    days.table("txn", _paid(1, 1, "a"), _paid(1, 1, "b", 300), _paid(1, 2, "c", 200))
    days.run(2)
    assert days.results[1].actions["script"].to_list() == ["200 1"]


def test_each_strategy_spends_its_own(days: Any) -> None:
    days.customers({"id": 1}).table("txn", _paid(1, 1, "a"))
    days.strategies(
        PROJECT + "arbitration { keep: 1 per customer }\n"
        "strategy one { cohort: everyone trigger: wage channel: app priority: 2 }\n"
        "strategy two { cohort: everyone trigger: wage channel: app priority: 1 }"
    )
    assert [days.run(1), days.run(2), days.run(3)] == [[("1", "one", 1)], [("1", "two", 1)], []]


def test_what_lost_stays_open_while_its_window_lasts(days: Any) -> None:
    days.customers({"id": 1, "aum": 2}, {"id": 2, "aum": 1}, {"id": 3}).table("txn", *(_paid(one, 1, f"t{one}") for one in (1, 2, 3)))
    days.strategies(PROJECT + "strategy s { cohort: everyone trigger: wage channel: call score: aum }")
    assert [days.customers_of(day) for day in (1, 2, 3, 4)] == [["1"], ["2"], ["3"], []]


def test_a_control_spends_its_hits_as_well(days: Any) -> None:
    days.customers({"id": 1}, {"id": 2}).table("txn", _paid(1, 1, "a"), _paid(2, 1, "b"))
    days.strategies(PROJECT + "strategy s { cohort: everyone trigger: wage channel: app control: 100% }")
    assert len(days.run(1)) == 2
    assert set(days.results[0].actions["arm"]) == {"control"}
    assert days.run(2) == []


def test_a_state_is_never_spent(days: Any) -> None:
    days.customers({"id": 1, "aum": 100}).strategies(PROJECT + "strategy s { cohort: everyone trigger: rich channel: app }")
    assert [days.customers_of(day) for day in (1, 2)] == [["1"], ["1"]]
