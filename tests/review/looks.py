"""What the review says of a laboratory's strategies, and what a reader sees who looks every day; against what was planted."""

from __future__ import annotations

import tempfile
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import polars as pl

from strategy_engine.plan.vocabulary import CONTROL
from strategy_engine.review import experiments
from strategy_engine.review.findings import HARM
from strategy_engine.review.measured import gauges_of, measured
from strategy_engine.review.observations import ACTION_COLUMNS, FIRST, Period, observations_of
from strategy_engine.review.statistics import sequences
from strategy_engine.review.values import Observer, bank_of
from strategy_engine.session import Project

from .laboratory import laboratory, planted, planted_harm

CUSTOMERS = 3_000


@dataclass(frozen=True)
class Look:
    """A strategy of one bank: what was planted, the interval, the verdict, and whether the daily sequence was ever wrong (None: never
    begun). `harmful`: whether harm was planted; `named`: whether a finding says that it does harm."""

    seed: int
    strategy: str
    truth: float
    low: float
    high: float
    verdict: str
    ever_wrong: bool | None
    harmful: bool
    named: bool

    @property
    def held(self) -> bool:
        return self.low <= self.truth <= self.high


def looks(seeds: range, processes: int) -> list[Look]:
    """Those of all seeds; each bank lives in a folder of its own for as long as it takes."""
    if processes == 1:
        return [look for seed in seeds for look in of_seed(seed)]
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        return [look for found in pool.map(of_seed, seeds) for look in found]


def of_seed(seed: int) -> list[Look]:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "bank"
        project = laboratory(root, CUSTOMERS, seed)
        truth = planted(root)
        wrong = ever_wrong(project, truth)
        harmful = planted_harm(root)
        figures = project.review().figures
        named = {finding.strategy for finding in figures.findings if finding.kind in HARM}
        return [
            Look(
                seed, each.strategy, truth[each.strategy], each.low, each.high, each.verdict, wrong.get(each.strategy),
                each.strategy in harmful, each.strategy in named,
            )
            for each in figures.effects
            if each.low is not None and each.high is not None
        ]  # fmt: skip


def ever_wrong(project: Project, truth: dict[str, float]) -> dict[str, bool]:
    """Whether somebody who looks every day, at those whose time is over by then, would ever see limits that the truth lies outside of."""
    model, days = project.model, project.ledger.dates()
    gauges = gauges_of(model.kpis)
    observer = Observer(bank_of(model, project.folder, [kpi.measure for kpi in model.kpis.values()], days[-1], {}), days[-1])
    actions = project.ledger.store.read("actions").select(ACTION_COLUMNS)
    rows = measured(observer, observations_of(actions, model, Period(days[0], days[-1], days[-1])), gauges, model).filter(FIRST)
    found: dict[str, bool] = {}
    for name, strategy in model.strategies.items():
        gauge = gauges[strategy.targets[0].kpi]
        mine = rows.filter(pl.col("strategy") == name).select(
            over=gauge.scope, control=pl.col("arm") == CONTROL, reached=pl.col(gauge.parts[0])
        )
        seen = [limits for day in days if (limits := _limits(mine.filter(pl.col("over") <= day))) is not None]
        if seen:
            found[name] = any(not low <= truth[name] <= high for low, high in seen)
    return found


def _limits(rows: pl.DataFrame) -> tuple[float, float] | None:
    sides = [rows.filter(side).get_column("reached") for side in (~pl.col("control"), pl.col("control"))]
    counts = [number for side in sides for number in (int(side.sum()), len(side))]
    found = sequences.proportions(*counts, tightest_at=experiments.TIGHTEST)
    return None if found is None else (found.low, found.high)
