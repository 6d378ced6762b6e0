"""The tables of a day as lazy frames: today's as the contract left them, earlier days' as they were delivered."""

from __future__ import annotations

import datetime as dt
from dataclasses import field
from pathlib import Path

import polars as pl

from strategy_engine.catalog.models import Project, Table
from strategy_engine.engine.data.locate import earlier_date
from strategy_engine.engine.data.parts import open_parts
from strategy_engine.engine.data.scan import cells, columns_to_read, empty
from strategy_engine.record import record


@record
class Sources:
    """The tables that a run reads.

    today: checked frames of the as-of date.      found: frames of earlier days that were opened, by table and date.
    """

    project: Project
    folder: Path
    today: dict[str, pl.LazyFrame]
    found: dict[tuple[str, dt.date], pl.LazyFrame | None] = field(default_factory=dict)

    def earlier(self, name: str, date: dt.date) -> pl.LazyFrame | None:
        """A table as of an earlier day: the nearest delivery not older than allowed, None where there is none.

        Earlier deliveries were held against the contract when they were new. A column that came later is missing in them, and
        of a customer who stands twice the first row counts.
        """
        table = self.project.tables[name]
        if not table.dated:
            return self.today.get(name)
        limit = table.max_age if table.max_age is not None else self.project.max_age
        delivered = earlier_date(table, self.folder, date, limit)
        if delivered is None:
            return None
        if (name, delivered) not in self.found:
            self.found[name, delivered] = self._open(table, delivered)
        return self.found[name, delivered]

    def _open(self, table: Table, date: dt.date) -> pl.LazyFrame | None:
        parts, problems = open_parts(table, self.folder, date)
        if problems or not parts:
            return None
        wanted = columns_to_read(table, None)
        frame = cells(parts, wanted, self.project.timezone).select(*wanted)
        if table.kind in ("snapshot", "reference") and table.key is not None:
            key = pl.col(table.key)
            frame = frame.filter(key.is_not_null())
            # seen once by their hashes, as `unique` would be slow each time that the table is read
            if not frame.select(key.hash().n_unique() == pl.len()).collect(engine="streaming").item():
                frame = frame.unique(table.key, keep="first", maintain_order=True)
        return frame

    def nothing(self, name: str) -> pl.LazyFrame:
        """The table without rows."""
        return empty(self.project.tables[name].columns)
