"""Paths: in which order the strategies towards one kpi touched the customers, and how many of those reached it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import polars as pl

from strategy_engine.engine.day.names import KEY
from strategy_engine.plan.vocabulary import CONTROL
from strategy_engine.review.attribution import RULES, Path
from strategy_engine.review.figures import CreditFigure, EffectFigure
from strategy_engine.review.measured import Gauge
from strategy_engine.review.placing import CONTACT

BY_CONTROL = "control"
"""The rule that is none: what the control groups say."""


def shared(gauge: Gauge, strategies: Iterable[str]) -> bool:
    """Whether several strategies can be credited: the kpi says of each customer whether it was reached."""
    return gauge.measure.share and gauge.kpi.goal == "up" and len(list(strategies)) > 1


def paths_of(rows: pl.DataFrame, gauge: Gauge, strategies: Sequence[str]) -> list[Path]:
    """The treated's touches by the strategies. Touches whose times overlap are one path; paths whose time is not over are left out."""
    touched = rows.lazy().filter(pl.col("strategy").is_in(strategies), pl.col("arm") != CONTROL).sort(KEY, CONTACT, "strategy")
    apart = pl.col(CONTACT) > pl.col(gauge.scope).cum_max().shift().over(KEY)
    episodes = touched.with_columns(apart.fill_null(value=False).cum_sum().over(KEY).alias("episode"))
    paths = (
        episodes.group_by(KEY, "episode", maintain_order=True)
        .agg(
            pl.col("strategy").alias("touches"),
            ((pl.col(CONTACT).max() - pl.col(CONTACT)).dt.total_hours()).alias("hours"),
            converted=(pl.col(gauge.parts[0]) > 0).any(),
            over=pl.col(gauge.over).all(),
        )
        .filter("over")
        .group_by("touches", "hours")
        .agg(conversions=pl.col("converted").sum(), others=(~pl.col("converted")).sum())
        .sort("touches", "hours")
        .collect()
    )
    return [Path(tuple(touches), tuple(map(float, hours)), float(yes), float(no)) for touches, hours, yes, no in paths.iter_rows()]


def credits_of(gauge: Gauge, paths: Sequence[Path], strategies: Sequence[str], effects: Iterable[EffectFigure]) -> list[CreditFigure]:
    """Each rule's credit, and beside it what the strategies' control groups say they brought (which need not add up to all)."""
    total = sum(path.conversions for path in paths)
    by_rule: dict[str, Mapping[str, float]] = {name: rule(paths) for name, rule in RULES.items()}
    found = [
        CreditFigure(gauge.kpi.name, strategy, rule, credit.get(strategy, 0.0), credit.get(strategy, 0.0) / total if total else None)
        for rule, credit in by_rule.items()
        for strategy in strategies
    ]
    touched = {strategy: sum(path.customers for path in paths if strategy in path.touches) for strategy in strategies}
    for effect in effects:
        if effect.arm is None and effect.kpi == gauge.kpi.name and effect.strategy in touched and effect.difference is not None:
            brought = effect.difference * touched[effect.strategy]
            found.append(CreditFigure(gauge.kpi.name, effect.strategy, BY_CONTROL, brought, brought / total if total else None))
    return found
