"""Lists that were written, without one customer. All other rows keep their bytes, but for Parquet, which is written anew."""

from __future__ import annotations

import csv
import datetime as dt
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import polars as pl

from strategy_engine.delivery.files import write_parquet

KEY = "customer_id"
NOTICES = "notices.parquet"
"""Whom notices are owed to, who may be in no action."""


def copy_without(source: Path, target: Path, customer: str) -> None:
    """Copy a day's folder of lists into an empty one, without a customer's rows; workbooks, which cannot be edited so, only where
    none can hold the customer."""
    if not source.is_dir():
        return
    present = _is_in(source / "actions.parquet", customer)
    owed = source / NOTICES
    for path in sorted(source.rglob("*")):
        copy = target / path.relative_to(source)
        if path.is_dir():
            copy.mkdir()
        elif (present or path == owed) and path.suffix in COPIES:
            COPIES[path.suffix](path, copy, customer)
        else:
            shutil.copyfile(path, copy)


def _is_in(actions: Path, customer: str) -> bool:
    """Whether a list may hold the customer: all do where there is nothing to tell by."""
    return not actions.is_file() or not pl.scan_parquet(actions).filter(pl.col(KEY) == customer).head(1).collect().is_empty()


def _parquet(source: Path, target: Path, customer: str) -> None:
    write_parquet(pl.read_parquet(source).filter(pl.col(KEY) != customer), target, dt.date.min)


def _jsonl(source: Path, target: Path, customer: str) -> None:
    with source.open("rb") as lines, target.open("wb") as out:
        out.writelines(line for line in lines if json.loads(line).get(KEY) != customer)


def _csv(source: Path, target: Path, customer: str) -> None:
    with source.open(encoding="utf-8-sig", newline="") as lines, target.open("w", encoding="utf-8-sig", newline="") as out:
        records = _records(lines)
        head = next(records)
        place = next(csv.reader([head])).index(KEY)
        out.write(head)
        # an id that a spreadsheet would run as a formula has been disarmed by an apostrophe
        out.writelines(record for record in records if next(csv.reader([record]))[place] not in (customer, f"'{customer}"))


def _records(lines: Iterator[str]) -> Iterator[str]:
    """The records as they are written: a quoted value may hold the ends of lines."""
    record = ""
    for line in lines:
        record += line
        if record.count('"') % 2 == 0:
            yield record
            record = ""


def _workbook(_source: Path, _target: Path, _customer: str) -> None:
    """Not copied."""


COPIES: dict[str, Callable[[Path, Path, str], None]] = {".parquet": _parquet, ".jsonl": _jsonl, ".csv": _csv, ".xlsx": _workbook}
