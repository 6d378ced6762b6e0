"""What sections are made of: tables, charts of rows, cards. The templates say how they look."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from markupsafe import Markup

from strategy_engine.record import record

T = TypeVar("T")


@record
class Cell:
    """A cell of a table.

    small: a second line.      strategy: whose name it is.      mark: the verdict it says.      bar: a drawing below.
    """

    text: str
    small: str = ""
    strategy: str = ""
    mark: str = ""
    bar: Markup | None = None
    css: str = ""


@record
class Table:
    """Rows under headings, of which the first `texts` are words and the others numbers. cut: how many rows are left out."""

    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    texts: int = 1
    cut: int = 0
    caption: str = ""


@record
class Row:
    """A row of a chart: what it is about, a drawing, its figures in words, its verdict or what else is said of it."""

    title: str
    sub: str
    plot: Markup
    figures: str
    small: str = ""
    strategy: str = ""
    mark: str = ""
    said: str = ""


@record
class Chart:
    """Rows over one axis; `rest` are folded."""

    heading: str
    note: str
    rows: tuple[Row, ...]
    rest: tuple[Row, ...] = ()
    axis: Markup | None = None


@record
class Card:
    """A small chart among others of its kind. `lines` are rows in it, `plot` one drawing."""

    title: str
    sub: str
    strategy: str = ""
    plot: Markup | None = None
    lines: tuple[Row, ...] = ()
    small: str = ""


@record
class Cards:
    """Cards under a heading; `rest` are folded."""

    heading: str
    cards: tuple[Card, ...]
    rest: tuple[Card, ...] = ()


@record
class Heats:
    """Coloured tables; `rest` are folded."""

    heats: tuple[Heat, ...]
    rest: tuple[Heat, ...] = ()


@record
class Fold:
    """Tables that are shown when somebody asks. note: what is to be known of them first."""

    heading: str
    tables: tuple[Table, ...]
    note: str = ""


@record
class Heat:
    """A coloured table: cells by the names of rows and columns. `legend`: the ends of the colours."""

    title: str
    sub: str
    strategy: str
    table: Table
    legend: tuple[str, str]


@record
class Section:
    """A section of the report; the parts that it does not have stay empty."""

    name: str
    charts: tuple[Chart, ...] = ()
    cards: tuple[Cards, ...] = ()
    heats: Heats | None = None
    tables: tuple[Table, ...] = ()
    folds: tuple[Fold, ...] = ()

    @property
    def empty(self) -> bool:
        return not (self.charts or self.cards or self.heats or self.tables or self.folds)


def at_most(rows: Sequence[T], most: int) -> tuple[tuple[T, ...], int]:
    """The first rows, and how many there are beyond."""
    return tuple(rows[:most]), max(len(rows) - most, 0)


def folded(rows: Sequence[T], most: int) -> tuple[tuple[T, ...], tuple[T, ...]]:
    """The rows to show and those to fold; one more is not worth a fold."""
    most = len(rows) if len(rows) <= most + 1 else most
    return tuple(rows[:most]), tuple(rows[most:])
