"""Arbitrate: one order over the whole bank. What the arbitration excepts comes first, then priority and score, then a stable hash."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from strategy_engine.engine.day.allocate import Allocation, Problem, allocate
from strategy_engine.engine.day.claims import BOUND, CONTROLS, GROUP, OPTION, ROOM, WEIGHT, NumberedClaims
from strategy_engine.engine.day.draws import ties
from strategy_engine.engine.day.gate import CANDIDATE, CUSTOMER, EXEMPT, REASON
from strategy_engine.engine.day.gate import OPTION as NUMBER
from strategy_engine.engine.day.options import CONTROL_DRAW, JOURNEY, PRIORITY, SCORE, action
from strategy_engine.plan.day import DayPlan
from strategy_engine.record import record

ORDER, CHOSEN, GOES_ON = "#order", "#chosen", "#goes_on"
BLOCKED_BY, TAKEN, ROOM_SEEN, RIVAL, BLOCKED_GROUP = "#blocked_by", "#taken", "#room", "#rival_score", "#blocked_group"
RIVAL_PRIORITY, PRICE = "#rival_priority", "#price"


@record
class Worth:
    """What a choice for the best total is worth. of: what is added up.      value: the total.      bound: no choice has a greater one.
    exact: whether it is proved that there is none better.      prices: by group, what one more of its room would bring."""

    of: str
    value: float
    bound: float
    exact: bool
    prices: Sequence[float]


@record
class Arbitrated:
    """All options after the arbitration, in the global order of their candidates, best first.

    options: those of the gate that nothing stood against, with #order (the candidate's place, from 0), #chosen, and of an
    option tried in vain #blocked_by (a bound's number), #blocked_group, #taken and #room (of the group), and
    #rival_score and #rival_priority (of the last accepted that had taken of it); under `maximize:` the #price of what it would take.
    used: by group, what is taken in the end.      worth: under `maximize:`, what the choice is worth.
    """

    options: pl.DataFrame
    used: pl.Series
    worth: Worth | None = None


def arbitrate(plan: DayPlan, options: pl.DataFrame, claims: NumberedClaims, keys: pl.Series) -> Arbitrated:
    """Accept what has room. `options` are those that passed the gate; `keys` the customers' ids by their numbers."""
    ordered = in_order(plan, options, keys)
    own = _claims_in_order(ordered, claims.claims)
    if plan.model.arbitration.maximize is not None:
        from strategy_engine.engine.day.maximise import maximised  # with numpy, which nothing else of a run needs

        return maximised(plan.model.arbitration.maximize, ordered, own, claims.groups)
    contested = _contested(ordered, own, claims.groups)
    decided = _decided(ordered, contested, allocate(_problem(ordered, contested, claims.groups)))
    return Arbitrated(decided, _used(decided, own, claims.groups))


def in_order(plan: DayPlan, options: pl.DataFrame, keys: pl.Series) -> pl.DataFrame:
    """The options in the global order of their candidates, with each candidate's place."""
    # a candidate has its place from its best option; the others follow it
    heads = options.unique(CANDIDATE, keep="first", maintain_order=True)
    strategies = heads.get_column(action("strategy")).cast(pl.String)
    customers = keys.gather(heads.get_column(CUSTOMER))
    hashes = ties(plan.date, strategies.to_list(), customers.to_list())
    by = [(EXEMPT, True), *_criteria(plan), ("tie", False)]
    goes_on = pl.col(JOURNEY).is_not_null().alias(GOES_ON)
    heads = heads.select(CANDIDATE, EXEMPT, SCORE, pl.col(PRIORITY).fill_null(0.0), goes_on).with_columns(hashes)
    if not hashes.is_unique().all():  # next to never, and texts sort slowly
        heads = heads.with_columns(strategies.alias("strategy"), customers.alias("customer"))
        by += [("strategy", False), ("customer", False)]
    placed = heads.sort([name for name, _ in by], descending=[descending for _, descending in by], nulls_last=True)
    places = placed.select(CANDIDATE, pl.int_range(pl.len(), dtype=pl.UInt32).alias(ORDER))
    return options.join(places, on=CANDIDATE).sort(ORDER, NUMBER)


def _criteria(plan: DayPlan) -> list[tuple[str, bool]]:
    """The columns of the arbitration's order; a due step of a journey goes before new journeys of the same priority."""
    columns = {"priority": PRIORITY, "score": SCORE}
    order = [(columns[name], descending) for name, descending in plan.model.arbitration.order]
    place = next((at + 1 for at, (name, _) in enumerate(order) if name == PRIORITY), 0)
    return [*order[:place], (GOES_ON, True), *order[place:]]


