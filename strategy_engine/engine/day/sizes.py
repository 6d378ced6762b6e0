"""How many customers conditions select on a date: for whoever is still writing them, so nothing is held against its contract."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path

import polars as pl

from strategy_engine.engine.data.scan import scan
from strategy_engine.engine.day.opening import open_moment
from strategy_engine.engine.day.sources import Sources
from strategy_engine.plan.day import plan_day
from strategy_engine.plan.reads import reads
from strategy_engine.record import record
from strategy_engine.semantics import ir
from strategy_engine.semantics.model import Model


@record
class Sizes:
    """How many of the customers that were looked at each condition selects.

    customers: in the whole snapshot.      sampled: of these, how many were looked at: every n-th in the order of the file.
    """

    customers: int
    sampled: int
    selected: Mapping[str, int]


def sizes(model: Model, folder: Path, date: dt.date, conditions: Mapping[str, ir.Expr], most: int) -> Sizes:
    """Count on a sample of about `most` customers. An unknown condition does not select. Raises DataError where a table cannot be read."""
    project, snapshot = model.project, model.project.snapshot
    needed = {snapshot.name: set[str](), **reads(model, conditions.values())}
    frames = {name: scan(project.tables[name], folder, date, None, project.timezone) for name in needed}
    customers = int(frames[snapshot.name].select(pl.len()).collect().item())
    frames[snapshot.name] = frames[snapshot.name].gather_every(max(1, -(-customers // most)))
    moment = open_moment(plan_day(model, date), Sources(project, folder, frames), max(most, 1), {})
    selected, sampled = dict.fromkeys(conditions, 0), 0
    for batch in moment.batches(conditions.values()):
        frame = moment.extend(batch, conditions.values())
        found = frame.select(**{name: moment.low(condition).fill_null(False).sum() for name, condition in conditions.items()})
        for name, count in found.row(0, named=True).items():
            selected[name] += int(count)
        sampled += batch.height
    return Sizes(customers, sampled, selected)
