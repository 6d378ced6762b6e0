"""Fixed cohorts: who is in stays until leaving."""

from __future__ import annotations

from typing import Any

from strategy_engine.engine.day.world import world_of
from strategy_engine.engine.rows import evaluate
from strategy_engine.semantics.ir import Derived

APP = "channel app { cost: 0 }\n"
FIXED = "cohort rich { enter: aum >= 100  leave: aum < 50 }\n"


def _with(days: Any, *aum: int | str) -> Any:
    return days.customers(*({"id": number, "aum": value} for number, value in enumerate(aum, 1)))


def test_who_is_in_stays_until_leaving(days: Any) -> None:
    days.strategies(APP + FIXED + "strategy s { cohort: rich  channel: app }")
    assert _with(days, 100, 70, 20).customers_of(1) == ["1"]
    assert _with(days, 70, 99, 100).customers_of(2) == ["1", "3"]
    assert _with(days, 49, 100, "").customers_of(3) == ["2", "3"]
    assert _with(days, 99, 99, 99).customers_of(4) == ["2", "3"]
    changes = [record["members"].select("customer_id", "inside").rows() for record in days.records]
    assert changes == [[("1", True)], [("3", True)], [("1", False), ("2", True)], []]


def test_leaving_wins(days: Any) -> None:
    days.strategies(APP + "cohort both { enter: aum >= 100  leave: aum >= 200 }\nstrategy s { cohort: both  channel: app }")
    assert _with(days, 150, 250).customers_of(1) == ["1"]
    assert _with(days, 250, 150).customers_of(2) == ["2"]


def test_the_interpreter_sees_the_same(days: Any) -> None:
    days.strategies(APP + FIXED + "strategy s { cohort: rich  channel: app }")
    _with(days, 100, 70).run(1)
    past = {name: frame.lazy() for name, frame in days.records[0].items()}
    model = _with(days, 70, 70).load().model
    assert model is not None
    date = days.records[0]["plans"]["run_date"][0].replace(day=3)
    worlds = [world_of(model, days.folder, date, customer, past=past) for customer in ("1", "2")]
    node = Derived("rich", type=model.derived["rich"].type)
    assert [world is not None and evaluate(node, world) for world in worlds] == [True, False]


def test_entering_and_leaving_are_against_the_last_run(days: Any) -> None:
    days.strategies(
        APP + FIXED + "trigger come { enters: rich }\ntrigger gone { leaves: rich }\n"
        "strategy hello { cohort: everyone  trigger: come  channel: app }\n"
        "strategy bye { cohort: everyone  trigger: gone  channel: app }\n"
        "strategy still { cohort: rich and ago(rich, 2 days)  channel: app }"
    )
    assert _with(days, 100, 20).run(1) == [("1", "hello", 1)]  # like any cohort before there is a day before
    assert _with(days, 70, 100).run(2) == [("2", "hello", 1)]
    assert _with(days, 20, 60).run(3) == [("1", "bye", 1)]
    assert _with(days, 100, 60).run(5) == [("1", "hello", 1), ("2", "still", 1)]
