"""Journeys: who is on one, and whose next step is due today."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import polars as pl

from strategy_engine.engine.day.names import KEY
from strategy_engine.engine.day.outcomes import OUTCOME
from strategy_engine.engine.day.windows import DAY, moved
from strategy_engine.language.functions import Context
from strategy_engine.plan.journeys import TRIED, LaterStep
from strategy_engine.semantics.model import PlanStep

WHOSE = ("customer_id", "strategy", "journey")
CARRIED = ("journey", "arm", "benefit", "trigger", "trigger_time")
DUE, LATER, BRANCH = "due", "later", "branch"


def running(later: tuple[LaterStep, ...], actions: pl.LazyFrame, told: pl.DataFrame | None, context: Context) -> pl.DataFrame:
    """The journeys that are not over, a row for each branch of the plan that they may be on.

    `strategy later branch due #key` and what the journey carries. `actions` are those of the strategies that have journeys; `told`
    their outcomes. A journey is over when no step is left, when it was told what the next step waits not to hear, or when that step was
    tried in vain for its days.
    """
    known = actions.select("customer_id", "strategy", "version", "step", "run_date", *CARRIED)
    latest = known.sort("journey", "step").unique(["customer_id", "strategy"], keep="last", maintain_order=True).collect()
    heard = pl.DataFrame(schema={**{name: latest.schema[name] for name in WHOSE}, OUTCOME: pl.String})
    if told is not None:
        mine = told.filter(pl.col("journey").is_not_null(), pl.col(OUTCOME).is_in(endings(later)))
        heard = mine.select(*WHOSE, OUTCOME).unique()
    listed = latest.partition_by("strategy", "version", "step", as_dict=True)
    parts = [
        _on_step(journeys, heard, number, branch, step, context)
        for number, each in enumerate(later)
        if (journeys := listed.get((each.plan.name, each.version, each.step - 1))) is not None
        for branch, step in _branches(each)
    ]
    return pl.concat([_nobody(latest), *parts])


def endings(later: tuple[LaterStep, ...]) -> list[str]:
    """The outcomes that end journeys."""
    return sorted({step.unless for each in later for _, step in _branches(each) if step.unless is not None})


def _branches(later: LaterStep) -> Iterator[tuple[int, PlanStep]]:
    return ((branch, step) for branch, step in enumerate(later.steps.values) if step is not None)


def _on_step(journeys: pl.DataFrame, heard: pl.DataFrame, number: int, branch: int, step: PlanStep, context: Context) -> pl.DataFrame:
    """The journeys that wait for the step, or for which it is due."""
    days = journeys.select("run_date", "journey").unique()
    due = pl.Series(DUE, [_due(step, before, began, context) for before, began in days.iter_rows()], dtype=pl.Date)
    open_days = days.with_columns(due).filter(pl.col(DUE) + (TRIED - 1) * DAY >= context.today)
    waiting = journeys.join(open_days, on=["run_date", "journey"], nulls_equal=True, maintain_order="left")
    if step.unless is not None:
        waiting = waiting.join(heard.filter(pl.col(OUTCOME) == step.unless), on=WHOSE, how="anti", maintain_order="left")
    return _shown(waiting, number, branch)


def _due(step: PlanStep, before: dt.date, began: dt.date, context: Context) -> dt.date:
    """The day on which the step is due: after the step before, or on a day of the journey; never before that step was listed."""
    date = moved(before, step.after, 1, context) if step.after is not None else began + (max(step.on_day or 1, 1) - 1) * DAY
    return max(date, before + DAY)


def _shown(journeys: pl.DataFrame, number: int, branch: int) -> pl.DataFrame:
    numbers = (pl.lit(number, dtype=pl.Int32).alias(LATER), pl.lit(branch, dtype=pl.Int32).alias(BRANCH))
    return journeys.select("strategy", *numbers, DUE, pl.col("customer_id").alias(KEY), *CARRIED)


def _nobody(journeys: pl.DataFrame) -> pl.DataFrame:
    return _shown(journeys.clear().with_columns(pl.lit(None, dtype=pl.Date).alias(DUE)), 0, 0)
