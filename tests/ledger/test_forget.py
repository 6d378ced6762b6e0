"""A customer who is forgotten is nowhere any more, and what was spent stays spent."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest
from nights import CUSTOMERS, day, run

from strategy_engine.delivery.files import WRITERS
from strategy_engine.delivery.forgetting import copy_without
from strategy_engine.ledger.forget import days_of, forget
from strategy_engine.ledger.ledger import Ledger
from strategy_engine.ledger.tables import FORGOTTEN
from strategy_engine.ledger.verify import verify

CUSTOMER = "7"


def test_a_customer_is_forgotten(tmp_path: Path) -> None:
    for number in range(8):
        run(tmp_path, day(number))
    ledger = Ledger(tmp_path / "ledger")
    known = days_of(ledger, CUSTOMER)
    budget = ledger.store.read("claims").filter(pl.col("limit") == "budget").select(pl.col("weight").sum()).collect().item()
    with ledger.lock():
        assert forget(ledger, CUSTOMER, lambda date: tmp_path / "out" / str(date), copy_without) == known
    assert 0 < len(known) < 8
    assert days_of(ledger, CUSTOMER) == []
    claims = ledger.store.read("claims").collect()
    assert claims.filter(pl.col("limit") == "budget")["weight"].sum() == budget
    assert claims.filter(pl.col("group") == f'["{CUSTOMER}"]').is_empty()
    assert set(claims.filter(pl.col("action_id") == FORGOTTEN)["limit"]) == {"budget"}
    for path in tmp_path.rglob("actions/**/*.parquet"):
        if "_delta_log" not in path.parts:
            assert CUSTOMER not in pl.read_parquet(path)["customer_id"].to_list()
    for path in (tmp_path / "out").rglob("*.csv"):
        assert CUSTOMER not in pl.read_csv(path, infer_schema=False)["customer_id"].to_list()
    assert verify(ledger, lambda date: tmp_path / "out" / str(date)) == []
    others = [str(number) for number in range(CUSTOMERS) if str(number) != CUSTOMER]
    assert set(ledger.store.read("actions").collect()["customer_id"]) == set(others)


def test_the_log_keeps_no_ids(tmp_path: Path) -> None:
    run(tmp_path, day(0))
    lines = [line for path in (tmp_path / "ledger" / "actions" / "_delta_log").glob("*.json") for line in path.read_text().splitlines()]
    stats = [json.loads(action["add"]["stats"]) for action in map(json.loads, lines) if "add" in action]
    assert stats
    assert all("customer_id" not in each.get(bound, {}) for each in stats for bound in ("minValues", "maxValues"))


@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet"])
def test_the_other_rows_of_a_list_keep_their_bytes(tmp_path: Path, form: str) -> None:
    rows = pl.DataFrame({"script": ['two\nlines, "quoted"', "=1+1", None], "customer_id": ["1", "7", "3"], "score": [0.1, 2.0, None]})
    for name, frame in (("old", rows), ("wanted", rows.filter(pl.col("customer_id") != "7"))):
        (tmp_path / name / "channels").mkdir(parents=True)
        WRITERS[form](frame, tmp_path / name / "channels" / f"sms.{form}", day(0))
    (tmp_path / "new").mkdir()
    copy_without(tmp_path / "old", tmp_path / "new", "7")
    file = f"channels/sms.{form}"
    assert (tmp_path / "new" / file).read_bytes() == (tmp_path / "wanted" / file).read_bytes()


def test_a_workbook_that_may_hold_the_customer_is_not_kept(tmp_path: Path) -> None:
    (tmp_path / "old").mkdir()
    pl.DataFrame({"customer_id": ["1", "7"]}).write_parquet(tmp_path / "old" / "actions.parquet")
    (tmp_path / "old" / "sms.xlsx").write_bytes(b"a workbook")
    for customer, kept in (("7", False), ("9", True)):
        (new := tmp_path / customer).mkdir()
        copy_without(tmp_path / "old", new, customer)
        assert (new / "sms.xlsx").exists() is kept
