"""Results: the kpis of the treated, whole and by dimensions, and whether they are as the strategies want them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import polars as pl

from strategy_engine.plan.vocabulary import CONTROL
from strategy_engine.review.cohorts import column_of
from strategy_engine.review.figures import ALL, COHORT, PERIOD, EffectFigure, KpiFigure, TargetFigure
from strategy_engine.review.measured import Gauge, Group, groups, groups_within
from strategy_engine.review.placing import LISTED
from strategy_engine.review.statistics import Interval, intervals, sequences
from strategy_engine.semantics.model import Strategy, Target

DIMENSIONS = ("channel", "benefit", "arm", "product", "assignee")
"""What of an action figures are told by; columns and grids of the customer come to it."""
ENOUGH = 100
"""So many customers must have been observed before a target is called met or missed: a rate of few says nothing of the next ones."""
TIGHTEST = 1_000
"""The customers at which the limits for daily looks are tightest; fixed, as it must not depend on data."""
LONG = 120
"""From so many days on time goes by months, else by weeks."""


def kpis_of(rows: pl.DataFrame, gauge: Gauge, dimensions: Sequence[str], cohorts: Sequence[str] = ()) -> list[KpiFigure]:
    """The kpi's figures for all strategies of the rows, by each dimension and over time, and for the part of them in each cohort.

    rows: observations with the kpi's numbers, controls among them, and a column a dimension and a cohort.
    """
    treated = rows.filter(pl.col("arm") != CONTROL)
    controls = groups(rows.filter(pl.col("arm") == CONTROL), gauge, ["strategy"])
    baselines = {strategy: told.value for (strategy,), group in controls.items() if (told := interval_of(gauge, group)) is not None}
    whole = groups(treated, gauge, ["strategy"])
    found = [_whole(gauge, str(strategy), group, baselines.get(strategy)) for (strategy,), group in whole.items()]
    in_time = treated.with_columns(period_of(rows).alias(PERIOD))
    for dimension in (*dimensions, PERIOD):
        parts = groups(in_time.filter(pl.col(dimension).is_not_null()), gauge, ["strategy", dimension])
        found += [_figure(gauge, str(strategy), dimension, _text(member), group) for (strategy, member), group in parts.items()]
    for cohort, inside in zip(cohorts, groups_within(treated, gauge, ["strategy"], [column_of(each) for each in cohorts]), strict=True):
        found += [_figure(gauge, str(strategy), COHORT, cohort, group) for (strategy,), group in inside.items()]
    return found


def period_of(rows: pl.DataFrame) -> pl.Expr:
    """The week or month of the listing, by its first day."""
    first, last = rows.get_column(LISTED).min(), rows.get_column(LISTED).max()
    long = isinstance(first, dt.date) and isinstance(last, dt.date) and (last - first).days >= LONG
    return pl.col(LISTED).dt.truncate("1mo" if long else "1w")


def _text(member: object) -> str:
    return member.isoformat() if isinstance(member, dt.date) else str(member)


def _figure(gauge: Gauge, strategy: str, dimension: str, member: str | None, group: Group) -> KpiFigure:
    told = interval_of(gauge, group)
    value, low, high = (None, None, None) if told is None else (told.value, told.low, told.high)
    units = group.sample.count
    return KpiFigure(strategy, gauge.kpi.name, dimension, member, units, group.observed, group.pending, group.unknown, value, low, high)


def _whole(gauge: Gauge, strategy: str, group: Group, baseline: float | None) -> KpiFigure:
    limits = anytime_of(gauge, group)
    low, high = (None, None) if limits is None else (limits.low, limits.high)
    return replace(_figure(gauge, strategy, ALL, None, group), baseline=baseline, anytime_low=low, anytime_high=high)


def interval_of(gauge: Gauge, group: Group) -> Interval | None:
    """The kpi with its 95 % interval: Wilson's for a share of customers observed once, else the delta method's; None where there is none.

    The units are customers, since observations of one customer are alike. A sum is told as it is, its interval by so many customers.
    """
    sample = group.sample
    if not sample.count:
        return None
    if gauge.measure.share and group.observed == sample.count:
        return intervals.proportion(round(sample.means[0] * sample.count), sample.count)
    at = gauge.at(sample.means)
    if at is None:
        return None
    told = intervals.smooth(sample, *at) or Interval(at[0], at[0], at[0])
    scale = sample.count if gauge.grows else 1
    return Interval(told.value * scale, told.low * scale, told.high * scale)


def anytime_of(gauge: Gauge, group: Group) -> Interval | None:
    """The limits that hold however often somebody looks; None for too few customers, and for a sum, which grows while one looks."""
    sample = group.sample
    at = gauge.at(sample.means) if sample.count and not gauge.grows else None
    if at is None:
        return None
    if gauge.measure.share and group.observed == sample.count:
        return sequences.proportion(round(sample.means[0] * sample.count), sample.count, tightest_at=TIGHTEST)
    told = intervals.approximate(sample, *at)
    return None if told is None else sequences.estimate(told, tightest_at=TIGHTEST)


# ------------------------------------------------------------------------------------------------ targets


def targets_of(strategies: Iterable[Strategy], kpis: Sequence[KpiFigure], effects: Sequence[EffectFigure]) -> Iterator[TargetFigure]:
    """What the strategies want, and whether it is so."""
    whole = {(figure.strategy, figure.kpi): figure for figure in kpis if figure.dimension == ALL}
    changed = {(figure.strategy, figure.kpi): figure for figure in effects if figure.arm is None}
    for strategy in strategies:
        for target in strategy.targets:
            key = (strategy.name, target.kpi)
            if key in whole:
                yield _target(strategy.name, target, whole[key], changed.get(key))


def _target(strategy: str, target: Target, figure: KpiFigure, effect: EffectFigure | None) -> TargetFigure:
    value, low, high = figure.value, figure.low, figure.high
    early, blocked = figure.customers < ENOUGH, False
    if target.uplift:
        told = (None, None, None) if effect is None else (effect.difference, effect.low, effect.high)
        if effect is not None and effect.adjusted is not None:
            told = effect.adjusted, effect.adjusted_low, effect.adjusted_high
        value, low, high = told
        early, blocked = value is None, effect is not None and effect.verdict == "blocked"
    verdict = "blocked" if blocked else "early" if early or value is None else _verdict(target, low, high)
    limits = (figure.anytime_low, figure.anytime_high) if not target.uplift else _anytime(effect)
    return TargetFigure(
        strategy, target.kpi, wanted_text(target), target.uplift, target.op, target.value,
        value, low, high, figure.observed, figure.pending, verdict, target.pause,
        certain=verdict == "missed" and _verdict(target, *limits) == "missed",
    )  # fmt: skip


def _anytime(effect: EffectFigure | None) -> tuple[float | None, float | None]:
    return (None, None) if effect is None else (effect.anytime_low, effect.anytime_high)


def _verdict(target: Target, low: float | None, high: float | None) -> str:
    """Met where the whole interval is as wanted, missed where none of it is."""
    if target.op is None or target.value is None or low is None or high is None:
        return "unsure"
    above = target.op in (">", ">=")
    if (low >= target.value) if above else (high <= target.value):
        return "met"
    return "missed" if ((high < target.value) if above else (low > target.value)) else "unsure"


def wanted_text(target: Target) -> str:
    """The target as it is declared, without the kpi's name."""
    if target.op is None or target.value is None:
        return "uplift" if target.uplift else ""
    return f"{'uplift ' if target.uplift else ''}{target.op} {target.value:g}"
