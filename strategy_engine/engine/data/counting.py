"""What is counted in rows: those that break rules, keys that repeat, and events of days to come."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence

import polars as pl

from strategy_engine.engine.data.remembered import LAST, Totals
from strategy_engine.engine.data.rules import Rule

FIRST_KEYS = 1_000  # by which one sees whether all may ascend


def count_rows(
    frame: pl.LazyFrame, rules: Sequence[Rule], uncertain: Collection[int], unique: str | None, day: pl.Expr | None, date: dt.date
) -> Totals:
    """What is counted in a frame of `cells`. Of the rules only those at the `uncertain` places are; no row breaks the others."""
    ascending = unique is not None and _ascends(frame.head(FIRST_KEYS), unique) and _ascends(frame, unique)
    hashed = unique is not None and not ascending
    totals = (
        frame.select(
            pl.len().alias("rows"),
            *(rule.mask.sum().alias(f"rule {index}") for index, rule in enumerate(rules) if index in uncertain),
            *([(pl.col(unique).count() - pl.col(unique).drop_nulls().hash().n_unique()).alias("alike")] if unique and hashed else []),
            *([] if day is None else [(day > date).fill_null(value=False).sum().alias("future"), day.max().alias(LAST)]),
        )
        .collect(engine="streaming")
        .row(0, named=True)
    )
    return {**{f"rule {index}": 0 for index in range(len(rules))}, **({"alike": 0} if ascending else {}), **totals}


def _ascends(frame: pl.LazyFrame, column: str) -> bool:
    """Whether each value is larger than the one before it: then none repeats, which hashes prove at thrice the cost."""
    value = pl.col(column)
    larger = (value > value.shift()).fill_null(value=False).sum()
    return bool(frame.select(larger == pl.len() - 1).collect(engine="streaming").item())


def repeats(frame: pl.LazyFrame, unique: str) -> int:
    """How many rows have a key that stands in an earlier one."""
    repeated = pl.col(unique).count() - pl.col(unique).drop_nulls().n_unique()
    return int(frame.select(repeated).collect(engine="streaming").item())
