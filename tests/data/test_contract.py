"""Every breach of the data contract, in CSV and in parquet."""

from __future__ import annotations

import datetime as dt
import os
import sys
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from strategy_engine.diagnostics.model import Severity
from strategy_engine.engine.data.contract import check
from strategy_engine.source.file import Span

DAY = dt.date(2026, 11, 20)


def told(result: Any) -> list[tuple[str, str]]:
    """Code and message of every diagnostic."""
    return [(diagnostic.code, diagnostic.message) for diagnostic in result.diagnostics]


def helps(result: Any) -> list[str | None]:
    return [diagnostic.help for diagnostic in result.diagnostics]


def test_good_data_is_clean(bank: Any) -> None:
    bank.write("customer")
    result = bank.check()
    assert told(result) == []
    assert result.ok
    assert result.counts == {"customer": {"rows": 3}}
    assert [row["aum"] for row in bank.rows(result)] == [3000000, 49999999, 0]
    assert [row["calls"] for row in bank.rows(result)] == [1, None, 3]


def test_missing_file(bank: Any) -> None:
    bank.write("custmer")
    result = bank.check()
    assert told(result) == [("S0501", f"no file `customer.{bank.suffix}` of table `customer`")]
    assert helps(result) == [f"did you mean `custmer.{bank.suffix}`?"]
    assert result.scans == {}


def test_missing_date_names_the_nearest(bank: Any) -> None:
    bank.tables["customer"]["path"] = f"customer_{{date}}.{bank.suffix}"
    for day in ("2026-11-15", "2026-11-18", "2026-11-21", "2026-11-22", "2026-02-30"):
        bank.write(f"customer_{day}")
    result = bank.check()
    assert told(result) == [("S0501", f"no file `customer_2026-11-20.{bank.suffix}` of table `customer` for 2026-11-20")]
    assert helps(result) == ["the nearest dates that exist: 2026-11-18, 2026-11-21, 2026-11-22"]


def test_missing_column_suggests_a_like_named_one(bank: Any) -> None:
    bank.tables["customer"]["columns"] = {**bank.tables["customer"]["columns"], "tiers": {"type": "text", "source": "teir"}}
    bank.write("customer")
    result = bank.check()
    assert told(result) == [("S0502", f"no column `tiers` (`source: teir`) of table `customer` in `customer.{bank.suffix}`")]
    assert helps(result) == ["did you mean `tier`?"]


def test_source_names_the_column_of_the_file(bank: Any) -> None:
    bank.column("tier", {"type": "enum", "values": ["mass", "gold"], "source": "level"})
    bank.write("customer", level=["gold", "gold", "mass"])
    assert [row["tier"] for row in bank.rows(bank.check())] == ["gold", "gold", "mass"]


def test_wrong_type(bank: Any) -> None:
    bank.write("customer", aum=["1", "12,5", "x"])
    result = bank.check()
    assert told(result) == [("S0503", "`customer.aum` holds what is no money in 2 rows, e.g. `12,5` in the row of `2`")]
    assert result.counts["customer"] == {"rows": 3, "wrong_type": 2}


def test_a_type_that_cannot_fit_at_all(parquet_bank: Any) -> None:
    parquet_bank.write("customer", aum=[[1.0], [2.0], [3.0]])
    assert told(parquet_bank.check()) == [("S0503", "`customer.aum` is money, but the file holds list(float64)")]


def test_unknown_enum_value(bank: Any) -> None:
    bank.write("customer", tier=["mass", "golden", "gold"])
    result = bank.check()
    assert told(result) == [("S0504", "`customer.tier` holds values that it does not declare in 1 row, e.g. `golden` in the row of `2`")]
    assert helps(result) == ["did you mean `gold`?"]


def test_missing_key(bank: Any) -> None:
    bank.write("customer", customer_id=["1", None, "3"])
    assert told(bank.check()) == [("S0505", "`customer.customer_id` is the key, and missing in 1 row")]


def test_duplicate_key(bank: Any) -> None:
    bank.write("customer", customer_id=["1", "1", "1"])
    assert told(bank.check()) == [("S0506", "`customer.customer_id` repeats an earlier row's key in 2 rows, e.g. `1`")]


@pytest.mark.parametrize(
    ("kind", "fields", "columns", "data"),
    [
        ("reference", {"key": "branch"}, {"branch": "id"}, {"branch": ["A", "A"]}),
        ("series", {"time": "date"}, {"date": "date"}, {"date": ["2026-11-20", "2026-11-20"]}),
    ],
)
def test_duplicate_key_of_other_kinds(bank: Any, kind: str, fields: Any, columns: Any, data: Any) -> None:
    bank.declare("other", kind, columns, **fields)
    bank.write("other", {**data, "x": [1, 2]})
    assert [code for code, _ in told(bank.check("other"))] == ["S0506"]


