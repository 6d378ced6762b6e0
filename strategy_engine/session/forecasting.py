"""What if, over time: days in a row on a scratch ledger, each with what those before it listed."""

from __future__ import annotations

import datetime as dt
import re
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace as replaced
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from strategy_engine.diagnostics.model import Diagnostic, Severity, diagnostic, listed
from strategy_engine.engine.data.locate import dates as dates_of
from strategy_engine.engine.data.remembered import Checked
from strategy_engine.engine.day.report import Use
from strategy_engine.engine.day.run import DayResult
from strategy_engine.ledger.store import Store
from strategy_engine.ledger.tables import TABLES, Past, runs_of, whole
from strategy_engine.plan.vocabulary import CONTROL
from strategy_engine.record import record
from strategy_engine.refusals import StrategyError
from strategy_engine.semantics.model import Model
from strategy_engine.session.running import computed

if TYPE_CHECKING:
    from strategy_engine.session.project import Progress, Project

DAY = dt.timedelta(days=1)
_NUMBERS = re.compile(r"[0-9]+")


@diagnostic
class TablesHeld(Diagnostic):
    """A forecast on data that stand still

    `strategy plan --days` computes days for which there are no data yet. Each dated table stays then as it was delivered last: customers
    grow no older in its columns, and nobody opens, clicks or buys. Only the calendar moves on, and what the strategies themselves list.

    Example: `strategy plan --days 30` on the evening of the latest snapshot.

    Instead: nothing, as long as caps, capacities and budgets are asked about; how customers respond `strategy simulate` makes up.
    """

    code = "S0352"
    severity = Severity.NOTE
    tables: tuple[str, ...]
    date: str

    @property
    def message(self) -> str:
        return f"after {self.date} the data stand still: {listed(self.tables)} as delivered last, and no event or feedback of later days"


@diagnostic
class DaysLeftOut(Diagnostic):
    """A forecast from a day that the ledger is already past

    The forecast begins with what the ledger knew on the morning of its first day.

    Example: `strategy plan --days 7 --date 2026-11-01`, where days up to 2026-11-20 were run.

    Instead: leave `--date` out to go on from the last day that was run.
    """

    code = "S0353"
    severity = Severity.NOTE
    date: str
    last: str

    @property
    def message(self) -> str:
        return f"the ledger knows of days up to {self.last}; those from {self.date} on are computed anew and theirs are left out"


@record
class DayAhead:
    """A day of the forecast.

    actions: controls aside.      by_channel: the same, by channel.      uses: what it made of each limit.
    """

    date: dt.date
    actions: int
    controls: int
    by_channel: dict[str, int]
    uses: tuple[Use, ...]

    @property
    def refused(self) -> int:
        """How often a candidate met a limit without room."""
        return sum(use.refused for use in self.uses)

    @property
    def capped(self) -> int:
        """Customers whom a policy lets nothing more have, of those whom a strategy wanted: by the limit that most have reached."""
        return max((use.full for use in self.uses if is_cap(use)), default=0)


def is_cap(use: Use) -> bool:
    """Whether a policy limits contacts of each customer."""
    return use.per == ("customer",) and not use.capacity and use.source.startswith("policy ")


@record
class LimitAhead:
    """A limit over all days of the forecast.

    last: what is made of it on the last day that asks for it.      out: the first day on which it has no room for somebody; None: never.
    days: on how many that is so.      refused: candidates, over all days.      full: groups without room, on its worst day.
    """

    last: Use
    out: dt.date | None
    days: int
    refused: int
    full: int


@record
class Forecast:
    """Days in a row: what would be listed, and what runs out."""

    project: str
    days: tuple[DayAhead, ...]
    diagnostics: tuple[Diagnostic, ...]

    @property
    def limits(self) -> list[LimitAhead]:
        """All limits, those that run out first before those that do not."""
        found: dict[str, list[tuple[dt.date, Use]]] = {}
        for day in self.days:
            for use in day.uses:
                found.setdefault(use.limit, []).append((day.date, use))
        ahead = [_ahead(uses) for uses in found.values()]
        return sorted(ahead, key=lambda each: (each.out or dt.date.max, -each.refused, each.last.limit))


