"""The bank of a test: its tables hold the rows that are given, and nothing else."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any

import polars as pl

from strategy_engine.catalog.models import Table
from strategy_engine.engine.data.convert import engine_dtype
from strategy_engine.engine.data.scan import columns_to_read
from strategy_engine.engine.day.sources import Sources
from strategy_engine.plan.reads import row_id
from strategy_engine.record import record
from strategy_engine.semantics.model import Model
from strategy_engine.semantics.trials import Trial

Tables = dict[str, pl.LazyFrame]


@record(kw_only=True)
class GivenSources(Sources):
    """The tables of a test. What it gives without a day is so on every day, before the test as well."""

    as_of: Callable[[dt.date], Tables]

    def earlier(self, name: str, date: dt.date) -> pl.LazyFrame | None:
        """A table as of an earlier day; one that is not delivered day by day is today's, as in a run."""
        return self.as_of(date).get(name) if self.project.tables[name].dated else self.today.get(name)


class Schemas:
    """The columns of a project's tables, worked out once for all tests."""

    def __init__(self, model: Model) -> None:
        self.declared = model.project.tables
        tables = {name: columns_to_read(table, None) for name, table in self.declared.items()}
        self.columns = {name: {one: engine_dtype(column.value_type) for one, column in columns.items()} for name, columns in tables.items()}
        self.empty = {name: pl.DataFrame(schema=columns).lazy() for name, columns in self.columns.items()}

    def tables(self, trial: Trial, date: dt.date) -> Tables:
        """The tables of a test on a day; those that it gives no rows of are empty, and columns that it does not give are missing."""
        rows: dict[str, dict[object, dict[str, Any]]] = defaultdict(dict)
        so_far = (given for given in trial.givens if given.table in self.columns and (given.day is None or given.day <= date))
        for number, given in enumerate(sorted(so_far, key=lambda given: given.day or dt.date.min)):
            known, own = rows[given.table], _own(self.declared[given.table], given.values)
            if own is not None and own in known and given.day is not None:
                known[own] |= given.values
            else:  # ids that are given twice are the test's own matter
                known[number if own is None or own in known else own] = dict(given.values)
        return self.empty | {name: self._frame(name, found) for name, found in rows.items()}

    def _frame(self, table: str, rows: dict[object, dict[str, Any]]) -> pl.LazyFrame:
        columns = self.columns[table]
        full = [{name: row.get(name) for name in columns} for row in rows.values()]
        return pl.DataFrame(full, schema=columns, orient="row").lazy()


def _own(table: Table, values: Mapping[str, Any]) -> object:
    """What tells a row from others: its key where the table has one row a key, else its own id; None where it has none."""
    own = table.key if table.kind in ("snapshot", "reference") else row_id(table)
    value = values.get(own) if own is not None else None
    return None if value is None else ("own", value)
