"""What was told of earlier actions: pauses, limits on outcomes, and the past as rows."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

APP = "channel app { cost: 0 }\nchannel sms { cost: 0 }\n"
S, T = "strategy s { cohort: everyone  channel: app }\n", "strategy t { cohort: everyone  channel: sms  category: service }\n"


def _listed(days: Any, count: int, strategy: str = "s") -> list[int]:
    """The days on which the first customer is listed by the strategy."""
    return [day for day in range(1, count + 1) if ("1", strategy, 1) in days.run(day)]


def test_a_pause_is_the_customers(days: Any) -> None:
    days.customers({"id": 1}, {"id": 2}).told((1, 2, "t", "complained"))
    days.strategies(APP + S + T + "policy p { pause: 3 days after complained }")
    assert [days.run(day) for day in range(1, 4)] == [[(c, s, 1) for c in "12" for s in "st"], *[[("2", "s", 1), ("2", "t", 1)]] * 2]
    assert [len(days.run(day)) for day in (4, 5, 6)] == [2, 2, 4]
    dropped = days.results[1].decisions.filter(pl.col("outcome") == "dropped")
    assert set(dropped["reason"]) == {"policy p: pause 3 days after complained"}


def test_a_pause_holds_from_the_first_run_on(days: Any) -> None:
    days.customers({"id": 1}).told((1, 0, "", "complained")).strategies(APP + S + "policy p { pause: 2 days after complained }")
    assert _listed(days, 4) == [3, 4]


def test_a_pause_may_be_per_strategy_and_count(days: Any) -> None:
    days.customers({"id": 1}).told((1, 1, "s", "declined"), (1, 4, "s", "declined"), (1, 4, "t", "declined"))
    days.strategies(APP + S + T + "policy p { pause: 3 days per strategy after 2 declined within 4 days }")
    assert _listed(days, 9) == [1, 2, 3, 8, 9]
    assert days.results[5].actions["strategy"].to_list() == ["t"]


def test_outcomes_too_far_apart_do_not_pause(days: Any) -> None:
    days.customers({"id": 1}).told((1, 1, "s", "declined"), (1, 4, "s", "declined"))
    days.strategies(APP + S + "policy p { pause: 3 days per strategy after 2 declined within 3 days }")
    assert _listed(days, 6) == [1, 2, 3, 4, 5, 6]


def test_what_except_names_is_not_paused(days: Any) -> None:
    days.customers({"id": 1}).told((1, 2, "s", "complained"))
    days.strategies(APP + S + T + "policy p { pause: 9 days after complained  except: category == service }")
    assert [days.run(day) for day in (1, 2)] == [[("1", "s", 1), ("1", "t", 1)], [("1", "t", 1)]]


@pytest.mark.parametrize(("limit", "listed"), [("2 declined per rolling 5 days", [1, 2, 7, 8, 9]), ("1 declined", [1])])
def test_a_limit_on_an_outcome(days: Any, limit: str, listed: list[int]) -> None:
    days.customers({"id": 1}).told((1, 2, "s", "declined"), (1, 3, "s", "declined"))
    days.strategies(APP + S + f"policy p {{ limit: {limit} per customer }}")
    assert _listed(days, 9) == listed


def test_past_actions_are_rows(days: Any) -> None:
    days.customers({"id": 1}, {"id": 2}, {"id": 3}).told((1, 1, "s", "opened"))
    days.strategies(
        APP + "policy p { limit: 1 contact per customer per strategy }\n"
        "strategy s { cohort: id != '3'  channel: app }\n"
        "strategy again { cohort: exists(actions where strategy == s and not opened within last 3 days)  channel: sms }\n"
        "strategy thanks { cohort: count(actions where opened and channel == app) == 1  channel: sms }\n"
        "strategy new { cohort: not exists(actions)  channel: sms }\n"
    )
    assert days.run(1) == [("1", "new", 1), ("1", "s", 1), ("2", "new", 1), ("2", "s", 1), ("3", "new", 1)]
    assert days.run(2) == [("1", "thanks", 1), ("2", "again", 1)]


def test_controls_were_not_listed(days: Any) -> None:
    days.customers({"id": 1}).strategies(
        APP + "strategy s { cohort: everyone  channel: app  control: 100% }\nstrategy t { cohort: exists(actions)  channel: app }"
    )
    days.run(1)
    assert days.run(2) == [("1", "s", 1)]
