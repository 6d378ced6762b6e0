"""Qualify: who is in which strategy's cohort, with a hit, within the ramp. All conditions of a batch in one select."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping

import polars as pl

from strategy_engine.engine.day.draws import buckets
from strategy_engine.engine.day.journeys import LATER
from strategy_engine.engine.day.names import KEY
from strategy_engine.engine.day.observe import Moment
from strategy_engine.engine.day.options import POSITION
from strategy_engine.plan.day import DayPlan, StrategyPlan
from strategy_engine.plan.draws import ramp_salt
from strategy_engine.plan.stages import Count
from strategy_engine.record import record
from strategy_engine.semantics import ir

CHANGES = {"cohort": pl.String, "customer_id": pl.String, "inside": pl.Boolean}

DUE = "due "

Counts = dict[str, dict[str, int]]
"""Strategy → level of the funnel → customers."""


@record
class Qualified:
    """A batch after the conditions.

    customers: those who are a candidate of any strategy, with their features.
    positions: by strategy, the rows of its candidates among them (UInt32, ascending).
    due: the journeys in the cohort whose next step is due, as in `Memory.due`, by `#position` (their row among the customers).
    changes: who entered or left a fixed cohort: `cohort`, `customer_id`, `inside`.
    counts: the funnel so far.
    """

    customers: pl.DataFrame
    positions: dict[str, pl.Series]
    due: pl.DataFrame
    changes: pl.DataFrame
    counts: Counts


def qualify(moment: Moment, plan: DayPlan, conditions: Conditions, batch: pl.DataFrame) -> Qualified:
    """Take a batch of the snapshot through all strategies' conditions."""
    frame = observed(moment, plan, batch)
    masks = _masks(conditions, frame.lazy()).collect()
    known = set(masks.columns)
    selected = [name for one in plan.strategies for name in (_selected(one, known), _due(one)) if name in known]
    anyone = masks.select(pl.any_horizontal(selected) if selected else pl.repeat(False, frame.height)).to_series()
    kept = frame.filter(anyone)
    places = anyone.cast(pl.UInt32).cum_sum() - 1  # by row of the frame, the row among the kept
    counts, positions = _counted(plan, masks.lazy(), frame.height), {}
    due = _due_among(moment, kept, {name: masks.get_column(name).filter(anyone) for name in masks.columns if name.startswith(DUE)})
    for one in plan.strategies:
        hit = places.gather(masks.get_column(_selected(one, known)).arg_true())
        positions[one.name] = _in_ramp(one, kept, hit)
        going_on = int(masks.get_column(_due(one)).sum()) if _due(one) in masks.columns else 0
        counts[one.name][Count.TRIGGERED] += going_on
        counts[one.name][Count.IN_RAMP] = len(positions[one.name]) + going_on
    return Qualified(kept, positions, due, _changes(moment, plan, frame), counts)


def observed(moment: Moment, plan: DayPlan, batch: pl.DataFrame) -> pl.DataFrame:
    """A batch of the snapshot with every feature that qualifying reads."""
    return moment.extend(batch, [*plan.qualifying(), *_in_passing(moment, plan)])


def _in_passing(moment: Moment, plan: DayPlan) -> list[ir.Expr]:
    """The aggregates which are only asked of candidates, over tables that are gone through for all customers anyway: a further aggregate
    costs less than a further pass."""
    dependencies = moment.bank.dependencies
    now = dict.fromkeys(dependencies.closure(plan.qualifying()))
    tables = {node.rows.table for node in now if isinstance(node, ir.Aggregate)} & moment.bank.model.project.data.keys()
    later = (node for node in dependencies.closure([*plan.gating(), *plan.emitting()]) if isinstance(node, ir.Aggregate))
    return [node for node in later if node.rows.table in tables and all(part in now for part in dependencies.direct(node))]


def _changes(moment: Moment, plan: DayPlan, customers: pl.DataFrame) -> pl.DataFrame:
    """Who entered or left the fixed cohorts."""
    changes = [pl.DataFrame(schema=CHANGES)]
    for cohort in plan.fixed_cohorts:
        before = moment.members(cohort.name)
        was_in = pl.lit(False) if before is None else pl.col(KEY).is_in(before.implode())
        changed = customers.lazy().select(pl.col(KEY).alias("customer_id"), moment.low(cohort).alias("inside"), was_in.alias("was_in"))
        named = changed.filter(pl.col("inside") != pl.col("was_in")).select(pl.lit(cohort.name).alias("cohort"), "customer_id", "inside")
        changes.append(named.collect())
    return pl.concat(changes)


def _due_among(moment: Moment, customers: pl.DataFrame, masks: Mapping[str, pl.Series]) -> pl.DataFrame:
    """The journeys of the customers that go on today."""
    due = moment.bank.memory.due
    if due is None or not due.height:
        return pl.DataFrame(schema={POSITION: pl.UInt32, LATER: pl.Int32})
    places = customers.select(KEY, pl.int_range(pl.len(), dtype=pl.UInt32).alias(POSITION))
    found = due.join(places, on=KEY)
    inside = [
        part.filter(masks[_due_name(str(strategy))].gather(part.get_column(POSITION)))
        for (strategy,), part in found.partition_by("strategy", as_dict=True, maintain_order=True).items()
    ]
    return pl.concat([found.clear(), *inside]).sort(LATER, POSITION)


