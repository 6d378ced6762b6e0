"""What is known of a customer: every kind of feature, and how they nest."""

from __future__ import annotations

import datetime as dt
from typing import Any

import polars as pl
import pytest

from strategy_engine.engine.data.scan import DataError
from strategy_engine.engine.day.run import qualify, run_day
from strategy_engine.engine.day.world import world_of
from strategy_engine.engine.rows import evaluate

TODAY = dt.date(2026, 11, 20)
CHANNEL = "channel app { cost: 0 }\n"

TEXT = (
    CHANNEL
    + """
attribute paid = sum(txn.amount where type == pay within last 30 days)
attribute share = percentile(paid)
cohort heavy = paid > 100
strategy nested_where { cohort: count(txn where type == card and amount > aum) >= 1 channel: app }
strategy aggregate_in_where { cohort: exists(txn where amount == max(txn.amount) and type == card) channel: app }
strategy row_reference { cohort: exists(txn where branch.city == 'x') channel: app }
strategy reference { cohort: branch.city == 'x' channel: app }
strategy relative { cohort: exists(kin where relation == 'parent' and other.tier >= gold) channel: app }
strategy standing { cohort: share == 100% channel: app }
strategy standing_in_branch { cohort: rank(aum by branch) <= 1 channel: app }
strategy grown { cohort: ago(heavy, 30 days) == false and heavy channel: app }
strategy was_there { cohort: ago(share, 30 days) is known channel: app }
strategy listed { cohort: vip channel: app }
strategy dip { cohort: market.change < 0% channel: app }
strategy others { cohort: not vip and aum is known channel: app }
"""
)

EXPECTED = {
    "nested_where": ["1"],
    "aggregate_in_where": ["2"],
    "row_reference": ["1"],
    "reference": ["1", "2"],
    "relative": ["3"],
    "standing": ["1"],
    "standing_in_branch": ["2", "3"],
    "grown": ["1"],
    "was_there": ["1", "2"],
    "listed": ["2"],
    "dip": ["1", "2", "3", "4"],
    "others": ["1", "3"],
}


@pytest.fixture
def full(bank: Any) -> Any:
    bank.customers(
        {"id": 1, "aum": 10, "branch": "b1", "tier": "gold"},
        {"id": 2, "aum": 20, "branch": "b1", "tier": "mass"},
        {"id": 3, "aum": 5, "branch": "b2"},
        {"id": 4},
    )
    bank.customers({"id": 1, "aum": 1}, {"id": 2, "aum": 2}, date=dt.date(2026, 10, 19))
    bank.table("branches", [{"branch": "b1", "city": "x"}, {"branch": "b2", "city": "y"}])
    bank.table("txn", [
        {"id": 1, "at": "2026-11-01T00:00:00", "type": "pay", "amount": 150, "branch": "b1"},
        {"id": 1, "at": "2026-11-02T00:00:00", "type": "card", "amount": 11, "branch": "b2"},
        {"id": 2, "at": "2026-10-01T00:00:00", "type": "pay", "amount": 15, "branch": "b2"},
        {"id": 2, "at": "2026-11-02T00:00:00", "type": "card", "amount": 20},
    ])  # fmt: skip
    bank.table("kin", [
        {"id": 3, "to": 1, "relation": "parent"}, {"id": 1, "to": 2, "relation": "parent"}, {"id": 2, "to": 99, "relation": "parent"},
    ])  # fmt: skip
    return bank.table("vip", [{"id": 2}, {"id": 9}]).table("market", [{"day": "2026-11-20", "change": -0.01}]).strategies(TEXT)


def cohorts(result: pl.DataFrame) -> dict[str, list[str]]:
    grouped = result.sort("customer_id").group_by("strategy", maintain_order=True).agg("customer_id")
    return dict(grouped.iter_rows())


@pytest.mark.parametrize("batch_size", [1, 2, 500_000])
def test_every_feature_in_batches_of_any_size(full: Any, batch_size: int) -> None:
    assert cohorts(full.run(batch_size=batch_size).actions) == EXPECTED


def test_the_row_interpreter_agrees(full: Any) -> None:
    model = full.model()
    worlds = {customer: world_of(model, full.folder, TODAY, customer) for customer in "1234"}
    found = {
        name: [customer for customer, world in worlds.items() if world and evaluate(strategy.cohort, world) is True]
        for name, strategy in model.strategies.items()
    }
    assert found == EXPECTED
    assert world_of(model, full.folder, TODAY, "99") is None


def test_qualify_counts_cohorts(full: Any) -> None:
    counted = qualify(full.model(), full.folder, TODAY, batch_size=3)
    assert dict(counted.select("strategy", "in_cohort").iter_rows()) == {name: len(ids) for name, ids in EXPECTED.items()}


@pytest.mark.parametrize("batch_size", [1, 500_000])
def test_qualify_of_the_snapshot_alone(bank: Any, batch_size: int) -> None:
    """Conditions that are the same for all have as many customers as any; definitions rest on one another."""
    bank.customers(*({"id": number, "aum": 100 * number, "tier": "gold"} for number in range(1, 5)))
    conditions = {
        "all": "everyone",
        "none": "today < 2020-01-01",
        "rich": "well_off and tier == gold",
        "few": "not well_off",
        "unknown": "p > 1%",
    }
    written = [f'strategy {name} {{ owner: "x"  cohort: {text}  channel: app }}' for name, text in conditions.items()]
    defined = "attribute double = aum * 2\nattribute more = double + aum\ncohort well_off = more >= 600 and double >= 400\n"
    bank.strategies("channel app { cost: 0 }\n" + defined + "\n".join(written))
    for kept in (conditions, ["all"], ["none"]):
        (bank.folder / "bank.strategy").write_text(
            "\n".join(["channel app { cost: 0 }", defined, *(each for each in written if each.split()[1] in kept)])
        )
        counted = qualify(bank.model(), bank.folder, TODAY, batch_size=batch_size)
        expected = {"all": 4, "none": 0, "rich": 3, "few": 1, "unknown": 0}
        assert dict(counted.select("strategy", "in_cohort").iter_rows()) == {name: expected[name] for name in kept}


def test_an_earlier_snapshot_may_be_too_old(full: Any) -> None:
    assert "was_there" in cohorts(full.run().actions)
    (full.folder / "data" / "customer_2026-10-19.csv").rename(full.folder / "data" / "customer_2026-09-18.csv")
    assert "was_there" not in cohorts(full.run().actions)


def test_data_that_breaks_its_declaration_stops_the_run(full: Any) -> None:
    full.customers({"id": 1, "tier": "silver"})
    with pytest.raises(DataError):
        full.run()


def test_progress_is_told_batch_by_batch(full: Any) -> None:
    told: list[tuple[str, int, int]] = []
    run_day(full.model(), full.folder, TODAY, batch_size=3, progress=lambda stage, done, all_: told.append((stage.value, done, all_)))
    assert told == [("gate", 2, 4), ("gate", 4, 4)]  # more than a batch holds go in halves
