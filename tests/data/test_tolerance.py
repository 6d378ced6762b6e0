"""`on_breach`: a breach becomes a warning, and its rows or values are left out."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from strategy_engine.diagnostics.model import Severity

ROWS = {
    "unknown_enum": {"tier": ["mass", "golden", "gold"]},
    "wrong_type": {"aum": ["1", "x", "2"]},
    "below_min": {"aum": [1, -1, 2]},
    "missing_value": {"aum": [1, None, 2]},
    "missing_key": {"customer_id": ["1", None, "3"]},
    "duplicate_key": {"customer_id": ["1", "1", "3"], "calls": [10, 20, 30]},
}
COLUMN = {"unknown_enum": "tier", "wrong_type": "aum", "below_min": "aum", "missing_value": "aum"}


@pytest.mark.parametrize("breach", list(ROWS))
def test_drop_leaves_the_row_out(bank: Any, breach: str) -> None:
    bank.further = {"on_breach": {breach: "drop"}}
    bank.write("customer", **ROWS[breach])
    result = bank.check()
    (warning,) = result.diagnostics
    assert warning.severity is Severity.WARNING
    assert warning.message.endswith("; left out")
    assert result.ok
    assert [row["customer_id"] for row in bank.rows(result)] == ["1", "3"]
    assert result.counts["customer"] == {"rows": 3, breach: 1, "kept": 2}


@pytest.mark.parametrize("breach", list(COLUMN))
def test_missing_keeps_the_row(bank: Any, breach: str) -> None:
    bank.further = {"on_breach": {breach: "missing"}}
    bank.write("customer", **ROWS[breach])
    result = bank.check()
    (warning,) = result.diagnostics
    assert warning.severity is Severity.WARNING
    assert warning.message.endswith("; read as missing")
    rows = bank.rows(result)
    assert [row[COLUMN[breach]] is None for row in rows] == [False, True, False]
    assert result.counts["customer"] == {"rows": 3, breach: 1}


def test_drop_keeps_the_first_row_of_a_key_in_file_order(bank: Any) -> None:
    bank.tables["customer"]["path"] = f"data/*.{bank.suffix}"
    bank.further = {"on_breach": {"duplicate_key": "drop"}}
    bank.write("data/b", customer_id=["3", "1", "4"], calls=[33, 11, 44])
    bank.write("data/a", customer_id=["1", "2", "1"], calls=[1, 2, 111])
    result = bank.check()
    assert [(row["customer_id"], row["calls"]) for row in bank.rows(result)] == [("1", 1), ("2", 2), ("3", 33), ("4", 44)]
    assert result.counts["customer"] == {"rows": 6, "duplicate_key": 2, "kept": 4}


def test_a_row_that_is_left_out_does_not_take_the_place_of_another(bank: Any) -> None:
    bank.further = {"on_breach": {"duplicate_key": "drop", "below_min": "drop"}}
    bank.write("customer", customer_id=["1", "1", "2"], aum=[-1, 5, 6])
    assert [(row["customer_id"], row["aum"]) for row in bank.rows(bank.check())] == [("1", 500), ("2", 600)]


def test_a_key_of_the_wrong_type_can_only_be_left_out(parquet_bank: Any) -> None:
    parquet_bank.further = {"on_breach": {"wrong_type": "missing"}}
    parquet_bank.write("customer", customer_id=[1.0, 2.5, 3.0])
    result = parquet_bank.check()
    assert result.diagnostics[0].message == "`customer.customer_id` holds what is no id in 1 row, e.g. `2.5`; left out"
    assert [row["customer_id"] for row in parquet_bank.rows(result)] == ["1", "3"]


def test_other_breaches_stay_errors(bank: Any) -> None:
    bank.further = {"on_breach": {"unknown_enum": "drop"}}
    bank.write("customer", tier=["mass", "golden", "gold"], aum=["1", "x", "2"])
    result = bank.check()
    assert [(diagnostic.code, diagnostic.severity) for diagnostic in result.diagnostics] == [
        ("S0504", Severity.WARNING),
        ("S0503", Severity.ERROR),
    ]
    assert not result.ok


def test_a_missing_column_reads_as_missing(bank: Any) -> None:
    bank.column("score", "percent")
    bank.further = {"on_breach": {"missing_column": "missing"}}
    bank.write("customer")
    result = bank.check()
    assert [(diagnostic.code, diagnostic.severity) for diagnostic in result.diagnostics] == [("S0502", Severity.WARNING)]
    assert [row["score"] for row in bank.rows(result)] == [None, None, None]


def test_a_missing_key_column_is_never_tolerated(bank: Any) -> None:
    bank.further = {"on_breach": {"missing_column": "missing"}}
    bank.write("customer", {"name": ["a"], "tier": ["gold"], "aum": [1], "calls": [1]})
    result = bank.check()
    assert [(diagnostic.code, diagnostic.severity) for diagnostic in result.diagnostics] == [("S0502", Severity.ERROR)]


def test_a_column_that_cannot_fit_reads_as_missing(parquet_bank: Any) -> None:
    parquet_bank.further = {"on_breach": {"wrong_type": "missing"}}
    parquet_bank.write("customer", aum=[[1.0], [2.0], [3.0]])
    result = parquet_bank.check()
    assert [diagnostic.severity for diagnostic in result.diagnostics] == [Severity.WARNING]
    assert [row["aum"] for row in parquet_bank.rows(result)] == [None, None, None]


def test_a_missing_file_reads_as_empty_but_never_the_snapshot(bank: Any) -> None:
    bank.declare("txn", "events", {"customer_id": "id", "at": "datetime", "amount": "money"}, key="customer_id", time="at")
    bank.further = {"on_breach": {"missing_file": "missing"}}
    result = bank.check("customer", "txn")
    assert [(diagnostic.code, diagnostic.severity) for diagnostic in result.diagnostics] == [
        ("S0501", Severity.ERROR),
        ("S0501", Severity.WARNING),
    ]
    assert result.diagnostics[1].message.endswith("; read as empty")
    assert result.scans["txn"].collect().columns == ["customer_id", "at", "amount"]


def test_dropping_everybody_is_an_empty_snapshot(bank: Any) -> None:
    bank.further = {"on_breach": {"unknown_enum": "drop"}}
    bank.write("customer", tier=["x", "y", "z"])
    assert [diagnostic.code for diagnostic in bank.check().diagnostics] == ["S0504", "S0509"]


@pytest.mark.parametrize("on_breach", [{"missing_key": "missing"}, {"missing_column": "drop"}, {"duplicate_key": "missing"}])
def test_senseless_tolerance_is_refused(bank: Any, on_breach: dict[str, str]) -> None:
    bank.further = {"on_breach": on_breach}
    with pytest.raises(ValidationError, match="can only be"):
        _ = bank.project
