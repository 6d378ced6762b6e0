"""The later steps of channel plans."""

from __future__ import annotations

from typing import Any

import pytest

APP = "channel app { cost: 0 }\nchannel sms { cost: 0 }\nchannel call { cost: 0 }\n"
ONCE = "policy once { limit: 1 contact per customer per strategy }\n"
WAGE = "trigger wage { on: txn within: last 2 days }\n"


def _steps(days: Any, count: int) -> dict[int, list[tuple[str, int]]]:
    """By day: the customers who are listed and with which step."""
    found = {day: [(customer, step) for customer, _, step in days.run(day)] for day in range(1, count + 1)}
    return {day: rows for day, rows in found.items() if rows}


@pytest.mark.parametrize(
    ("plan", "listed"),
    [
        ("app, then sms after 2 days, then call after 3 days", {1: 1, 3: 2, 6: 3}),
        ("app, then sms on day 4, then call on day 5", {1: 1, 4: 2, 5: 3}),
        ("app, then sms after 36 hours", {1: 1, 3: 2}),
        ("app, then sms after 3 days, then call on day 2", {1: 1, 4: 2, 5: 3}),
    ],
)
def test_when_steps_are_due(days: Any, plan: str, listed: dict[int, int]) -> None:
    days.customers({"id": 1}).strategies(APP + ONCE + f"strategy s {{ cohort: everyone  channel: {plan} }}")
    assert _steps(days, 9) == {day: [("1", step)] for day, step in listed.items()}


def test_an_outcome_ends_the_journey(days: Any) -> None:
    days.customers({"id": 1}, {"id": 2}, {"id": 3}).told((1, 2, "s", "opened"), (2, 1, "s", "delivered"), (3, 2, "t", "opened"))
    days.strategies(APP + ONCE + "strategy s { cohort: everyone  channel: app, then sms after 2 days unless opened }")
    assert _steps(days, 5) == {1: [("1", 1), ("2", 1), ("3", 1)], 3: [("2", 2), ("3", 2)]}


def test_leaving_and_conditions(days: Any) -> None:
    days.customers({"id": 1, "aum": 5, "tier": "gold"}, {"id": 2, "aum": 1, "tier": "gold"}, {"id": 3, "aum": 5, "tier": "gold"})
    days.strategies(APP + ONCE + "strategy s { cohort: tier == gold  channel: app, then sms after 1 day if aum >= 5 }")
    assert len(days.run(1)) == 3
    days.customers({"id": 1, "aum": 5, "tier": "gold"}, {"id": 2, "aum": 1, "tier": "gold"}, {"id": 3, "aum": 5, "tier": "mass"})
    assert days.run(2) == [("1", "s", 2)]


def test_a_step_is_tried_for_seven_days(days: Any) -> None:
    plan = "strategy s { cohort: everyone  channel: app, then sms after 1 day }"
    days.customers({"id": 1, "inside": "true"}, {"id": 2, "inside": "true"})
    closed = APP.replace("channel sms { cost: 0 }", "channel sms { cost: 0  require: inside }")
    days.strategies(closed + ONCE + plan).run(1)
    days.customers({"id": 1, "inside": "false"}, {"id": 2, "inside": "false"})
    assert [days.run(day) for day in range(2, 8)] == [[]] * 6
    days.customers({"id": 1, "inside": "true"}, {"id": 2, "inside": "false"})
    assert days.run(8) == [("1", "s", 2)]
    days.customers({"id": 1, "inside": "true"}, {"id": 2, "inside": "true"})
    assert days.run(9) == []


def test_a_journey_follows_the_version_it_began_with(days: Any) -> None:
    days.customers({"id": 1, "aum": 9})
    days.strategies(
        APP + ONCE + "attribute rich = aum > 5\n"
        "strategy s { cohort: everyone channel: app, then sms after 1 day if rich, then call after 1 day }"
    )
    days.run(1)
    began = days.results[0].actions["version"][0]
    days.strategies(APP + ONCE + "strategy s { cohort: everyone  channel: call }")
    assert [days.run(2), days.run(3), days.run(4)] == [[("1", "s", 2)], [("1", "s", 3)], []]
    assert [result.actions["version"].to_list() for result in days.results[1:]] == [[began], [began], []]
    assert [result.actions["channel"].to_list() for result in days.results] == [["app"], ["sms"], ["call"], []]


