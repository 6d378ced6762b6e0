"""Ghosts: customers between whom and an action one thing stands, as if that thing were not there.

A ghost goes through the gate as a candidate does, and meets the day's candidates in the arbitration, where it is looked for room and takes
none: whoever won on the day still wins. So a ghost that finds room is a customer who would have got the action, all else as it was.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import polars as pl

from strategy_engine.engine.day.arbitrate import BLOCKED_BY, CHOSEN, DECIDED, ORDER, Worth, arbitrate, in_order
from strategy_engine.engine.day.claims import BOUND, CONTROLS, GROUP, ROOM, TEXT, WEIGHT, Claims, NumberedClaims, claims_of, number_groups
from strategy_engine.engine.day.claims import OPTION as OF_OPTION
from strategy_engine.engine.day.gate import CANDIDATE, CUSTOMER, EXEMPT, OPTION, exempt_of, features_of_options, obstacles
from strategy_engine.engine.day.names import BATCH, KEY, ROW
from strategy_engine.engine.day.observe import Moment
from strategy_engine.engine.day.options import CONTROL_DRAW, POSITION, SCORE, action, options_of
from strategy_engine.engine.day.pauses import with_pauses
from strategy_engine.engine.day.run import Weighed
from strategy_engine.plan.day import DayPlan, StrategyPlan
from strategy_engine.plan.stages import NO_ARM, NOT_DUE, SCRIPT_MISSING
from strategy_engine.record import record

CAUSE, LIMIT, GATE = "#cause", "#limit", "#gate"
"""What stands between: the number of a condition, that of a limit, or a reason of the gate. A ghost has one of them; options of a candidate
who went through the gate have none, as it is the arbitration that tells which limit has no room."""
WHO = (KEY, CAUSE, LIMIT, GATE)
FORMER = "#former"
STANDING = "#standing"
INNATE = (NO_ARM, NOT_DUE)
"""Reasons without which there would be no action at all."""


@record
class Ghosts:
    """Those of a batch: options with #key and what stands between; and what they would take."""

    options: pl.DataFrame
    claims: Claims


def ghosts_of(moment: Moment, plan: DayPlan, one: StrategyPlan, customers: pl.DataFrame, hitless: int | None) -> Ghosts:
    """The ghosts among customers who lack at most one condition (`#cause`) or are barred by a limit (`#limit`). `hitless` is the number
    of the condition to have a hit: without it, values of the hit may be missing in a script."""
    alone = replace(plan, strategies=(one,), later=())
    customers = moment.extend(customers.drop(BATCH, ROW, strict=False), alone.gating())  # they are of all batches
    positions = pl.int_range(customers.height, dtype=pl.UInt32, eager=True).alias(POSITION)
    options = options_of(moment, plan, [one], customers, {one.name: positions})
    beside = features_of_options(moment, alone, customers).hstack(customers.select(CAUSE, LIMIT))
    frame = with_pauses(moment, plan, options.hstack(beside[options.get_column(POSITION)].drop(POSITION, strict=False)))
    gates = _gates(moment, plan, pl.lit(False) if hitless is None else pl.col(CAUSE).eq_missing(hitless))
    numbers = pl.int_range(pl.len(), dtype=pl.UInt32).alias(OPTION)
    frame = frame.lazy().with_columns(numbers, exempt_of(moment, plan), *gates).filter(_between_one()).collect()
    kept = frame.select(*options.columns, KEY, OPTION, EXEMPT, CAUSE, LIMIT, GATE)
    return Ghosts(kept, claims_of(moment, plan, frame, OPTION))


def _gates(moment: Moment, plan: DayPlan, hitless: pl.Expr) -> Iterator[pl.Expr]:
    """How many reasons of the gate stand against an option, and the only one."""
    held: dict[str, pl.Expr] = {}
    for reason, stands in obstacles(moment, plan):
        stands = (stands & ~hitless if reason == SCRIPT_MISSING else stands).fill_null(False)
        held[reason] = held[reason] | stands if reason in held else stands
    standing = pl.sum_horizontal(each.cast(pl.UInt32) for each in held.values())
    yield standing.alias(STANDING)
    removable = [pl.when(each).then(pl.lit(reason)) for reason, each in held.items() if reason not in INNATE]
    yield pl.when(standing == 1).then(pl.coalesce(*removable, pl.lit(None, dtype=pl.String))).alias(GATE)


def _between_one() -> pl.Expr:
    """Whether at most one thing stands against the option, that of the customer included."""
    lacking = pl.col(CAUSE).is_not_null() | pl.col(LIMIT).is_not_null()
    return (pl.col(STANDING) == 0) | (~lacking & pl.col(GATE).is_not_null())


# ------------------------------------------------------------------------------------------------ in the arbitration


def would_win(
    moment: Moment, plan: DayPlan, one: StrategyPlan, day: Weighed, taken: Sequence[Claims], batches: Sequence[Ghosts]
) -> pl.DataFrame:
    """The ghosts that find room, a row each: `#key` and what stood between. `taken` are the claims of the day's batches."""
    options, claims = _together(day, batches)
    ghosts = _numbered(_told_apart(options, day, one.name), day)
    numbered = number_groups(day.bounds, [*taken, *claims], moment.bank.memory)
    passed = day.won.options.drop(ORDER, *DECIDED).sort(OPTION)
    everyone = pl.concat([passed, ghosts.with_columns(pl.lit(True).alias(CONTROL_DRAW)).select(passed.columns)])
    keys = pl.concat([day.keys, ghosts.get_column(KEY)])
    looking = _taking_nothing(numbered, ghosts, day.count)
    if day.won.worth is not None:
        chosen = _at_the_days_prices(day, day.won.worth, ghosts, looking)
    else:
        chosen = arbitrate(plan, in_order(plan, everyone, keys), looking).options.filter(CHOSEN).select(OPTION)
    return ghosts.join(chosen, on=OPTION, how="semi").select(*WHO).unique()


