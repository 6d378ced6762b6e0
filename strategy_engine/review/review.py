"""The review: from what was listed, and what became of it, to figures and findings. This module is the table of contents."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from pathlib import Path

import polars as pl

from strategy_engine.engine.day.memory import Memory
from strategy_engine.engine.day.names import KEY
from strategy_engine.language.types import Kind
from strategy_engine.plan.reads import Reads
from strategy_engine.plan.vocabulary import CONTROL
from strategy_engine.record import record
from strategy_engine.review import experiments, paths
from strategy_engine.review.budgets import budgets_of
from strategy_engine.review.cohorts import column_of, named_cohorts, readable
from strategy_engine.review.figures import BalanceFigure, CreditFigure, EffectFigure, Figures, KpiFigure
from strategy_engine.review.findings import CONTACTS, Place, findings_of
from strategy_engine.review.funnel import funnel_of, steps_known, told_of
from strategy_engine.review.measured import Gauge, gauges_of, measured
from strategy_engine.review.money import base_of, costs_of, with_gains
from strategy_engine.review.observations import FIRST, Period, observations_of
from strategy_engine.review.placing import CONTACT, LISTED, NUMBER
from strategy_engine.review.results import DIMENSIONS, kpis_of, targets_of
from strategy_engine.review.values import Observer, bank_of
from strategy_engine.semantics import ir
from strategy_engine.semantics.model import Model, Strategy

Progress = Callable[[str, int, int], None]
"""Told before each stage: its name, how many are done, and how many there are."""
STAGES = ("what was listed", "kpis", "the time before", "effects", "feedback", "attribution")
GRID = "grid "
"""How the dimensions begin that are cells of a grid."""


@record
class Reviewed:
    """What is reviewed.

    actions: all that was listed, by this program or another, with the columns of the ledger's `actions`.      manifests: of the days that
    were run, in order.      places: where strategies are declared.      resumed: strategies that were let go on after a pause, and when:
    their targets are held against what was listed after that.      memory: who was in fixed cohorts when.
    """

    model: Model
    folder: Path
    actions: pl.LazyFrame
    manifests: Sequence[str]
    places: Mapping[str, Place]
    period: Period
    resumed: Mapping[str, dt.date] = field(default_factory=dict)
    memory: Memory = field(default_factory=Memory)


def review(reviewed: Reviewed, progress: Progress = lambda *_: None) -> Figures:
    """All figures of the period. Raises DataError where a table cannot be read at all."""
    return _Review(reviewed, progress).figures()


@record
class _Review:
    reviewed: Reviewed
    progress: Progress

    @property
    def model(self) -> Model:
        return self.reviewed.model

    def figures(self) -> Figures:
        self._begin(0)
        observations = observations_of(self.reviewed.actions, self.model, self.reviewed.period)
        strategies = self._strategies(observations)
        gauges = gauges_of({name: self.model.kpis[name] for name in sorted({t.kpi for one in strategies.values() for t in one.targets})})
        further, cohorts = self._dimensions(), self._cohorts(strategies.values())
        within = {column_of(name): ir.Derived(name, type=self.model.derived[name].type) for name in cohorts}
        observer = self._observer(gauges, [*further.values(), *within.values()])
        self._begin(1)
        rows = measured(observer, observations, gauges, self.model, further | within)
        rows = rows.with_columns(_contacts_before(self.reviewed.actions, rows))
        dimensions = (*DIMENSIONS, *further, CONTACTS)
        kpis = [
            figure for gauge in gauges.values() for figure in kpis_of(_of(rows, _towards(strategies, gauge)), gauge, dimensions, cohorts)
        ]
        self._begin(2)
        rows = _with_before(observer, rows, gauges, self.model)
        self._begin(3)
        effects, balance = self._effects(rows, strategies, gauges)
        self._begin(4)
        told = told_of(self.model.project, self._actions(), self._feedback(observer), self.reviewed.period.as_of)
        costs = costs_of(self.model, told)
        self._begin(5)
        figures = self._whole(gauges, observer)
        figures = replace(
            figures,
            kpis=tuple(kpis),
            targets=tuple(targets_of(strategies.values(), self._since_resumed(rows, kpis, gauges), effects)),
            effects=effects,
            balance=tuple(balance),
            funnel=tuple(funnel_of(told, steps_known(self.model.project))),
            money=tuple(with_gains(costs, strategies, effects, kpis, gauges, _bases(rows, strategies, gauges))),
            credits=tuple(_credits(rows, strategies, gauges, effects)),
            budgets=tuple(budgets_of(self.reviewed.manifests)),
        )
        return replace(figures, findings=findings_of(figures, self.reviewed.places))

    def _begin(self, stage: int) -> None:
        self.progress(STAGES[stage], stage, len(STAGES))

    # -------------------------------------------------------------------------------------------- what is looked at

    def _strategies(self, observations: pl.DataFrame) -> dict[str, Strategy]:
        """The declared strategies of which anything was listed, by name."""
        listed = set(observations.get_column("strategy"))
        return {name: strategy for name, strategy in sorted(self.model.strategies.items()) if name in listed}

    def _observer(self, gauges: Mapping[str, Gauge], parts: Sequence[ir.Expr]) -> Observer:
        exprs = [gauge.kpi.measure for gauge in gauges.values()]
        feedback = self.model.project.feedback
        further: Reads = {self.model.project.snapshot.name: set()}
        if feedback is not None:
            further[feedback.from_] = {*feedback.match, feedback.outcome}
        bank = bank_of(self.model, self.reviewed.folder, [*exprs, *parts], self.reviewed.period.as_of, further, self.reviewed.memory)
        return Observer(bank, self.reviewed.period.as_of)

    def _actions(self) -> pl.LazyFrame:
        """What was listed in the period, later steps of journeys among it."""
        period = self.reviewed.period
        return self.reviewed.actions.filter(pl.col("run_date").is_between(period.first, period.last))

    def _feedback(self, observer: Observer) -> pl.LazyFrame | None:
        told = self.model.project.feedback
        return None if told is None else observer.bank.moment(observer.as_of).table(told.from_)

    # -------------------------------------------------------------------------------------------- dimensions

    def _dimensions(self) -> dict[str, ir.Expr]:
        """What else of the customers figures are told by: columns that name a row of another table (a branch, an RM), and grids."""
        snapshot = self.model.project.snapshot
        columns: dict[str, ir.Expr] = {
            name: ir.Column("customer", name, type=column.value_type)
            for name, column in snapshot.columns.items()
            if column.value_type.kind is Kind.ID and column.value_type.of is not None
        }
        grids = {f"{GRID}{name}": ir.Derived(name, type=self.model.derived[name].type) for name in self.model.grids}
        return columns | grids

    def _cohorts(self, strategies: Iterable[Strategy]) -> tuple[str, ...]:
        """The cohorts that figures are told by."""
        return readable(named_cohorts(self.model, strategies), self.model, self.reviewed.folder, self.reviewed.period.as_of)

    def _since_resumed(self, rows: pl.DataFrame, kpis: list[KpiFigure], gauges: Mapping[str, Gauge]) -> list[KpiFigure]:
        """The kpis that targets are held against."""
        resumed = self.reviewed.resumed
        if not resumed:
            return kpis
        since = pl.col("strategy").replace_strict(resumed, default=dt.date.min, return_dtype=pl.Date)
        anew = rows.filter(pl.col("strategy").is_in(list(resumed)), pl.col(LISTED) > since)
        others = [figure for figure in kpis if figure.strategy not in resumed]
        return others + [figure for gauge in gauges.values() for figure in kpis_of(anew, gauge, ())]

    # -------------------------------------------------------------------------------------------- effects

    def _effects(
        self, rows: pl.DataFrame, strategies: Mapping[str, Strategy], gauges: Mapping[str, Gauge]
    ) -> tuple[tuple[EffectFigure, ...], list[BalanceFigure]]:
        """The effects of all strategies, and how their arms are balanced."""
        effects: list[EffectFigure] = []
        balance: list[BalanceFigure] = []
        for strategy in strategies.values():
            found = experiments.compared(rows, strategy)
            arms = experiments.balance_of(strategy, found.rows) if found.against == CONTROL else []
            balance += arms
            wanted = [gauges[name] for name in dict.fromkeys(target.kpi for target in strategy.targets)]
            effects += experiments.effects_of(strategy, found, wanted, blocked=any(arm.alarm for arm in arms))
        return experiments.judged(effects, {name: gauge.kpi.goal for name, gauge in gauges.items()}), balance

    # -------------------------------------------------------------------------------------------- the whole

    def _whole(self, gauges: Mapping[str, Gauge], observer: Observer) -> Figures:
        """What is told of the review itself; no figures yet."""
        model, period = self.model, self.reviewed.period
        parts = {name: one for name, one in model.derived.items() if one.kind in ("cohort", "grid")}
        declared = (parts, model.strategies, model.kpis, model.channels, model.benefits, model.products)
        actions, customers = self._actions().select(pl.len(), pl.col("customer_id").n_unique().alias("customers")).collect().row(0)
        return Figures(
            model.project.project, period.first, period.last, period.as_of, actions, customers,
            kpis=(), targets=(), effects=(), balance=(), funnel=(), money=(), credits=(), budgets=(), findings=(),
            titles={name: one.title for kind in declared for name, one in kind.items() if one.title},
            units={name: _unit(gauge) for name, gauge in gauges.items()},
            goals={name: gauge.kpi.goal for name, gauge in gauges.items()},
            strangers=self._strangers(observer),
            counted={name: gauge.measure.share for name, gauge in gauges.items()},
        )  # fmt: skip

    def _strangers(self, observer: Observer) -> int:
        known = observer.bank.moment(observer.as_of).customers.select(KEY)
        asked = self._actions().select(pl.col("customer_id").alias(KEY)).unique()
        return int(asked.join(known, on=KEY, how="anti").select(pl.len()).collect().item())


def _unit(gauge: Gauge) -> str:
    """Ratios of money to money are shares, too."""
    if gauge.measure.money:
        return "money"
    ratio = base_of(gauge) is not None and not gauge.measure.parts[0].counts and gauge.measure.parts[0].value.type.kind is Kind.MONEY
    return "share" if gauge.measure.share or ratio or gauge.kpi.measure.type.kind is Kind.PERCENT else "number"


def _towards(strategies: Mapping[str, Strategy], gauge: Gauge) -> list[str]:
    """The strategies that aim at a kpi."""
    return [name for name, strategy in strategies.items() if any(target.kpi == gauge.kpi.name for target in strategy.targets)]


def _of(rows: pl.DataFrame, strategies: Sequence[str]) -> pl.DataFrame:
    return rows.filter(pl.col("strategy").is_in(strategies))


def _contacts_before(actions: pl.LazyFrame, rows: pl.DataFrame) -> pl.Series:
    """How often each observation's customer had been listed in the thirty days before: `0` … `3`, `4+`."""
    days = actions.filter(pl.col("arm") != CONTROL).select(pl.col("customer_id").alias(KEY), pl.col("run_date").alias(LISTED))
    asked = rows.lazy().select(KEY, LISTED).unique()
    both = pl.concat([days.with_columns(contact=1), asked.with_columns(contact=0)]).sort(KEY, LISTED)
    counted = both.rolling(LISTED, period="30d", closed="left", group_by=KEY).agg(pl.col("contact").sum()).unique([KEY, LISTED])
    found = rows.lazy().select(KEY, LISTED).join(counted, on=[KEY, LISTED], how="left", maintain_order="left")
    count = pl.col("contact").fill_null(0)
    return found.select(pl.when(count < 4).then(count.cast(pl.String)).otherwise(pl.lit("4+")).alias(CONTACTS)).collect().to_series()


