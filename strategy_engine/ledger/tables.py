"""The ledger's tables. All are partitioned by `run_date`, and a day's rows are written once, whole.

| table     | one row is                                                                                         |
|-----------|----------------------------------------------------------------------------------------------------|
| runs      | a day's run: its manifest, with every strategy's version, input fingerprints and funnel, as JSON   |
| actions   | an action (treated, control and split arms alike), with the fixed columns of an action list, and   |
|           | `journey`, the day on which its journey's first step was listed, and `category`                    |
| claims    | what an action took of a limit: the limit's key, the group as JSON list of texts, and the weight   |
|           | in contacts, pieces or hundredths                                                                  |
| spent     | a hit that fired a strategy for a customer                                                         |
| members   | a change of a fixed cohort: a customer who entered it, or left it (`inside` false)                 |
| plans     | the channel plan of a strategy's version, as JSON, so that a journey can follow the one it began   |
| unserved  | a notice (what the arbitration excepts) that could not be served that day, and why                 |
| files     | a file of the day's folder of lists: its path in it, size and SHA-256 (the ledger writes it itself)|
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any

import polars as pl

DATETIME = pl.Datetime("us")

TABLES: dict[str, dict[str, pl.DataType]] = {
    "runs": {"run_date": pl.Date(), "record": pl.String()},
    "actions": {
        "run_date": pl.Date(),
        "action_id": pl.String(),
        "customer_id": pl.String(),
        "strategy": pl.String(),
        "version": pl.String(),
        "arm": pl.String(),
        "trigger": pl.String(),
        "trigger_time": DATETIME,
        "product": pl.String(),
        "benefit": pl.String(),
        "channel": pl.String(),
        "step": pl.Int64(),
        "assignee": pl.String(),
        "owner": pl.String(),
        "script": pl.String(),
        "terms": pl.String(),
        "score": pl.Float64(),
        "rank": pl.Int64(),
        "valid_until": DATETIME,
        "category": pl.String(),
        "journey": pl.Date(),
    },
    "claims": {
        "run_date": pl.Date(),
        "action_id": pl.String(),
        "limit": pl.String(),
        "group": pl.String(),
        "weight": pl.Int64(),
    },
    "spent": {
        "run_date": pl.Date(),
        "customer_id": pl.String(),
        "strategy": pl.String(),
        "trigger": pl.String(),
        "hit": pl.String(),
    },
    "members": {
        "run_date": pl.Date(),
        "cohort": pl.String(),
        "customer_id": pl.String(),
        "inside": pl.Boolean(),
    },
    "plans": {
        "run_date": pl.Date(),
        "strategy": pl.String(),
        "version": pl.String(),
        "plan": pl.String(),
    },
    "unserved": {
        "run_date": pl.Date(),
        "customer_id": pl.String(),
        "strategy": pl.String(),
        "trigger": pl.String(),
        "channel": pl.String(),
        "reason": pl.String(),
    },
    "files": {
        "run_date": pl.Date(),
        "path": pl.String(),
        "bytes": pl.Int64(),
        "sha256": pl.String(),
    },
}

DELIVERIES, HOLDS, IMPORTED = "deliveries", "holds", "imported"
SCHEMAS: dict[str, dict[str, pl.DataType]] = {
    **TABLES,
    DELIVERIES: {"run_date": pl.Date(), "sink": pl.String(), "actions": pl.Int64(), "digest": pl.String()},
    HOLDS: {"run_date": pl.Date(), "place": pl.Int64(), "strategy": pl.String(), "held": pl.Boolean(), "why": pl.String()},
    IMPORTED: {
        "run_date": pl.Date(),
        "source": pl.String(),
        "action_id": pl.String(),
        "customer_id": pl.String(),
        "strategy": pl.String(),
        "arm": pl.String(),
        "product": pl.String(),
        "benefit": pl.String(),
        "channel": pl.String(),
        "step": pl.Int64(),
        "assignee": pl.String(),
    },
}
"""The tables that are part of a day, and those that no day is written with: what each sink was handed, which strategies a review has
paused or a person let go on (`place` is their order), and what other systems have listed (`source` says which)."""
FORGOTTEN = ""
"""The action of a claim whose customer is forgotten."""

ORDER: dict[str, tuple[str, ...]] = {"actions": ("customer_id", "strategy", "step", "action_id")}
"""What a table's rows of a day are sorted by; all columns where it is not said here."""

Record = dict[str, pl.DataFrame]
"""A day's rows of each table (those of `TABLES`; a table without rows may be left out)."""

Past = dict[str, pl.LazyFrame]
"""The rows of each table of all days before the one at hand."""


def runs_of(date: dt.date, manifest: Mapping[str, Any]) -> pl.DataFrame:
    """The row of `runs` for a run that a manifest describes."""
    record = json.dumps(manifest, ensure_ascii=False, sort_keys=True)
    return pl.DataFrame({"run_date": [date], "record": [record]}, schema=TABLES["runs"])


def in_order(name: str, frame: pl.DataFrame) -> pl.DataFrame:
    """The rows of a day with the table's columns, types and order, which make equal days equal."""
    return frame.select(pl.col(column).cast(dtype) for column, dtype in SCHEMAS[name].items()).sort(ORDER.get(name, tuple(SCHEMAS[name])))


def whole(record: Record) -> Record:
    """The record with every table, empty ones included."""
    return {name: in_order(name, record.get(name, pl.DataFrame(schema=schema))) for name, schema in TABLES.items()}