def count(moment: Moment, plan: DayPlan) -> Iterator[Counts]:
    """The first levels of the funnel for the whole snapshot, or for a batch of it after another, and nothing else: no mask is kept."""
    conditions = conditions_of(moment, plan)
    frame = moment.in_one_plan(plan.qualifying())
    if frame is not None:
        yield _counted(plan, _masks(conditions, frame), moment.count)
        return
    for batch in moment.batches(plan.qualifying()):
        observed = moment.extend(batch, plan.qualifying())
        yield _counted(plan, _masks(conditions, observed.lazy()), observed.height)


@record
class Conditions:
    """What is asked of every batch. parts: cohorts, hits and journeys, each once.      masks: of those, a column a strategy: who is in its
    cohort; a second where it waits for hits or has journeys: who of those has a hit and begins (who is on a journey begins no other); a
    third: for whom of the cohort a step is due."""

    parts: Mapping[str, pl.Expr]
    masks: Mapping[str, pl.Expr]


def conditions_of(moment: Moment, plan: DayPlan) -> Conditions:
    """The conditions of all strategies. An unknown one does not select."""
    memory = moment.bank.memory
    due = {} if memory.due is None else memory.due.partition_by("strategy", as_dict=True)
    parts: dict[str, pl.Expr] = {}
    masks: dict[str, pl.Expr] = {}

    def of(name: str, condition: pl.Expr) -> pl.Expr:
        parts.setdefault(name, condition)
        return pl.col(name)

    for one in plan.strategies:
        cohort = masks[_in_cohort(one)] = of(_in_cohort(one), moment.low(one.cohort).fill_null(False))
        if one.strategy.triggers:
            masks[_triggered(one)] = cohort & of(f"hit {sorted(_hits(moment, one))}", has_hit(moment, one))
        if one.name in memory.running:
            on_journey = of(f"journey {one.name}", _among(memory.running[one.name]))
            masks[_triggered(one)] = masks.get(_triggered(one), cohort) & ~on_journey
        if (one.name,) in due:
            masks[_due(one)] = cohort & of(f"going on {one.name}", _among(due[(one.name,)]))
    return Conditions(parts, masks)


def _masks(conditions: Conditions, frame: pl.LazyFrame) -> pl.LazyFrame:
    """The masks over a frame."""
    anyone = frame.collect_schema().names()[0]  # so that a constant condition has as many rows
    found = frame.select(anyone, **conditions.parts)
    return (found if conditions.parts.keys() == conditions.masks.keys() else found.select(anyone, **conditions.masks)).drop(anyone)


def _among(customers: pl.DataFrame) -> pl.Expr:
    return pl.col(KEY).is_in(customers.get_column(KEY).implode())


def _counted(plan: DayPlan, masks: pl.LazyFrame, customers: int) -> Counts:
    """The first levels of the funnel."""
    sums = masks.select(pl.all().sum()).collect(engine="streaming").row(0, named=True) if plan.strategies else {}
    known = sums.keys()
    return {
        one.name: {
            Count.CUSTOMERS: customers,
            Count.IN_COHORT: sums[_in_cohort(one)] or 0,
            Count.TRIGGERED: sums[_selected(one, known)] or 0,
        }
        for one in plan.strategies
    }


def _in_cohort(one: StrategyPlan) -> str:
    return f"cohort {one.name}"


def _triggered(one: StrategyPlan) -> str:
    return f"triggered {one.name}"


def _selected(one: StrategyPlan, columns: Container[str]) -> str:
    """The column of those who begin: all of the cohort where nothing more is asked."""
    return _triggered(one) if _triggered(one) in columns else _in_cohort(one)


def _due(one: StrategyPlan) -> str:
    return _due_name(one.name)


def _due_name(strategy: str) -> str:
    return f"{DUE}{strategy}"


def has_hit(moment: Moment, one: StrategyPlan) -> pl.Expr:
    """Whether any trigger has a hit; without triggers every day is one."""
    hits = [pl.col(name).is_not_null() for name in _hits(moment, one)]
    return pl.any_horizontal(hits) if hits else pl.lit(True)


def _hits(moment: Moment, one: StrategyPlan) -> list[str]:
    """The columns of the times of the hits that count for the strategy."""
    return [moment.bank.names.hit(one.name, trigger, "at") for trigger in one.strategy.triggers]


def _in_ramp(one: StrategyPlan, customers: pl.DataFrame, hit: pl.Series) -> pl.Series:
    """The rows of customers whom the ramp's share of the day lets in."""
    if one.ramp >= 1.0 or not len(hit):
        return hit
    return hit.filter(buckets(ramp_salt(one.name), customers.get_column(KEY).gather(hit).to_list()) < one.ramp)
