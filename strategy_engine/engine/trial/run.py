"""Running test blocks: the days of each in order, and whether what it expects came about."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property, partial
from pathlib import Path

import polars as pl

from strategy_engine.engine.day.memory import Past, Record
from strategy_engine.engine.day.opening import open_moment
from strategy_engine.engine.rows import evaluate
from strategy_engine.engine.trial.before import answered, record_of_givens
from strategy_engine.engine.trial.coverage import Coverage
from strategy_engine.engine.trial.day import TrialDay
from strategy_engine.engine.trial.given import GivenSources, Schemas
from strategy_engine.engine.trial.listed import Listed
from strategy_engine.engine.trial.telling import actual, reasons
from strategy_engine.plan.day import DayPlan, plan_day
from strategy_engine.record import record
from strategy_engine.semantics.model import Model
from strategy_engine.semantics.test_blocks import ACTIONS
from strategy_engine.semantics.trials import Expectation, Trial
from strategy_engine.source.file import SourceFile

BATCH_SIZE = 1_000


@record
class Failure:
    """An expectation that did not come about.

    actual: what did, in words.      reasons: a line a strategy and customer, with the clause that made the difference.
    """

    expectation: Expectation
    actual: str
    reasons: tuple[str, ...]


@record
class Tested:
    """A test that was run."""

    trial: Trial
    failures: tuple[Failure, ...]

    @property
    def passed(self) -> bool:
        return not self.failures


@dataclass
class Runner:
    """Runs tests of one project; `sources` give conditions their words. What all tests of a day share is made once."""

    model: Model
    sources: Mapping[str, SourceFile]
    plans: dict[dt.date, DayPlan] = field(default_factory=dict)

    @cached_property
    def schemas(self) -> Schemas:
        return Schemas(self.model)

    def plan(self, date: dt.date) -> DayPlan:
        if date not in self.plans:
            self.plans[date] = plan_day(self.model, date, self.sources)
        return self.plans[date]

    def run(self, trial: Trial, coverage: Coverage | None = None) -> Tested:
        """The test, with what became of its expectations; `coverage` is told of each day."""
        with pl.Config(engine_affinity="in-memory"):  # starts at once, where streaming begins by sharing out the work
            failures = [failure for day, expected in self._days(trial, coverage) for failure in _failures(day, expected, self.sources)]
        order = {id(each): number for number, each in enumerate(trial.expectations)}
        return Tested(trial, tuple(sorted(failures, key=lambda each: order[id(each.expectation)])))

    def _days(self, trial: Trial, coverage: Coverage | None) -> Iterator[tuple[TrialDay, list[Expectation]]]:
        """The days in order, each with the past that the earlier ones have left, and what is expected of it."""
        records: list[Record] = []
        as_of = cache(partial(self.schemas.tables, trial))
        told = self.model.project.feedback
        for date in trial.dates:
            plan, tables = self.plan(date), as_of(date)
            given = GivenSources(self.model.project, Path(), dict(tables), as_of=as_of)
            if date == trial.dates[0] and any(each.table == ACTIONS for each in trial.givens):
                records.append(record_of_givens(open_moment(plan, given, BATCH_SIZE, {}), plan, trial))
            past = _past(records)
            if told is not None:
                given.today[told.from_] = answered(tables[told.from_], self.model, records)
            moment = open_moment(plan, given, BATCH_SIZE, past)
            day = TrialDay(moment, plan, past)
            if date != trial.dates[-1]:
                records.append(day.result.record)
            if coverage is not None:
                coverage.add(day)
            yield day, [each for each in trial.expectations if each.date == date]


def run_trials(
    model: Model, trials: Iterable[Trial], sources: Mapping[str, SourceFile], coverage: Coverage | None = None
) -> Iterator[Tested]:
    """Each test with what became of it, in order."""
    runner = Runner(model, sources)
    return (runner.run(trial, coverage) for trial in trials)


def _past(records: list[Record]) -> Past:
    """The rows of all records; what a test gives has no rows of some tables."""
    names = dict.fromkeys(name for record in records for name in record)
    return {name: pl.concat([one[name] for one in records if name in one]).lazy() for name in names}


def _failures(day: TrialDay, expected: list[Expectation], sources: Mapping[str, SourceFile]) -> Iterator[Failure]:
    if not expected:
        return
    listed = Listed(day)
    for each in expected:
        held = listed.blocked(each.strategies[0], each.blocker) if each.blocker else evaluate(each.condition, listed.world(each)) is True
        if not held:
            told = reasons(day, each, sources)
            yield Failure(each, actual(listed, each), tuple(told))
