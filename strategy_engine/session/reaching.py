"""Whom the strategies of a project reach, and whom not."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from strategy_engine.engine.day.run import open_day
from strategy_engine.engine.explain.reach import Reach, placing, reach
from strategy_engine.session.running import data_told, inputs_of

if TYPE_CHECKING:
    from strategy_engine.engine.day.run import Progress
    from strategy_engine.session.project import Project


def reached(project: Project, date: dt.date, days: int, progress: Progress | None) -> Reach:
    """Of the date and the days before it, `days` in all. Raises StrategyError for data that break their contract (3)."""
    given = inputs_of(project, date)
    with data_told():
        day = open_day(**given, further=placing(given["model"]).values())
    try:
        return reach(day, given["past"], days, progress)
    finally:
        day.moment.bank.close()
