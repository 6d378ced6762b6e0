"""Explanations that reach back: what blocks a contact and until when, journeys, pauses."""

from __future__ import annotations

from typing import Any

from strategy_engine.engine.explain import explain

APP = "channel app { cost: 0 }\nchannel sms { cost: 0 }\n"


def _explained(days: Any, day: int, strategy: str = "s") -> Any:
    """The day's explanation of the strategy for the first customer."""
    past = days.past()
    days.run(day)
    loaded = days.load()
    found = explain(loaded.model, days.folder, days.date(day), days.results[-1], "1", strategy, loaded.sources, past)
    assert found is not None
    return found.strategies[0]


def test_which_contacts_block_and_until_when(days: Any) -> None:
    days.customers({"id": 1}).strategies(
        APP + "strategy s { cohort: everyone  channel: app }\npolicy p { limit: 2 contacts per rolling 7 days per customer }"
    )
    days.run(1)
    days.run(3)
    told = _explained(days, 4)
    assert told.summary == (
        "held back: policy p: 2 contacts per rolling 7 days per customer (2 of 2 taken); "
        "earlier contacts that count: s on app of 2026-11-04, s on app of 2026-11-02; there is room again on 2026-11-09"
    )
    assert told.past == ("earlier contacts that count: s on app of 2026-11-04, s on app of 2026-11-02", "there is room again on 2026-11-09")


def test_journeys(days: Any) -> None:
    days.customers({"id": 1}).strategies(
        APP + "strategy s { cohort: everyone  channel: app, then sms after 2 days }\n"
        "policy p { limit: 1 contact per customer per strategy }"
    )
    days.run(1)
    text = "on the journey that began on 2026-11-02: step 2 is due on 2026-11-04 and tried until 2026-11-10"
    assert _explained(days, 2).summary == text
    due = _explained(days, 3)
    assert (due.outcome, due.summary, due.past) == ("listed", "listed: step 2 of a journey, sms (rank 1)", (text,))


def test_pauses(days: Any) -> None:
    days.customers({"id": 1}).told((1, 1, "s", "complained"))
    days.strategies(APP + "strategy s { cohort: everyone  channel: app }\npolicy p { pause: 30 days after complained }")
    told = _explained(days, 2)
    assert told.summary == "held at the gate: policy p: pause 30 days after complained; until 2026-12-02"
    assert told.past == ("policy p: pause 30 days after complained: until 2026-12-02",)


def test_a_hit_that_was_spent_is_not_said_to_be_absent(days: Any) -> None:
    days.customers({"id": 1}).table("txn", {"id": 1, "txn_id": 7, "at": "2026-11-02T09:30:00", "amount": 5})
    days.strategies(APP + "trigger paid { on: txn  within: last 2 days }\nstrategy s { cohort: everyone  trigger: paid  channel: app }")
    days.run(1)
    told = _explained(days, 2)
    spent = "its hit of 2026-11-02 09:30 was spent by the action on app of 2026-11-02"
    assert told.triggers[0].spent == spent
    assert told.summary == f"in the cohort, but paid: {spent}"
    assert _explained(days, 9).summary == "in the cohort, but without a hit of paid"  # its window is over


def test_what_stands_behind_the_alternative_that_was_taken_was_not_tried(days: Any) -> None:
    days.customers({"id": 1})
    never = "channel call { require: tier == gold }\nchannel letter { require: tier == gold }\n"
    days.strategies(APP + never + "strategy s { cohort: everyone  channel: call else app else letter }")
    assert _explained(days, 1).alternatives == ("call: channel call: require",)
