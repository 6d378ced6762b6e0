"""The figures of a review as tables, for the bank's own tools: data frames, Parquet files, one JSON document."""

from __future__ import annotations

import datetime as dt
import json
import math
from dataclasses import asdict, fields
from functools import cache
from pathlib import Path
from types import NoneType
from typing import Any, get_args, get_type_hints

import polars as pl

from strategy_engine.review.figures import Figures

_TYPES: dict[type, pl.DataType] = {str: pl.String(), int: pl.Int64(), float: pl.Float64(), bool: pl.Boolean(), dt.date: pl.Date()}


def frames(figures: Figures) -> dict[str, pl.DataFrame]:
    """A frame for each table of records, by the field's name; the columns and types are the record's, whether there are rows or not."""
    return {name: _frame(record, getattr(figures, name)) for name, record in _tables().items()}


def to_json(figures: Figures) -> str:
    """All figures as one JSON document with sorted keys; a number that is none (infinite, undefined) is null."""
    return json.dumps(_plain(asdict(figures)), ensure_ascii=False, allow_nan=False, sort_keys=True, indent=1) + "\n"


def write_tables(figures: Figures, folder: Path) -> list[Path]:
    """Write each frame as a Parquet file of the folder, which is made where it is absent; gives the files. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, frame in frames(figures).items():
        path = folder / f"{name}.parquet"
        frame.write_parquet(path, compression="zstd", compression_level=3, row_group_size=100_000)  # fixed, for the same bytes
        written.append(path)
    return written


def _frame(record: type, rows: tuple[Any, ...]) -> pl.DataFrame:
    schema = _schema(record)
    columns = {name: [_plain(getattr(row, name), dates=False) for row in rows] for name in schema}
    return pl.DataFrame([pl.Series(name, columns[name], kind, strict=kind != pl.Float64) for name, kind in schema.items()])


@cache
def _tables() -> dict[str, type]:
    """The fields of the figures that hold rows, and of which record."""
    hints = get_type_hints(Figures)
    return {field.name: get_args(hints[field.name])[0] for field in fields(Figures) if get_args(hints[field.name])[1:] == (...,)}


@cache
def _schema(record: type) -> dict[str, pl.DataType]:
    return {name: _TYPES[_without_none(hint)] for name, hint in get_type_hints(record).items()}


def _without_none(hint: Any) -> type:
    """`float` of `float | None`."""
    found: type = next((each for each in get_args(hint) if each is not NoneType), hint)
    return found


def _plain(value: Any, *, dates: bool = True) -> Any:
    """The value as JSON knows it."""
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value.isoformat() if dates and isinstance(value, dt.date) else value