def _with_before(observer: Observer, rows: pl.DataFrame, gauges: Mapping[str, Gauge], model: Model) -> pl.DataFrame:
    """The observations that effects are told from, with each simple kpi in an equally long time before the contact."""
    first = rows.filter(FIRST)
    simple = [gauge for gauge in gauges.values() if gauge.measure.single is not None]
    for scope in dict.fromkeys(gauge.scope for gauge in simple):
        together = {gauge.kpi.name: gauge for gauge in simple if gauge.scope == scope}
        length = first.select(((pl.col(scope) - pl.col(CONTACT)).dt.total_days() + 1).max()).item()
        if length is None:
            continue
        earlier = [pl.col(name) - dt.timedelta(days=length) for name in (LISTED, CONTACT)]
        past = measured(observer, first.with_columns(earlier), together, model)
        first = first.with_columns(past.get_column(gauge.parts[0]).alias(name + experiments.BEFORE) for name, gauge in together.items())
    before = first.select(NUMBER, *(name for name in first.columns if name.endswith(experiments.BEFORE)))
    return rows.join(before, on=NUMBER, how="left", maintain_order="left")


def _bases(rows: pl.DataFrame, strategies: Mapping[str, Strategy], gauges: Mapping[str, Gauge]) -> dict[tuple[str, str], float]:
    """By strategy and first kpi, the sum that the kpi is a share of, over the treated whose time is over."""
    found = {}
    for name, strategy in strategies.items():
        if strategy.targets:
            gauge = gauges[strategy.targets[0].kpi]
            over = rows.filter(pl.col("strategy") == name, pl.col("arm") != CONTROL, pl.col(gauge.over))
            base = base_of(gauge)
            found[name, gauge.kpi.name] = float(over.height if base is None else over.get_column(base).sum())
    return found


def _credits(
    rows: pl.DataFrame, strategies: Mapping[str, Strategy], gauges: Mapping[str, Gauge], effects: Sequence[EffectFigure]
) -> Iterator[CreditFigure]:
    """What the rules of attribution say, where several strategies aim at one kpi."""
    for gauge in gauges.values():
        names = _towards(strategies, gauge)
        if paths.shared(gauge, names):
            yield from paths.credits_of(gauge, paths.paths_of(rows, gauge, names), names, effects)
