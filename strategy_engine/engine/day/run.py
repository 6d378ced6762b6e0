"""The day's run: a model and a day's data in, the day's actions out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl

from strategy_engine.diagnostics.model import Diagnostic
from strategy_engine.engine.data import contract
from strategy_engine.engine.data.contract import ContractResult
from strategy_engine.engine.data.remembered import Checked
from strategy_engine.engine.data.scan import DataError
from strategy_engine.engine.day import forgotten as leaving
from strategy_engine.engine.day import notices, packages, report, worth
from strategy_engine.engine.day.arbitrate import BLOCKED_BY, CHOSEN, Arbitrated, arbitrate, in_order
from strategy_engine.engine.day.claims import OPTION as CLAIMANT
from strategy_engine.engine.day.claims import NumberedClaims, all_bounds, number_groups
from strategy_engine.engine.day.damage import telling_damage
from strategy_engine.engine.day.decisions import TRIED, Candidates, candidates_of
from strategy_engine.engine.day.emit import Emitted, emit, kept_columns
from strategy_engine.engine.day.forgotten import Forgotten, LeftOut
from strategy_engine.engine.day.gate import CANDIDATE, OPTION, Gated, Numbers, gate
from strategy_engine.engine.day.memory import Past, Record
from strategy_engine.engine.day.names import KEY
from strategy_engine.engine.day.observe import Moment
from strategy_engine.engine.day.opening import feedback_columns, merged, open_moment
from strategy_engine.engine.day.packed import Packed
from strategy_engine.engine.day.qualify import Counts, conditions_of, count, observed
from strategy_engine.engine.day.qualify import qualify as qualify_batch
from strategy_engine.engine.day.recall import first_run, journey_plans
from strategy_engine.engine.day.record import record_of
from strategy_engine.engine.day.report import Use
from strategy_engine.engine.day.since import first_days
from strategy_engine.engine.day.sources import Sources
from strategy_engine.engine.day.used_up import Freed, freed
from strategy_engine.plan.bounds import Bound
from strategy_engine.plan.day import DayPlan, plan_day
from strategy_engine.plan.reads import Reads, reading
from strategy_engine.plan.stages import Count, Stage
from strategy_engine.record import record
from strategy_engine.semantics.ir import Expr
from strategy_engine.semantics.model import Model
from strategy_engine.source.file import SourceFile

BATCH_SIZE = 1_000_000  # customers; fewer batches read events less often, and one with thirty features takes about a gigabyte

Progress = Callable[[Stage, int, int], None]
"""Told after each batch: the stage, the customers done, and all there are."""
Watch = Callable[[pl.DataFrame, Freed], None]
"""Told of each batch: all its customers with the features that qualifying reads, and its candidates."""
Listed = Callable[[pl.DataFrame], None]
"""Told the day's actions as soon as they are known, while what is told of them and recorded is still to be made."""


@record
class DayResult:
    """A day's outcome.

    actions: all actions with the fixed columns, controls included, personal parts masked; by customer, strategy and step.
    lists: by channel, what it is handed.      candidates: what became of each.
    manifest: for `manifest.json`.      diagnostics: what the data contract found.
    record: the day's rows of the ledger's tables.      uses: what it made of each limit.
    left_out: the ids that were left out, being forgotten.
    """

    actions: pl.DataFrame
    lists: dict[str, pl.DataFrame]
    candidates: Candidates
    manifest: dict[str, Any]
    diagnostics: tuple[Diagnostic, ...]
    record: Record
    uses: tuple[Use, ...] = ()
    left_out: tuple[str, ...] = ()

    @property
    def decisions(self) -> pl.DataFrame:
        """A row for every candidate (see `Candidates.decisions_of`)."""
        return self.candidates.decisions


def run_day(
    model: Model,
    folder: Path,
    date: dt.date,
    *,
    batch_size: int = BATCH_SIZE,
    progress: Progress | None = None,
    listed: Listed | None = None,
    past: Past | None = None,
    sources: Mapping[str, SourceFile] | None = None,
    forgotten: Forgotten | None = None,
    kept: Checked | None = None,
) -> DayResult:
    """Run the strategies on the data of a date. `past` holds the rows of all earlier days by table; without any the day is the first.
    `forgotten` tells whom to leave out (None: nobody); `kept` is what runs of other dates have checked of the tables (None: nothing).

    `sources` (by path) let the reasons of excludes be told in the words of the declaration. Raises DataError where the data
    breaks its declaration.
    """
    day = open_day(model, folder, date, batch_size=batch_size, past=past, sources=sources, forgotten=forgotten, kept=kept)
    try:
        return decide(day.moment, day.plan, day.checked, progress=progress, listed=listed, left_out=day.left_out)
    finally:
        day.moment.bank.close()


