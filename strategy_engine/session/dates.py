"""The dates of a project: those that have a snapshot, and those that can be run."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from strategy_engine.engine.data.locate import dates as dates_of
from strategy_engine.refusals import NoDate, StrategyError

if TYPE_CHECKING:
    from strategy_engine.session.project import Project


def snapshots(project: Project) -> list[dt.date]:
    """The dates that have a snapshot; none where snapshots are not dated."""
    table = project.model.project.snapshot
    return sorted(dates_of(table, project.folder)) if table.dated else []


def latest(project: Project) -> dt.date:
    """The latest date that has a snapshot. Raises StrategyError (3) where there is none."""
    dates = dates_of(project.model.project.snapshot, project.folder)
    if not dates:
        raise StrategyError([NoDate(None, project.model.project.snapshot.path)], 3)
    return max(dates)


def between(project: Project, first: dt.date, last: dt.date) -> list[dt.date]:
    """The dates to run from the first to the last: those that have a snapshot, or all where snapshots are not dated."""
    every = [first + dt.timedelta(days=number) for number in range((last - first).days + 1)]
    dated = snapshots(project)
    return [day for day in every if day in dated] if dated else every
