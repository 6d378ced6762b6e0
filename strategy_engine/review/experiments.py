"""Experiments: what strategies changed, by their control groups; and whether the arms are as they should be."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import polars as pl

from strategy_engine.plan.power import detectable_mean, detectable_share
from strategy_engine.plan.vocabulary import CONTROL, TREATED
from strategy_engine.record import record
from strategy_engine.review.figures import BalanceFigure, EffectFigure
from strategy_engine.review.measured import Gauge, groups
from strategy_engine.review.observations import FIRST, HELD_OUT
from strategy_engine.review.statistics import Effect, Interval, Sample, balance, corrections, cuped, effects, intervals, sequences
from strategy_engine.review.statistics.samples import sample_of
from strategy_engine.semantics.model import Strategy

BEFORE = " before"
"""Behind the name of a kpi: the column of the same kpi in the time before the contact."""
SURE = 0.05
"""The p below which a corrected effect is told."""
HELPS = 0.05
"""From so much of the variance on that the past explains, the adjusted effect is the one that counts."""
ENOUGH = 30
"""So many customers an arm must have for an effect to be told at all: for fewer the methods' approximations do not hold."""
TIGHTEST = 2_000
"""The effective customers (see `sequences`) at which the limits for daily looks are tightest; fixed, as it must not depend on data."""

Keyed = tuple[str, str | None]
"""A strategy, and an arm of its split (None: all that are treated)."""


@record
class Compared:
    """The observations that a strategy's effects are told from: each customer once, and what they are compared with."""

    rows: pl.DataFrame
    against: str


def compared(rows: pl.DataFrame, strategy: Strategy) -> Compared:
    """A strategy's first observations: treated and controls outside a bank-wide holdout; without a control group of its own, those
    outside against those in the holdout."""
    first = rows.filter(FIRST, pl.col("strategy") == strategy.name)
    own = first.filter(~pl.col(HELD_OUT))
    if own.filter(pl.col("arm") == CONTROL).height:
        return Compared(own, "control")
    return Compared(first.filter(pl.col(HELD_OUT) == (pl.col("arm") == CONTROL)), "holdout")


# ------------------------------------------------------------------------------------------------ effects


def effects_of(strategy: Strategy, found: Compared, gauges: Iterable[Gauge], *, blocked: bool) -> list[EffectFigure]:
    """The effects on the kpis, of all treated and of each arm of a split; not corrected yet."""
    arms = [None, *(arm for arm, _ in strategy.split)]
    return [_effect(strategy.name, arm, found, gauge, blocked=blocked) for gauge in gauges for arm in arms]


def _effect(name: str, arm: str | None, found: Compared, gauge: Gauge, *, blocked: bool) -> EffectFigure:
    is_control = pl.col("arm") == CONTROL
    rows = found.rows.filter(is_control | (pl.lit(value=True) if arm is None else pl.col("arm") == arm)).with_columns(treated=~is_control)
    by_side = {bool(side): group.sample for (side,), group in groups(rows, gauge, ["treated"]).items()}
    treated, control = (by_side.get(side, Sample(0, (), ())) for side in (True, False))
    figure = EffectFigure(
        name, gauge.kpi.name, arm, found.against, treated.count, control.count, _value(gauge, treated), _value(gauge, control)
    )
    if min(treated.count, control.count) < ENOUGH:
        return figure
    told = replace(figure, **_told(gauge, treated, control), verdict="blocked" if blocked else "unproven")
    return replace(told, **_adjusted(gauge, rows)) if gauge.measure.single is not None else told


def _value(gauge: Gauge, sample: Sample) -> float | None:
    at = gauge.at(sample.means) if sample.count else None
    return None if at is None else at[0]


def _told(gauge: Gauge, treated: Sample, control: Sample) -> dict[str, Any]:
    """The effect by the method that suits the measure: shares, means, or ratios of sums."""
    if gauge.measure.share:
        successes = [round(sample.means[0] * sample.count) for sample in (treated, control)]
        arms = (successes[0], treated.count, successes[1], control.count)
        found = _of(effects.proportions(*arms), sequences.proportions(*arms, tightest_at=TIGHTEST), 1.0)
        return found | {"detectable": detectable_share(treated.count, control.count, successes[1] / control.count)}
    if gauge.measure.single is not None:
        told = _of(effects.means(treated, control), sequences.difference(treated, control, tightest_at=TIGHTEST), gauge.unit)
        if not told:
            return _without_error(gauge, treated, control)
        return told | {"detectable": _detectable(treated, control, math.sqrt(control.variance) / gauge.unit)}
    sides = [_approximate(gauge, sample) for sample in (treated, control)]
    if sides[0] is None or sides[1] is None:
        return _without_error(gauge, treated, control)
    told = _of(effects.smooth(sides[0], sides[1]), sequences.smooth(sides[0], sides[1], tightest_at=TIGHTEST), 1.0)
    return told | {"detectable": _detectable(treated, control, sides[1].error * math.sqrt(control.count))}


