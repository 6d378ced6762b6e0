"""Used up: the options that a contact limit bars for the whole day, since earlier days have left it no room.

What a day's actions take of such a limit only adds up, so none of these options can be accepted, whatever comes before it: each is told
its limit, and stays out of the arbitration. Most candidates of most days are of this kind. Capacities are not looked at here: what stands
in a manifest of how they were used is of all that wanted them.
"""

from __future__ import annotations

import polars as pl

from strategy_engine.engine.day.claims import ALONE, BOUND, GROUP, OPTION, ROOM, TEXT, WEIGHT, all_bounds, claims_on
from strategy_engine.engine.day.joins import together
from strategy_engine.engine.day.names import KEY
from strategy_engine.engine.day.observe import Moment
from strategy_engine.engine.day.options import POSITION, action
from strategy_engine.plan.bounds import Bound
from strategy_engine.plan.day import DayPlan

BARRED = {OPTION: pl.UInt32, BOUND: pl.UInt32, "values": pl.String, TEXT: pl.String, "used": pl.Int64, ROOM: pl.Int64}


def barred(moment: Moment, plan: DayPlan, customers: pl.DataFrame, options: pl.DataFrame, number: str) -> pl.DataFrame:
    """A row for each barred one of the options that passed the gate: `number` (the column of their numbers) as `option`, and the first
    limit, in the order in which limits are tried, that has no room: `bound`, its group as people read it (`values`) and as the ledger
    knows it (`text`), `used` and `room`. By option. `customers` are those that the options are of, by their positions."""
    used = moment.bank.memory.used
    places = customers.select(KEY, pl.int_range(pl.len(), dtype=pl.UInt32).alias(POSITION)).lazy()
    by_strategy = options.partition_by(action("strategy"), as_dict=True, maintain_order=True)
    owners = [None] * len(plan.bounds) + [one.name for one in plan.strategies for _ in one.bounds]
    asked = []
    for index, (bound, owner) in enumerate(zip(all_bounds(plan), owners, strict=True)):
        mine = options if owner is None else by_strategy.get((owner,))
        past = used.get(bound)
        if mine is not None and past is not None and past.height and not bound.capacity:
            claims = claims_on(moment, bound, mine, number, POSITION)
            at = _of_customer(moment, bound)
            groups = _groups(past.lazy(), len(bound.groups), at, places)
            asked.append(_without_room(claims, groups, len(bound.groups), at, index))
    found = pl.concat([pl.DataFrame(schema=BARRED), *together(asked)])
    return found.unique(OPTION, keep="first", maintain_order=True).sort(OPTION)


def _of_customer(moment: Moment, bound: Bound) -> int | None:
    """Which of the limit's groups is the customer; None where none is."""
    return next((at for at, group in enumerate(bound.groups) if moment.bank.names(group) == KEY), None)


def _groups(past: pl.LazyFrame, count: int, customer: int | None, places: pl.LazyFrame) -> pl.LazyFrame:
    """What earlier days took, by the columns of a group as claims have them; where one is the customer, by the position of those at hand,
    which is joined much faster than a text."""
    parts = pl.col(TEXT).str.json_decode(pl.List(pl.String))
    names = [*(f"{GROUP}_{at}" for at in range(count)), ALONE]
    values = (parts.list.get(at, null_on_oob=True).alias(name) for at, name in enumerate(names))
    groups = past.select(TEXT, pl.col("used").cast(pl.Int64), *values)
    return groups if customer is None else groups.join(places, left_on=names[customer], right_on=KEY, coalesce=False).drop(KEY)


def _without_room(claims: pl.LazyFrame, groups: pl.LazyFrame, count: int, customer: int | None, index: int) -> pl.LazyFrame:
    """The claims on a limit that exceed its room before the day begins."""
    shared = [f"{GROUP}_{at}" for at in range(count)]
    whose = [POSITION if at == customer else name for at, name in enumerate([*shared, ALONE])]
    texts = claims.with_columns(pl.col(name).cast(pl.String) for name in whose if name != POSITION)
    known = texts.drop(name for name in (*shared, ALONE) if name not in whose)
    shown = pl.concat_str([pl.col(name).fill_null("-") for name in shared], separator=" / ") if shared else pl.lit("")
    return (
        known.join(groups, on=whose, nulls_equal=True, maintain_order="left")
        .filter(pl.col("used") + pl.col(WEIGHT) > pl.col(ROOM))
        .select(OPTION, pl.lit(index, dtype=pl.UInt32).alias(BOUND), shown.alias("values"), TEXT, "used", ROOM)
    )
