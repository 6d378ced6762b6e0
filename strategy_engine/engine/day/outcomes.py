"""What became of actions: the project's feedback beside the actions that it speaks of."""

from __future__ import annotations

import datetime as dt

import polars as pl

from strategy_engine.catalog.models import Project

FAILED = "failed"
"""The outcome that gives count, capacity and money back: nobody was reached."""

OUTCOME, TOLD_AT, OWNER = "outcome", "told_at", "#owner"


def outcomes(project: Project, actions: pl.LazyFrame, feedback: pl.LazyFrame, today: dt.date) -> pl.LazyFrame:
    """The actions that feedback up to today speaks of, once for each row of it, with `outcome` and `told_at`.

    Feedback that does not name the action is about the latest one that it fits and that was listed before it came.
    """
    told, match = _told(project, feedback, today)
    if "action_id" in match:
        return told.join(actions, on=match, how="inner", suffix="_told")
    listed = actions.with_columns(pl.col("run_date").cast(pl.Datetime("us")).alias("listed")).sort("listed", "step")
    found = told.sort(TOLD_AT).join_asof(listed, left_on=TOLD_AT, right_on="listed", by=match, strategy="backward", check_sortedness=False)
    return found.filter(pl.col("action_id").is_not_null()).drop("listed", strict=False)


def told_of_customers(project: Project, feedback: pl.LazyFrame, today: dt.date) -> pl.LazyFrame:
    """What feedback up to today tells of customers, whatever action it is about: `customer_id`, `outcome`, `told_at`."""
    table = project.tables[project.feedback.from_ if project.feedback is not None else ""]
    told, _ = _told(project, feedback.with_columns(pl.col(table.key or "").cast(pl.String).alias(OWNER)), today, OWNER)
    return told.select(pl.col(OWNER).alias("customer_id"), OUTCOME, TOLD_AT)


def _told(project: Project, feedback: pl.LazyFrame, today: dt.date, *further: str) -> tuple[pl.LazyFrame, list[str]]:
    """The feedback by the names that actions have for its columns, and those by which it matches."""
    declared = project.feedback
    if declared is None:
        raise LookupError("without `feedback:` in the project file nothing is told of actions")
    table = project.tables[declared.from_]
    columns = {name: "customer_id" if name == table.key else name for name in declared.match}
    time = pl.col(table.time or "").cast(pl.Datetime("us"))
    told = feedback.select(
        *(pl.col(name).cast(pl.String).alias(shown) for name, shown in columns.items()),
        pl.col(declared.outcome).cast(pl.String).alias(OUTCOME),
        time.alias(TOLD_AT),
        *further,
    )
    return told.filter(pl.col(TOLD_AT).cast(pl.Date) <= today, pl.col(OUTCOME).is_not_null()), list(columns.values())
