"""Some customers of a snapshot, and of which of them conditions are true: nothing else of them is kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from strategy_engine.engine.day.run import first_moment
from strategy_engine.plan.day import plan_day
from strategy_engine.semantics.ir import Expr
from strategy_engine.semantics.model import Model

SIZE = 4_096
"""Customers; twice as many find few pairs more."""


def masks(model: Model, folder: Path, date: dt.date, conditions: Sequence[Expr]) -> list[int]:
    """For each condition a bit for each customer of a sample (as far apart in the snapshot as they can be), set where it is true.

    No earlier day is looked at. Raises DataError where the data breaks its declaration.
    """
    moment = first_moment(plan_day(model, date, {}), folder, conditions)
    try:
        frame = moment.extend(moment.sample(conditions, SIZE), conditions)
        true = {f"condition {number}": moment.low(each).fill_null(value=False) for number, each in enumerate(conditions)}
        found = frame.lazy().select(**true).collect()
    finally:
        moment.bank.close()
    return [_bits(column) for column in found.iter_columns()]


def _bits(column: pl.Series) -> int:
    """The first row is the lowest bit."""
    return int("0" + "".join("1" if each else "0" for each in reversed(column.to_list())), 2)
