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

UNTIL = "until"


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
    there = {day: move(day) for day in days.unique()}
    return pl.Series(days.name, [there[day] for day in days], dtype=pl.Date)


def column(number: int) -> str:
    """The column of options that tells whether a pause of the plan holds."""
    return f"#pause {number}"


def with_pauses(moment: Moment, plan: DayPlan, options: pl.DataFrame) -> pl.DataFrame:
    """The options, in their order, with a column of bool for each pause of the plan."""
    for number, gate in enumerate(plan.pauses):
        held = moment.bank.memory.paused.get(number)
        if held is None or not held.height:
            options = options.with_columns(pl.lit(False).alias(column(number)))
            continue
        groups = [group.kind for group in gate.pause.per]
        names = {KEY: pl.col(KEY), **{f"#per {name}": pl.col(action(name)).cast(pl.String) for name in groups}}
        marked = held.select(KEY, *(pl.col(name).alias(f"#per {name}") for name in groups), pl.lit(True).alias(column(number)))
        joined = options.with_columns(**names).join(marked, on=list(names), how="left", maintain_order="left")
        options = joined.drop([name for name in names if name != KEY]).with_columns(pl.col(column(number)).fill_null(False))
    return options
