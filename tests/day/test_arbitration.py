"""Who wins: order, limits, controls and draws, from the text of strategies to the list."""

from __future__ import annotations

import datetime as dt
from typing import Any

import polars as pl
import pytest

from strategy_engine.engine.day.draws import buckets

CHANNELS = """
channel app { cost: 1 }
channel sms { cost: 2 require: sms }
channel call { limit: calls contacts per day per rm assign: rm }
"""


def ids(count: int) -> list[dict[str, Any]]:
    return [{"id": f"c{number:04}"} for number in range(count)]


# ------------------------------------------------------------------------------------------------ order


def test_priority_then_score_then_missing_scores(bank: Any) -> None:
    bank.customers({"id": 1, "aum": 5}, {"id": 2, "aum": 9}, {"id": 3}, {"id": 4, "aum": 7})
    text = (
        CHANNELS
        + """
        strategy low { cohort: everyone channel: app score: aum }
        strategy high { cohort: aum == 5 channel: app priority: 1 }
    """
    )
    ranked = bank.strategies(text).run().actions.sort("rank").select("strategy", "customer_id").rows()
    assert ranked == [("high", "1"), ("low", "2"), ("low", "4"), ("low", "1"), ("low", "3")]


def test_missing_scores_come_last_in_ascending_order_too(bank: Any) -> None:
    bank.customers({"id": 1, "aum": 5}, {"id": 2}, {"id": 3, "aum": 4})
    text = CHANNELS + "arbitration { order: score asc }\nstrategy s { cohort: everyone channel: app score: aum }"
    assert bank.strategies(text).run().actions.sort("rank")["customer_id"].to_list() == ["3", "1", "2"]


def test_ties_go_by_a_stable_hash(bank: Any) -> None:
    bank.customers(*ids(50))
    result = bank.strategies(CHANNELS + "strategy s { cohort: everyone channel: app }").run()
    ranked = result.actions.sort("rank")["customer_id"].to_list()
    assert ranked != sorted(ranked)
    bank.customers(*reversed(ids(50)))
    assert bank.run().actions.sort("rank")["customer_id"].to_list() == ranked


def test_what_the_arbitration_excepts_goes_first_and_outside_keep_but_not_over_capacity(bank: Any, reasons: Any) -> None:
    bank.customers({"id": 1, "rm": "r", "calls": 1}, {"id": 2, "rm": "r", "calls": 1})
    text = (
        CHANNELS
        + """
        arbitration { keep: 1 per customer  except: category == must }
        strategy must { category: must cohort: everyone channel: app }
        strategy call { category: must cohort: everyone channel: call }
        strategy fine { cohort: everyone channel: app priority: 9 }
    """
    )
    result = bank.strategies(text).run()
    assert result.actions.filter(pl.col("strategy") == "must").height == 2
    assert result.actions.filter(pl.col("strategy") == "fine")["rank"].min() > 3
    assert result.actions.filter(pl.col("strategy") == "call").height == 1
    assert list(reasons(result).values()) == ["channel call: calls contacts per day per rm"]


# ------------------------------------------------------------------------------------------------ limits


def test_a_full_manager_overflows_to_the_next_channel(bank: Any, listed: Any) -> None:
    bank.customers(*({"id": number, "aum": number, "rm": "r1", "calls": 2, "sms": "true"} for number in range(1, 5)))
    result = bank.strategies(CHANNELS + "strategy s { cohort: everyone channel: call else sms score: aum }").run()
    assert listed(result, "customer_id", "channel", "rank") == [("1", "sms", 4), ("2", "sms", 3), ("3", "call", 2), ("4", "call", 1)]


@pytest.mark.parametrize("customer", [{"id": 1, "rm": "", "calls": 1}, {"id": 1, "rm": "r", "calls": ""}])
def test_a_capacity_of_a_missing_group_or_amount_has_no_room(bank: Any, customer: dict[str, Any]) -> None:
    result = bank.customers(customer).strategies(CHANNELS + "strategy s { cohort: everyone channel: call }").run()
    assert result.actions.height == 0


