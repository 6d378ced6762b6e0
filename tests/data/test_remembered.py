"""What is kept of a check from day to day changes no outcome, and is no older than the files."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable
from typing import Any

import polars as pl
import pytest

from strategy_engine.engine.data import contract
from strategy_engine.engine.data.remembered import Checked

from .conftest import DAY, Bank

Change = Callable[[Bank], None]


def month(bank: Bank, number: int, *rows: tuple[str | None, str]) -> None:
    """Write the month's file of transactions."""
    named: dict[str, list[Any]] = {"customer_id": [customer for customer, _ in rows], "at": [f"2026-{number:02}-{at}" for _, at in rows]}
    bank.write(f"txn/2026-{number:02}", named)


def begin(bank: Bank) -> None:
    """A bank with transactions of three months; 8 and 9 are nobody's."""
    bank.declare("txn", "events", {"customer_id": "id", "at": "datetime"}, key="customer_id", time="at")
    bank.tables["txn"]["path"] = f"txn/*.{bank.suffix}"
    bank.write("customer")
    month(bank, 9, ("1", "01T10:00:00"), ("9", "02T10:00:00"))
    month(bank, 10, ("2", "01T10:00:00"), ("3", "05T10:00:00"))
    month(bank, 11, ("1", "20T10:00:00"))


def same_length(bank: Bank) -> None:
    """Another content in the second month, of the same size and time."""
    path = bank.folder / f"txn/2026-10.{bank.suffix}"
    times = path.stat().st_atime_ns, path.stat().st_mtime_ns
    month(bank, 10, ("2", "01T10:00:00"), ("8", "05T10:00:00"))
    os.utime(path, ns=times)


def none(_: Bank) -> None:
    """Nothing."""


CHANGES: dict[str, Change] = {
    "nothing": none,
    "the last file grows": lambda bank: month(bank, 11, ("1", "20T10:00:00"), ("9", "20T11:00:00")),
    "another month": lambda bank: month(bank, 12, ("8", "01T10:00:00"), ("9", "01T11:00:00"), ("1", "01T12:00:00")),
    "a month before": lambda bank: month(bank, 8, ("8", "01T10:00:00")),
    "other content": same_length,
    "a key is missing": lambda bank: month(bank, 9, ("1", "01T10:00:00"), (None, "02T10:00:00")),
    "a time is wrong": lambda bank: month(bank, 10, ("2", "01T10:00:00"), ("3", "35T10:00:00")),
    "a month is gone": lambda bank: (bank.folder / f"txn/2026-09.{bank.suffix}").unlink(),
    "the last is gone": lambda bank: (bank.folder / f"txn/2026-11.{bank.suffix}").unlink(),
    "customers leave": lambda bank: bank.write("customer", customer_id=["1", "2", "4"]),
    "customers come": lambda bank: bank.write("customer", customer_id=["1", "9", "8"]),
    "a customer twice": lambda bank: bank.write("customer", customer_id=["1", "2", "1"]),
}


def outcome(result: contract.ContractResult) -> Any:
    """All that a check says."""
    rows = {name: frame.collect().to_dicts() for name, frame in result.scans.items()} if result.ok else None
    return result.diagnostics, result.counts, result.fingerprints, rows


@pytest.mark.parametrize("tolerant", [False, True], ids=["strict", "tolerant"])
@pytest.mark.parametrize("change", CHANGES)
def test_a_check_that_remembers_says_what_one_without_says(bank: Bank, change: str, tolerant: bool) -> None:
    if tolerant:
        bank.further["on_breach"] = {"missing_key": "drop", "wrong_type": "missing", "duplicate_key": "drop"}
    kept = Checked()
    begin(bank)
    names = [*CHANGES]
    after = names[(names.index(change) + 1) % len(names)]
    for name in ("nothing", change, "nothing", after, "another month"):
        CHANGES[name](bank)
        assert outcome(bank.check("customer", "txn", kept=kept)) == outcome(bank.check("customer", "txn"))


@pytest.mark.parametrize(
    "days", [(DAY, dt.date(2026, 10, 1), DAY), (dt.date(2026, 10, 1), DAY), (dt.date(2026, 8, 1), dt.date(2026, 12, 24))]
)
def test_what_lies_after_one_date_may_not_lie_after_another(bank: Bank, days: tuple[dt.date, ...]) -> None:
    begin(bank)
    kept = Checked()
    for date in days:
        assert outcome(bank.check("customer", "txn", date=date, kept=kept)) == outcome(bank.check("customer", "txn", date=date))


