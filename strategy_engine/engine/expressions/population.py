"""Percentiles and ranks over the whole snapshot."""

from __future__ import annotations

import polars as pl

from strategy_engine.engine.expressions.arithmetic import quotient
from strategy_engine.engine.expressions.lowering import Lowering
from strategy_engine.semantics import ir


def population(node: ir.Population, low: Lowering) -> pl.Expr:
    """The node's column, over a frame of all customers that holds the features of its value and group."""
    value, group = low(node.value), None if node.by is None else low(node.by)
    return standing(node, value, group)


def standing(node: ir.Population, value: pl.Expr, group: pl.Expr | None) -> pl.Expr:
    """The same, where the value and the group are columns already.

    percentile: how many known values are <= this one, over how many are known, in doubles.
    rank: 1 more than the number of larger ones.
    """
    if node.value.type.enum is not None:
        value = value.to_physical()
    if node.function == "percentile":
        result = quotient(value.rank("max").cast(pl.Float64), value.count().cast(pl.Float64))
    else:
        result = value.rank("min", descending=True).cast(pl.Int64)
    return result if group is None else pl.when(group.is_not_null()).then(result.over(group))
