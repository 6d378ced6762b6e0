"""Of events that are read from a day on, what lies before is not looked at."""

from __future__ import annotations

import datetime as dt
from typing import Any

import polars as pl
import pytest

from .conftest import DAY, Bank

SINCE = dt.date(2026, 11, 14)
MIDNIGHT = dt.datetime.combine(SINCE, dt.time())
TICK = dt.timedelta(microseconds=1)
ROWS: dict[str, list[Any]] = {
    "customer_id": ["1", "9", "2", "1", "9", "3"],
    "at": [MIDNIGHT - dt.timedelta(days=400), MIDNIGHT - TICK, MIDNIGHT, MIDNIGHT + TICK, dt.datetime(2026, 11, 20, 23), None],
    "amount": [-1, -1, 5, -1, 5, 5],
}
HELD = {
    "text": pl.col("at").dt.to_string("%FT%T%.6f"),
    "us": pl.col("at"),
    "ns": pl.col("at").cast(pl.Datetime("ns")),
    "utc": pl.col("at").dt.replace_time_zone("Asia/Shanghai").dt.convert_time_zone("UTC"),
    "kiritimati": pl.col("at").dt.replace_time_zone("Asia/Shanghai").dt.convert_time_zone("Pacific/Kiritimati"),
}


def declare(bank: Bank) -> None:
    columns = {"customer_id": "id", "at": "datetime?", "amount": {"type": "int", "min": 0}}
    bank.declare("txn", "events", columns, key="customer_id", time="at")
    bank.further["timezone"] = "Asia/Shanghai"
    bank.write("customer")


@pytest.mark.parametrize("held", HELD)
def test_rows_before_are_neither_checked_nor_read(parquet_bank: Bank, held: str) -> None:
    declare(parquet_bank)
    parquet_bank.write_frame("txn", pl.DataFrame(ROWS).with_columns(HELD[held].alias("at")))
    result = parquet_bank.check("customer", "txn", since={"txn": SINCE})
    assert {type(each).__name__: each.count for each in result.diagnostics} == {"BelowMinimum": 1, "UnknownCustomers": 1}
    assert result.counts["txn"] == {"rows": 6, "below_min": 1, "unknown_customers": 1}
    assert [row["at"] for row in parquet_bank.rows(result, "txn")] == ROWS["at"][2:]


def test_days_are_compared_as_days(parquet_bank: Bank) -> None:
    declare(parquet_bank)
    parquet_bank.tables["txn"]["columns"]["at"] = "date?"
    parquet_bank.write_frame("txn", pl.DataFrame(ROWS).with_columns(pl.col("at").cast(pl.Date)))
    result = parquet_bank.check("customer", "txn", since={"txn": SINCE})
    assert [row["at"] for row in parquet_bank.rows(result, "txn")] == [SINCE, SINCE, DAY, None]


def test_a_time_that_cannot_be_read_is_told_wherever_it_stands(bank: Bank) -> None:
    declare(bank)
    bank.write("txn", {**ROWS, "at": ["2026-01-01", "soon", "2026-11-15", None, None, None]})
    result = bank.check("txn", since={"txn": SINCE})
    assert [(type(each).__name__, each.count) for each in result.diagnostics] == [("WrongType", 1), ("BelowMinimum", 2)]


def test_without_a_first_day_all_rows_are_checked(bank: Bank) -> None:
    declare(bank)
    bank.write("txn", {**ROWS, "at": [None if at is None else at.isoformat(timespec="microseconds") for at in ROWS["at"]]})
    assert bank.check("customer", "txn").counts["txn"] == {"rows": 6, "below_min": 3, "unknown_customers": 2}