def test_a_contact_limit_of_a_missing_group_is_the_customers_own(bank: Any) -> None:
    bank.customers({"id": 1, "family": "f"}, {"id": 2, "family": "f"}, {"id": 3}, {"id": 4})
    text = (
        CHANNELS
        + """
        policy p { limit: 1 contact per day per household }
        strategy a { cohort: everyone channel: app }
        strategy b { cohort: everyone channel: app }
    """
    )
    actions = bank.strategies(text).run().actions
    assert actions.group_by("customer_id").len().filter(pl.col("customer_id").is_in(["3", "4"]))["len"].to_list() == [1, 1]
    assert actions.filter(pl.col("customer_id").is_in(["1", "2"])).height == 1


def test_keep_per_customer_per_channel(bank: Any, listed: Any) -> None:
    bank.customers({"id": 1, "sms": "true"})
    text = (
        CHANNELS
        + """
        arbitration { keep: 1 per customer per channel }
        strategy a { cohort: everyone channel: app priority: 3 }
        strategy b { cohort: everyone channel: app else sms priority: 2 }
        strategy c { cohort: everyone channel: app priority: 1 }
    """
    )
    assert listed(bank.strategies(text).run(), "strategy", "channel") == [("a", "app"), ("b", "sms")]


def test_a_budget_of_a_branch_spills_over_to_the_next_benefit(bank: Any, listed: Any) -> None:
    bank.customers(*({"id": number, "aum": number, "branch": "b1" if number < 4 else "b2"} for number in range(1, 6)))
    bank.table("branches", [{"branch": "b1", "city": "x", "budget": 100}, {"branch": "b2", "city": "y"}])
    text = (
        CHANNELS
        + """
        benefit dear { cost: 80 limit: branch.budget cost per day per branch }
        benefit cheap { cost: 1 limit: 1 piece per day }
        strategy s { cohort: everyone channel: app benefit: dear else cheap else none score: aum script: "{benefit.title ?? 'nothing'}" }
    """
    )
    rows = listed(bank.strategies(text).run(), "customer_id", "benefit", "script")
    assert rows == [("1", None, "nothing"), ("2", None, "nothing"), ("3", "dear", "dear"), ("4", None, "nothing"), ("5", "cheap", "cheap")]


def test_a_strategys_own_budget_counts_channel_and_benefit(bank: Any, listed: Any) -> None:
    bank.customers(*({"id": number, "aum": number} for number in range(1, 5)))
    text = (
        CHANNELS
        + """
        benefit coupon { cost: 9 }
        strategy s { cohort: everyone channel: app benefit: coupon score: aum limit: 25 cost per day }
    """
    )
    assert listed(bank.strategies(text).run(), "customer_id") == ["3", "4"]


# ------------------------------------------------------------------------------------------------ policies


def test_excepted_actions_are_neither_limited_nor_counted_but_excluded(bank: Any, listed: Any, reasons: Any) -> None:
    bank.customers({"id": 1}, {"id": 2, "tier": "gold"})
    text = (
        CHANNELS
        + """
        policy p { limit: 1 contact per day per customer  exclude: tier == gold and channel == app  except: category == service }
        strategy care { category: service cohort: everyone channel: app priority: 2 }
        strategy sell { cohort: everyone channel: app }
    """
    )
    result = bank.strategies(text).run()
    # who has no tier is excluded as well: the clause is unknown
    assert result.actions.height == 0
    assert set(reasons(result).values()) == {"policy p: exclude tier == gold and channel == app"}
    bank.customers({"id": 1, "tier": "mass"}, {"id": 2, "tier": "gold"})
    assert listed(bank.run()) == [("1", "care"), ("1", "sell")]


def test_a_clause_that_names_product_skips_actions_without_one(bank: Any, listed: Any) -> None:
    bank.customers({"id": 1, "calls": 2}, {"id": 2})
    text = (
        CHANNELS
        + """
        product fund { risk: 3 }
        product cash { risk: 1 }
        policy p { exclude: product.risk > calls }
        strategy fund { cohort: everyone product: fund channel: app }
        strategy cash { cohort: everyone product: cash channel: app }
        strategy none { cohort: everyone channel: app }
    """
    )
    assert listed(bank.strategies(text).run()) == [("1", "cash"), ("1", "none"), ("2", "none")]


# ------------------------------------------------------------------------------------------------ draws


