"""A bank of a few customers, written to disk and run."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from strategy_engine.engine.day.run import DayResult, run_day
from strategy_engine.semantics.load import load_project

TODAY = dt.date(2026, 11, 20)  # a Friday

PROJECT = """
project: corner_bank
household: family
columns: [{columns}]
calendar: {{holidays: [2026-11-19], workdays: [2026-11-22]}}
data:
  customer:
    kind: snapshot
    path: data/customer_{{date}}.csv
    key: id
    columns:
      id: id
      name: {{type: text, optional: true, pii: true}}
      tier: {{type: enum, values: [mass, gold, platinum], ordered: true, optional: true}}
      aum: money?
      birth: date?
      p: percent?
      rm: {{type: id, optional: true}}
      calls: int?
      branch: {{type: id, of: branches, optional: true}}
      family: {{type: id, optional: true}}
      sms: bool?
      rank: int?
  branches: {{kind: reference, path: data/branches.csv, key: branch, columns: {{branch: id, city: text, budget: money?}}}}
  txn:
    kind: events
    path: data/txn.csv
    key: id
    time: at
    columns:
      id: id
      at: datetime
      type: {{type: enum, values: [pay, out, card]}}
      amount: money?
      branch: {{type: id, of: branches, optional: true}}
  holding: {{kind: items, path: data/holding.csv, key: id, columns: {{id: id, matures: date?, amount: money}}}}
  kin: {{kind: links, path: data/kin.csv, key: id, other: to, columns: {{id: id, to: id, relation: text}}}}
  market: {{kind: series, path: data/market.csv, time: day, columns: {{day: date, change: percent, name: text?}}}}
  vip: {{kind: list, path: data/vip.csv, key: id}}
"""

COLUMNS = {
    "customer": "id name tier aum birth p rm calls branch family sms rank",
    "branches": "branch city budget",
    "txn": "id at type amount branch",
    "holding": "id matures amount",
    "kin": "id to relation",
    "market": "day change name",
    "vip": "id",
}


@dataclass
class Bank:
    """The folder of a project; tables are written when they are given."""

    folder: Path
    columns: str = ""
    made: set[str] = field(default_factory=set)

    def table(self, name: str, rows: list[dict[str, Any]]) -> Bank:
        kind = name.split("_")[0]
        columns = COLUMNS[kind].split()
        with (self.folder / "data" / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns, restval="")
            writer.writeheader()
            writer.writerows(rows)
        self.made.add(kind)
        return self

    def customers(self, *rows: dict[str, Any], date: dt.date = TODAY) -> Bank:
        return self.table(f"customer_{date}", list(rows))

    def strategies(self, text: str) -> Bank:
        (self.folder / "strategy.yaml").write_text(PROJECT.format(columns=self.columns), encoding="utf-8")
        (self.folder / "bank.strategy").write_text(text, encoding="utf-8")
        for name in COLUMNS.keys() - self.made - {"customer"}:
            self.table(name, [])
        return self

    def model(self) -> Any:
        loaded = load_project(self.folder)
        assert loaded.sound, [diagnostic.message for diagnostic in loaded.diagnostics]
        return loaded.model

    def run(self, date: dt.date = TODAY, **options: Any) -> DayResult:
        return run_day(self.model(), self.folder, date, sources=load_project(self.folder).sources, **options)


@pytest.fixture
def bank(tmp_path: Path) -> Bank:
    (tmp_path / "data").mkdir()
    return Bank(tmp_path)


@pytest.fixture
def listed() -> Callable[..., list[Any]]:
    """The actions' columns as rows; one column as plain values."""

    def rows(result: DayResult, *columns: str) -> list[Any]:
        frame = result.actions.select(columns or ("customer_id", "strategy"))
        return frame.to_series().to_list() if len(columns) == 1 else frame.rows()

    return rows


@pytest.fixture
def reasons() -> Callable[[DayResult], dict[tuple[str, str], str]]:
    """Why each dropped candidate was dropped."""

    def told(result: DayResult) -> dict[tuple[str, str], str]:
        dropped = result.decisions.filter(pl.col("outcome") == "dropped").select("customer_id", "strategy", "reason")
        return {(customer, strategy): reason for customer, strategy, reason in dropped.iter_rows()}

    return told
