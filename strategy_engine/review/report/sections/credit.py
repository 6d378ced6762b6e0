"""Attribution: what each rule gives to each strategy, beside what the control groups say."""

from __future__ import annotations

from collections.abc import Sequence

from strategy_engine.review.attribution import RULES
from strategy_engine.review.figures import CreditFigure, Figures
from strategy_engine.review.paths import BY_CONTROL
from strategy_engine.review.report import numbers
from strategy_engine.review.report.charts import bars
from strategy_engine.review.report.parts import Cell, Section, Table, at_most
from strategy_engine.review.report.reader import Reader

MOST = 30


def section(figures: Figures, reader: Reader) -> Section:
    kpis = sorted({credit.kpi for credit in figures.credits})
    return Section("attribution", tables=tuple(_table(kpi, [one for one in figures.credits if one.kpi == kpi], reader) for kpi in kpis))


def _table(kpi: str, credits_: Sequence[CreditFigure], reader: Reader) -> Table:
    """Strategies by rules, the largest first; the control groups last."""
    said = {credit.rule for credit in credits_}
    rules = [rule for rule in RULES if rule in said] + sorted(said - {*RULES, BY_CONTROL}) + [BY_CONTROL] * (BY_CONTROL in said)
    by_place = {(credit.strategy, credit.rule): credit for credit in credits_}
    most = max((abs(credit.conversions) for credit in credits_ if numbers.known(credit.conversions)), default=0.0)
    sizes: dict[str, float] = {}
    for credit in credits_:
        sizes[credit.strategy] = max(sizes.get(credit.strategy, 0.0), credit.conversions if numbers.known(credit.conversions) else 0.0)
    shown, cut = at_most(sorted(sizes, key=lambda name: (-sizes[name], name)), MOST)
    rows = tuple(
        (Cell(reader.title(name), strategy=name), *(_cell(by_place.get((name, rule)), most, reader) for rule in rules)) for name in shown
    )
    return Table((reader.words["strategy"], *(reader.word(rule, "rule.") for rule in rules)), rows, cut=cut, caption=reader.title(kpi))


def _cell(credit: CreditFigure | None, most: float, reader: Reader) -> Cell:
    if credit is None or not numbers.known(credit.conversions):
        return Cell(numbers.NONE)
    text = numbers.count(credit.conversions) if abs(credit.conversions) >= 10 else reader.number(credit.conversions)
    is_control = credit.rule == BY_CONTROL
    label = f"{reader.title(credit.strategy)}, {reader.word(credit.rule, 'rule.')}: {text}"
    bar = bars.part(credit.conversions / most if most else None, label, "bar gain" if is_control else "bar", height=5)
    return Cell(text, numbers.share(credit.share) if credit.share is not None else "", bar=bar, css="truth" if is_control else "")