@record
class OpenDay:
    """A day whose tables have been held against their contract. Who opens it closes the moment's bank.

    left_out: the ids that are left out, being forgotten.
    """

    moment: Moment
    plan: DayPlan
    checked: ContractResult
    left_out: tuple[str, ...]


def open_day(
    model: Model,
    folder: Path,
    date: dt.date,
    *,
    batch_size: int = BATCH_SIZE,
    past: Past | None = None,
    sources: Mapping[str, SourceFile] | None = None,
    forgotten: Forgotten | None = None,
    kept: Checked | None = None,
    further: Iterable[Expr] = (),
) -> OpenDay:
    """The day as a run of it begins (see `run_day`), with what `further` expressions read. Raises DataError where the data breaks its
    declaration, or a package is missing."""
    if lacking := packages.missing(model):
        raise DataError(lacking)
    past = past if past is not None and first_run(past) is not None else {}
    plan = plan_day(model, date, sources or {}, journey_plans(model, past))
    feedback = feedback_columns(plan, past)
    checked = _contract(plan, folder, [*plan.qualifying(), *plan.gating(), *plan.emitting(), *further], feedback, kept)
    snapshot = model.project.snapshot
    left_out = leaving.find(checked.scans[snapshot.name], snapshot.key or "", forgotten)
    scans = leaving.without(checked.scans, snapshot.name, snapshot.key or "", left_out)
    return OpenDay(open_moment(plan, Sources(model.project, folder, scans), batch_size, past), plan, checked, left_out)


def decide(
    moment: Moment,
    plan: DayPlan,
    checked: ContractResult,
    *,
    progress: Progress | None = None,
    listed: Listed | None = None,
    left_out: tuple[str, ...] = (),
) -> DayResult:
    """The day of a bank that is open, from the first customer to the lists. `checked` is what is known of its tables."""
    accepted = accept(moment, plan, progress)
    if listed is not None:
        listed(accepted.emitted.actions)
    return tell(moment, plan, accepted, checked, left_out)


@record
class Accepted:
    """A day once it is decided, before anything is told of it.

    barred: the candidates whom a limit bars for the whole day.      weighed: all others.      counts: the levels of the funnel before the
    arbitration.      changes: of fixed cohorts.
    """

    counts: Counts
    barred: pl.DataFrame
    weighed: Weighed
    emitted: Emitted
    changes: pl.DataFrame


@telling_damage
def accept(moment: Moment, plan: DayPlan, progress: Progress | None = None) -> Accepted:
    """From the first customer to the actions and lists."""
    gated, barred, counts = through_the_gate(moment, plan, progress)
    changes = pl.concat([batch.changes for batch in gated])
    weighed = weigh(moment, plan, gated)
    emitted = emit(moment, plan, weighed.won.options.filter(CHOSEN), weighed.customers)
    weighed = replace(weighed, won=replace(weighed.won, options=weighed.won.options.select(TRIED)))
    return Accepted(counts, barred, weighed, emitted, changes)


@record
class Weighed:
    """The candidates of all batches, what won, and its claims among the groups of all. `candidates`, `options` (of each batch) and
    `customers` are those of `Gated`, by their numbers."""

    candidates: pl.DataFrame
    options: tuple[Packed, ...]
    customers: pl.DataFrame
    claims: NumberedClaims
    bounds: list[Bound]
    won: Arbitrated

    @property
    def keys(self) -> pl.Series:
        """The customers' ids by their numbers."""
        return self.customers.get_column(KEY)

    @property
    def count(self) -> int:
        """A number that none of their options has, nor any after it."""
        numbers = self.won.options.get_column(OPTION)
        return int(numbers.max() or 0) + 1  # type: ignore[arg-type]  # of integers it is one

    def ends(self, barred: pl.DataFrame) -> Candidates:
        """What became of the candidates."""
        return candidates_of(self.candidates, self.options, barred, self.won, self.claims, self.bounds, self.keys)


def weigh(moment: Moment, plan: DayPlan, gated: list[Gated]) -> Weighed:
    """Let the candidates of all batches meet. The list is empty afterwards: nothing is held twice."""
    options, claims = tuple(batch.options for batch in gated), [batch.claims for batch in gated]
    candidates = pl.concat([batch.candidates for batch in gated])
    customers = pl.concat([batch.customers for batch in gated])
    passed = pl.concat([batch.passed for batch in gated])
    gated.clear()
    ordered = in_order(plan, passed, customers.get_column(KEY))
    del passed
    bounds = all_bounds(plan)
    numbered = number_groups(bounds, claims, moment.bank.memory)
    del claims
    won = arbitrate(plan, ordered, numbered)
    chosen = won.options.lazy().filter(CHOSEN).select(pl.col(OPTION).alias(CLAIMANT))
    taken = numbered.claims.lazy().join(chosen, on=CLAIMANT, how="semi", maintain_order="left").collect()
    return Weighed(candidates, options, customers, NumberedClaims(taken, numbered.groups), bounds, won)


