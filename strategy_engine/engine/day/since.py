"""From which day on the rows of events are read: what lies before counts for nobody, so that it is neither checked nor read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import replace

from strategy_engine.catalog.models import Table
from strategy_engine.engine.expressions import Lowering
from strategy_engine.engine.expressions.windows import stretch_of
from strategy_engine.language.functions import Context
from strategy_engine.plan.day import DayPlan
from strategy_engine.plan.reads import Sight

LONG_AGO = dt.date(1900, 1, 1)
"""Before it, files that hold times in nanoseconds hold none."""


def first_days(plan: DayPlan, sights: Mapping[str, Collection[Sight]]) -> dict[str, dt.date]:
    """By table of events, the first day of all windows through which its rows are seen; none for a table whose rows may all count."""
    project = plan.model.project
    context = Context(plan.date, frozenset(project.calendar.holidays), frozenset(project.calendar.workdays))
    low = Lowering(lambda _: None, context, plan.date + dt.timedelta(days=project.contact_offset))
    # the hit that a journey began with is read again as long as it goes on
    followed = {name for step in plan.later for name in step.plan.strategy.triggers}
    found: dict[str, dt.date] = {}
    for name, seen in sights.items():
        table = project.data[name]
        if table.kind == "events":
            found[name] = min((_first_day(sight, table, followed, low) for sight in seen), default=dt.date.min)
    return {name: day for name, day in found.items() if day >= LONG_AGO}


def _first_day(sight: Sight, table: Table, followed: Collection[str], low: Lowering) -> dt.date:
    """The first day on which a row can be seen, today at the latest; the very first where nothing says so."""
    rows, trigger = sight.rows, sight.trigger
    if rows.time != table.time or (trigger is not None and trigger.name in followed):
        return dt.date.min
    if trigger is not None:
        rows = replace(rows, window=trigger.window, future=True)
    stretch = stretch_of(rows, low)
    if stretch is None:  # of no row
        return low.context.today
    return dt.date.min if stretch.start is None else min(stretch.start.date(), low.context.today)