def _claims_in_order(options: pl.DataFrame, claims: pl.DataFrame) -> pl.DataFrame:
    """The claims in the order of the options, with the row of their option."""
    rows = options.select(pl.col(NUMBER).alias(OPTION), pl.int_range(pl.len(), dtype=pl.UInt32).alias("row"))
    return claims.join(rows, on=OPTION).sort("row", BOUND)


def _contested(options: pl.DataFrame, claims: pl.DataFrame, groups: pl.DataFrame) -> pl.DataFrame:
    """The claims on groups that have not room for all who want of them, each candidate once: no other can ever be refused. Most groups are
    a customer, of whom few candidates want little."""
    wanting = claims.lazy().with_columns(pl.lit(options.get_column(ORDER).gather(claims.get_column("row"))).alias(ORDER))
    each = wanting.group_by(GROUP, ORDER).agg(pl.col(WEIGHT).max(), pl.col(ROOM).min())
    wanted = each.group_by(GROUP).agg(pl.col(WEIGHT).sum(), pl.col(ROOM).min()).join(groups.lazy().select(GROUP, "used"), on=GROUP)
    full = wanted.filter(pl.col("used") + pl.col(WEIGHT) > pl.col(ROOM)).select(GROUP)
    return claims.lazy().join(full, on=GROUP, how="semi", maintain_order="left").collect()


def _used(options: pl.DataFrame, claims: pl.DataFrame, groups: pl.DataFrame) -> pl.Series:
    """By group, what is taken in the end."""
    rows = claims.get_column("row")
    chosen, control = (options.get_column(name).gather(rows) for name in (CHOSEN, CONTROL_DRAW))
    taken = claims.lazy().filter(pl.lit(chosen) & (pl.col(CONTROLS) | ~pl.lit(control))).group_by(GROUP).agg(pl.col(WEIGHT).sum())
    both = groups.lazy().select(GROUP, "used").join(taken, on=GROUP, how="left").sort(GROUP)
    return both.select(pl.col("used") + pl.col(WEIGHT).fill_null(0)).collect().to_series()


def _problem(options: pl.DataFrame, claims: pl.DataFrame, groups: pl.DataFrame) -> Problem:
    """The allocation; groups are numbered anew, as few are left."""
    numbers = claims.get_column(GROUP).unique().sort()
    return Problem(
        options=_starts(options.get_column(ORDER), int(options.get_column(ORDER)[-1]) + 1 if options.height else 0),
        claims=_starts(claims.get_column("row"), options.height),
        group=numbers.search_sorted(claims.get_column(GROUP)).to_list(),
        room=claims.get_column(ROOM).to_list(),
        weight=claims.get_column(WEIGHT).to_list(),
        controls=claims.get_column(CONTROLS).to_list(),
        control=options.get_column(CONTROL_DRAW).to_list(),
        used=groups.sort(GROUP).get_column("used").gather(numbers).to_list(),
    )


def _starts(owners: pl.Series, count: int) -> list[int]:
    """Where each owner's rows begin in an ascending column of owners 0 … count - 1, and where all end."""
    numbers = pl.int_range(count + 1, dtype=pl.UInt32, eager=True)
    return owners.search_sorted(numbers, side="left").to_list()


def _decided(options: pl.DataFrame, claims: pl.DataFrame, result: Allocation) -> pl.DataFrame:
    """The options with what became of them."""
    best, rivals = options.unique(ORDER, keep="first", maintain_order=True), _present(result.rival)
    blocked = _present(result.blocked)
    chosen = pl.Series([option for option in result.chosen if option >= 0], dtype=pl.UInt32)
    return options.with_columns(
        pl.int_range(pl.len(), dtype=pl.UInt32).is_in(chosen.implode()).alias(CHOSEN),
        claims.get_column(BOUND).gather(blocked).alias(BLOCKED_BY),
        claims.get_column(GROUP).gather(blocked).alias(BLOCKED_GROUP),
        claims.get_column(ROOM).gather(blocked).alias(ROOM_SEEN),
        pl.when(pl.lit(blocked).is_not_null()).then(pl.lit(pl.Series(result.taken, dtype=pl.Int64))).alias(TAKEN),
        best.get_column(SCORE).gather(rivals).alias(RIVAL),
        best.get_column(PRIORITY).gather(rivals).alias(RIVAL_PRIORITY),
        pl.lit(None, dtype=pl.Float64).alias(PRICE),
    ).drop(REASON)


def _present(numbers: Sequence[int]) -> pl.Series:
    """Row numbers, missing where there is none."""
    return pl.Series([number if number >= 0 else None for number in numbers], dtype=pl.UInt32)