def tell(moment: Moment, plan: DayPlan, day: Accepted, checked: ContractResult, left_out: tuple[str, ...] = ()) -> DayResult:
    """All that is told of the day, and what it leaves."""
    emitted, claims, bounds, won = day.emitted, day.weighed.claims, day.weighed.bounds, day.weighed.won
    candidates = day.weighed.ends(day.barred)
    funnel = report.funnel_of(plan, day.counts, candidates.counted)
    blocked = won.options.lazy().filter(pl.col(BLOCKED_BY).is_not_null()).select(CANDIDATE, BLOCKED_BY)
    uses = report.uses_of(claims, won.used, bounds, blocked, day.barred)
    manifest = report.manifest_of(plan, checked, funnel, emitted.actions, report.capacity_of(uses))
    owed = notices.unserved(candidates)
    manifest |= notices.counts_of(plan, candidates.counted, owed)
    manifest |= worth.told(won.worth, claims.groups, bounds, plan.model)
    record = record_of(moment, plan, emitted, claims, bounds, day.changes, owed)
    told = (*checked.diagnostics, *([LeftOut(None, len(left_out))] if left_out else []), *notices.told(owed))
    return DayResult(emitted.actions, emitted.lists, candidates, manifest, told, record, uses, left_out)


def qualify(model: Model, folder: Path, date: dt.date, *, batch_size: int = BATCH_SIZE) -> pl.DataFrame:
    """Per strategy that runs on the date: how many customers there are, in its cohort, and of those with a hit."""
    plan = plan_day(model, date, {})
    return count_qualified(first_moment(plan, folder, plan.qualifying(), batch_size), plan)


def first_moment(plan: DayPlan, folder: Path, exprs: Iterable[Expr], batch_size: int = BATCH_SIZE) -> Moment:
    """The day of the plan as if it were the first, with what the expressions read. Raises DataError where the data breaks its
    declaration."""
    checked = _contract(plan, folder, exprs)
    return open_moment(plan, Sources(plan.model.project, folder, checked.scans), batch_size, {})


@telling_damage
def count_qualified(moment: Moment, plan: DayPlan) -> pl.DataFrame:
    """The same, of a bank that is open: its tables have been held against their contract."""
    counts: Counts = {}
    for counted in count(moment, plan):
        report.add_counts(counts, counted)
    levels = (Count.CUSTOMERS, Count.IN_COHORT, Count.TRIGGERED)
    rows = [(one.name, *(counts.get(one.name, {}).get(level, 0) for level in levels)) for one in plan.strategies]
    return pl.DataFrame(rows, schema={"strategy": pl.String, **{level.value: pl.Int64 for level in levels}}, orient="row")


def _contract(
    plan: DayPlan, folder: Path, exprs: Iterable[Expr], further: Reads | None = None, kept: Checked | None = None
) -> ContractResult:
    """Check the tables and columns that the expressions read, and further ones. Raises DataError where a run must not go on."""
    project = plan.model.project
    read = reading(plan.model, exprs)
    tables = merged({project.snapshot.name: set()}, read.columns, further or {})
    checked = contract.check(tables, project, folder, plan.date, kept=kept, since=first_days(plan, read.sights))
    if not checked.ok:
        raise DataError(list(checked.diagnostics))
    return checked


@telling_damage
def through_the_gate(
    moment: Moment, plan: DayPlan, progress: Progress | None = None, watch: Watch | None = None
) -> tuple[list[Gated], pl.DataFrame, Counts]:
    """Every batch of customers, from the scan to its options; the candidates whom a limit bars for the whole day; and the funnel up to the
    arbitration."""
    counts: Counts = {}
    gated: list[Gated] = []
    barred: list[pl.DataFrame] = []
    numbers, columns, done = Numbers(), kept_columns(moment, plan), 0
    conditions = conditions_of(moment, plan)
    everything = [*plan.qualifying(), *plan.gating(), *plan.emitting()]
    for batch in moment.batches(everything):
        height = batch.height
        if watch is not None:
            batch = observed(moment, plan, batch)
        free = freed(moment, plan, qualify_batch(moment, plan, conditions, batch))
        if watch is not None:
            watch(batch, free)
        barred.append(free.barred)
        gated.append(gate(moment, plan, free.batch, numbers, columns))
        for counted in (free.batch.counts, gated[-1].counts):
            report.add_counts(counts, counted)
        done += height
        if progress is not None:
            progress(Stage.GATE, done, moment.count)
    return gated, pl.concat(barred), counts
