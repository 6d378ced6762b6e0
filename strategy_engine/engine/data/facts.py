"""What the cells of a file's columns have in common: the facts from which a declaration is guessed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from strategy_engine.catalog.models import Column
from strategy_engine.engine.data.parts import Part
from strategy_engine.engine.data.scan import KNOWN, cells

TRIED = ("text", "bool", "int", "number", "money", "percent", "date", "datetime")


@dataclass(frozen=True)
class ColumnFacts:
    """Facts of one column over all rows."""

    name: str
    rows: int
    known: dict[str, int]  # type → the cells that are filled, as this type sees it (NaN is no number)
    fits: frozenset[str]  # the types that every filled cell fits; none for an empty column
    distinct: int
    values: tuple[str, ...]  # the distinct values of a text column that has few, sorted
    textual: bool  # held as text (a CSV file's columns all are)
    decimal: bool  # held as decimals
    wordy: bool  # some cell holds more than one character: `true`, not 1
    padded: bool  # some number begins with a needless 0, as codes and phone numbers do
    midnight: bool  # no cell has a time of day
    share: bool  # all numbers lie in -1..1

    @property
    def filled(self) -> int:
        """The cells that are filled."""
        return max(self.known.values())

    def missing(self, type_: str) -> bool:
        """Whether a column of this type has missing values."""
        return self.known.get(type_, self.filled) < self.rows


def column_facts(parts: Sequence[Part], most_values: int) -> tuple[ColumnFacts, ...]:
    """The facts of all columns, in file order; `values` for text columns with at most `most_values` distinct ones."""
    schema: dict[str, pl.DataType] = {name: dtype for part in parts for name, dtype in part.schema.items()}
    # every column is read once as each type; `cells` tells the filled ones from those that fit
    tried = {_slot(name, type_): Column(type=type_, source=name) for name in schema for type_ in TRIED}
    frame = cells(parts, tried, "UTC")
    wanted = [expression for name in schema for expression in _expressions(name)]
    totals = frame.select(pl.len().alias("rows"), *wanted).collect(engine="streaming").row(0, named=True)
    few = [name for name in schema if 0 < totals[f"distinct\0{name}"] <= most_values]
    values = {name: _values(frame, name) for name in few}
    return tuple(_facts(name, dtype, totals, values) for name, dtype in schema.items())


def _slot(name: str, type_: str) -> str:
    """The name of a column as read for one type."""
    return f"{type_}\0{name}"


def _expressions(name: str) -> list[pl.Expr]:
    """What to count in a column."""
    text, number, moment = (pl.col(_slot(name, type_)) for type_ in ("text", "number", "datetime"))
    counts = [pl.col(KNOWN + _slot(name, type_)).sum().alias(f"known {_slot(name, type_)}") for type_ in TRIED]
    values = [pl.col(_slot(name, type_)).count().alias(f"value {_slot(name, type_)}") for type_ in TRIED]
    return [
        *counts,
        *values,
        pl.max_horizontal(text.drop_nulls().n_unique(), moment.drop_nulls().n_unique()).alias(f"distinct\0{name}"),
        (text.str.len_chars().max() > 1).alias(f"wordy\0{name}"),
        text.str.contains(r"^0\d").any().alias(f"padded\0{name}"),
        (moment == moment.dt.truncate("1d")).all().alias(f"midnight\0{name}"),
        number.is_between(-1, 1).all().alias(f"share\0{name}"),
    ]


def _values(frame: pl.LazyFrame, name: str) -> tuple[str, ...]:
    """The distinct texts of a column, sorted."""
    text = frame.select(pl.col(_slot(name, "text")).drop_nulls().unique()).collect(engine="streaming")
    return tuple(sorted(text.to_series().to_list()))


def _facts(name: str, dtype: pl.DataType, totals: Mapping[str, Any], values: Mapping[str, tuple[str, ...]]) -> ColumnFacts:
    """The facts of a column from what was counted."""
    known = {type_: totals[f"known {_slot(name, type_)}"] for type_ in TRIED}
    textual = dtype == pl.String or isinstance(dtype, pl.Categorical | pl.Enum)
    return ColumnFacts(
        name=name,
        rows=totals["rows"],
        known=known,
        fits=frozenset(type_ for type_ in TRIED if 0 < known[type_] == totals[f"value {_slot(name, type_)}"]),
        distinct=totals[f"distinct\0{name}"],
        values=values.get(name, ()) if textual else (),
        textual=textual,
        decimal=isinstance(dtype, pl.Decimal),
        wordy=dtype == pl.Boolean or bool(totals[f"wordy\0{name}"]),
        padded=bool(totals[f"padded\0{name}"]),
        midnight=bool(totals[f"midnight\0{name}"]),
        share=bool(totals[f"share\0{name}"]),
    )
