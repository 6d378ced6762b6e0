"""What the cells of a file's columns have in common: the facts from which a declaration is guessed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import polars as pl

from strategy_engine.catalog.models import Column
from strategy_engine.engine.data.parts import Part
from strategy_engine.engine.data.scan import KNOWN, cells
from strategy_engine.record import record

ColumnType = Literal["id", "text", "bool", "int", "number", "money", "percent", "date", "datetime", "enum"]
Tried = dict[str, tuple[ColumnType, ...]]  # column → the types that it is read as

FIRST_ROWS = 10_000
TRIED: tuple[ColumnType, ...] = ("text", "bool", "int", "number", "money", "percent", "date", "datetime")


@record
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
    everything: Tried = dict.fromkeys(schema, TRIED)
    begun = _totals(_frame(parts, everything).head(FIRST_ROWS), everything)
    # what the first rows do not fit is not tried on all of them; text is always, for it counts
    tried: Tried = {name: tuple(type_ for type_ in TRIED if type_ == "text" or _may_fit(begun, type_, name)) for name in schema}
    frame = _frame(parts, tried)
    totals = _totals(frame, tried)
    few = [name for name in schema if 0 < totals[f"distinct\0{name}"] <= most_values]
    values = _values(frame, few)
    return tuple(_facts(name, dtype, tried[name], totals, values) for name, dtype in schema.items())


def _slot(name: str, type_: str) -> str:
    """The name of a column as read for one type."""
    return f"{type_}\0{name}"


def _frame(parts: Sequence[Part], tried: Tried) -> pl.LazyFrame:
    """Every column read once as each of its types; `cells` tells the filled ones from those that fit."""
    columns = {_slot(name, type_): Column(type=type_, source=name) for name, types in tried.items() for type_ in types}
    return cells(parts, columns, "UTC")


def _totals(frame: pl.LazyFrame, tried: Tried) -> dict[str, Any]:
    """What is counted in all columns, in one pass."""
    wanted = [expression for name, types in tried.items() for expression in _expressions(name, types)]
    return frame.select(pl.len().alias("rows"), *wanted).collect(engine="streaming").row(0, named=True)


def _may_fit(totals: Mapping[str, Any], type_: str, name: str) -> bool:
    """Whether no filled cell that was counted fails to fit the type."""
    return bool(totals[f"known {_slot(name, type_)}"] == totals[f"value {_slot(name, type_)}"])


def _expressions(name: str, types: Sequence[str]) -> list[pl.Expr]:
    """What to count in a column."""
    text = pl.col(_slot(name, "text"))
    counts = [text.drop_nulls().n_unique()]
    expressions = [
        (text.str.len_chars().max() > 1).alias(f"wordy\0{name}"),
        text.str.contains(r"^0\d").any().alias(f"padded\0{name}"),
    ]
    for type_ in types:
        slot = _slot(name, type_)
        expressions += [pl.col(KNOWN + slot).sum().alias(f"known {slot}"), pl.col(slot).count().alias(f"value {slot}")]
    if "number" in types:
        expressions.append(pl.col(_slot(name, "number")).is_between(-1, 1).all().alias(f"share\0{name}"))
    if "datetime" in types:
        moment = pl.col(_slot(name, "datetime"))
        counts.append(moment.drop_nulls().n_unique())  # of a column of dates, which reads as no text
        expressions.append((moment == moment.dt.truncate("1d")).all().alias(f"midnight\0{name}"))
    return [*expressions, pl.max_horizontal(counts).alias(f"distinct\0{name}")]


def _values(frame: pl.LazyFrame, names: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """The distinct texts of columns, sorted, in one pass."""
    texts = (pl.col(_slot(name, "text")).drop_nulls().unique().implode().alias(name) for name in names)
    found = frame.select(texts).collect(engine="streaming").to_dict(as_series=False) if names else {}
    return {name: tuple(sorted(lists[0])) for name, lists in found.items()}


def _facts(
    name: str, dtype: pl.DataType, types: Sequence[str], totals: Mapping[str, Any], values: Mapping[str, tuple[str, ...]]
) -> ColumnFacts:
    """The facts of a column from what was counted."""
    known = {type_: totals[f"known {_slot(name, type_)}"] for type_ in types}
    textual = dtype == pl.String or isinstance(dtype, pl.Categorical | pl.Enum)
    return ColumnFacts(
        name=name,
        rows=totals["rows"],
        known=known,
        fits=frozenset(type_ for type_ in types if known[type_] and _may_fit(totals, type_, name)),
        distinct=totals[f"distinct\0{name}"],
        values=values.get(name, ()) if textual else (),
        textual=textual,
        decimal=isinstance(dtype, pl.Decimal),
        wordy=dtype == pl.Boolean or bool(totals[f"wordy\0{name}"]),
        padded=bool(totals[f"padded\0{name}"]),
        midnight=bool(totals.get(f"midnight\0{name}")),
        share=bool(totals.get(f"share\0{name}")),
    )