def _ahead(uses: Sequence[tuple[dt.date, Use]]) -> LimitAhead:
    without_room = [date for date, use in uses if use.refused]
    out = without_room[0] if without_room else None
    return LimitAhead(uses[-1][1], out, len(without_room), sum(use.refused for _, use in uses), max(use.full for _, use in uses))


def forecast(project: Project, days: int, first: dt.date, kept: Checked, *, progress: Progress | None) -> Forecast:
    """See `Project.forecast`."""
    ahead: list[DayAhead] = []
    told: dict[tuple[str, str], Diagnostic] = {}  # by what they say: of a day after another only numbers and dates are others
    dates = list(_dates(project, first, days))
    with tempfile.TemporaryDirectory(prefix="strategy-") as scratch:
        store = Store(Path(scratch))
        for number, date in enumerate(dates):
            if progress is not None:
                progress(date.isoformat(), number, len(dates))
            past = _past(project, store, first, date)
            result = computed(project, date, kept, progress=None, batch_size=None, model=_model_on(project, date), past=past)
            store.write(date, whole({**result.record, "runs": runs_of(date, result.manifest)}))
            ahead.append(_day(date, result))
            for each in result.diagnostics:
                told.setdefault((each.code, _NUMBERS.sub("", each.message)), each)
    return Forecast(project.model.project.project, tuple(ahead), (*_notes(project, first, dates), *told.values()))


def first_day(project: Project) -> dt.date:
    """The day after the last that was run; where nothing was, that of the latest snapshot. Raises StrategyError where there is neither."""
    run = project.ledger.dates()
    try:
        latest = project.latest_date()
    except StrategyError:
        if not run:
            raise
        return run[-1] + DAY
    return max(latest, run[-1] + DAY) if run else latest


def _dates(project: Project, first: dt.date, days: int) -> Iterator[dt.date]:
    """The days; of those up to the latest snapshot, as `run --from --to` does, those that have one."""
    snapshots = dates_of(project.model.project.snapshot, project.folder)
    for number in range(days):
        date = first + number * DAY
        if not snapshots or date in snapshots or date > snapshots[-1]:
            yield date


def _model_on(project: Project, date: dt.date) -> Model:
    """The day's model, with each dated table as it was last delivered by the day."""
    model = project.model_on(date)
    delivered = {name: [day for day in dates_of(table, project.folder) if day <= date] for name, table in model.project.tables.items()}
    held = {name: days[-1] for name, days in delivered.items() if days}
    return replaced(model, project=model.project.held(held))


def _past(project: Project, store: Store, first: dt.date, date: dt.date) -> Past:
    """What the ledger knew before the first day, and what the days since have listed."""
    known, since = project.ledger.past(first), store.past(date)
    return {name: pl.concat([known[name], since[name]]) for name in TABLES}


def _day(date: dt.date, result: DayResult) -> DayAhead:
    actions = result.actions.filter(pl.col("arm") != CONTROL)
    by_channel = dict(actions.group_by("channel").len().sort("channel").iter_rows())
    return DayAhead(date, actions.height, result.actions.height - actions.height, by_channel, result.uses)


def _notes(project: Project, first: dt.date, dates: Sequence[dt.date]) -> Iterator[Diagnostic]:
    """On what data the forecast rests."""
    run = project.ledger.dates()
    if run and run[-1] >= first:
        yield DaysLeftOut(None, first.isoformat(), run[-1].isoformat())
    last = {name: found[-1] for name, table in project.model.project.tables.items() if (found := dates_of(table, project.folder))}
    held = tuple(name for name, date in last.items() if dates and date < dates[-1])
    if held:
        yield TablesHeld(None, held, max(last[name] for name in held).isoformat())
