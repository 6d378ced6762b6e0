"""Claims as columns: limits that never claim the same option share one, so that a price is looked up a column at a time."""

from __future__ import annotations

import numpy as np

from strategy_engine.engine.maximise.problem import Ints
from strategy_engine.record import record


@record
class Rows:
    """Claims, a row each, by option."""

    option: Ints
    group: Ints
    weight: Ints

    def only(self, rows: Ints) -> Rows:
        return Rows(self.option[rows], self.group[rows], self.weight[rows])


def joined(parts: list[Rows]) -> Rows:
    """All of them, in this order."""
    return Rows(*(np.concatenate([getattr(part, name) for part in parts]) for name in ("option", "group", "weight")))


@record
class Column:
    """For each option a group of which it takes, and how much (None: 1 throughout); one that takes of none has the last group."""

    group: Ints
    weight: Ints | None


def columns(claims: Rows, limit: Ints, options: int) -> tuple[Column, ...]:
    """The claims in as few columns as it takes; those that take 1 throughout apart from those that do not."""
    limits = limit[claims.group]
    order = np.argsort(limits.astype(np.int16) if limit.max(initial=0) < 2**15 else limits, kind="stable")
    ends = np.concatenate([np.flatnonzero(np.diff(limits[order])) + 1, [len(order)]])
    made: list[Column] = []
    begin = 0
    for end in ends.tolist():
        own = claims.only(order[begin:end])
        begin = end
        if len(own.option):
            _place(own, made, len(limit), options)
    return tuple(made)


def _place(claims: Rows, made: list[Column], nothing: int, options: int) -> None:
    """In the first column with room for all of a limit's claims, or in a new one."""
    alone = bool((claims.weight == 1).all())
    for column in made:
        if (column.weight is None) == alone and (column.group[claims.option] == nothing).all():
            break
    else:
        column = Column(np.full(options, nothing, np.int32), None if alone else np.zeros(options, claims.weight.dtype))
        made.append(column)
    column.group[claims.option] = claims.group
    if column.weight is not None:
        column.weight[claims.option] = claims.weight
