"""Measured: the parts of every kpi beside the observations, and samples of them.

Beside an observation stand, for each kpi, the numbers of its measure's parts (`KPI 0`, `KPI 1` …, Float64, nought where unknown) and
`KPI over`: whether its time is over, so that it can be told; and `KPI known`: whether the journey counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

import numpy as np
import polars as pl

from strategy_engine.engine.day.names import KEY
from strategy_engine.language.types import CENTS, DATE, Kind
from strategy_engine.record import record
from strategy_engine.review.placing import horizon, placed
from strategy_engine.review.statistics import Sample
from strategy_engine.review.statistics.samples import sample_of
from strategy_engine.review.values import AFTER, Observer
from strategy_engine.semantics import ir
from strategy_engine.semantics.measures import Measure, grows, measure_of, value_of
from strategy_engine.semantics.model import Kpi, Model


@record
class Gauge:
    """A kpi ready to be measured.

    scope: of the day on which its time is over.      parts: its columns.      grows: whether it is a sum, which is compared by customer.
    """

    kpi: Kpi
    measure: Measure
    scope: str
    grows: bool

    @property
    def parts(self) -> list[str]:
        return [f"{self.kpi.name} {at}" for at in range(len(self.measure.parts))]

    @property
    def known(self) -> str:
        return f"{self.kpi.name} known"

    @property
    def summed(self) -> list[int]:
        """The places of the parts whose values must be known for a journey to count: in a ratio of sums, both speak of the same journeys.
        What is averaged may be missing in a ratio of averages, each of which counts its own."""
        parts = self.measure.parts
        averaged = {part.value for part in parts if part.counts}
        if self.measure.single is not None:
            return [0]
        return [place for place, part in enumerate(parts) if not part.counts and part.value not in averaged]

    @property
    def over(self) -> str:
        return f"{self.kpi.name} over"

    @property
    def unit(self) -> float:
        """What the formula's value is divided by to be in the currency, or as it is."""
        return float(CENTS) if self.measure.money else 1.0

    def at(self, sums: Sequence[float]) -> tuple[float, tuple[float, ...]] | None:
        """The kpi and its derivatives at the sums of its parts; None where there is none."""
        found = value_of(self.measure.formula, sums)
        return None if found is None else (found[0] / self.unit, tuple(each / self.unit for each in found[1]))


def gauges_of(kpis: Mapping[str, Kpi]) -> dict[str, Gauge]:
    """By name; kpis that end on the same day share its scope."""
    scopes: dict[tuple[ir.Expr, ...], str] = {}
    gauges = {}
    for name, kpi in kpis.items():
        scope = scopes.setdefault(horizon(kpi), f"{AFTER}{len(scopes)}")
        measure = measure_of(kpi.measure, share=kpi.share)
        gauges[name] = Gauge(kpi, measure, scope, grows(measure))
    return gauges


def measured(
    observer: Observer, observations: pl.DataFrame, gauges: Mapping[str, Gauge], model: Model, further: Mapping[str, ir.Expr] | None = None
) -> pl.DataFrame:
    """The observations, in their order, with the numbers of all kpis, and the days on which their scopes are over.

    further: expressions of the customer on the day of the listing, by the names of the columns that they become: conditions as they are,
    all else as text.
    """
    low, further = observer.bank.moment(observer.as_of).low, further or {}
    ends = {gauge.scope: horizon(gauge.kpi) for gauge in gauges.values()}
    days = {
        scope: pl.max_horizontal([low(ir.Convert(placed(end, model, scope), type=DATE)).cast(pl.Date) for end in dates])
        for scope, dates in ends.items()
    }
    observations = observations.with_columns(**days)
    exprs = [placed(part.value, model, gauge.scope) for gauge in gauges.values() for part in gauge.measure.parts]
    values = observer.values(observations, [*exprs, *further.values()])
    columns = iter(values.columns)
    told = [column for gauge in gauges.values() for column in _told(gauge, list(islice(columns, len(gauge.parts))), observer)]
    dtypes = [pl.Boolean() if expr.type.kind is Kind.BOOL else pl.String() for expr in further.values()]
    parts = [pl.col(value).cast(dtype).alias(name) for value, name, dtype in zip(columns, further, dtypes, strict=True)]
    return observations.hstack(values).with_columns(*told, *parts).drop(values.columns)


