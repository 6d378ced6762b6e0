"""Joins of frames of customers, and small queries together."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from strategy_engine.engine.day.names import KEY


def beside(frame: pl.DataFrame, columns: pl.DataFrame | pl.LazyFrame) -> pl.DataFrame:
    """The frame, in its order, with further columns by the customer's key, which stands in `columns` at most once.

    Only the keys are joined: frames of customers grow wide, and a join copies what it is given.
    """
    found = frame.lazy().select(KEY).join(columns.lazy(), on=KEY, how="left", maintain_order="left")
    return frame.hstack(found.drop(KEY).collect())


def holding(condition: pl.Expr) -> pl.Expr:
    """The condition, for a filter over rows that have a key: one that is the same for all rows (a series without a row today makes it
    missing) is told to be one of each row, as Polars' in-memory engine fails to filter large frames by a missing constant."""
    return pl.col(KEY).is_not_null() & condition


def together(queries: Iterable[pl.LazyFrame]) -> list[pl.DataFrame]:
    """The frames of many small queries over frames that are there, at once and in memory: to begin one takes longer than to run it, and
    streaming, which is for tables, gathers single rows slowly."""
    return pl.collect_all(queries, engine="in-memory")
