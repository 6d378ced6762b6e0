"""Whether arms are as large as declared, and how far budgets were used."""

from __future__ import annotations

from collections.abc import Sequence

from strategy_engine.review.figures import BalanceFigure, BudgetFigure, Figures
from strategy_engine.review.report import numbers
from strategy_engine.review.report.charts import bars
from strategy_engine.review.report.parts import Cell, Fold, Section, Table
from strategy_engine.review.report.reader import Reader

MANY = 12
"""Of more arms than that, those in balance are folded."""


def arms(figures: Figures, reader: Reader) -> Section:
    alarms = [row for row in figures.balance if row.alarm]
    calm = [row for row in figures.balance if not row.alarm]
    if not alarms and len(calm) <= MANY:
        return Section("balance", tables=(_arms(calm, reader),) if calm else ())
    tables = (_arms(alarms, reader),) if alarms else ()
    return Section("balance", tables=tables, folds=(Fold(reader.words["balance.rest"], (_arms(calm, reader),)),) if calm else ())


def _arms(rows: Sequence[BalanceFigure], reader: Reader) -> Table:
    heads = (*(reader.words[key] for key in ("strategy", "arm", "verdict", "customers", "expected")), "p")
    return Table(heads, tuple(_arm(row, reader) for row in rows), texts=3)


def _arm(row: BalanceFigure, reader: Reader) -> tuple[Cell, ...]:
    whole = 1.25 * max(row.customers, row.expected if numbers.known(row.expected) else 0.0) or 1.0
    label = f"{reader.member(row.arm)}: {numbers.count(row.customers)}, {reader.words['expected']} {numbers.count(row.expected)}"
    bar = bars.part(row.customers / whole, label, "bar alarm" if row.alarm else "bar", height=8, expected=row.expected / whole)
    return (
        Cell(reader.title(row.strategy), strategy=row.strategy),
        Cell(reader.member(row.arm)),
        Cell(reader.words["alarm" if row.alarm else "in_balance"], mark="missed" if row.alarm else "met"),
        Cell(numbers.count(row.customers), bar=bar),
        Cell(numbers.count(row.expected)),
        Cell(numbers.p_value(row.p)),
    )


def budgets(figures: Figures, reader: Reader) -> Section:
    heads = tuple(reader.words[key] for key in ("limit", "counted", "used", "available", "full_days"))
    rows = tuple(_budget(row, reader) for row in figures.budgets)
    return Section("budgets", tables=(Table(heads, rows, texts=2),) if rows else ())


def _budget(row: BudgetFigure, reader: Reader) -> tuple[Cell, ...]:
    share = row.used / row.available if row.available else None
    title = reader.title(row.limit)
    bar = bars.part(share, f"{title}: {numbers.share(share)}", "bar", height=8)
    return (
        Cell(title),
        Cell(reader.word(row.counted)),
        Cell(reader.money(row.used), numbers.share(share) if share is not None else "", bar=bar),
        Cell(reader.money(row.available)),
        Cell(reader.say("full_days.of", full=numbers.count(row.full_days), days=numbers.count(row.days))),
    )
