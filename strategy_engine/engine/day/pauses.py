"""Pauses: who is left alone, for how long, after what was told of earlier actions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import polars as pl

from strategy_engine.engine.day.names import KEY
from strategy_engine.engine.day.observe import Moment
from strategy_engine.engine.day.options import action
from strategy_engine.engine.day.outcomes import OUTCOME, TOLD_AT
from strategy_engine.engine.day.windows import DAY, moved
from strategy_engine.language.functions import Context
from strategy_engine.plan.day import DayPlan
from strategy_engine.semantics.model import Pause

UNTIL, PLACE = "until", "#place"


def paused(pause: Pause, told: pl.LazyFrame, context: Context) -> pl.DataFrame:
    """`#key`, what the pause is per, and the last day of it. `told` is the feedback with the customer's id.

    The pause begins with the outcome that makes the count full, and holds for its length after that day.
    """
    whose = [KEY, *(group.kind for group in pause.per)]
    rows = told.filter(pl.col(OUTCOME) == pause.outcome).select(pl.col("customer_id").alias(KEY), *whose[1:], TOLD_AT).unique()
    days = rows.sort(TOLD_AT).with_columns(pl.col(TOLD_AT).cast(pl.Date).alias("day"))
    first = pl.col("day").shift(pause.count - 1).over(whose).alias("first")
    full = days.with_columns(first).filter(pl.col("first").is_not_null()).collect()
    if pause.within is not None:
        within = pause.within
        earliest = _each(full.get_column("day"), lambda day: moved(day, within, -1, context) + DAY)
        full = full.filter(full.get_column("first") >= earliest)
    until = _each(full.get_column("day"), lambda day: moved(day, pause.length, 1, context)).alias(UNTIL)
    held = full.with_columns(until).filter(pl.col(UNTIL) >= context.today)
    return held.group_by(whose).agg(pl.col(UNTIL).max()).sort(whose)


def _each(days: pl.Series, move: Callable[[dt.date], dt.date]) -> pl.Series:
    """The days moved, each one once."""
    each = days.unique()
    return days.replace_strict(each, pl.Series([move(day) for day in each], dtype=pl.Date), return_dtype=pl.Date)


def column(number: int) -> str:
    """The column of options that tells whether a pause of the plan holds."""
    return f"#pause {number}"


def with_pauses(moment: Moment, plan: DayPlan, options: pl.DataFrame) -> pl.DataFrame:
    """The options, in their order, with a column of bool for each pause of the plan."""
    columns = []
    for number, gate in enumerate(plan.pauses):
        held = moment.bank.memory.paused.get(number)
        kinds = [group.kind for group in gate.pause.per]
        marked = pl.lit(False) if held is None or held.is_empty() else _held(options, held, kinds)
        columns.append(marked.alias(column(number)))
    return options.with_columns(columns)


def _held(options: pl.DataFrame, held: pl.DataFrame, kinds: list[str]) -> pl.Series:
    """Which of the options a pause holds. Few customers are held, and what it is per is put into words of their options only."""
    theirs = pl.col(KEY).is_in(held.get_column(KEY).unique().implode())
    if not kinds:
        return options.select(theirs).to_series()
    texts = [pl.col(action(kind)).cast(pl.String).alias(kind) for kind in kinds]
    few = options.lazy().select(pl.col(KEY), pl.int_range(pl.len()).alias(PLACE), *(action(kind) for kind in kinds)).filter(theirs)
    found = few.select(KEY, PLACE, *texts).join(held.lazy(), on=[KEY, *kinds], how="semi").select(PLACE).collect().to_series()
    return pl.int_range(options.height, eager=True).is_in(found.implode())
