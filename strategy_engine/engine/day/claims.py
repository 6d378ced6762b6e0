"""Claims: what each option would take of which limit's room.

A claim says that an option takes `weight` from the room of one group of one limit. Groups are numbered over the whole run, so
that the arbitration only adds up integers.
"""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from strategy_engine.engine.day.joins import holding, together
from strategy_engine.engine.day.memory import Memory
from strategy_engine.engine.day.names import KEY
from strategy_engine.engine.day.observe import Moment
from strategy_engine.engine.day.options import action
from strategy_engine.plan.bounds import Bound
from strategy_engine.plan.day import DayPlan
from strategy_engine.record import record

Claims = dict[int, pl.DataFrame]
"""By the bound's number in `all_bounds`: `option`, `group_0` …, `room` and `weight` (contacts, pieces or hundredths; Int64), and `alone`
where some customer is a group for want of another."""

OPTION, ROOM, WEIGHT, GROUP, BOUND, CONTROLS = "option", "room", "weight", "group", "bound", "controls"
TEXT, ALONE = "text", "alone"
NO_ROOM = -1
MOST = 2**62


def all_bounds(plan: DayPlan) -> list[Bound]:
    """Every limit of the day, in the order in which they are tried: policies and capacities, keeps, then the strategies' own."""
    return [*plan.bounds, *(bound for one in plan.strategies for bound in one.bounds)]


def claims_of(moment: Moment, plan: DayPlan, options: pl.DataFrame, number: str) -> Claims:
    """The claims of options that passed the gate; `number` is the column of their numbers. Strategies without options have none."""
    claims = {index: claims_on(moment, bound, options, number) for index, bound in enumerate(plan.bounds)}
    index = len(plan.bounds)
    by_strategy = options.partition_by(action("strategy"), as_dict=True, maintain_order=True)
    for one in plan.strategies:
        own = by_strategy.get((one.name,))
        if own is not None:
            claims |= {index + at: claims_on(moment, bound, own, number) for at, bound in enumerate(one.bounds)}
        index += len(one.bounds)
    return {index: _lean(found) for index, found in zip(claims, together(claims.values()), strict=True)}


def _lean(claims: pl.DataFrame) -> pl.DataFrame:
    """Without the column of customers who are groups of their own where there are none: it would be the widest."""
    return claims.drop(ALONE) if ALONE in claims.columns and claims.get_column(ALONE).null_count() == claims.height else claims


def claims_on(moment: Moment, bound: Bound, options: pl.DataFrame, number: str, *beside: str) -> pl.LazyFrame:
    """What the options would take of one limit; with columns of theirs beside it."""
    low = moment.low
    groups = {f"{GROUP}_{at}": low(expr) for at, expr in enumerate(bound.groups)}
    missing = pl.any_horizontal([low(expr).is_null() for expr in bound.groups]) if groups else pl.lit(False)
    room = low(bound.amount).cast(pl.Int64)
    weight = low(bound.weight).cast(pl.Int64)
    if bound.capacity:
        known = ~missing & room.is_not_null() & weight.is_not_null()
        room, weight = pl.when(known).then(room).otherwise(NO_ROOM), weight.fill_null(0)
    else:
        # without an amount there is no limit; without a group the customer is one
        room = room.fill_null(MOST)
        if bound.outcome:  # nothing is told of an action on its day: it takes nothing, and needs that one more would be allowed
            room, weight = room - 1, pl.lit(0, dtype=pl.Int64)
        groups[ALONE] = pl.when(missing).then(pl.col(KEY))
    bound_options = options.lazy() if bound.where is None else options.lazy().filter(holding(low(bound.where)))
    return bound_options.select(pl.col(number).alias(OPTION), room.alias(ROOM), weight.alias(WEIGHT), *beside, **groups)


@record
class NumberedClaims:
    """All claims of a run, groups numbered.

    claims: `option bound group room weight controls`, bound by bound; `controls`: whether a control takes it, too.
    groups: `group bound used` in the order of their numbers, the group's values as people read them (`values`) and as the ledger knows
    them (`text`, a JSON list), and the room that its first claim saw; `used` is what earlier days took.
    """

    claims: pl.DataFrame
    groups: pl.DataFrame


