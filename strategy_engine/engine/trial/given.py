"""The bank of a test: its tables hold the rows that are given, and nothing else."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import Any

import polars as pl

from strategy_engine.engine.data.convert import engine_dtype
from strategy_engine.engine.data.scan import columns_to_read
from strategy_engine.engine.day.sources import Sources
from strategy_engine.record import record
from strategy_engine.semantics.model import Model
from strategy_engine.semantics.trials import Trial


@record
class GivenSources(Sources):
    """The tables of a test. What it gives is so on every day, before the test as well: nothing has changed but the date."""

    def earlier(self, name: str, date: dt.date) -> pl.LazyFrame | None:  # noqa: ARG002 - all days are alike
        """A table as of an earlier day."""
        return self.today.get(name)


class Schemas:
    """The columns of a project's tables, worked out once for all tests."""

    def __init__(self, model: Model) -> None:
        tables = {name: columns_to_read(table, None) for name, table in model.project.tables.items()}
        self.columns = {name: {one: engine_dtype(column.value_type) for one, column in columns.items()} for name, columns in tables.items()}
        self.empty = {name: pl.DataFrame(schema=columns).lazy() for name, columns in self.columns.items()}

    def tables(self, trial: Trial) -> dict[str, pl.LazyFrame]:
        """The tables of a test; those that it gives no rows of are empty, and columns that it does not give are missing."""
        rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for given in trial.givens:
            if given.table in self.columns:
                rows[given.table].append({name: given.values.get(name) for name in self.columns[given.table]})
        return self.empty | {name: pl.DataFrame(found, schema=self.columns[name], orient="row").lazy() for name, found in rows.items()}
