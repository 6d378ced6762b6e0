"""Reviewing a project: what its ledger and tables hold for the review, and what a review decides."""

from __future__ import annotations

import datetime as dt
import importlib.util
from collections.abc import Iterator, Mapping
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from strategy_engine.diagnostics.model import Diagnostic, Severity, diagnostic, listed
from strategy_engine.engine.data.locate import dates as dates_of
from strategy_engine.engine.data.scan import DataError, scan
from strategy_engine.engine.day.memory import Memory
from strategy_engine.engine.day.recall import first_run
from strategy_engine.engine.day.run import DayResult
from strategy_engine.ledger import holds, imports
from strategy_engine.ledger.holds import StrategyHeld
from strategy_engine.ledger.tables import IMPORTED
from strategy_engine.plan.day import runs_on
from strategy_engine.plan.vocabulary import CONTROL, TREATED
from strategy_engine.record import record
from strategy_engine.refusals import StrategyError
from strategy_engine.semantics.model import Model

if TYPE_CHECKING:
    from strategy_engine.review.figures import Figures
    from strategy_engine.review.findings import Place
    from strategy_engine.session.project import Progress, Project


@diagnostic
class NothingListed(Diagnostic):
    """A review of a time in which nothing was listed

    Example: `strategy review` of a project that was never run.

    Instead: `strategy run`, or `strategy ledger import FILE` for what another system has listed.
    """

    code = "S0525"
    exit_code = 2
    first: str | None
    last: str | None

    @property
    def message(self) -> str:
        if self.first is not None and self.last is not None:
            return f"nothing was listed from {self.first} to {self.last}, so there is nothing to review"
        if self.first is not None:
            return f"nothing was listed from {self.first}, so there is nothing to review"
        if self.last is not None:
            return f"nothing was listed to {self.last}, so there is nothing to review"
        return "nothing was listed, so there is nothing to review"

    @property
    def help(self) -> str | None:
        return "run a day first, or take in what another system listed: `strategy ledger import FILE`"


@diagnostic
class NoStatistics(Diagnostic):
    """The packages for the review are not installed

    The review computes its intervals with numpy and scipy, which nothing else needs.

    Example: `strategy review` after a plain installation.

    Instead: `pip install 'strategy-engine[review]'`
    """

    code = "S0526"
    exit_code = 3
    packages: str

    @property
    def message(self) -> str:
        return f"the review needs {self.packages}"

    @property
    def help(self) -> str | None:
        return "install it: `pip install 'strategy-engine[review]'`"


@record
class Review:
    """A review: its figures, and the strategies that it has paused, and why."""

    figures: Figures
    paused: Mapping[str, str]


def review(
    project: Project, first: dt.date | None, last: dt.date | None, as_of: dt.date | None, *, pause: bool, progress: Progress | None
) -> Review:
    """See `Project.review`."""
    absent = [name for name in ("numpy", "scipy") if importlib.util.find_spec(name) is None]
    if absent:
        raise StrategyError([NoStatistics(None, " and ".join(absent))], NoStatistics.exit_code)
    from strategy_engine.review.observations import ACTION_COLUMNS, Period
    from strategy_engine.review.review import Reviewed
    from strategy_engine.review.review import review as of

    pause = pause and last is None and any(target.pause for one in project.model.strategies.values() for target in one.targets)
    with project.ledger.lock() if pause else nullcontext():
        if pause:
            project.ledger.recover()
        else:
            project.settle()
        store = project.ledger.store
        actions = pl.concat([store.read(name).select(ACTION_COLUMNS) for name in ("actions", IMPORTED)])
        days = actions.select(first=pl.col("run_date").min(), last=pl.col("run_date").max()).collect().row(0)
        start, end = first or days[0], last or days[1]
        if days[0] is None or start > days[1] or end < days[0]:
            raise StrategyError([NothingListed(None, *(None if day is None else day.isoformat() for day in (first, last)))], 2)
        known = _known_until(project, end)
        pause = pause and (as_of is None or as_of <= known)  # of what nobody can know yet nothing follows
        manifests = store.read("runs").filter(pl.col("run_date").is_between(start, end)).sort("run_date").collect()
        reviewed = Reviewed(
            model=project.model,
            folder=project.folder,
            actions=actions,
            manifests=manifests.get_column("record").to_list(),
            places=_places(project),
            period=Period(start, end, as_of or known),
            resumed=holds.resumed(project.ledger),
            memory=Memory(members=store.read("members"), since=first_run({name: store.read(name) for name in ("runs", "members")})),
        )
        try:
            figures = of(reviewed, progress) if progress is not None else of(reviewed)
        except DataError as error:
            raise StrategyError(list(error.diagnostics), 3) from error
        paused = _newly_paused(project, figures) if pause else {}
        holds.hold(project.ledger, figures.as_of, paused)
    return Review(figures, paused)


@record
class Taken:
    """What was taken in of a file: so many actions, of these days, without those of customers who are forgotten; and what is to be told."""

    actions: int
    days: list[dt.date]
    forgotten: int
    diagnostics: list[Diagnostic]


