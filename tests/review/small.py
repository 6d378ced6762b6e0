"""Banks of a few customers whose kpis can be counted by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from pathlib import Path

import polars as pl

from strategy_engine.session import Project

PROJECT = """
project: small
language: 1
feedback: {from: told, match: [action_id], outcome: outcome}
data:
  customer:
    kind: snapshot
    path: data/customer_{date}.csv
    key: id
    columns:
      id: id
      aum: {type: money, optional: true}
      city: {type: enum, values: [north, south]}
      branch: {type: id, of: branches, optional: true}
  branches: {kind: reference, path: data/branches.csv, key: code, columns: {code: id, name: text}}
  txn:
    kind: events
    path: data/txn.csv
    key: id
    time: at
    columns: {id: id, at: datetime, type: {type: enum, values: [buy, pay]}, amount: money}
  told:
    kind: events
    path: data/told.csv
    key: id
    time: at
    columns:
      id: id
      action_id: id
      at: datetime
      outcome: {type: enum, values: [delivered, opened, clicked, converted, declined, complained, failed]}
"""
FIRST = dt.date(2026, 3, 2)


def day(number: int) -> dt.date:
    """A day, counted from the first listing."""
    return FIRST + dt.timedelta(days=number)


class Small:
    """A project in a folder, filled bit by bit."""

    def __init__(self, folder: Path, rules: str) -> None:
        self.folder = folder
        (folder / "data").mkdir(parents=True)
        (folder / "strategy.yaml").write_text(PROJECT, "utf-8")
        (folder / "rules.strategy").write_text(rules, "utf-8")
        self._write("branches", {"code": ["b1", "b2"], "name": ["One", "Two"]})
        self.events([])
        self.told([])

    def snapshot(self, number: int, customers: Mapping[str, float | None], *, city: str = "north", branch: str = "b1") -> Small:
        """What the customers own on a day."""
        columns = {"id": list(customers), "aum": list(customers.values())}
        self._write(f"customer_{day(number)}", columns | {"city": [city] * len(customers), "branch": [branch] * len(customers)})
        return self

    def events(self, rows: Iterable[tuple[str, int, str, float]]) -> Small:
        """What customers did: who, on which day, what, for how much."""
        ids, days, types, amounts = zip(*rows, strict=True) if (rows := [*rows]) else ((), (), (), ())
        times = [f"{day(number)} 10:00:00" for number in days]
        self._write("txn", {"id": [*ids], "at": times, "type": [*types], "amount": [*amounts]})
        return self

    def told(self, rows: Iterable[tuple[str, int, str]]) -> Small:
        """What became of actions: the action, on which day, and the outcome."""
        actions, days, outcomes = zip(*rows, strict=True) if (rows := [*rows]) else ((), (), ())
        times = [f"{day(number)} 12:00:00" for number in days]
        self._write("told", {"id": ["1"] * len(actions), "action_id": [*actions], "at": times, "outcome": [*outcomes]})
        return self

    def listed(self, rows: Iterable[Mapping[str, object]]) -> Project:
        """The project with these actions imported; each needs `customer`, `day` and `strategy`."""
        given = [{**row, "date": day(int(str(row["day"])))} for row in rows]
        pl.DataFrame(given).drop("day").write_csv(self.folder / "listed.csv")
        project = Project.open(self.folder)
        project.take_in(self.folder / "listed.csv")
        return project

    def _write(self, name: str, columns: Mapping[str, list[object]] | Mapping[str, list[str]]) -> None:
        pl.DataFrame(columns).write_csv(self.folder / "data" / f"{name}.csv")
