"""Declarations guessed from files can be read, and fit the files they were guessed from."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml

from strategy_engine.catalog.models import Project
from strategy_engine.catalog.project_file import read_project
from strategy_engine.engine.data.contract import check
from strategy_engine.engine.data.infer import infer
from strategy_engine.engine.data.scan import DataError

CUSTOMER = {
    "customer_id": [f"{i}" for i in range(20)],
    "姓名": ["赵一"] * 20,
    "phone": [f"1380000{i:04}" for i in range(20)],
    "tier": ["mass", "gold", "no", "1e3"] * 5,
    "aum": [i * 1.5 for i in range(20)],
    "余额": [i * 1.5 if i else None for i in range(20)],
    "p_fund": [i / 20 for i in range(20)],
    "growth": [i * 2.5 for i in range(20)],
    "visits": list(range(20)),
    "consent_sms": [0, 1] * 10,
    "active": [True, False] * 10,
    "birth": [dt.date(1990, 1, 1)] * 20,
    "seen": [dt.datetime(2026, 1, 1, 8, 30)] * 20,
    "zip": ["00123"] * 20,
    "rm_id": ["r1", None] * 10,
    "nothing": [None] * 20,
}
EXPECTED = {
    "customer_id": "id",
    "姓名": "text",
    "phone": "text",
    "tier": "enum",
    "aum": "money",
    "余额": "money",
    "p_fund": "percent",
    "growth": "number",
    "visits": "int",
    "consent_sms": "bool",
    "active": "bool",
    "birth": "date",
    "seen": "datetime",
    "rm_id": "id",
    "nothing": "text",
}


def write(frame: pl.DataFrame, path: Path) -> Path:
    """Write a frame in the format of the suffix."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".csv":
        frame.write_csv(path)
    else:
        frame.write_parquet(path)
    return path


def project_of(block: str, folder: Path) -> Project:
    """The project that a block makes, read as any project is."""
    (folder / "strategy.yaml").write_text("project: guessed\n" + block, encoding="utf-8")
    read, problems, _ = read_project(folder)
    assert problems == []
    assert read is not None
    return read.project


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_round_trip(tmp_path: Path, suffix: str) -> None:
    paths = [
        write(pl.DataFrame(CUSTOMER), tmp_path / "data" / f"customer_2026-11-19.{suffix}"),
        write(pl.DataFrame(CUSTOMER), tmp_path / "data" / f"customer_2026-11-20.{suffix}"),
        write(
            pl.DataFrame({"customer_id": ["1", "1"], "at": [dt.datetime(2026, 11, 20, 9)] * 2, "amount": [1, 2]}),
            tmp_path / "data" / "txn" / f"part-0.{suffix}",
        ),
        write(pl.DataFrame({"customer_id": ["1", "1"], "maturity": [dt.date(2026, 12, 1)] * 2}), tmp_path / "data" / f"holding.{suffix}"),
        write(pl.DataFrame({"customer_id": ["1"], "other_id": ["2"], "relation": ["parent"]}), tmp_path / "data" / f"family.{suffix}"),
        write(pl.DataFrame({"branch_id": ["A", "B"], "coupon_budget": [1, 2]}), tmp_path / "data" / f"branches.{suffix}"),
        write(pl.DataFrame({"date": [dt.date(2026, 11, 20)], "change": [-0.03]}), tmp_path / "data" / f"market.{suffix}"),
        write(pl.DataFrame({"customer_id": ["1"]}), tmp_path / "data" / f"vip.{suffix}"),
    ]
    project = project_of(infer(paths, folder=tmp_path), tmp_path)
    assert {name: table.kind for name, table in project.tables.items()} == {
        "customer": "snapshot",
        "txn": "events",
        "holding": "items",
        "family": "links",
        "branches": "reference",
        "market": "series",
        "vip": "list",
    }
    columns = project.snapshot.columns
    assert {name: column.type for name, column in columns.items() if name in EXPECTED} == EXPECTED
    assert [name for name, column in columns.items() if column.optional] == ["余额", "rm_id", "nothing"]
    assert [name for name, column in columns.items() if column.pii] == ["姓名", "phone", "birth"]
    assert list(columns["tier"].values or ()) == ["1e3", "gold", "mass", "no"]
    assert project.snapshot.path == f"data/customer_{{date}}.{suffix}"
    every = {name: table.columns for name, table in project.tables.items()}
    assert check(every, project, tmp_path, dt.date(2026, 11, 20)).diagnostics == ()


def test_decimals_are_money_and_codes_are_no_numbers(tmp_path: Path) -> None:
    frame = pl.DataFrame({"customer_id": [1], "x": [Decimal("1.20")], "code": ["007"], "y": [float("nan")]})
    block = yaml.safe_load(infer([write(frame, tmp_path / "customer.parquet")]))["data"]["customer"]
    assert block["columns"] == {"customer_id": "id", "x": "money", "code": "text", "y": "text?"}


def test_the_words_of_banks_are_known(tmp_path: Path) -> None:
    frame = pl.DataFrame({"cif_no": ["1", "2"], "id_no": ["330", "331"], "证件号码": ["a", "b"], "tel": ["5", "6"]})
    block = yaml.safe_load(infer([write(frame, tmp_path / "customer.csv")]))["data"]["customer"]
    assert (block["kind"], block["key"]) == ("snapshot", "cif_no")
    assert [name for name, column in block["columns"].items() if isinstance(column, dict) and column.get("pii")] == [
        "id_no",
        "证件号码",
        "tel",
    ]


def test_the_kind_may_be_given(tmp_path: Path) -> None:
    frame = pl.DataFrame({"a": ["x", "y"], "b": [1, 2]})
    block = yaml.safe_load(infer([write(frame, tmp_path / "customer.csv")], kind="snapshot"))["data"]["customer"]
    assert (block["kind"], block["key"], block["columns"]["a"]) == ("snapshot", "a", "id")


@pytest.mark.parametrize("kind", ["snapshot", "reference", "events", "items", "links", "series", "list"])
def test_any_kind_can_be_read_back(tmp_path: Path, kind: str) -> None:
    path = write(pl.DataFrame({"a b": ["x", "x"], "yes": [1, 2]}), tmp_path / "data" / "2026.csv")
    block: dict[str, Any] = yaml.safe_load(infer([path], kind=kind, folder=tmp_path))["data"]
    customer = {"kind": "snapshot", "path": "c.csv", "key": "id", "columns": {"id": "id"}}
    data = block if kind == "snapshot" else {"customer": customer, **block}
    Project.model_validate({"project": "x", "data": data})


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "x.parquet").write_bytes(b"no")
    with pytest.raises(DataError) as raised:
        infer([tmp_path / "x.parquet"])
    assert [diagnostic.code for diagnostic in raised.value.diagnostics] == ["S0512"]