def _at_the_days_prices(day: Weighed, worth: Worth, ghosts: pl.DataFrame, numbered: NumberedClaims) -> pl.DataFrame:
    """Under `maximize:`, the ghosts' options that find room in the evening, or whose score is above the price of what they would take.
    What is full and has no price, as all that asked for it got it, is left to those who have it."""
    evening = day.claims.groups.select(BOUND, TEXT, day.won.used.alias("taken"), pl.Series("price", worth.prices))
    groups = numbered.groups.select(GROUP, BOUND, TEXT, "used").join(evening, on=[BOUND, TEXT], how="left").drop(BOUND, TEXT)
    asked = numbered.claims.join(groups, on=GROUP).with_columns(pl.coalesce("taken", "used").alias("taken"))
    fits = pl.col("taken") + pl.col(WEIGHT) <= pl.col(ROOM)
    by_option = asked.group_by(pl.col(OF_OPTION).alias(OPTION)).agg(
        fits.all().alias("fits"),
        ((pl.col("used") + pl.col(WEIGHT) <= pl.col(ROOM)) & (fits | (pl.col("price") > 0))).all().alias("possible"),
        (pl.col("price").fill_null(0.0) * pl.col(WEIGHT)).sum().alias("price"),
    )
    beside = ghosts.select(OPTION, SCORE).join(by_option, on=OPTION, how="left")
    wanted = pl.col("fits").fill_null(True) & (pl.col(SCORE).fill_null(0.0) >= 0)
    return beside.filter(wanted | (pl.col("possible") & (pl.col(SCORE) > pl.col("price")))).select(OPTION)


def _together(day: Weighed, batches: Sequence[Ghosts]) -> tuple[pl.DataFrame, list[Claims]]:
    """The ghosts of all batches, their options numbered behind those of the day."""
    start, options, claims = day.count, [], []
    for batch in batches:
        shift = pl.lit(start, dtype=pl.UInt32)
        options.append(batch.options.with_columns((pl.col(OPTION) + shift).alias(FORMER)).drop(OPTION))
        claims.append({bound: rows.with_columns(pl.col(OF_OPTION) + shift) for bound, rows in batch.claims.items()})
        start += int(batch.options.get_column(OPTION).max() or 0) + 1  # type: ignore[arg-type]  # numbers have gaps where an option was left out
    return pl.concat(options), claims


def _told_apart(options: pl.DataFrame, day: Weighed, strategy: str) -> pl.DataFrame:
    """A ghost for each thing that a customer might do without: of those who went through the gate each limit that had no room, and each
    gate that closed one of their ways. Whom the strategy has an action for needs none."""
    mine = day.won.options.filter(pl.col(action("strategy")).cast(pl.String) == strategy)
    mine = mine.with_columns(day.keys.gather(mine.get_column(CUSTOMER)))
    options = options.join(mine.filter(CHOSEN), on=KEY, how="anti")
    lost = options.filter(pl.all_horizontal(pl.col(CAUSE, LIMIT, GATE).is_null()))
    limits = mine.filter(pl.col(BLOCKED_BY).is_not_null()).select(KEY, pl.col(BLOCKED_BY).alias(LIMIT)).unique()
    gates = options.filter(pl.col(GATE).is_not_null())
    return pl.concat([
        options.filter(pl.any_horizontal(pl.col(CAUSE, LIMIT, GATE).is_not_null())),
        lost.drop(LIMIT).join(limits, on=KEY).select(options.columns),
        lost.drop(GATE).join(gates.select(KEY, GATE).unique(), on=KEY).select(options.columns),
    ])  # fmt: skip


def _numbered(ghosts: pl.DataFrame, day: Weighed) -> pl.DataFrame:
    """The ghosts' options with numbers of their own behind those of the day."""
    groups = ghosts.select(WHO).unique().with_row_index(CANDIDATE, offset=day.candidates.height)
    sorted_ = ghosts.join(groups, on=WHO, nulls_equal=True).sort(CANDIDATE, FORMER)
    row = pl.int_range(pl.len(), dtype=pl.UInt32)
    return sorted_.with_columns((row + day.customers.height).alias(CUSTOMER), (row + day.count).alias(OPTION))


def _taking_nothing(numbered: NumberedClaims, ghosts: pl.DataFrame, own: int) -> NumberedClaims:
    """The claims of the day (options up to `own`) and of the ghosts: none on the limit that they do without, and none that takes room."""
    day = numbered.claims.filter(pl.col(OF_OPTION) < own)
    names = ghosts.select(pl.col(FORMER).alias(OF_OPTION), pl.col(OPTION), LIMIT)
    theirs = numbered.claims.filter(pl.col(OF_OPTION) >= own).join(names, on=OF_OPTION)
    bound = theirs.filter(pl.col(BOUND).ne_missing(pl.col(LIMIT)))
    looking = bound.with_columns(pl.col(OPTION).alias(OF_OPTION), pl.lit(False).alias(CONTROLS)).select(day.columns)
    return replace(numbered, claims=pl.concat([day, looking]))
