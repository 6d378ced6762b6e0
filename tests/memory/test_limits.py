"""Limits over time."""

from __future__ import annotations

from typing import Any

import pytest

APP = "channel app { cost: 0 }\nchannel sms { cost: 2 }\n"
DAILY = "strategy s { cohort: everyone  channel: app }\n"


def _listed(days: Any, count: int) -> list[int]:
    """The days on which anybody is listed."""
    return [day for day in range(1, count + 1) if days.run(day)]


@pytest.mark.parametrize(
    ("window", "listed"),
    [
        ("per rolling 3 days", [1, 4, 7, 10]),
        ("per rolling 1 week", [1, 8]),
        ("per rolling 24 hours", [*range(1, 11)]),
        ("per week", [1, 8]),
        ("per calendar week", [1, 8]),
        ("per month", [1]),
        ("per year", [1]),
        ("", [1]),
    ],
)
def test_windows_of_contacts(days: Any, window: str, listed: list[int]) -> None:
    days.customers({"id": 1}).strategies(APP + DAILY + f"policy p {{ limit: 1 contact {window} per customer }}")
    assert _listed(days, 10) == listed


def test_a_limit_that_is_tightened_counts_the_past(days: Any) -> None:
    days.customers({"id": 1}).strategies(APP + DAILY + "policy p { limit: 5 contacts per rolling 7 days per customer }")
    assert _listed(days, 2) == [1, 2]
    days.strategies(APP + DAILY + "policy p { limit: 2 contacts per rolling 30 days per customer  except: category == mandatory }")
    assert days.run(3) == []


def test_two_windows_over_one_count(days: Any) -> None:
    limits = "limit: 1 contact per rolling 2 days per customer  limit: 2 contacts per rolling 9 days per customer"
    days.customers({"id": 1}).strategies(APP + DAILY + f"policy p {{ {limits} }}")
    assert _listed(days, 12) == [1, 3, 10, 12]


def test_what_except_names_neither_counts_nor_is_held(days: Any) -> None:
    days.customers({"id": 1}).strategies(
        APP + "strategy s { cohort: everyone channel: app category: service priority: 2 }\nstrategy t { cohort: everyone channel: app }\n"
        "policy p { limit: 1 contact per rolling 30 days per customer  except: category == service }"
    )
    assert days.run(1) == [("1", "s", 1), ("1", "t", 1)]
    assert days.run(2) == [("1", "s", 1)]


def test_controls_take_no_contacts_but_of_what_runs_out(days: Any) -> None:
    days.customers({"id": 1}).strategies(
        APP + "benefit cup { cost: 5  limit: 3 pieces }\nstrategy s { cohort: everyone channel: app benefit: cup control: 100% }\n"
        "policy p { limit: 1 contact per rolling 30 days per customer }"
    )
    assert _listed(days, 5) == [1, 2, 3]


def test_households_channels_and_missing_groups(days: Any) -> None:
    days.customers({"id": 1, "family": "f"}, {"id": 2, "family": "f"}, {"id": 3}, {"id": 4}).strategies(
        APP + "strategy s { cohort: everyone channel: app else sms }\npolicy p { limit: 1 contact per rolling 2 days per household on app }"
    )
    days.run(1)
    days.run(2)
    assert days.results[0].actions["channel"].to_list().count("app") == 3
    assert days.results[1].actions["channel"].to_list() == ["sms"] * 4


def test_budgets_and_stock_are_carried(days: Any) -> None:
    days.customers({"id": 1}, {"id": 2}).strategies(
        APP + "benefit cup { cost: 3  limit: 10 cost per month }\nstrategy s { cohort: everyone channel: app benefit: cup else none }"
    )
    for day in (1, 2):
        days.run(day)
    assert [result.actions["benefit"].to_list().count("cup") for result in days.results] == [2, 1]


def test_failed_contacts_give_back_what_they_took(days: Any) -> None:
    days.customers({"id": 1}, {"id": 2}).strategies(
        APP + "benefit cup { cost: 3  limit: 2 pieces }\nstrategy s { cohort: everyone channel: app benefit: cup }\n"
        "policy p { limit: 1 contact per rolling 30 days per customer }"
    )
    assert days.customers_of(1) == ["1", "2"]
    days.told((1, 1, "s", "failed"), (2, 1, "s", "opened"))
    assert [days.customers_of(day) for day in (2, 3)] == [["1"], []]


def test_feedback_may_name_the_action(days: Any) -> None:
    days.match = "action_id"
    days.customers({"id": 1}, {"id": 2}).strategies(APP + DAILY + "policy p { limit: 1 contact per rolling 30 days per customer }")
    days.run(1)
    told = {"id": 1, "action_id": days.results[0].actions["action_id"][0], "at": "2026-11-02T10:00:00", "outcome": "failed"}
    days.table("feedback", told, {**told, "outcome": "opened"})
    assert days.customers_of(2) == ["1"]


def test_feedback_is_of_the_latest_action_before_it(days: Any) -> None:
    days.customers({"id": 1}).strategies(APP + DAILY + "policy p { limit: 2 contacts per rolling 3 days per customer }")
    assert _listed(days, 3) == [1, 2]
    days.told((1, 2, "s", "failed"))  # it comes late, and is of day 2, which day 4 still counts
    assert [bool(days.run(day)) for day in (4, 5, 6)] == [True, True, False]


def test_a_limit_per_strategy_counts_journeys(days: Any) -> None:
    days.customers({"id": 1}).strategies(
        APP + "strategy s { cohort: everyone channel: app, then sms after 1 day }\n"
        "policy p { limit: 1 contact per rolling 5 days per customer per strategy }"
    )
    assert [days.run(day) for day in range(1, 7)] == [[("1", "s", 1)], [("1", "s", 2)], [], [], [], [("1", "s", 1)]]