FIRST_DAYS = (dt.date.min, dt.date(2026, 9, 2), dt.date(2026, 10, 4), dt.date(2026, 11, 20), dt.date(2026, 10, 4), dt.date(2026, 9, 1))


@pytest.mark.parametrize("tolerant", [False, True], ids=["strict", "tolerant"])
@pytest.mark.parametrize("change", ["nothing", "a time is wrong", "a key is missing", "other content", "customers leave"])
def test_what_is_kept_of_more_days_says_the_same_of_fewer(bank: Bank, change: str, tolerant: bool) -> None:
    if tolerant:
        bank.further["on_breach"] = {"missing_key": "drop", "wrong_type": "missing"}
    kept = Checked()
    begin(bank)
    CHANGES[change](bank)
    for first in FIRST_DAYS:
        since = {"txn": first}
        assert outcome(bank.check("customer", "txn", kept=kept, since=since)) == outcome(bank.check("customer", "txn", since=since))


def test_other_columns_and_declarations_are_checked_anew(bank: Bank) -> None:
    begin(bank)
    bank.write("customer", aum=[-1, 2, 3])
    kept = Checked()
    for columns in (["tier"], ["tier", "aum"], ["tier"]):
        assert outcome(bank.check(columns=columns, kept=kept)) == outcome(bank.check(columns=columns))
    bank.column("aum", {"type": "money", "min": -5})
    assert bank.check(columns=["aum"], kept=kept).ok


def test_only_what_has_changed_is_counted_again(bank: Bank, monkeypatch: pytest.MonkeyPatch) -> None:
    counted: list[int] = []
    count = contract.count_rows

    def noted(*args: Any) -> Any:
        totals = count(*args)
        counted.append(totals["rows"])
        return totals

    monkeypatch.setattr(contract, "count_rows", noted)
    begin(bank)
    kept = Checked()
    bank.check("txn", kept=kept)
    bank.check("txn", kept=kept)
    assert counted == [4, 1]  # the months before, and the last, which may grow
    month(bank, 12, ("1", "01T10:00:00"), ("2", "01T10:00:00"))
    bank.check("txn", date=dt.date(2026, 12, 1), kept=kept)
    assert counted == [4, 1, 2]
    month(bank, 12, ("1", "01T10:00:00"), ("2", "01T10:00:00"), ("3", "01T10:00:00"))
    bank.check("txn", date=dt.date(2026, 12, 1), kept=kept)
    assert counted == [4, 1, 2, 3]


def test_a_window_that_moves_on_has_only_new_files_counted(parquet_bank: Bank, monkeypatch: pytest.MonkeyPatch) -> None:
    files: list[tuple[int, int]] = []
    parts = contract._parts  # noqa: SLF001

    def noted(state: contract.TableCheck, first: int, end: int) -> Any:
        if state.table.name == "txn":
            files.append((first, end))
        return parts(state, first, end)

    begin(parquet_bank)
    kept, gone = Checked(), parquet_bank.folder / "txn"
    for path in gone.iterdir():
        path.unlink()
    for day in range(1, 15):
        at = [dt.datetime(2026, 11, day, hour) for hour in range(3)]
        parquet_bank.write_frame(f"txn/{day:02}", pl.DataFrame({"customer_id": ["1", "2", "9" if day == 5 else "3"], "at": at}))
        asked: dict[str, Any] = {"date": dt.date(2026, 11, day), "since": {"txn": dt.date(2026, 11, max(1, day - 3))}}
        fresh = outcome(parquet_bank.check("customer", "txn", **asked))
        with monkeypatch.context() as patch:
            patch.setattr(contract, "_parts", noted)
            assert outcome(parquet_bank.check("customer", "txn", kept=kept, **asked)) == fresh
        assert [each.count for each in fresh[0]] == ([1] if 5 <= day <= 8 else [])  # who is nobody is told as long as a window sees it
    assert files == [(day, day + 1) for day in range(14) for _ in range(2)]  # once for the rows, once for whom they name


def test_what_is_kept_is_bounded_by_the_customers(bank: Bank) -> None:
    begin(bank)
    kept = Checked()
    for day in range(1, 20):
        month(bank, 12, *[("1", f"{each:02}T10:00:00") for each in range(1, day + 1)])
        bank.check("customer", "txn", date=dt.date(2026, 12, day), kept=kept)
        _, blocks = kept.tables["txn"]
        assert len(blocks) <= 3
        assert all(named.frame.height <= 4 for block in blocks for named in block.customers.values())
