"""The funnel: how far actions came, by channel, by strategy, and by both."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from strategy_engine.review.figures import Figures, FunnelFigure
from strategy_engine.review.report import numbers
from strategy_engine.review.report.charts import bars
from strategy_engine.review.report.parts import Card, Cards, Cell, Fold, Row, Section, Table, at_most, folded
from strategy_engine.review.report.reader import Reader

STEPS = ("listed", "delivered", "opened", "clicked", "converted")
SAID = ("failed", "declined", "complained")
SHOWN, MOST = 9, 30

Counts = dict[str, int | None]


def section(figures: Figures, reader: Reader) -> Section:
    channels = [_card(reader.title(name), "", rows, reader) for name, rows in _by("channel", figures.funnel)]
    strategies = [_card(reader.title(name), name, rows, reader) for name, rows in _by("strategy", figures.funnel)]
    shown, rest = folded(strategies, SHOWN)
    table = _table(figures.funnel, reader)
    return Section(
        "funnel",
        cards=(Cards(reader.words["funnel.channels"], tuple(channels)), Cards(reader.words["funnel.strategies"], shown, rest))
        if channels
        else (),
        folds=(Fold(reader.words["funnel.table"], (table,)),) if table.rows else (),
    )


def _by(field: str, funnel: Iterable[FunnelFigure]) -> list[tuple[str, Counts]]:
    """The counts of each channel or strategy, the largest first."""
    found: dict[str, list[FunnelFigure]] = {}
    for figure in funnel:
        found.setdefault(getattr(figure, field), []).append(figure)
    summed = {name: {key: _sum(getattr(row, key) for row in rows) for key in (*STEPS, "unseen", *SAID)} for name, rows in found.items()}
    return sorted(summed.items(), key=lambda item: (-(item[1]["listed"] or 0), item[0]))


def _sum(values: Iterable[int | None]) -> int | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def _card(title: str, strategy: str, counts: Counts, reader: Reader) -> Card:
    whole = counts["listed"] or 0
    lines, before = [], None
    for step in STEPS:
        count = counts[step]
        if count is None:
            continue
        lines.append(_line(reader.words[step], count, before, whole, "bar"))
        before = count
    if counts["unseen"] is not None:
        lines.append(_line(reader.words["unseen"], counts["unseen"], None, whole, "bar aside"))
    said = [f"{numbers.count(counts[key])} {reader.words[key]}" for key in SAID if counts[key]]
    return Card(title, "", strategy, lines=tuple(lines), small=" · ".join(said))


def _line(word: str, count: int, before: int | None, whole: int, css: str) -> Row:
    of_before = numbers.share(count / before) if before else ""
    text = f"{word}: {numbers.count(count)}" + (f" ({of_before})" if of_before else "")
    return Row(
        word, "", bars.part(count / whole if whole else None, text, css), numbers.count(count), f"({of_before})" if of_before else ""
    )


def _table(funnel: Sequence[FunnelFigure], reader: Reader) -> Table:
    rows, cut = at_most(sorted(funnel, key=lambda row: (-row.listed, row.strategy, row.channel)), MOST)
    keys = (*STEPS, "unseen", *SAID)
    lines = tuple(
        (
            Cell(reader.title(row.strategy), strategy=row.strategy),
            Cell(reader.title(row.channel)),
            *(Cell(numbers.count(getattr(row, key))) for key in keys),
        )
        for row in rows
    )
    return Table((reader.words["strategy"], reader.words["channel"], *(reader.words[key] for key in keys)), lines, texts=2, cut=cut)
