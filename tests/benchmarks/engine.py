"""The engine as it is measured: counts of cohorts, without the check of the data."""

from __future__ import annotations

from pathlib import Path

import polars as pl
from conditions import TODAY

from strategy_engine.engine.data.scan import scan
from strategy_engine.engine.day.opening import open_moment
from strategy_engine.engine.day.run import BATCH_SIZE, count_qualified
from strategy_engine.engine.day.sources import Sources
from strategy_engine.plan.day import plan_day
from strategy_engine.plan.reads import reads
from strategy_engine.semantics.model import Model


def count_unchecked(model: Model, folder: Path) -> dict[str, int]:
    """By strategy, how many are in its cohort: from the files to the counts, the data taken at its word."""
    plan, project = plan_day(model, TODAY, {}), model.project
    read = {project.snapshot.name: set[str](), **reads(model, plan.qualifying())}
    scans = {name: scan(project.tables[name], folder, TODAY, columns, project.timezone) for name, columns in read.items()}
    moment = open_moment(plan, Sources(project, folder, scans), BATCH_SIZE, {})
    return counts(count_qualified(moment, plan))


def counts(qualified: pl.DataFrame) -> dict[str, int]:
    """By strategy, how many are in its cohort."""
    return dict(qualified.select("strategy", "in_cohort").iter_rows())