@diagnostic
class ForeignStrategies(Diagnostic):
    """Imported actions of strategies that the project does not have

    What another system has listed is measured by the kpis of the strategy of that name. Without one there are counts and a funnel of it,
    and nothing else.

    Example: a file with the campaign `spring_2025`, which no file declares.

    Instead: `strategy spring_2025 { status: retired  cohort: everyone  channel: sms  control: 10%  kpi: converted uplift }`
    """

    code = "S0625"
    severity = Severity.WARNING
    names: tuple[str, ...]

    @property
    def message(self) -> str:
        return f"no strategy {listed(self.names)} is declared, so no kpi of it is measured"


@diagnostic
class ForeignArms(Diagnostic):
    """Imported actions of arms that the strategy does not have

    Actions of an arm that is neither `control`, nor `treated`, nor in the strategy's `split:` count as treated, and whether the arms are in
    proportion is not looked at.

    Example: a file that calls its controls `B`.

    Instead: `control` for controls, and for the others `treated` or the arms of the `split:`.
    """

    code = "S0626"
    severity = Severity.WARNING
    strategy: str
    arms: tuple[str, ...]

    @property
    def message(self) -> str:
        return f"`{self.strategy}` has no arm {listed(self.arms)}: all of these count as treated"

    @property
    def help(self) -> str | None:
        return "call controls `control`, and the others `treated` or as the strategy's `split:` does"


def take_in(project: Project, file: Path, source: str | None) -> Taken:
    """See `Project.take_in`."""
    rows = imports.read(file)
    with project.ledger.lock():
        notes = project.ledger.recover()
        taken = imports.take_in(project.ledger, rows, source or file.stem, file)
    days = taken.get_column("run_date").unique().sort().to_list()
    return Taken(taken.height, days, rows.height - taken.height, [*notes, *_foreign(project.model, taken)])


def _foreign(model: Model, rows: pl.DataFrame) -> Iterator[Diagnostic]:
    """What the rows name that the project does not have."""
    unknown = sorted(set(rows.get_column("strategy")) - set(model.strategies))
    if unknown:
        yield ForeignStrategies(None, tuple(unknown))
    for strategy, arms in rows.group_by("strategy").agg(pl.col("arm").unique().sort()).sort("strategy").iter_rows():
        known = {TREATED, CONTROL, *(arm for arm, _ in model.strategies[strategy].split)} if strategy in model.strategies else set(arms)
        odd = [arm for arm in arms if arm not in known]
        if odd:
            yield ForeignArms(None, strategy, tuple(odd))


def resume(project: Project, strategy: str) -> dt.date:
    """See `Project.resume`."""
    with project.ledger.lock():
        project.ledger.recover()
        there = holds.held(project.ledger)
        if strategy not in there:
            raise StrategyError([holds.NotHeld(None, strategy, tuple(there))], holds.NotHeld.exit_code)
        day = max([*project.ledger.dates(), *holds.days(project.ledger)])
        holds.resume(project.ledger, day, strategy)
    return day


def _places(project: Project) -> dict[str, Place]:
    """Where the strategies are declared."""
    from strategy_engine.review.findings import Place

    found = {}
    for name, strategy in project.model.strategies.items():
        span = strategy.span
        if span is not None and span.path in project.sources:
            found[name] = Place(span.path, project.sources[span.path].position(span.start).line)
    return found


def _known_until(project: Project, listed: dt.date) -> dt.date:
    """The last day of which anything is known: the latest snapshot or run; where snapshots have no dates, the latest event or run. What was
    imported says nothing of what is known."""
    tables, folder = project.model.project.tables, project.folder
    snapshot = project.model.project.snapshot
    known = project.ledger.dates()
    if snapshot.dated:
        return max([*dates_of(snapshot, folder), *known], default=listed)
    for table in tables.values():
        if table.kind == "events" and table.time is not None and not table.dated:
            rows = scan(table, folder, listed, [table.time], project.model.project.timezone)
            latest = rows.select(pl.col(table.time).max().cast(pl.Date)).collect().item()
            known += [latest] if latest is not None else []
    return max(known, default=listed)


def _newly_paused(project: Project, figures: Figures) -> dict[str, str]:
    """The strategies that missed a target with `else pause`, and are not paused yet, each with the reason."""
    from strategy_engine.review.findings import told, wanted_text

    there = holds.held(project.ledger)
    found: dict[str, str] = {}
    for target in figures.targets:
        if target.pause and target.certain and target.strategy not in there:
            unit = figures.units[target.kpi]
            limits = f"95 % {told(target.low, unit)} to {told(target.high, unit)}"
            value = f"`{target.kpi}` was {told(target.value, unit)} ({limits}) on {figures.as_of}"
            found.setdefault(target.strategy, f"{value}, wanted {wanted_text(target, unit)}")
    return found


def told_of_holds(day: DayResult, model: Model, date: dt.date) -> DayResult:
    """A day's result that also tells which strategies would have run, were they not paused."""
    held = {name: why for name, why in model.held.items() if name in model.strategies and runs_on(model.strategies[name], date)}
    if not held:
        return day
    told = [StrategyHeld(model.strategies[name].span, name, why) for name, why in held.items()]
    return replace(day, manifest={**day.manifest, "paused": held}, diagnostics=(*day.diagnostics, *told))