def test_events_may_repeat_a_key(bank: Any) -> None:
    bank.declare("txn", "events", {"customer_id": "id", "at": "datetime"}, key="customer_id", time="at")
    bank.write("txn", {"customer_id": ["1", "1"], "at": ["2026-11-20T08:00", "2026-11-20 08:00:00"]})
    assert told(bank.check("txn")) == []


def test_below_minimum(bank: Any) -> None:
    bank.write("customer", aum=[1, -0.01, 2])
    assert told(bank.check()) == [("S0507", "`customer.aum` is below its `min` of 0 in 1 row, e.g. `-0.01` in the row of `2`")]


def test_missing_value(bank: Any) -> None:
    bank.write("customer", aum=[1, None, 2])
    assert told(bank.check()) == [("S0508", "`customer.aum` is not optional, and missing in 1 row, e.g. in the row of `2`")]


def test_nan_is_missing(bank: Any) -> None:
    bank.write("customer", aum=[1, float("nan"), 2])
    assert [code for code, _ in told(bank.check())] == ["S0508"]


def test_empty_snapshot(bank: Any) -> None:
    bank.write_frame("customer", pl.DataFrame(schema=dict.fromkeys(bank.tables["customer"]["columns"], pl.String)))
    assert told(bank.check()) == [("S0509", f"the snapshot `customer` has no rows in `customer.{bank.suffix}`")]


def test_events_after_the_date_and_of_unknown_customers_are_noted(bank: Any) -> None:
    bank.declare("txn", "events", {"customer_id": "id", "at": "datetime"}, key="customer_id", time="at")
    bank.write("customer")
    bank.write("txn", {"customer_id": ["1", "9", "8"], "at": ["2026-11-20T23:59:59", "2026-11-21T00:00:00", "2026-11-22T00:00:00"]})
    result = bank.check("customer", "txn")
    assert told(result) == [
        ("S0510", "2 rows of `txn` after the as-of date 2026-11-20 by `at`, seen by `next` windows only"),
        ("S0511", "`txn.customer_id` names customers that are not in the snapshot in 2 rows, e.g. `8`"),
    ]
    assert {diagnostic.severity for diagnostic in result.diagnostics} == {Severity.NOTE}
    assert result.ok
    assert result.counts["txn"] == {"rows": 3, "future_events": 2, "unknown_customers": 2}
    assert len(bank.rows(result, "txn")) == 3


def test_both_ends_of_a_link_are_customers(bank: Any) -> None:
    bank.declare("family", "links", {"customer_id": "id", "other_id": "id"}, key="customer_id", other="other_id")
    bank.write("customer")
    bank.write("family", {"customer_id": ["1", "2"], "other_id": ["7", None]})
    codes = told(bank.check("customer", "family"))
    assert codes == [
        ("S0505", "`family.other_id` is the key, and missing in 1 row"),
        ("S0511", "`family.other_id` names customers that are not in the snapshot in 1 row, e.g. `7`"),
    ]


def test_columns_that_are_not_read_are_not_judged(bank: Any) -> None:
    bank.column("absent", "text")
    bank.write("customer", tier=["x", "y", "z"], aum=[1, -1, None])
    result = bank.check(columns=["name"])
    assert told(result) == []
    assert result.scans["customer"].collect_schema().names() == ["customer_id", "name"]


def test_several_breaches_are_told_at_once(bank: Any) -> None:
    bank.write("customer", tier=["mass", "x", "gold"], aum=["a", "-1", None], calls=[1.5, 2.0, 3.0])
    assert [code for code, _ in told(bank.check())] == ["S0504", "S0503", "S0508", "S0507", "S0503"]


def test_personal_values_and_keys_are_masked(bank: Any) -> None:
    bank.column("customer_id", {"type": "id", "pii": True})
    bank.column("tier", {"type": "enum", "values": ["mass", "gold"], "pii": True})
    bank.declare("holding", "items", {"customer_id": "id", "amount": "money"}, key="customer_id")
    bank.write("customer", customer_id=["1", "1", "2"], tier=["mass", "secret", "gold"])
    bank.write("holding", {"customer_id": ["77"], "amount": ["secret"]})
    messages = " ".join(message for _, message in told(bank.check("customer", "holding")))
    assert "***" in messages
    assert not any(word in messages + str(helps(bank.check())) for word in ("77", "row of `1`"))
    assert "secret" not in messages.replace("`secret` in the row of `***`", "")  # the amount itself is not personal


