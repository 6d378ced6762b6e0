"""The funnel: how far actions came on each channel, as feedback tells, each step counting only those who made the one before."""

from __future__ import annotations

import datetime as dt

import polars as pl

from strategy_engine.catalog.models import Project
from strategy_engine.engine.day.outcomes import FAILED, OUTCOME, outcomes
from strategy_engine.plan.vocabulary import CONTROL
from strategy_engine.review.figures import FunnelFigure

STEPS = ("delivered", "opened", "clicked", "converted")
"""The steps in their order; a bank whose feedback does not know one goes without it."""
_OF_ACTION = ("action_id", "strategy", "channel", "benefit")
_SAID = (FAILED, "declined", "complained")


def told_of(project: Project, actions: pl.LazyFrame, feedback: pl.LazyFrame | None, as_of: dt.date) -> pl.DataFrame:
    """What feedback tells of each treated action: `action_id`, `strategy`, `channel`, `benefit`, and a column of bool an outcome."""
    treated = actions.filter(pl.col("arm") != CONTROL)
    wanted = (*STEPS, *_SAID)
    if feedback is None:
        return treated.select(*_OF_ACTION, *(pl.lit(value=False).alias(name) for name in wanted)).collect()
    told = outcomes(project, treated, feedback, as_of).filter(pl.col(OUTCOME).is_in(wanted))
    by_action = told.group_by("action_id").agg((pl.col(OUTCOME) == name).any().alias(name) for name in wanted)
    known = treated.select(*_OF_ACTION).join(by_action, on="action_id", how="left")
    return known.with_columns(pl.col(wanted).fill_null(value=False)).collect()


def steps_known(project: Project) -> tuple[str, ...]:
    """The steps that the bank's feedback can tell; none without feedback."""
    if project.feedback is None:
        return ()
    values = project.tables[project.feedback.from_].columns[project.feedback.outcome].values or {}
    return tuple(step for step in STEPS if step in values)


def funnel_of(told: pl.DataFrame, steps: tuple[str, ...]) -> list[FunnelFigure]:
    """By strategy and channel. told: as `told_of` gives it. A step that is never told of a channel is none of its steps: nobody clicks on a
    telephone call."""
    by_channel = told.sort("channel").partition_by("channel", maintain_order=True)
    found = [figure for part in by_channel for figure in _of_channel(part, tuple(step for step in steps if part.get_column(step).any()))]
    return sorted(found, key=lambda figure: (figure.strategy, figure.channel))


def _of_channel(told: pl.DataFrame, steps: tuple[str, ...]) -> list[FunnelFigure]:
    made, reached = pl.lit(value=True), {}
    for step in steps:
        made = made & pl.col(step)
        reached[step] = made.sum()
    unseen = (pl.col("converted") & ~pl.col("opened")).sum() if {"opened", "converted"} <= set(steps) else pl.lit(None, dtype=pl.Int64)
    rows = (
        told.group_by("strategy", "channel")
        .agg(pl.len().alias("listed"), **reached, unseen=unseen, **{name: pl.col(name).sum() for name in _SAID})
        .sort("strategy", "channel")
    )
    absent = dict.fromkeys(step for step in STEPS if step not in steps)
    return [FunnelFigure(**{**row, **absent}) for row in rows.iter_rows(named=True)]