def number_groups(bounds: list[Bound], batches: Iterable[Claims], memory: Memory) -> NumberedClaims:
    """The claims of all batches together."""
    collected = list(batches)
    parts = {index: [batch[index] for batch in collected if index in batch] for index in range(len(bounds))}
    rows = {index: pl.concat(found, how="diagonal") for index, found in parts.items() if any(part.height for part in found)}
    known = dict(zip(rows, together(map(_known_groups, rows.values())), strict=True))
    claims, groups, start = [pl.LazyFrame(schema=CLAIM_SCHEMA)], [pl.LazyFrame(schema=GROUP_SCHEMA)], 0
    for index, found in known.items():
        group = (pl.int_range(pl.len()) + start).cast(pl.UInt32).alias(GROUP)
        numbered = found.lazy().with_columns(group)
        claims.append(_numbered(rows[index], numbered, index, bounds[index]))
        groups.append(_used(bounds[index], index, numbered, _values(found), memory))
        start += found.height
    claimed, grouped = together([pl.concat(claims), pl.concat(groups)])
    return NumberedClaims(claimed, grouped)


CLAIM_SCHEMA = {OPTION: pl.UInt32, BOUND: pl.UInt32, GROUP: pl.UInt32, ROOM: pl.Int64, WEIGHT: pl.Int64, CONTROLS: pl.Boolean}
GROUP_SCHEMA = {GROUP: pl.UInt32, BOUND: pl.UInt32, "used": pl.Int64, "values": pl.String, TEXT: pl.String, "room": pl.Int64}


FIRST_ROOM = "first room"


def _values(claims: pl.DataFrame) -> list[str]:
    """The columns that tell a limit's groups from one another."""
    return [name for name in claims.columns if name not in (OPTION, ROOM, WEIGHT, FIRST_ROOM)]


def _known_groups(rows: pl.DataFrame) -> pl.LazyFrame:
    """The groups of a limit, and the room that the first of their claims sees."""
    first, values = pl.col(ROOM).first().alias(FIRST_ROOM), _values(rows)
    return rows.lazy().group_by(values, maintain_order=True).agg(first) if values else rows.lazy().select(first)


def _numbered(rows: pl.DataFrame, known: pl.LazyFrame, index: int, bound: Bound) -> pl.LazyFrame:
    """A limit's claims with their groups' numbers."""
    values = _values(rows)
    numbered = rows.lazy().join(known, on=values, how="left", nulls_equal=True) if values else rows.lazy().join(known, how="cross")
    which, controls = pl.lit(index, dtype=pl.UInt32).alias(BOUND), pl.lit(bound.counts_controls).alias(CONTROLS)
    return numbered.select(OPTION, which, GROUP, ROOM, WEIGHT, controls)


def _used(bound: Bound, index: int, known: pl.LazyFrame, values: list[str], memory: Memory) -> pl.LazyFrame:
    """The groups' rows of the table of groups."""
    shared = [name for name in values if name.startswith(GROUP)]
    shown = pl.concat_str([pl.col(name).cast(pl.String).fill_null("-") for name in shared], separator=" / ") if shared else pl.lit("")
    known = known.with_columns(shown.alias("values"), _as_text(shared, alone=ALONE in values).alias(TEXT))
    past = memory.used.get(bound)
    if past is not None:
        known = known.join(past.lazy(), on=TEXT, how="left", maintain_order="left")
    used = pl.col("used").fill_null(0).cast(pl.Int64) if past is not None else pl.lit(0, dtype=pl.Int64)
    number = pl.lit(index, dtype=pl.UInt32).alias(BOUND)
    return known.select(GROUP, number, used.alias("used"), "values", TEXT, pl.col(FIRST_ROOM).alias("room"))


_ESCAPED = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def _as_text(shared: list[str], *, alone: bool) -> pl.Expr:
    """The group's values as a JSON list of texts; behind them the customer who is a group of its own."""

    def quoted(name: str) -> pl.Expr:
        return pl.lit('"') + pl.col(name).cast(pl.String).str.replace_many(list(_ESCAPED), list(_ESCAPED.values())) + pl.lit('"')

    values = pl.concat_str([quoted(name).fill_null("null") for name in shared], separator=",") if shared else pl.lit("")
    own = (pl.lit(",") + quoted(ALONE)).fill_null("") if alone else pl.lit("")
    return pl.lit("[") + values + own + pl.lit("]")
