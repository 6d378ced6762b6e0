"""`maximize: score`: the best total instead of one order. What must go first goes in order, then the best of the others, then what fits.

1. What the arbitration excepts and due steps of journeys, in the global order, as they would without `maximize:`.
2. Of all others with a score above 0, those whose scores add up to the most. Controls are drawn from what was chosen: they take here
   whatever the treated take. Who could have an earlier alternative of the same score gets it, in the global order.
3. What room is left, also what controls have not taken, is for all who have got nothing and whose score is not below 0, in the global
   order.

In this order every action passes the test of the one-order allocation: used + weight <= room.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from strategy_engine.engine.day.allocate import NONE, Problem, allocate
from strategy_engine.engine.day.arbitrate import (
    BLOCKED_BY,
    BLOCKED_GROUP,
    CHOSEN,
    ORDER,
    PRICE,
    RIVAL,
    RIVAL_PRIORITY,
    ROOM_SEEN,
    TAKEN,
    Arbitrated,
    Worth,
)
from strategy_engine.engine.day.claims import BOUND, CONTROLS, GROUP, ROOM, WEIGHT
from strategy_engine.engine.day.gate import EXEMPT
from strategy_engine.engine.day.options import CONTROL_DRAW, JOURNEY, SCORE
from strategy_engine.engine.maximise.optimise import optimise
from strategy_engine.engine.maximise.problem import Choices, Ints, first_of_each, owners, within


class Day:
    """The day's options and claims as columns, and what is taken so far.

    chosen: by candidate.      blocked, taken: by option, the claim that had no room, or NONE, and what was taken of its group by then.
    """

    def __init__(self, options: pl.DataFrame, claims: pl.DataFrame, groups: pl.DataFrame) -> None:
        self.candidate = options.get_column(ORDER).cast(pl.Int32).to_numpy()
        self.options = np.searchsorted(self.candidate, np.arange(int(self.candidate[-1]) + 2 if options.height else 1))
        self.claims = np.searchsorted(claims.get_column("row").to_numpy(), np.arange(options.height + 1))
        self.group = claims.get_column(GROUP).cast(pl.Int32).to_numpy()
        self.room, self.weight = claims.get_column(ROOM).to_numpy(), claims.get_column(WEIGHT).to_numpy()
        control = np.repeat(options.get_column(CONTROL_DRAW).to_numpy(), np.diff(self.claims))
        self.taking = np.where(claims.get_column(CONTROLS).to_numpy() | ~control, self.weight, 0)
        self.used = groups.get_column("used").to_numpy().copy()
        self.limit = groups.get_column(BOUND).cast(pl.Int32).to_numpy()
        self.value = options.get_column(SCORE).fill_null(0.0).to_numpy()
        first = options.select(pl.col(EXEMPT) | pl.col(JOURNEY).is_not_null()).to_series().to_numpy()
        self.first = first[self.options[:-1]]
        self.chosen = np.full(len(self.options) - 1, NONE, np.int64)
        self.blocked = np.full(options.height, NONE, np.int64)
        self.taken = np.zeros(options.height, np.int64)

    def take(self, options: Ints, times: int = 1) -> None:
        """Take what the options take; -1 times gives it back."""
        claims = within(self.claims, options)[0]
        np.add.at(self.used, self.group[claims], times * self.taking[claims])


def maximised(of: str, options: pl.DataFrame, claims: pl.DataFrame, groups: pl.DataFrame) -> Arbitrated:
    """Accept what brings the best total. Options and claims in the global order, as `arbitrate` has them."""
    day = Day(options, claims, groups)
    _in_order(day, within(day.options, np.flatnonzero(day.first))[0])
    worth = _best(day, of)
    _earlier_alternatives(day)
    _fill(day)
    return Arbitrated(_decided(day, options, claims, worth), pl.Series("used", day.used, dtype=pl.Int64), worth)


def _in_order(day: Day, options: Ints) -> None:
    """Let the candidates of the options (ascending) take their first one that has room, as the one-order allocation does."""
    candidate = day.candidate[options]
    claims, claim_starts = within(day.claims, options)
    who, starts = np.unique(candidate, return_index=True)
    names, group = np.unique(day.group[claims], return_inverse=True)
    problem = Problem(
        options=[*starts.tolist(), len(options)],
        claims=claim_starts.tolist(),
        group=group.tolist(),
        room=day.room[claims].tolist(),
        weight=day.weight[claims].tolist(),
        controls=(day.taking[claims] == day.weight[claims]).tolist(),
        control=[True] * len(options),  # whoever takes less than weighed is one
        used=day.used[names].tolist(),
    )
    result = allocate(problem)
    chosen = np.array(result.chosen, np.int64)
    day.chosen[who[chosen >= 0]] = options[chosen[chosen >= 0]]
    day.used[names] = result.used
    blocked = np.array(result.blocked, np.int64)
    vain = blocked >= 0
    day.blocked[options[vain]] = claims[blocked[vain]]
    day.taken[options[vain]] = np.array(result.taken, np.int64)[vain]


def _best(day: Day, of: str) -> Worth:
    """Choose among those who did not go first."""
    free = np.flatnonzero(~day.first)
    options, starts = within(day.options, free)
    claims, claim_starts = within(day.claims, options)
    group, room, weight = day.group[claims], day.room[claims], day.weight[claims]
    best = optimise(Choices(starts, claim_starts, group, room, weight, day.used, day.limit, day.value[options]))
    found = best.chosen >= 0
    day.chosen[free[found]] = options[best.chosen[found]]
    day.take(day.chosen[free[found]])
    return Worth(of, best.value, best.bound, best.exact, best.prices.tolist())


def _earlier_alternatives(day: Day) -> None:
    """Give those that were chosen the first of their alternatives that is worth as much and has room; in the global order."""
    options = _passed_over(day)
    candidate = day.candidate[options]
    open_ = (day.value[options] >= day.value[day.chosen[candidate]]) & (_obstacles(day, options)[0] == NONE)
    for option in options[open_].tolist():  # few: what has a price is full
        who = day.candidate[[option]]
        if option < day.chosen[who[0]]:
            day.take(day.chosen[who], -1)
            if _obstacles(day, np.array([option]), held=False)[0][0] == NONE:
                day.chosen[who] = option
            day.take(day.chosen[who])


def _fill(day: Day) -> None:
    """What room is left is for all who have got nothing, in the global order. What stood against whom is noted."""
    asking = np.flatnonzero((day.chosen == NONE) & ~day.first)
    options = within(day.options, asking)[0]
    options = options[day.value[options] >= 0]
    blocked, taken = _obstacles(day, options)
    vain = blocked != NONE
    day.blocked[options[vain]], day.taken[options[vain]] = blocked[vain], taken[vain]
    if not vain.all():
        _in_order(day, options[~vain])
    passed = _passed_over(day)
    passed = passed[day.blocked[passed] == NONE]
    day.blocked[passed], day.taken[passed] = _obstacles(day, passed)


def _passed_over(day: Day) -> Ints:
    """The options before that which their candidate got, of those that did not go first."""
    chosen = np.flatnonzero((day.chosen > day.options[:-1]) & ~day.first)
    counts = day.chosen[chosen] - day.options[chosen]
    return np.repeat(day.options[chosen] + counts - np.cumsum(counts), counts) + np.arange(counts.sum())


def _obstacles(day: Day, options: Ints, *, held: bool = True) -> tuple[Ints, Ints]:
    """Of each option the first claim that has no room, or NONE, and what is taken of its group; but for what its candidate holds."""
    claims, starts = within(day.claims, options)
    owner, group = owners(starts), day.group[claims]
    taken = day.used[group]
    if held:
        taken = taken - _held(day, day.candidate[options][owner], group)
    bad = np.flatnonzero(taken + day.weight[claims] > day.room[claims])
    bad = bad[first_of_each(owner[bad])]
    blocked, seen = np.full(len(options), NONE, np.int64), np.zeros(len(options), np.int64)
    blocked[owner[bad]], seen[owner[bad]] = claims[bad], taken[bad]
    return blocked, seen


def _held(day: Day, candidate: Ints, group: Ints) -> Ints:
    """What each candidate takes of each group."""
    holding = np.flatnonzero(day.chosen >= 0)
    claims, starts = within(day.claims, day.chosen[holding])
    keys = holding[owners(starts)] * len(day.used) + day.group[claims]  # ascending, as groups are numbered limit by limit
    wanted = candidate.astype(np.int64) * len(day.used) + group
    at = np.minimum(np.searchsorted(keys, wanted), max(len(keys) - 1, 0))
    return np.where(keys[at] == wanted, day.taking[claims][at], 0) if len(keys) else np.zeros(len(wanted), np.int64)


# ------------------------------------------------------------------------------------------------ told


def _decided(day: Day, options: pl.DataFrame, claims: pl.DataFrame, worth: Worth) -> pl.DataFrame:
    """The options with what became of them. Nobody stands before another here; there is a price instead."""
    chosen = np.zeros(options.height, bool)
    chosen[day.chosen[day.chosen >= 0]] = True
    blocked = pl.Series(day.blocked).replace(NONE, None).cast(pl.UInt32)
    price = np.bincount(owners(day.claims), np.array(worth.prices)[day.group] * day.weight, minlength=options.height)
    return options.with_columns(
        pl.Series(CHOSEN, chosen),
        claims.get_column(BOUND).gather(blocked).alias(BLOCKED_BY),
        claims.get_column(GROUP).gather(blocked).alias(BLOCKED_GROUP),
        claims.get_column(ROOM).gather(blocked).alias(ROOM_SEEN),
        pl.when(pl.lit(blocked).is_not_null()).then(pl.lit(pl.Series(day.taken))).alias(TAKEN),
        pl.lit(None, dtype=pl.Float64).alias(RIVAL),
        pl.lit(None, dtype=pl.Float64).alias(RIVAL_PRIORITY),
        pl.Series(PRICE, price),
    )
