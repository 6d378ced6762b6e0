"""Used up: the options that a contact limit bars for the whole day, since earlier days have left it no room.

What a day's actions take of such a limit only adds up, so none of these options can be accepted, whatever comes before it: each is told
its limit, and stays out of the arbitration. Most candidates of most days are of this kind. Capacities are not looked at here: what stands
in a manifest of how they were used is of all that wanted them.
"""

from __future__ import annotations

import polars as pl

from strategy_engine.engine.day.claims import ALONE, BOUND, GROUP, OPTION, ROOM, TEXT, WEIGHT, all_bounds, claims_on
from strategy_engine.engine.day.joins import together
from strategy_engine.engine.day.observe import Moment
from strategy_engine.engine.day.options import action
from strategy_engine.plan.day import DayPlan

BARRED = {OPTION: pl.UInt32, BOUND: pl.UInt32, "values": pl.String, TEXT: pl.String, "used": pl.Int64, ROOM: pl.Int64}


def barred(moment: Moment, plan: DayPlan, options: pl.DataFrame, number: str) -> pl.DataFrame:
    """A row for each barred one of the options that passed the gate: `number` (the column of their numbers) as `option`, and the first
    limit, in the order in which limits are tried, that has no room: `bound`, its group as people read it (`values`) and as the ledger
    knows it (`text`), `used` and `room`. By option."""
    used = moment.bank.memory.used
    by_strategy = options.partition_by(action("strategy"), as_dict=True, maintain_order=True)
    owners = [None] * len(plan.bounds) + [one.name for one in plan.strategies for _ in one.bounds]
    asked = []
    for index, (bound, owner) in enumerate(zip(all_bounds(plan), owners, strict=True)):
        mine = options if owner is None else by_strategy.get((owner,))
        past = used.get(bound)
        if mine is not None and past is not None and past.height and not bound.capacity:
            asked.append(_without_room(claims_on(moment, bound, mine, number), past, index))
    found = pl.concat([pl.DataFrame(schema=BARRED), *together(asked)])
    return found.unique(OPTION, keep="first", maintain_order=True).sort(OPTION)


def _without_room(claims: pl.LazyFrame, past: pl.DataFrame, index: int) -> pl.LazyFrame:
    """The claims on a limit that exceed its room before the day begins."""
    shared = [name for name in claims.collect_schema().names() if name.startswith(GROUP)]
    whose = [*shared, ALONE]
    parts = pl.col(TEXT).str.json_decode(pl.List(pl.String))
    groups = past.lazy().select(
        TEXT, pl.col("used").cast(pl.Int64), *(parts.list.get(at, null_on_oob=True).alias(name) for at, name in enumerate(whose))
    )
    shown = pl.concat_str([pl.col(name).fill_null("-") for name in shared], separator=" / ") if shared else pl.lit("")
    texts = claims.with_columns(pl.col(name).cast(pl.String) for name in whose)
    return (
        texts.join(groups, on=whose, nulls_equal=True, maintain_order="left")
        .filter(pl.col("used") + pl.col(WEIGHT) > pl.col(ROOM))
        .select(
            OPTION,
            pl.lit(index, dtype=pl.UInt32).alias(BOUND),
            shown.alias("values"),
            TEXT,
            "used",
            ROOM,
        )
    )
