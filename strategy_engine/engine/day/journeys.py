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


def running(later: tuple[LaterStep, ...], actions: pl.LazyFrame, told: pl.LazyFrame | None, context: Context) -> pl.DataFrame:
    """The journeys that are not over, a row for each branch of the plan that they may be on.

    `strategy later branch due #key` and what the journey carries. `actions` are those of the strategies that have journeys; `told`
    their outcomes. A journey is over when no step is left, when it was told what the next step waits not to hear, or when that step was
    tried in vain for its days.
    """
    known = actions.select("customer_id", "strategy", "version", "step", "run_date", *CARRIED)
    latest = known.sort("journey", "step").unique(["customer_id", "strategy"], keep="last", maintain_order=True).collect()
    heard = pl.DataFrame(schema={**{name: latest.schema[name] for name in WHOSE}, OUTCOME: pl.String})
    ending = {step.unless for each in later for _, step in _branches(each) if step.unless is not None}
    if told is not None:
        owners = pl.col("strategy").is_in(sorted({each.plan.name for each in later}))
        mine = told.filter(pl.col("journey").is_not_null(), owners, pl.col(OUTCOME).is_in(sorted(ending)))
        heard = mine.select(*WHOSE, OUTCOME).unique().collect()
    parts = [
        _on_step(_before(latest, each), heard, number, branch, step, context)
        for number, each in enumerate(later)
        for branch, step in _branches(each)
    ]
    return pl.concat([_nobody(latest), *parts])


def _branches(later: LaterStep) -> Iterator[tuple[int, PlanStep]]:
    return ((branch, step) for branch, step in enumerate(later.steps.values) if step is not None)


def _before(latest: pl.DataFrame, later: LaterStep) -> pl.DataFrame:
    """The journeys whose next step it may be."""
    mine = (pl.col("strategy") == later.plan.name) & (pl.col("version") == later.version) & (pl.col("step") == later.step - 1)
    return latest.filter(mine)


def _on_step(journeys: pl.DataFrame, heard: pl.DataFrame, number: int, branch: int, step: PlanStep, context: Context) -> pl.DataFrame:
    """The journeys that wait for the step, or for which it is due."""
    listed = list(zip(journeys["run_date"], journeys["journey"], strict=True))
    due = {(before, began): _due(step, before, began, context) for before, began in set(listed)}
    dates = pl.Series(DUE, [due[each] for each in listed], dtype=pl.Date)
    waiting = journeys.with_columns(dates).filter(pl.col(DUE) + (TRIED - 1) * DAY >= context.today)
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
