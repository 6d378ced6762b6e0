"""Why not, for everyone: where a strategy loses its customers, over the whole snapshot, in one pass over the batches of a run.

Each condition and each reason is told in two ways: how many it was the first to keep out, in the order in which a run asks, and for how
many it is the only obstacle: without it, and all else as it was on the day, each of them would have got an action.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from strategy_engine.engine.day import report
from strategy_engine.engine.day.claims import BOUND
from strategy_engine.engine.day.gate import reasons
from strategy_engine.engine.day.names import KEY
from strategy_engine.engine.day.observe import Moment
from strategy_engine.engine.day.run import OpenDay, Progress, Weighed, through_the_gate, weigh
from strategy_engine.engine.day.used_up import Freed
from strategy_engine.engine.explain.conditions import Condition, Stage, conditions_of, holding
from strategy_engine.engine.explain.ghosts import CAUSE, GATE, LIMIT, Ghosts, ghosts_of, would_win
from strategy_engine.plan.day import DayPlan, StrategyPlan
from strategy_engine.plan.stages import Count
from strategy_engine.record import record
from strategy_engine.source.file import SourceFile


@record
class Obstacle:
    """What can stand between a customer and an action of the strategy. All figures are customers.

    stage: cohort, trigger, journey, ramp, gate or limit.      text: as it was written, or in the words of a run.
    through: the cohorts in whose definitions a clause stands.
    holds, unknown: by itself, of how many a condition holds or is unknown; None for what is only asked of candidates.
    dropped: whom it was the first to keep out, in order.      left: who is left then.
    candidates: who lacks nothing else to be a candidate; None for what is only asked of candidates.
    listed: who would have got an action without it, each taken alone; steps of journeys that go on are not asked.
    """

    stage: str
    text: str
    dropped: int
    left: int
    listed: int
    through: tuple[str, ...] = ()
    holds: int | None = None
    unknown: int | None = None
    candidates: int | None = None


@record
class WhyNot:
    """Where a strategy loses its customers on a day.

    going_on: the customers for whom a later step of a journey is due; they join behind the conditions.      funnel: the run's own.
    """

    strategy: str
    title: str | None
    date: str
    customers: int
    going_on: int
    obstacles: tuple[Obstacle, ...]
    funnel: Mapping[str, Any]


def why_not(day: OpenDay, strategy: str, sources: Mapping[str, SourceFile], progress: Progress | None = None) -> WhyNot:
    """Of a strategy that runs on the day."""
    moment, plan = day.moment, day.plan
    one = next(each for each in plan.strategies if each.name == strategy)
    conditions = conditions_of(plan.model, one, sources, journeys=one.name in moment.bank.memory.running)
    tally = _Tally(moment, plan, one, conditions)
    gated, barred, counts = through_the_gate(moment, plan, progress, tally.watch)
    claims = [batch.claims for batch in gated]
    weighed = weigh(moment, plan, gated)
    won = would_win(moment, plan, one, weighed, claims, tally.ghosts)
    candidates = weighed.ends(barred)
    funnel = report.funnel_of(plan, counts, candidates.counted)[strategy]
    going_on = candidates.counted.filter(pl.col("strategy") == strategy).height - tally.left[-1]
    obstacles = tuple(_obstacles(plan, tally, weighed, funnel, won, going_on))
    return WhyNot(strategy, one.strategy.title, plan.date.isoformat(), funnel[Count.CUSTOMERS], going_on, obstacles, funnel)


# ------------------------------------------------------------------------------------------------ batch by batch


@dataclass
class _Tally:
    """What is counted of the conditions, and the ghosts so far."""

    moment: Moment
    plan: DayPlan
    one: StrategyPlan
    conditions: list[Condition]
    holds: list[int] = field(default_factory=list)
    unknown: list[int] = field(default_factory=list)
    left: list[int] = field(default_factory=list)
    alone: list[int] = field(default_factory=list)
    ghosts: list[Ghosts] = field(default_factory=list)

    def watch(self, customers: pl.DataFrame, free: Freed) -> None:
        """Count a batch."""
        masks = holding(self.moment, self.one, self.conditions, customers)
        known = masks.with_columns(pl.all().fill_null(False))
        lacking = known.select(pl.sum_horizontal((~pl.col(name)).cast(pl.UInt32) for name in known.columns)).to_series()
        only = pl.coalesce(pl.when(~pl.col(name)).then(pl.lit(int(name), dtype=pl.UInt32)) for name in known.columns)
        cause = known.select(pl.when(lacking == 1).then(only).alias(CAUSE)).to_series()
        so_far = [pl.all_horizontal(known.columns[: at + 1]).sum().alias(name) for at, name in enumerate(known.columns)]
        _add(self.holds, known.select(pl.all().sum()).row(0))
        _add(self.unknown, masks.select(pl.all().is_null().sum()).row(0))
        _add(self.left, known.select(so_far).row(0))
        _add(self.alone, [int((cause == at).sum()) for at in range(len(self.conditions))])
        near = customers.with_columns(cause).filter(lacking <= 1)
        self.ghosts.append(ghosts_of(self.moment, self.plan, self.one, self._barred(near, free.barred), self._hitless))

    def _barred(self, customers: pl.DataFrame, barred: pl.DataFrame) -> pl.DataFrame:
        """The customers with the limit that bars them."""
        mine = barred.filter(pl.col("strategy") == self.one.name).select(pl.col("customer_id").alias(KEY), pl.col(BOUND).alias(LIMIT))
        return customers.join(mine, on=KEY, how="left", maintain_order="left")

    @property
    def _hitless(self) -> int | None:
        return next((at for at, each in enumerate(self.conditions) if each.stage is Stage.TRIGGER), None)


def _add(total: list[int], more: list[int] | tuple[int, ...]) -> None:
    total[:] = [sum(pair) for pair in zip(total or [0] * len(more), more, strict=True)]


# ------------------------------------------------------------------------------------------------ in order


def _obstacles(
    plan: DayPlan, tally: _Tally, day: Weighed, funnel: Mapping[str, Any], won: pl.DataFrame, going_on: int
) -> Iterator[Obstacle]:
    """The conditions, then the reasons of gate and limits as far as any was told, down to those who were accepted."""
    left = funnel[Count.CUSTOMERS]
    listed = _by(won, CAUSE)
    for at, each in enumerate(tally.conditions):
        dropped, left = left - tally.left[at], tally.left[at]
        figures = {"holds": tally.holds[at], "unknown": tally.unknown[at], "candidates": tally.alone[at]}
        yield Obstacle(each.stage, each.text, dropped, left, listed.get(at, 0), each.through, **figures)
    left += going_on
    texts = [bound.text for bound in day.bounds]
    named = won.with_columns(pl.col(LIMIT).replace_strict(dict(enumerate(texts)), default=None, return_dtype=pl.String))
    for stage, column, words in ((Stage.GATE, GATE, reasons(plan)), (Stage.LIMIT, LIMIT, texts)):
        listed = _by(named, column)
        for text in dict.fromkeys(words):
            dropped = funnel["dropped"].get(text, 0)
            left -= dropped
            if dropped or listed.get(text, 0):
                yield Obstacle(stage, text, dropped, left, listed.get(text, 0))


def _by(won: pl.DataFrame, column: str) -> dict[Any, int]:
    """By what stood between, how many customers."""
    return dict(won.drop_nulls(column).group_by(column).agg(pl.col(KEY).n_unique()).iter_rows())
