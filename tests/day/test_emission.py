"""What leaves the engine: columns, terms, masks, and the same bytes each time."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import polars as pl

from strategy_engine.delivery.files import write_lists
from strategy_engine.engine.day.emit import COLUMNS

TODAY = dt.date(2026, 11, 20)
TEXT = """
channel app { cost: 0 }
channel sms { columns: [tier, aum] }
attribute called = name ?? "guest"
product loan { rate: 5%  risk: 2 }
policy p { exclude: aum < 2 }
strategy greet { cohort: everyone channel: sms script: "hi {called}, {tier}" owner: "desk" score: aum control: 30% }
strategy lend {
  cohort: everyone  channel: app  until: 2026-12-24
  product: loan { rate: p  sum: aum  since: birth }
  script: "at {product.rate} with risk {product.risk}"
}
"""


def people(count: int) -> list[dict[str, Any]]:
    return [{"id": f"c{i:03}", "name": f"Name{i}", "tier": "gold", "aum": i + 0.5, "p": 0.04, "birth": "1990-01-02"} for i in range(count)]


def test_the_fixed_columns_in_their_order_and_types(bank: Any) -> None:
    actions = bank.customers(*people(3)).strategies(TEXT).run().actions
    assert actions.schema == pl.DataFrame(schema=COLUMNS).schema
    assert actions.columns == list(COLUMNS)
    empty = bank.customers({"id": 1}).run().actions
    assert empty.schema == actions.schema


def test_terms_and_until(bank: Any) -> None:
    actions = bank.customers(*people(3)).strategies(TEXT).run().actions.filter(pl.col("strategy") == "lend")
    row = actions.row(0, named=True)
    assert json.loads(row["terms"]) == {"rate": 0.04, "since": "1990-01-02", "sum": "2.50"}
    assert row["valid_until"] == dt.datetime(2026, 12, 24, 23, 59, 59)
    assert row["script"] == "at 4% with risk 2"


def test_a_script_without_a_value_drops_the_action_before_it_takes_room(bank: Any, reasons: Any) -> None:
    text = """
        channel app { limit: 1 contact per day }
        strategy s { cohort: everyone channel: app script: "{name}" score: aum }
    """
    result = bank.customers({"id": 1, "aum": 9}, {"id": 2, "aum": 1, "name": "two"}).strategies(text).run()
    assert result.actions["customer_id"].to_list() == ["2"]
    assert reasons(result) == {("1", "s"): "script value missing"}


def test_personal_values_are_masked_but_in_the_channels_list(bank: Any) -> None:
    result = bank.customers(*people(40)).strategies(TEXT).run()
    scripts = result.actions.filter(pl.col("strategy") == "greet")["script"]
    assert set(scripts) == {"hi N***, gold"}
    handed = result.lists["sms"]
    assert handed["script"].str.contains(r"hi Name\d+, gold").all()
    assert "control" not in handed["arm"]
    assert "control" in result.actions["arm"]
    assert "Name" not in str(result.decisions.rows()) + str(result.manifest)


def test_a_list_carries_the_columns_that_are_named(bank: Any) -> None:
    bank.columns = "branch, rank"
    result = bank.customers(*people(3)).strategies(TEXT).run()
    assert result.lists["sms"].columns == [*COLUMNS, "branch", "customer_rank", "tier", "aum"]
    assert result.lists["app"].columns == [*COLUMNS, "branch", "customer_rank"]
    assert str(result.lists["sms"].sort("customer_id")["aum"][-1]) == "2.50"


def test_the_same_inputs_give_the_same_bytes(bank: Any, tmp_path: Path) -> None:
    bank.customers(*people(101)).strategies(TEXT)
    written = []
    for batch_size in (7, 50, 500_000):
        result = bank.run(batch_size=batch_size)
        folder = tmp_path / str(batch_size)
        folder.mkdir()
        write_lists(folder, TODAY, result.actions, result.lists, result.manifest)
        written.append({str(file.relative_to(folder)): file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file()})
    assert written[0] == written[1] == written[2]
    assert sorted(written[0]) == ["actions.parquet", "channels/app.parquet", "channels/sms.parquet", "manifest.json"]


def test_the_funnel_adds_up(bank: Any) -> None:
    result = bank.customers(*people(50)).strategies(TEXT).run()
    for funnel in result.manifest["funnel"].values():
        assert funnel["in_cohort"] - sum(funnel["dropped"].values()) == funnel["accepted"] == funnel["control"] + funnel["treated"]
    assert result.manifest["funnel"]["lend"]["dropped"] == {"policy p: exclude aum < 2": 2}
    assert result.manifest["actions"]["total"] == result.actions.height
