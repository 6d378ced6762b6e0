"""Qualify: who is in which strategy's cohort, with a hit, within the ramp. All conditions of a batch in one select."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from strategy_engine.engine.day.draws import buckets
from strategy_engine.engine.day.names import KEY, hit_column
from strategy_engine.engine.day.observe import Moment
from strategy_engine.plan.day import DayPlan, StrategyPlan
from strategy_engine.plan.draws import ramp_salt
from strategy_engine.plan.stages import Count

Counts = dict[str, dict[str, int]]
"""Strategy → level of the funnel → customers."""


@dataclass(frozen=True)
class Qualified:
    """A batch after the conditions.

    customers: those who are a candidate of any strategy, with their features.
    positions: by strategy, the rows of its candidates among them (UInt32, ascending).
    late: by strategy, the rows of those whom the ramp does not let in yet.
    counts: the funnel so far.
    """

    customers: pl.DataFrame
    positions: dict[str, pl.Series]
    late: dict[str, pl.Series]
    counts: Counts


def qualify(moment: Moment, plan: DayPlan, batch: pl.DataFrame) -> Qualified:
    """Take a batch of the snapshot through all strategies' conditions."""
    frame = moment.extend(batch, plan.qualifying())
    masks = _masks(moment, plan, frame).collect()
    triggered = [_triggered(one) for one in plan.strategies]
    anyone = masks.select(pl.any_horizontal(triggered) if triggered else pl.lit(False)).to_series()
    kept = frame.filter(anyone)
    kept_masks = masks.filter(anyone)
    counts, positions, late = _counted(plan, masks.lazy(), frame.height), {}, {}
    for one in plan.strategies:
        hit = kept_masks.get_column(_triggered(one)).arg_true()
        inside = _in_ramp(one, kept.get_column(KEY).gather(hit))
        positions[one.name], late[one.name] = hit.filter(inside), hit.filter(~inside)
        counts[one.name][Count.IN_RAMP] = len(positions[one.name])
    return Qualified(kept, positions, late, counts)


def count(moment: Moment, plan: DayPlan, batch: pl.DataFrame) -> Counts:
    """The first levels of the funnel for a batch of the snapshot, and nothing else: no mask is kept."""
    frame = moment.extend(batch, plan.qualifying())
    return _counted(plan, _masks(moment, plan, frame), frame.height)


def _masks(moment: Moment, plan: DayPlan, frame: pl.DataFrame) -> pl.LazyFrame:
    """Two columns a strategy: who is in its cohort, and who of those has a hit. An unknown condition does not select."""
    conditions: dict[str, pl.Expr] = {}
    for one in plan.strategies:
        cohort = moment.low(one.cohort).fill_null(False)
        conditions[_in_cohort(one)] = cohort
        conditions[_triggered(one)] = cohort & _has_hit(one.strategy.triggers)
    return frame.lazy().select(KEY, **conditions).drop(KEY)


def _counted(plan: DayPlan, masks: pl.LazyFrame, customers: int) -> Counts:
    """The first levels of the funnel."""
    sums = masks.select(pl.all().sum()).collect().row(0, named=True) if plan.strategies else {}
    return {
        one.name: {
            Count.CUSTOMERS: customers,
            Count.IN_COHORT: sums[_in_cohort(one)] or 0,
            Count.TRIGGERED: sums[_triggered(one)] or 0,
        }
        for one in plan.strategies
    }


def _in_cohort(one: StrategyPlan) -> str:
    return f"cohort {one.name}"


def _triggered(one: StrategyPlan) -> str:
    return f"triggered {one.name}"


def _has_hit(triggers: Iterable[str]) -> pl.Expr:
    """Whether any trigger has a hit; without triggers every day is one."""
    hits = [pl.col(hit_column(trigger, "at")).is_not_null() for trigger in triggers]
    return pl.any_horizontal(hits) if hits else pl.lit(True)


def _in_ramp(one: StrategyPlan, keys: pl.Series) -> pl.Series:
    """Whether the ramp's share of the day holds the customers."""
    if one.ramp >= 1.0:
        return pl.repeat(True, len(keys), dtype=pl.Boolean, eager=True)
    return buckets(ramp_salt(one.name), keys.to_list()) < one.ramp