def _without_error(gauge: Gauge, treated: Sample, control: Sample) -> dict[str, Any]:
    """The bare difference: where all customers are alike, nothing says how much others would differ."""
    values = _value(gauge, treated), _value(gauge, control)
    return {} if values[0] is None or values[1] is None else {"difference": values[0] - values[1]}


def _detectable(treated: Sample, control: Sample, deviation: float) -> float | None:
    return detectable_mean(treated.count, control.count, deviation)


def _approximate(gauge: Gauge, sample: Sample) -> intervals.Approximate | None:
    at = gauge.at(sample.means)
    return None if at is None else intervals.approximate(sample, *at)


def _of(effect: Effect | None, anytime: Interval | None, unit: float) -> dict[str, Any]:
    """The figure's fields for an effect, in the kpi's unit."""
    if effect is None:
        return {}
    parts = {"difference": effect.difference.value, "low": effect.difference.low, "high": effect.difference.high}
    if anytime is not None:
        parts |= {"anytime_low": anytime.low, "anytime_high": anytime.high}
    found: dict[str, Any] = {name: value / unit for name, value in parts.items()}
    if effect.lift is not None:
        found |= {"lift": effect.lift.value, "lift_low": effect.lift.low, "lift_high": effect.lift.high}
    return found | {"p": effect.p}


def _adjusted(gauge: Gauge, rows: pl.DataFrame) -> dict[str, Any]:
    """The effect once the same kpi before the contact is taken out, where that explains enough."""
    before = gauge.kpi.name + BEFORE
    if before not in rows.columns:
        return {}
    known = rows.filter(pl.col(gauge.over), pl.col(gauge.known))
    samples = [_pair(known.filter(pl.col("treated") == side), gauge.parts[0], before) for side in (True, False)]
    adjusted = cuped.adjusted(*samples)
    effect = effects.means(adjusted.treated, adjusted.control) if adjusted.removed >= HELPS else None
    if effect is None:
        return {}
    fields = {"adjusted": effect.difference.value, "adjusted_low": effect.difference.low, "adjusted_high": effect.difference.high}
    return {name: value / gauge.unit for name, value in fields.items()} | {"removed": adjusted.removed, "p": effect.p}


def _pair(rows: pl.DataFrame, outcome: str, past: str) -> Sample:
    """The sample of an outcome and its past."""
    return sample_of(rows.select(pl.col(outcome, past).fill_null(0)).to_numpy())


def judged(found: Sequence[EffectFigure], goals: Mapping[str, str]) -> tuple[EffectFigure, ...]:
    """The effects with their p corrected over all of them, and what that says of each."""
    corrected = corrections.corrected([figure.p for figure in found])
    return tuple(replace(figure, p_corrected=p, verdict=_verdict(figure, p, goals)) for figure, p in zip(found, corrected, strict=True))


def _verdict(figure: EffectFigure, p: float | None, goals: Mapping[str, str]) -> str:
    difference = figure.adjusted if figure.adjusted is not None else figure.difference
    if figure.verdict != "unproven" or p is None or difference is None or p >= SURE:
        return figure.verdict
    return "better" if (difference > 0) == (goals[figure.kpi] == "up") else "worse"


# ------------------------------------------------------------------------------------------------ balance


def balance_of(strategy: Strategy, rows: pl.DataFrame) -> list[BalanceFigure]:
    """The customers of each arm against the shares that are declared; nothing where there is one arm, or a share that is no constant."""
    shares = shares_of(strategy)
    counts = dict(rows.group_by("arm").len().iter_rows())
    if len(shares) < 2 or not set(counts) <= set(shares):
        return []
    mismatch = balance.mismatch([counts.get(arm, 0) for arm in shares], list(shares.values()))
    if mismatch is None:
        return []
    total = sum(counts.values())
    return [
        BalanceFigure(strategy.name, arm, counts.get(arm, 0), share * total, mismatch.p, mismatch.alarm) for arm, share in shares.items()
    ]


def shares_of(strategy: Strategy) -> dict[str, float]:
    """The share of each arm, controls first; none where the control's share differs from customer to customer."""
    control = 0.0 if strategy.control is None else getattr(strategy.control, "value", None)
    if control is None:
        return {}
    whole = sum(share for _, share in strategy.split)  # who is in no arm is not listed
    arms = {arm: (1 - control) * share / whole for arm, share in strategy.split} or {TREATED: 1 - control}
    return ({CONTROL: control} if control else {}) | arms
