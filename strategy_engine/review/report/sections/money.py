"""Money: what strategies cost, and what they brought; charts where there is a gain, and a table of all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from strategy_engine.review.figures import Figures, MoneyFigure
from strategy_engine.review.report import numbers
from strategy_engine.review.report.charts import bars
from strategy_engine.review.report.charts.rows import axis
from strategy_engine.review.report.charts.scale import Scale, clipped
from strategy_engine.review.report.parts import Cell, Chart, Row, Section, Table, folded
from strategy_engine.review.report.reader import Reader

SHOWN = 20
_MOST = 1e6
"""A return from here on is no return but a cost of nearly nothing."""


def section(figures: Figures, reader: Reader) -> Section:
    rows = sorted(figures.money, key=lambda row: (-row.cost if numbers.known(row.cost) else 0.0, row.strategy))
    heads = tuple(reader.words[key] for key in ("strategy", "kpi", "actions", "contacts", "benefits", "cost", "gain", "each", "returned"))
    table = Table(heads, tuple(_cells(row, reader) for row in rows), texts=2, caption=reader.words["money.table"])
    return Section("money", tuple(_charts(rows, reader)), tables=(table,) if rows else ())


def _charts(rows: Sequence[MoneyFigure], reader: Reader) -> Iterator[Chart]:
    """Money beside its cost; numbers of customers by kpi."""
    gained = [row for row in rows if row.kpi is not None and numbers.known(row.gain)]
    in_money = [row for row in gained if row.money]
    if in_money:
        yield _chart(reader.words["money.gains"], in_money, reader, money=True)
    for kpi in sorted({row.kpi or "" for row in gained if not row.money}):
        yield _chart(
            reader.say("money.counts", kpi=reader.title(kpi)),
            [row for row in gained if not row.money and row.kpi == kpi],
            reader,
            money=False,
        )


def _chart(heading: str, rows: Sequence[MoneyFigure], reader: Reader, *, money: bool) -> Chart:
    rows = sorted(rows, key=lambda row: (-(row.gain or 0.0), row.strategy))
    scale = clipped(
        [each for row in rows for each in ((row.gain, row.cost) if money else (row.gain,))],
        [end for row in rows for end in (row.gain_low, row.gain_high)],
    )
    shown, rest = folded([_row(row, scale, reader) for row in rows], SHOWN)
    unit = "money" if money else "number"
    return Chart(
        heading,
        reader.words["money.gains.note"] if money else "",
        shown,
        rest,
        axis(scale, lambda tick: numbers.tick(tick, unit, reader.tongue), heading),
    )


def _row(row: MoneyFigure, scale: Scale, reader: Reader) -> Row:
    gain, interval = _gain(row, reader), _interval(row, reader)
    spent = f"{reader.words['cost']} {reader.money(row.cost)}"
    text = f"{reader.title(row.strategy)}: {reader.words['gain']} {gain} ({interval}), {spent}"
    values = [(row.cost, "bar cost"), (row.gain, "bar gain")] if row.money else [(row.gain, "bar gain")]
    plot = bars.amounts(values, row.gain_low, row.gain_high, scale, text)
    sub = f"{reader.title(row.kpi or '')} · {spent}" if row.money else spent
    return Row(reader.title(row.strategy), sub, plot, gain, interval, row.strategy, said=_worth(row, reader))


def _worth(row: MoneyFigure, reader: Reader) -> str:
    if row.returned is not None and numbers.known(row.returned):
        return reader.say("returned.of", value=_times(row.returned))
    return reader.say("each.of", value=reader.money(row.each)) if numbers.known(row.each) else ""


def _times(value: float | None) -> str:
    """How often the money came back; hundredths are enough, also of little."""
    return f"{value:,.2f}".replace("-", numbers.MINUS) if value is not None and abs(value) < _MOST else numbers.NONE


def _gain(row: MoneyFigure, reader: Reader) -> str:
    return (
        numbers.difference(row.gain, "money", reader.tongue) if row.money else numbers.difference(_whole(row.gain), "number", reader.tongue)
    )


def _interval(row: MoneyFigure, reader: Reader) -> str:
    ends = (row.gain_low, row.gain_high) if row.money else (_whole(row.gain_low), _whole(row.gain_high))
    said = [numbers.difference(end, "money" if row.money else "number", reader.tongue) for end in ends]
    return numbers.between(said[0], said[1])


def _whole(value: float | None) -> float | None:
    """Customers are whole where there are some."""
    return round(value) if value is not None and numbers.known(value) and abs(value) >= 10 else value


def _cells(row: MoneyFigure, reader: Reader) -> tuple[Cell, ...]:
    interval = _interval(row, reader)
    return (
        Cell(reader.title(row.strategy), strategy=row.strategy),
        Cell(reader.title(row.kpi) if row.kpi is not None else numbers.NONE),
        Cell(numbers.count(row.actions)),
        Cell(reader.money(row.contacts)),
        Cell(reader.money(row.benefits)),
        Cell(reader.money(row.cost)),
        Cell(_gain(row, reader), "" if interval == numbers.NONE else interval),
        Cell(reader.money(row.each)),
        Cell(_times(row.returned)),
    )