def test_a_strategy_that_has_ended_takes_no_steps(days: Any) -> None:
    days.customers({"id": 1}).strategies(APP + ONCE + "strategy s { cohort: everyone  channel: app, then sms after 1 day }").run(1)
    days.strategies(APP + ONCE + "strategy s { status: paused  cohort: everyone  channel: app, then sms after 1 day }")
    assert days.run(2) == []


def test_no_journey_begins_while_one_is_running(days: Any) -> None:
    days.customers({"id": 1}).strategies(APP + "strategy s { cohort: everyone  channel: app, then sms after 2 days }")
    assert _steps(days, 7) == {1: [("1", 1)], 3: [("1", 2)], 4: [("1", 1)], 6: [("1", 2)], 7: [("1", 1)]}


def test_a_due_step_goes_before_new_journeys_of_its_priority(days: Any) -> None:
    days.customers({"id": 1, "aum": 1}).strategies(
        APP + ONCE + "arbitration { keep: 1 per customer  order: priority desc, score desc }\n"
        "strategy s { cohort: everyone  channel: app, then sms after 1 day  score: 1 }\n"
        "strategy t { cohort: tier == gold  channel: app  score: 9 }\n"
        "strategy u { cohort: tier == gold  channel: app  priority: 1 }"
    )
    days.run(1)
    days.customers({"id": 1, "tier": "gold"})
    assert [days.run(day) for day in (2, 3, 4)] == [[("1", "u", 1)], [("1", "s", 2)], [("1", "t", 1)]]


def test_the_hit_and_the_benefit_stay(days: Any) -> None:
    days.customers({"id": 1, "tier": "gold"}).table("txn", {"id": 1, "txn_id": "a", "at": "2026-11-02T09:00:00", "amount": 70})
    days.strategies(
        APP + WAGE + "benefit big { cost: 9 }\nbenefit small { cost: 1 }\n"
        "strategy s { cohort: everyone  trigger: wage  benefit: by tier {gold: big, else: small}  until: wage.at + 9 days\n"
        '  script: "{wage.amount} of {count(hits)} {benefit.title}"  channel: app, then sms after 3 days }'
    )
    days.run(1)
    days.customers({"id": 1, "tier": "mass"})
    paid = {"id": 1, "txn_id": "a", "at": "2026-11-02T09:00:00", "amount": 70}
    days.table("txn", paid, {"id": 1, "txn_id": "b", "at": "2026-11-05T10:00:00", "amount": 30})
    days.run(4)
    first, later = (result.actions.select("benefit", "script", "trigger", "trigger_time", "valid_until").row(0) for result in days.results)
    assert first == later
    assert first[:3] == ("big", "70 of 1 big", "wage")
    assert days.run(5) == [("1", "s", 1)]  # the second payment waited for the journey to end
    assert days.results[-1].actions["script"][0] == "30 of 1 small"


def test_a_benefit_by_step_is_resolved_anew(days: Any) -> None:
    days.customers({"id": 1}).strategies(
        APP + ONCE + "benefit cup { cost: 9 }\n"
        "strategy s { cohort: everyone  benefit: by step {2: cup, else: none}  channel: app, then sms after 1 day }"
    )
    days.run(1)
    days.run(2)
    assert [result.actions["benefit"].to_list() for result in days.results] == [[None], ["cup"]]


def test_arms_stay_for_the_journey(days: Any) -> None:
    days.customers(*({"id": one} for one in range(40)))
    text = "strategy s {{ cohort: everyone  channel: app, then sms after 1 day  control: {control} split: {{a: 50%, b: 50%}} }}"
    days.strategies(APP + ONCE + text.format(control="30%")).run(1)
    days.strategies(APP + ONCE + text.format(control="90%")).run(2)
    first, later = (dict(result.actions.select("customer_id", "arm").rows()) for result in days.results)
    assert first == later
    assert set(first.values()) == {"a", "b", "control"}
    assert all("control" not in rows["arm"].to_list() for rows in days.results[1].lists.values())


def test_branches_of_a_plan(days: Any) -> None:
    days.customers({"id": 1, "tier": "gold"}, {"id": 2, "tier": "mass"}).strategies(
        APP + ONCE + "strategy s { cohort: everyone\n"
        "channel: by tier {gold: app, then call after 1 day\n else: sms, then app after 2 days} }"
    )
    assert _steps(days, 4) == {1: [("1", 1), ("2", 1)], 2: [("1", 2)], 3: [("2", 2)]}
