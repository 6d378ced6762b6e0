"""What earlier days leave behind: room that is taken, and the rows of past actions."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import polars as pl

from strategy_engine.engine.day.memory import Memory
from strategy_engine.engine.day.names import KEY
from strategy_engine.engine.day.run import run_day
from strategy_engine.language.types import BOOL
from strategy_engine.language.types import TEXT as TEXT_TYPE
from strategy_engine.semantics.ir import Aggregate, Column, Compare, Constant, Not, Rows

TODAY = dt.date(2026, 11, 20)

TEXT = """
channel app { cost: 0 }
policy p { limit: 2 contacts per rolling 7 days per customer }
strategy a { cohort: everyone channel: app }
strategy b { cohort: everyone channel: app }
"""


def test_earlier_contacts_take_room(bank: Any) -> None:
    bank.customers({"id": 1}, {"id": 2}, {"id": 3}).strategies(TEXT)
    used = {"policy p: 2 contacts per rolling 7 days per customer": pl.DataFrame({"group_0": ["1", "2"], "used": [1, 2]})}
    counts = bank.run(memory=Memory(used=used)).actions.group_by("customer_id").len().sort("customer_id").rows()
    assert counts == [("1", 1), ("3", 2)]


def test_past_actions_are_rows(bank: Any) -> None:
    model = bank.customers({"id": 1}, {"id": 2}).strategies(TEXT).model()
    listed = Compare("==", Column("row", "strategy", type=TEXT_TYPE), Constant("a", type=TEXT_TYPE))
    new = Not(Aggregate("exists", Rows("actions", where=listed, time="at"), type=BOOL))
    only = replace(model.strategies["a"], cohort=new)
    model = replace(model, strategies={"a": only})
    past = pl.LazyFrame({KEY: ["1"], "strategy": ["a"], "at": [dt.datetime(2026, 11, 18)]})
    assert run_day(model, bank.folder, TODAY, memory=Memory(actions=past)).actions["customer_id"].to_list() == ["2"]
    assert run_day(model, bank.folder, TODAY).actions["customer_id"].to_list() == ["1", "2"]
