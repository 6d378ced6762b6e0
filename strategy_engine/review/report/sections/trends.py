"""KPIs over time: small charts of the most active, the others as tables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress

from strategy_engine.review.figures import ALL, PERIOD, Figures, KpiFigure
from strategy_engine.review.report import numbers
from strategy_engine.review.report.charts import line
from strategy_engine.review.report.parts import Card, Cards, Cell, Fold, Section, Table
from strategy_engine.review.report.reader import Reader

DRAWN = 24

_Key = tuple[str, str]


def section(figures: Figures, reader: Reader) -> Section:
    over: dict[_Key, list[KpiFigure]] = {}
    for figure in figures.kpis:
        if figure.dimension == PERIOD:
            over.setdefault((figure.strategy, figure.kpi), []).append(figure)
    for points in over.values():
        points.sort(key=lambda figure: figure.member or "")
    active = sorted(over, key=lambda key: (-sum(figure.observed + figure.pending for figure in over[key]), key))
    baselines = {(figure.strategy, figure.kpi): figure.baseline for figure in figures.kpis if figure.dimension == ALL}
    monthly = _monthly(figure.member for points in over.values() for figure in points)
    drawn = tuple(_card(over[key], baselines.get(key), reader, monthly=monthly) for key in active[:DRAWN])
    rest = {key: over[key] for key in active[DRAWN:]}
    folds = (Fold(reader.say("time.rest", count=len(rest)), _tables(rest, reader, monthly=monthly)),) if rest else ()
    return Section("time", cards=(Cards("", drawn),) if drawn else (), folds=folds)


def _monthly(members: Iterable[str | None]) -> bool:
    """Whether the periods are months: all begin on a first, and there is more than one."""
    dates = set()
    for member in set(members):
        with suppress(ValueError):
            dates.add(dt.date.fromisoformat(member or ""))
    return len(dates) > 1 and all(date.day == 1 for date in dates)


def _card(points: Sequence[KpiFigure], baseline: float | None, reader: Reader, *, monthly: bool) -> Card:
    strategy, kpi = points[0].strategy, points[0].kpi
    unit = reader.unit(kpi)
    told = reader.say("baseline", value=reader.value(kpi, baseline)) if numbers.known(baseline) else ""
    label = f"{reader.title(strategy)}: {reader.title(kpi)}"
    drawn = [_point(figure, reader, monthly=monthly) for figure in points]
    plot = line.chart(drawn, baseline, told, lambda tick: numbers.tick(tick, unit, reader.tongue), label)
    return Card(reader.title(strategy), reader.title(kpi), strategy, plot, small=told)


def _point(figure: KpiFigure, reader: Reader, *, monthly: bool) -> line.Point:
    name = numbers.short_day(figure.member, reader.tongue, monthly=monthly)
    interval = reader.values(figure.kpi, figure.low, figure.high)
    text = f"{name}: {reader.value(figure.kpi, figure.value)} ({interval}), {reader.words['observed']} {numbers.count(figure.observed)}"
    if figure.pending:
        text += f", {reader.say('pending', count=numbers.count(figure.pending))}"
    return line.Point(name, figure.value, figure.low, figure.high, text, figure.pending > 0)


def _tables(rest: Mapping[_Key, Sequence[KpiFigure]], reader: Reader, *, monthly: bool) -> tuple[Table, ...]:
    """A table a kpi: strategies by periods."""
    by_kpi: dict[str, dict[str, Sequence[KpiFigure]]] = {}
    for (strategy, kpi), points in rest.items():
        by_kpi.setdefault(kpi, {})[strategy] = points
    return tuple(_table(kpi, by_kpi[kpi], reader, monthly=monthly) for kpi in sorted(by_kpi))


def _table(kpi: str, rows: Mapping[str, Sequence[KpiFigure]], reader: Reader, *, monthly: bool) -> Table:
    members = sorted({figure.member or "" for points in rows.values() for figure in points})
    heads = [numbers.short_day(member, reader.tongue, monthly=monthly) for member in members]
    lines = []
    for strategy, points in rows.items():
        values = {figure.member or "": reader.value(kpi, figure.value) for figure in points}
        cells = [Cell(values.get(member, numbers.NONE)) for member in members]
        lines.append((Cell(reader.title(strategy), strategy=strategy), *cells))
    return Table((reader.words["strategy"], *heads), tuple(lines), caption=reader.title(kpi))
