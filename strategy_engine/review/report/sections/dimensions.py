"""KPIs by parts of a strategy: grids as coloured tables, other dimensions as folded ones."""

from __future__ import annotations

from collections.abc import Sequence

from strategy_engine.review.figures import ALL, PERIOD, Figures, KpiFigure
from strategy_engine.review.report import numbers
from strategy_engine.review.report.parts import Cell, Fold, Heat, Heats, Section, Table, at_most, folded
from strategy_engine.review.report.reader import Reader

GRID = "grid "
BETWEEN = " / "
"""Between the names of a cell's row and column."""
COLOURS = 7
SHOWN, MOST, ROWS = 6, 60, 30


def grids(figures: Figures, reader: Reader) -> Section:
    """A coloured table for each strategy, kpi and grid, the largest first."""
    found: dict[tuple[str, str, str], list[KpiFigure]] = {}
    for figure in figures.kpis:
        if figure.dimension.startswith(GRID) and figure.member is not None:
            found.setdefault((figure.strategy, figure.kpi, figure.dimension), []).append(figure)
    ordered = sorted(found, key=lambda key: (-sum(figure.observed for figure in found[key]), key))
    heats, _ = at_most([_heat(found[key], reader) for key in ordered], MOST)
    return Section("grids", heats=Heats(*folded(heats, SHOWN)) if heats else None)


def _heat(cells: Sequence[KpiFigure], reader: Reader) -> Heat:
    first = cells[0]
    values = [figure.value for figure in cells if figure.value is not None and numbers.known(figure.value)]
    low, high = (min(values), max(values)) if values else (0.0, 0.0)
    colours = _colours(cells, low, high)
    two = all((figure.member or "").count(BETWEEN) == 1 for figure in cells)
    placed = {_place(figure, two=two): figure for figure in cells}
    rows, columns = (list(dict.fromkeys(key[at] for key in placed)) for at in (0, 1))
    lines = tuple((Cell(row), *(_cell(placed.get((row, column)), colours, reader) for column in columns)) for row in rows)
    heads = ("", *columns) if two else ("", reader.words["value"])
    grid = reader.title(first.dimension.removeprefix(GRID))
    ends = [reader.value(first.kpi, end if values else None) for end in colours]
    return Heat(
        reader.title(first.strategy), f"{reader.title(first.kpi)} · {grid}", first.strategy, Table(heads, lines), (ends[0], ends[1])
    )


def _place(figure: KpiFigure, *, two: bool) -> tuple[str, str]:
    row, _, column = (figure.member or "").partition(BETWEEN) if two else (figure.member or "", "", "")
    return row, column


def _colours(cells: Sequence[KpiFigure], low: float, high: float) -> tuple[float, float]:
    """The values of the lightest and the darkest colour: at least as far apart as intervals are wide, so that chance does not look bold."""
    widths = [each.high - each.low for each in cells if each.low is not None and each.high is not None]
    known = [width for width in widths if numbers.known(width)]
    room = max(sum(known) / len(known) - (high - low), 0.0) / 2 if known else 0.0
    return low - room, high + room


def _cell(figure: KpiFigure | None, colours: tuple[float, float], reader: Reader) -> Cell:
    if figure is None or figure.value is None or not numbers.known(figure.value):
        return Cell(numbers.NONE, numbers.count(figure.observed) if figure is not None else "")
    low, high = colours
    place = (figure.value - low) / (high - low) if 0 < high - low < float("inf") else 0.0
    return Cell(reader.value(figure.kpi, figure.value), numbers.count(figure.observed), css=f"heat{min(int(place * COLOURS), COLOURS - 1)}")


# ------------------------------------------------------------------------------------------------ others


def others(figures: Figures, reader: Reader) -> Section:
    """A fold for each dimension, in it a table a kpi."""
    found: dict[str, dict[str, list[KpiFigure]]] = {}
    for figure in figures.kpis:
        if figure.dimension not in (ALL, PERIOD) and not figure.dimension.startswith(GRID):
            found.setdefault(figure.dimension, {}).setdefault(figure.kpi, []).append(figure)
    return Section("dimensions", folds=tuple(_fold(name, by_kpi, reader) for name, by_kpi in found.items()))


def _fold(dimension: str, by_kpi: dict[str, list[KpiFigure]], reader: Reader) -> Fold:
    key = f"dimension.{dimension}"
    heading = reader.words[key] if key in reader.words else reader.say("dimension", name=reader.title(dimension))
    return Fold(heading, tuple(_table(kpi, by_kpi[kpi], reader) for kpi in sorted(by_kpi)), reader.words.get(f"{key}.note", ""))


def _table(kpi: str, figures: Sequence[KpiFigure], reader: Reader) -> Table:
    ordered = sorted(figures, key=lambda figure: (-figure.observed, figure.strategy, figure.member or ""))
    rows, cut = at_most(ordered, ROWS)
    heads = tuple(reader.words[key] for key in ("strategy", "member", "observed", "value", "interval", "still"))
    return Table(heads, tuple(_row(figure, reader) for figure in rows), texts=2, cut=cut, caption=reader.title(kpi))


def _row(figure: KpiFigure, reader: Reader) -> tuple[Cell, ...]:
    return (
        Cell(reader.title(figure.strategy), strategy=figure.strategy),
        Cell(reader.member(figure.member)),
        Cell(numbers.count(figure.observed)),
        Cell(reader.value(figure.kpi, figure.value)),
        Cell(reader.values(figure.kpi, figure.low, figure.high)),
        Cell(numbers.count(figure.pending)),
    )
