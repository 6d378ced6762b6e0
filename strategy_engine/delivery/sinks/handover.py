"""What a sink is handed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl

from strategy_engine.record import record
from strategy_engine.semantics.model import Model


@record
class Handover:
    """The lists of a date for one sink, by channel, each as the channel gets it; `folder` is the project's."""

    model: Model
    folder: Path
    date: dt.date
    lists: Mapping[str, pl.DataFrame]

    @property
    def actions(self) -> int:
        """How many actions are handed over."""
        return sum(rows.height for rows in self.lists.values())


def chosen(rows: pl.DataFrame, columns: Sequence[str] | None) -> pl.DataFrame:
    """Those of the columns that a list has, in the order asked for; all where nothing is asked for."""
    return rows if columns is None else rows.select(name for name in columns if name in rows.columns)
