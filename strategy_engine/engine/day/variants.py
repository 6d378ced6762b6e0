"""What strategies say each in their own way, for the rows of all of them at once.

A thousand strategies share a few scores, ladders and scripts. Each is computed once, over the rows of all strategies that use it: a query
costs more to begin than to run over a strategy's few customers.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from itertools import pairwise
from typing import Any

import polars as pl

from strategy_engine.engine.day.joins import together

OWNER = "#owner"
"""The number of a row's strategy among those at hand."""
_VALUE, _AT = "#value", "#at"


Variant = tuple[Hashable, Callable[[], pl.Expr]]
"""What a strategy says, and how it is computed: of equal keys, any one stands for all."""


def computed(rows: pl.DataFrame, variants: Sequence[Variant], dtype: Any) -> pl.Series:
    """By row, what the strategy of its `#owner` says; in the rows' order.

    rows: with the columns that the variants read.      variants: by the strategy's number.
    """
    groups = _groups(rows, variants)
    if len(groups) < 2:
        made = [make() for make in groups.values()] or [pl.lit(None)]
        return rows.lazy().with_columns(made[0].cast(dtype).alias(_VALUE)).select(_VALUE).collect().to_series()
    exprs = [make() for make in groups.values()]
    read = dict.fromkeys(name for expr in exprs for name in expr.meta.root_names())
    which = _numbers(variants, groups).gather(rows.get_column(OWNER))
    order = which.arg_sort()
    narrow = rows.select(OWNER, *(name for name in read if name != OWNER))[order]
    starts = which.gather(order).search_sorted(pl.int_range(len(groups) + 1, dtype=pl.UInt32, eager=True)).to_list()
    parts = [
        narrow[low:high].lazy().with_columns(expr.cast(dtype).alias(_VALUE)).select(_VALUE)
        for expr, (low, high) in zip(exprs, pairwise(starts), strict=True)
    ]
    values = pl.concat(together(parts)).to_series()
    return values.gather(order.arg_sort())


def _groups(rows: pl.DataFrame, variants: Sequence[Variant]) -> dict[Hashable, Callable[[], pl.Expr]]:
    """The different variants of the strategies that have rows."""
    groups: dict[Hashable, Callable[[], pl.Expr]] = {}
    for number in rows.get_column(OWNER).unique().sort().to_list():
        groups.setdefault(*variants[number])
    return groups


def _numbers(variants: Sequence[Variant], groups: Mapping[Hashable, object]) -> pl.Series:
    """By strategy, the number of its group; of one without rows any."""
    numbers = {key: number for number, key in enumerate(groups)}
    return pl.Series([numbers.get(key, 0) for key, _ in variants], dtype=pl.UInt32)


def told(rows: pl.DataFrame, values: Sequence[Any], dtype: Any) -> pl.Series:
    """By row, the constant of its strategy."""
    return pl.Series(values, dtype=dtype).gather(rows.get_column(OWNER))


Draw = Callable[[Sequence[str], Sequence[str]], pl.Series]
"""From salts and customers' keys, row by row."""


def drawn(rows: pl.DataFrame, salts: Sequence[str | None], keys: str, draw: Draw) -> pl.Series:
    """By row, a draw from its strategy's salt and the customer's key; missing, and not drawn, where the strategy has none."""
    owners = rows.get_column(OWNER)
    asked = pl.Series([salt is not None for salt in salts], dtype=pl.Boolean).gather(owners).arg_true()
    owning = owners.gather(asked).to_list()
    values = draw([salts[number] or "" for number in owning], rows.get_column(keys).gather(asked).to_list())
    if len(asked) == rows.height:
        return values
    return pl.Series([None] * rows.height, dtype=values.dtype).scatter(asked, values)
