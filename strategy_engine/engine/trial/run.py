"""Running test blocks: the days of each in order, and whether what it expects came about."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from pathlib import Path

import polars as pl

from strategy_engine.engine.data.contract import ContractResult
from strategy_engine.engine.day.memory import Past, Record
from strategy_engine.engine.day.observe import Moment
from strategy_engine.engine.day.opening import open_moment
from strategy_engine.engine.day.run import DayResult, decide
from strategy_engine.engine.rows import evaluate
from strategy_engine.engine.trial.before import answered, record_of_givens
from strategy_engine.engine.trial.coverage import Coverage
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
UNCHECKED = ContractResult((), {}, {}, {})
"""What is known of given rows: the checker has held them against the declaration."""


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


@record
class TrialDay:
    """A day of a test that was run."""

    moment: Moment
    plan: DayPlan
    past: Past
    result: DayResult


def run_trials(
    model: Model, trials: tuple[Trial, ...], sources: Mapping[str, SourceFile], coverage: Coverage | None = None
) -> Iterator[Tested]:
    """Each test with what became of its expectations, in order. `sources` give conditions their words; `coverage` is told of each day."""
    schemas, plans = Schemas(model), dict[dt.date, DayPlan]()
    for trial in trials:
        for date in trial.dates:
            if date not in plans:
                plans[date] = plan_day(model, date, sources)
        yield _run(trial, {date: plans[date] for date in trial.dates}, schemas, sources, coverage)


def _run(
    trial: Trial, plans: Mapping[dt.date, DayPlan], schemas: Schemas, sources: Mapping[str, SourceFile], coverage: Coverage | None
) -> Tested:
    """The days in order, each with the past that the earlier ones have left."""
    failures: list[Failure] = []
    records: list[Record] = []
    tables = schemas.tables(trial)
    for date, plan in plans.items():
        given = GivenSources(plan.model.project, Path(), dict(tables))
        if date == trial.dates[0] and any(each.table == ACTIONS for each in trial.givens):
            records.append(record_of_givens(open_moment(plan, given, BATCH_SIZE, {}), plan, trial))
        past = _past(records)
        told = plan.model.project.feedback
        if told is not None:
            given.today[told.from_] = answered(tables[told.from_], plan.model, records)
        moment = open_moment(plan, given, BATCH_SIZE, past)
        day = TrialDay(moment, plan, past, decide(moment, plan, UNCHECKED))
        records.append(day.result.record)
        if coverage is not None:
            coverage.add(moment, plan, day.result)
        expected = [each for each in trial.expectations if each.date == date]
        failures += _failures(day, expected, sources)
    order = {id(each): number for number, each in enumerate(trial.expectations)}
    return Tested(trial, tuple(sorted(failures, key=lambda each: order[id(each.expectation)])))


def _past(records: list[Record]) -> Past:
    """The rows of all records; what a test gives has no rows of some tables."""
    names = dict.fromkeys(name for record in records for name in record)
    return {name: pl.concat([one[name] for one in records if name in one]).lazy() for name in names}


def _failures(day: TrialDay, expected: list[Expectation], sources: Mapping[str, SourceFile]) -> Iterator[Failure]:
    if not expected:
        return
    listed = Listed(day.moment, day.result)
    for each in expected:
        held = listed.blocked(each.strategies[0], each.blocker) if each.blocker else evaluate(each.condition, listed.world(each)) is True
        if not held:
            told = reasons(day.moment, day.plan, day.past, day.result, each, sources)
            yield Failure(each, actual(listed, each), tuple(told))