def test_diagnostics_point_at_the_declaration(bank: Any) -> None:
    bank.write("customer", aum=["x", "1", "2"])
    spans = {("customer", "aum"): Span("strategy.yaml", 10, 20)}
    result = check({"customer": ["aum"]}, bank.project, bank.folder, DAY, lambda table, column: spans.get((table, column or "")))
    assert result.diagnostics[0].span == Span("strategy.yaml", 10, 20)


@pytest.mark.parametrize("content", [b"", b"PAR1 is not enough PAR1", b"\x00" * 100])
def test_unreadable_parquet(parquet_bank: Any, content: bytes) -> None:
    (parquet_bank.folder / "customer.parquet").write_bytes(content)
    result = parquet_bank.check()
    assert [code for code, _ in told(result)] == ["S0512"]
    assert str(parquet_bank.folder) not in result.diagnostics[0].message
    assert result.scans == {}


@pytest.mark.parametrize("where", ["tail", "middle"])
def test_damaged_parquet(parquet_bank: Any, where: str) -> None:
    names = [str(i) for i in range(50_000)]
    columns = {"customer_id": names, "name": names, "tier": ["gold"] * 50_000, "aum": [1] * 50_000, "calls": [1] * 50_000}
    parquet_bank.write("customer", columns)
    path = parquet_bank.folder / "customer.parquet"
    content = path.read_bytes()
    cut = content[: len(content) // 2] if where == "tail" else content[:1000] + b"\xff" * 20_000 + content[21_000:]
    path.write_bytes(cut)
    result = parquet_bank.check()
    assert [code for code, _ in told(result)] == ["S0512"]
    assert result.scans == {}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        ("customer_id,name\n1,张三\n".encode("gbk"), "utf-8"),
        ("customer_id,姓名\n1,2\n".encode("gbk"), "utf-8"),
        (b"customer_id,name\n1,a,b,c\n", "more fields"),
        (b"customer_id,name,name\n1,a,b\n", "`name` stands twice"),
    ],
)
def test_unreadable_csv(csv_bank: Any, content: bytes, reason: str) -> None:
    (csv_bank.folder / "customer.csv").write_bytes(content)
    result = csv_bank.check(columns=["name"])
    assert [code for code, _ in told(result)] == ["S0512"]
    assert reason in result.diagnostics[0].message
    if reason == "utf-8":
        assert "GBK" in str(result.diagnostics[0].help)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="permissions do not bind this user")
def test_no_permission(bank: Any) -> None:
    bank.write("customer")
    (bank.folder / f"customer.{bank.suffix}").chmod(0)
    assert [code for code, _ in told(bank.check())] == ["S0512"]


def test_unknown_format(csv_bank: Any) -> None:
    csv_bank.tables["customer"]["path"] = "customer.dat"
    csv_bank.write("customer")
    (csv_bank.folder / "customer.csv").rename(csv_bank.folder / "customer.dat")
    assert [code for code, _ in told(csv_bank.check())] == ["S0512"]
    csv_bank.tables["customer"]["format"] = "csv"
    assert told(csv_bank.check()) == []


def test_package_absent(parquet_bank: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    parquet_bank.tables["customer"]["path"] = "customer"
    (parquet_bank.folder / "customer" / "_delta_log").mkdir(parents=True)
    monkeypatch.setitem(sys.modules, "deltalake", None)
    result = parquet_bank.check()
    assert told(result) == [("S0513", "reading table `customer` needs the package `deltalake`")]
    assert helps(result) == ["install it with `pip install deltalake`"]


def test_fingerprints_follow_the_content(bank: Any, tmp_path: Path) -> None:
    bank.write("customer")
    first = bank.check().fingerprints["customer"]
    path = tmp_path / f"customer.{bank.suffix}"
    os.utime(path, (0, 0))
    assert bank.check().fingerprints["customer"] == first
    assert first["files"] == 1
    assert first["rows"] == 3
    assert first["bytes"] == path.stat().st_size
    bank.write("customer", aum=[1, 2, 3])
    assert bank.check().fingerprints["customer"]["xxhash64"] != first["xxhash64"]


def test_the_shipped_example_is_clean() -> None:
    folder = Path(__file__).parents[3] / "shared" / "acceptance" / "tinybank"
    if not folder.exists():
        pytest.skip("the acceptance example is not beside this checkout")
    from strategy_engine.catalog.project_file import read_project

    read, problems, _ = read_project(folder)
    assert problems == []
    assert read is not None
    project = read.project
    result = check({name: table.columns for name, table in project.tables.items()}, project, folder, DAY)
    assert result.ok
    assert {diagnostic.code for diagnostic in result.diagnostics} <= {"S0510", "S0511"}
    assert result.counts["customer"]["rows"] == 10
