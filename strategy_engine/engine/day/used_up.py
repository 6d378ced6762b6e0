"""Used up: the candidates whom a contact limit bars for the whole day, since earlier days have left them no room.

What a day's actions take of such a limit only adds up, so none of these candidates can be accepted, whatever comes before them: each is
told its limit, and no way to go out is looked for. Most candidates of most days are of this kind. Limits that ask for the channel or the
benefit are the arbitration's, as are capacities: what a manifest tells of how they were used is of all that wanted them. So are steps of
journeys that go on.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import polars as pl

from strategy_engine.engine.day.claims import ALONE, BOUND, GROUP, OPTION, ROOM, TEXT, WEIGHT, all_bounds, claims_on
from strategy_engine.engine.day.joins import together
from strategy_engine.engine.day.memory import Memory
from strategy_engine.engine.day.names import KEY
from strategy_engine.engine.day.observe import Moment
from strategy_engine.engine.day.options import POSITION, action, read_of
from strategy_engine.engine.day.qualify import Qualified
from strategy_engine.engine.expressions import dtype_of
from strategy_engine.plan.bounds import FIRST_STEP, Bound
from strategy_engine.plan.day import DayPlan
from strategy_engine.plan.stages import Count
from strategy_engine.plan.vocabulary import ACTION
from strategy_engine.record import record
from strategy_engine.semantics.ir import Column, Expr
from strategy_engine.semantics.walk import expressions

TOLD = {BOUND: pl.UInt32, "values": pl.String, TEXT: pl.String, "used": pl.Int64, ROOM: pl.Int64}
BARRED = {"customer_id": pl.String, "strategy": pl.String, "notice": pl.Boolean, **TOLD}
_KNOWN = ("strategy", "category", "step")
"""What is known of an action before its ways are looked for."""


@record
class Freed:
    """A batch without the barred, and these: `customer_id`, `strategy`, `notice` (whether the arbitration excepts the candidate), and the
    first limit, in the order in which limits are tried, that has no room: `bound` (its number), its group as people read it (`values`) and
    as the ledger knows it (`text`), `used` and `room`."""

    batch: Qualified
    barred: pl.DataFrame


def freed(moment: Moment, plan: DayPlan, batch: Qualified) -> Freed:
    """Take the barred candidates out of a batch."""
    asked = list(_asked(plan, moment.bank.memory))
    exempt = [plan.exempt] if plan.exempt is not None else []
    if not asked or not all(map(_of_candidate, exempt)):
        return Freed(_counting(batch, batch.positions), pl.DataFrame(schema=BARRED))
    exprs = [*exempt, *(expr for _, bound, _ in asked for expr in _read(bound))]
    customers = moment.extend(batch.customers, exprs)
    candidates = _candidates(moment, plan, customers, batch, exprs)
    found = _barred(moment, candidates, customers, asked)
    rows = found.get_column(OPTION)
    free = candidates.filter(~pl.col(OPTION).is_in(rows.implode()))
    notice = moment.low(plan.exempt).fill_null(False) if plan.exempt is not None else pl.lit(False)
    whose = candidates.select(pl.col(KEY).alias("customer_id"), pl.col(action("strategy")).cast(pl.String).alias("strategy"), notice=notice)
    return Freed(_narrowed(replace(batch, customers=customers), free), whose[rows].hstack(found.drop(OPTION)).select(*BARRED))


# ------------------------------------------------------------------------------------------------ which limits


def _asked(plan: DayPlan, memory: Memory) -> Iterator[tuple[int, Bound, str | None]]:
    """The limits that can bar candidates, with their numbers and, of a strategy's own, its name."""
    owners = [None] * len(plan.bounds) + [one.name for one in plan.strategies for _ in one.bounds]
    for index, (bound, owner) in enumerate(zip(all_bounds(plan), owners, strict=True)):
        past = memory.used.get(bound)
        if past is not None and past.height and not bound.capacity and all(map(_of_candidate, _read(bound))):
            yield index, bound, owner


def _read(bound: Bound) -> list[Expr]:
    return [*bound.groups, bound.amount, bound.weight, *([] if bound.where is None else [bound.where])]


def _of_candidate(expr: Expr) -> bool:
    """Whether the expression asks nothing of the way in which a candidate would go out."""
    return all(node.name in _KNOWN for node in expressions(expr) if isinstance(node, Column) and node.scope == ACTION)


# ------------------------------------------------------------------------------------------------ whom they bar