def _told(gauge: Gauge, values: Sequence[str], observer: Observer) -> Iterator[pl.Expr]:
    """A kpi's columns beside the observations; `values` are those of its parts."""
    for value, part, name in zip(values, gauge.measure.parts, gauge.parts, strict=True):
        number = pl.col(value).is_not_null() if part.counts else pl.col(value).fill_null(0)
        yield number.cast(pl.Float64).alias(name)
    known = [pl.col(values[place]).is_not_null() for place in gauge.summed]
    yield pl.all_horizontal(known or [pl.lit(value=True)]).alias(gauge.known)
    yield (pl.col(gauge.scope) <= observer.as_of).alias(gauge.over)


# ------------------------------------------------------------------------------------------------ samples


@record
class Group:
    """Observations that are looked at together: the customers' sample of the parts, and how many observations there are.

    pending: those whose time is not over, which are in no sample.      unknown: of the others, those of which nothing is known.
    """

    sample: Sample
    observed: int
    pending: int
    unknown: int


def groups(rows: pl.DataFrame, gauge: Gauge, by: Sequence[str]) -> dict[tuple[object, ...], Group]:
    """The samples of the rows by the columns; customers are the units, as observations of one customer are no news of each other."""
    counted, sums = pl.collect_all(_grouped(rows.lazy(), gauge, by))
    return _told_of(counted, sums, gauge, by)


def groups_within(rows: pl.DataFrame, gauge: Gauge, by: Sequence[str], conditions: Sequence[str]) -> list[dict[tuple[object, ...], Group]]:
    """The same for each of the conditions (columns), of the rows that meet it; a row may meet several. All together, as they are many."""
    queries = [query for condition in conditions for query in _grouped(rows.lazy().filter(condition), gauge, by)]
    found = pl.collect_all(queries)
    return [_told_of(counted, sums, gauge, by) for counted, sums in zip(found[::2], found[1::2], strict=True)]


def _grouped(rows: pl.LazyFrame, gauge: Gauge, by: Sequence[str]) -> tuple[pl.LazyFrame, pl.LazyFrame]:
    """A row a group, and a row a group and customer with the sums of the parts; both in the order of the groups."""
    known, over = pl.col(gauge.known), pl.col(gauge.over)
    counted = rows.group_by(by).agg(
        observed=(over & known).sum(), pending=(~over).sum(), unknown=(over & ~known).sum(),
    )  # fmt: skip
    sums = rows.filter(over, known).group_by([*by, KEY], maintain_order=True).agg(pl.col(part).sum() for part in gauge.parts)
    return counted.sort(by, nulls_last=True), sums.drop(KEY).sort(by, nulls_last=True, maintain_order=True)


def _told_of(counted: pl.DataFrame, sums: pl.DataFrame, gauge: Gauge, by: Sequence[str]) -> dict[tuple[object, ...], Group]:
    samples = _samples(sums, gauge.parts, by)
    nobody = sample_of(np.empty((0, len(gauge.parts))))
    told = {}
    for row in counted.iter_rows(named=True):
        whose = tuple(row[name] for name in by)
        told[whose] = Group(samples.get(whose, nobody), int(row["observed"]), int(row["pending"]), int(row["unknown"]))
    return told


def _samples(sums: pl.DataFrame, parts: Sequence[str], by: Sequence[str]) -> dict[tuple[object, ...], Sample]:
    """The samples of the units' sums, which stand group by group. Summed in order: threads that share a sum tell its last digit
    differently each time."""
    if sums.is_empty():
        return {}
    starts = np.flatnonzero(sums.select(pl.struct(by).is_first_distinct()).to_series().to_numpy())
    samples = map(sample_of, np.split(sums.select(parts).to_numpy(), starts[1:]))
    return dict(zip(sums[starts].select(by).iter_rows(), samples, strict=True))