def test_controls_take_their_place_but_no_contact(bank: Any) -> None:
    bank.customers(*ids(400))
    text = (
        CHANNELS
        + """
        policy p { limit: 1 contact per day per customer }
        strategy tried { cohort: everyone channel: app control: 25% priority: 2 }
        strategy other { cohort: everyone channel: app }
    """
    )
    actions = bank.strategies(text).run().actions
    control = set(actions.filter(pl.col("arm") == "control")["customer_id"])
    keys = [row["id"] for row in ids(400)]
    assert control == {key for key, bucket in zip(keys, buckets("control:tried", keys), strict=True) if bucket < 0.25}
    # nobody contacted the controls, so there is room for the other strategy
    assert set(actions.filter(pl.col("strategy") == "other")["customer_id"]) == control


def test_controls_fill_capacity_and_keep(bank: Any) -> None:
    bank.customers(*ids(400))
    text = (
        CHANNELS
        + """
        channel few { limit: 100 contacts per day }
        arbitration { keep: 1 per customer }
        strategy tried { cohort: everyone channel: few control: 25% priority: 2 }
        strategy other { cohort: everyone channel: app }
    """
    )
    actions = bank.strategies(text).run().actions
    tried = actions.filter(pl.col("strategy") == "tried")
    assert tried.height == 100
    assert 10 < tried.filter(pl.col("arm") == "control").height < 45
    assert actions.height == 400


def test_the_holdout_is_one_group_over_all_strategies(bank: Any) -> None:
    bank.customers(*ids(300))
    text = (
        CHANNELS
        + """
        policy bank_wide { control: 10% except: category == service }
        arbitration { except: category == must }
        strategy a { cohort: everyone channel: app }
        strategy b { cohort: everyone channel: app }
        strategy care { category: service cohort: everyone channel: app }
        strategy must { category: must cohort: everyone channel: app control: 50% }
    """
    )
    result = bank.strategies(text).run()
    controls = result.actions.filter(pl.col("arm") == "control")
    groups = {name: set(rows["customer_id"]) for (name,), rows in controls.group_by("strategy")}
    assert groups.keys() == {"a", "b"}
    assert groups["a"] == groups["b"]
    assert 15 < len(groups["a"]) < 45
    assert "control" not in set(result.lists["app"]["arm"])


def test_arms_of_a_split(bank: Any) -> None:
    bank.customers(*ids(1000))
    text = (
        CHANNELS
        + """
        strategy s { cohort: everyone channel: app split: {warm: 40%, plain: 30%} script: by arm {warm: "hello", else: "hi"} }
    """
    )
    result = bank.strategies(text).run()
    counts = dict(result.actions.group_by("arm").len().iter_rows())
    assert 350 < counts["warm"] < 450
    assert 250 < counts["plain"] < 350
    assert result.manifest["funnel"]["s"]["in_arm"] == sum(counts.values())
    assert result.manifest["funnel"]["s"]["dropped"] == {"in no arm of the split": 1000 - sum(counts.values())}
    assert set(result.actions.select("arm", "script").rows()) == {("warm", "hello"), ("plain", "hi")}


def test_the_ramp_lets_in_more_every_day_and_nobody_out(bank: Any) -> None:
    ramp = "valid: 2026-11-20 .. 2026-12-31 ramp {day 1: 10%, day 3: 50%, day 5: 100%}"
    bank.strategies(CHANNELS + f"strategy s {{ cohort: everyone channel: app {ramp} }}")
    listed: list[set[str]] = []
    for day in range(20, 25):
        date = dt.date(2026, 11, day)
        bank.customers(*ids(200), date=date)
        listed.append(set(bank.run(date).actions["customer_id"]))
    assert listed[0] == listed[1] < listed[2] == listed[3] < listed[4]
    assert 5 < len(listed[0]) < 40
    assert len(listed[4]) == 200


@pytest.mark.parametrize(
    "change", ["status: draft", "status: paused", "valid: 2026-11-21 .. 2026-12-01", "valid: 2026-11-01 .. 2026-11-19"]
)
def test_only_what_runs_runs(bank: Any, change: str) -> None:
    result = bank.customers({"id": 1}).strategies(CHANNELS + f"strategy s {{ cohort: everyone channel: app {change} }}").run()
    assert result.actions.height == 0
    assert result.manifest["strategies"] == {}