def _candidates(moment: Moment, plan: DayPlan, customers: pl.DataFrame, batch: Qualified, exprs: list[Expr]) -> pl.DataFrame:
    """A row for each candidate that would begin: its number, its customer's row, what is known of its action, and the features read."""
    types = plan.vocabulary.types
    strategies = [one.strategy for one in plan.strategies if len(batch.positions[one.name])]
    known = {
        action("strategy"): pl.Series([one.name for one in strategies], dtype=dtype_of(types["strategy"])),
        action("category"): pl.Series([one.category for one in strategies], dtype=dtype_of(types["category"])),
        POSITION: pl.Series([batch.positions[one.name] for one in strategies], dtype=pl.List(pl.UInt32)),
    }
    rows = pl.DataFrame(known).explode(POSITION).with_row_index(OPTION)
    beside = customers.select(KEY, *read_of(moment, exprs, customers))[rows.get_column(POSITION)]
    return rows.with_columns(pl.lit(FIRST_STEP, dtype=dtype_of(types["step"])).alias(action("step"))).hstack(beside)


def _barred(moment: Moment, candidates: pl.DataFrame, customers: pl.DataFrame, asked: list[tuple[int, Bound, str | None]]) -> pl.DataFrame:
    """By candidate (`option`), the first limit that has no room."""
    places = customers.select(KEY, pl.int_range(pl.len(), dtype=pl.UInt32).alias(POSITION)).lazy()
    by_strategy = candidates.partition_by(action("strategy"), as_dict=True, maintain_order=True)
    queries = [pl.LazyFrame(schema={OPTION: pl.UInt32, **TOLD})]
    for index, bound, owner in asked:
        mine = candidates if owner is None else by_strategy.get((owner,))
        if mine is not None:
            claims, past = claims_on(moment, bound, mine, OPTION, POSITION), moment.bank.memory.used[bound].lazy()
            queries.append(_without_room(claims, past, index, _Groups(len(bound.groups), _of_customer(moment, bound)), places))
    return pl.concat(together(queries)).unique(OPTION, keep="first", maintain_order=True).sort(OPTION)


@record
class _Groups:
    """How many groups a limit has, and which of them is the customer (None: none is)."""

    count: int
    customer: int | None

    @property
    def shared(self) -> list[str]:
        return [f"{GROUP}_{at}" for at in range(self.count)]

    @property
    def joined(self) -> list[str]:
        """The columns that claims and the past are joined by: numbers go much faster than texts."""
        return [POSITION if at == self.customer else name for at, name in enumerate([*self.shared, ALONE])]


def _of_customer(moment: Moment, bound: Bound) -> int | None:
    return next((at for at, group in enumerate(bound.groups) if moment.bank.names(group) == KEY), None)


def _without_room(claims: pl.LazyFrame, past: pl.LazyFrame, index: int, groups: _Groups, places: pl.LazyFrame) -> pl.LazyFrame:
    """The claims on a limit that exceed its room before the day begins."""
    names = [*groups.shared, ALONE]
    parts = pl.col(TEXT).str.json_decode(pl.List(pl.String))
    values = (parts.list.get(at, null_on_oob=True).alias(name) for at, name in enumerate(names))
    taken = past.select(TEXT, pl.col("used").cast(pl.Int64), *values)
    if groups.customer is not None:
        taken = taken.join(places, left_on=names[groups.customer], right_on=KEY, coalesce=False).drop(KEY)
    wanting = claims.select(
        OPTION, ROOM, WEIGHT, *(pl.col(name) if name == POSITION else pl.col(name).cast(pl.String) for name in groups.joined)
    )
    shown = pl.concat_str([pl.col(name).fill_null("-") for name in groups.shared], separator=" / ") if groups.count else pl.lit("")
    return (
        wanting.join(taken, on=groups.joined, nulls_equal=True, maintain_order="left")
        .filter(pl.col("used") + pl.col(WEIGHT) > pl.col(ROOM))
        .select(OPTION, pl.lit(index, dtype=pl.UInt32).alias(BOUND), shown.alias("values"), TEXT, "used", ROOM)
    )


# ------------------------------------------------------------------------------------------------ who is left


def _narrowed(batch: Qualified, free: pl.DataFrame) -> Qualified:
    """The batch with those candidates only, and only their customers."""
    kept = pl.concat([free.get_column(POSITION), batch.due.get_column(POSITION)]).unique().sort()
    by_strategy = free.partition_by(action("strategy"), as_dict=True, maintain_order=True)
    nobody = pl.Series(POSITION, dtype=pl.UInt32)

    def moved(positions: pl.Series) -> pl.Series:
        return kept.search_sorted(positions).cast(pl.UInt32)

    positions = {name: moved(by_strategy[(name,)].get_column(POSITION)) if (name,) in by_strategy else nobody for name in batch.positions}
    due = batch.due.with_columns(moved(batch.due.get_column(POSITION)).alias(POSITION))
    return _counting(replace(batch, customers=batch.customers[kept], due=due), positions)


def _counting(batch: Qualified, positions: dict[str, pl.Series]) -> Qualified:
    """The batch with these candidates, and how many there are."""
    counts = {
        name: {**counts, Count.FREE: counts[Count.IN_RAMP] - len(batch.positions[name]) + len(positions[name])}
        for name, counts in batch.counts.items()
    }
    return replace(batch, positions=positions, counts=counts)
