"""A bank of a few customers that is run day after day; what each day leaves is handed to the next."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from strategy_engine.engine.day.run import DayResult, run_day
from strategy_engine.semantics.load import Loaded, load_project

FIRST = dt.date(2026, 11, 2)  # a Monday
PROJECT = """
project: corner_bank
household: family
feedback: {{from: feedback, match: [{match}], outcome: outcome}}
data:
  customer:
    kind: snapshot
    path: data/customer.csv
    key: id
    columns:
      id: id
      tier: {{type: enum, values: [mass, gold], ordered: true, optional: true}}
      aum: money?
      family: {{type: id, optional: true}}
      rm: {{type: id, optional: true}}
      birth: date?
      inside: bool?
      outside: bool?
  txn:
    kind: events
    path: data/txn.csv
    key: id
    time: at
    columns: {{id: id, txn_id: id?, at: datetime, amount: money?}}
  pay: {{kind: events, path: data/pay.csv, key: id, time: at, columns: {{id: id, at: datetime, amount: money?}}}}
  feedback:
    kind: events
    path: data/feedback.csv
    key: id
    time: at
    columns:
      id: id
      action_id: id?
      at: datetime
      strategy: text?
      outcome: {{type: enum, values: [delivered, failed, opened, converted, declined, complained]}}
"""
COLUMNS = {
    "customer": "id tier aum family rm birth inside outside",
    "txn": "id txn_id at amount",
    "pay": "id at amount",
    "feedback": "id action_id at strategy outcome",
}


def past_of(records: list[dict[str, pl.DataFrame]]) -> dict[str, pl.LazyFrame] | None:
    """The rows of all the records, as the ledger gives them."""
    return {name: pl.concat([record[name] for record in records]).lazy() for name in records[0]} if records else None


@dataclass
class Days:
    """The bank, and what its days have left so far."""

    folder: Path
    match: str = "id, strategy"
    records: list[dict[str, pl.DataFrame]] = field(default_factory=list)
    results: list[DayResult] = field(default_factory=list)

    def table(self, name: str, *rows: Mapping[str, Any]) -> Days:
        with (self.folder / "data" / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS[name].split(), restval="")
            writer.writeheader()
            writer.writerows(rows)
        return self

    def customers(self, *rows: Mapping[str, Any]) -> Days:
        return self.table("customer", *rows)

    def told(self, *rows: tuple[int, int, str, str]) -> Days:
        """Feedback: the customer, the day (from 1) on whose evening it came, the strategy and the outcome."""
        days = ((customer, self.date(day), strategy, outcome) for customer, day, strategy, outcome in rows)
        return self.table(
            "feedback",
            *({"id": one, "at": f"{day}T20:00:00", "strategy": strategy, "outcome": outcome} for one, day, strategy, outcome in days),
        )

    def strategies(self, text: str) -> Days:
        (self.folder / "strategy.yaml").write_text(PROJECT.format(match=self.match), encoding="utf-8")
        (self.folder / "bank.strategy").write_text(text, encoding="utf-8")
        for name in COLUMNS.keys() - {"customer"}:
            if not (self.folder / "data" / f"{name}.csv").exists():
                self.table(name)
        return self

    def load(self) -> Loaded:
        loaded = load_project(self.folder)
        assert loaded.sound, [diagnostic.message for diagnostic in loaded.diagnostics]
        return loaded

    def past(self) -> dict[str, pl.LazyFrame] | None:
        return past_of(self.records)

    def date(self, day: int) -> dt.date:
        return FIRST + dt.timedelta(days=day - 1)

    def run(self, day: int, **options: Any) -> list[tuple[Any, ...]]:
        """Run the day (from 1); its actions as (customer, strategy, step)."""
        loaded = self.load()
        result = run_day(loaded.model, self.folder, self.date(day), past=self.past(), sources=loaded.sources, **options)
        self.records.append(result.record)
        self.results.append(result)
        return result.actions.select("customer_id", "strategy", "step").rows()

    def customers_of(self, day: int) -> list[str]:
        return [customer for customer, _, _ in self.run(day)]


@pytest.fixture
def days(tmp_path: Path) -> Days:
    (tmp_path / "data").mkdir()
    return Days(tmp_path)
