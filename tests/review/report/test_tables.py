"""The figures as data frames, Parquet and JSON."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path

import polars as pl
import pytest

from strategy_engine.review.figures import Figures
from strategy_engine.review.tables import frames, to_json, write_tables
from tests.review.report import made

TABLES = ["kpis", "targets", "effects", "balance", "funnel", "money", "credits", "budgets", "findings"]


def test_a_frame_holds_a_table_as_it_is() -> None:
    figures = made.figures(3)
    found = frames(figures)
    assert list(found) == TABLES
    for name, frame in found.items():
        rows = getattr(figures, name)
        assert frame.columns == [each.name for each in fields(rows[0])]
        assert frame.rows() == [tuple(getattr(row, each.name) for each in fields(row)) for row in rows]


def test_schemas_do_not_depend_on_rows() -> None:
    full = made.figures(3)
    schemas = [{name: frame.schema for name, frame in frames(each).items()} for each in (full, made.NOTHING, made.without_values(full))]
    assert schemas[0] == schemas[1] == schemas[2]
    assert schemas[0]["targets"]["uplift"] == pl.Boolean
    assert schemas[0]["findings"]["line"] == pl.Int64
    assert schemas[0]["budgets"]["used"] == pl.Float64


def test_what_is_no_number_is_null() -> None:
    wild = made.with_extremes(made.figures(3))
    for frame in frames(wild).values():
        floats = frame.select(pl.selectors.float())
        assert all(floats.get_column(name).drop_nulls().is_finite().all() for name in floats.columns)
    assert "NaN" not in to_json(wild)


@pytest.mark.parametrize("figures", [made.figures(2), made.NOTHING, made.with_extremes(made.figures(2, hostile=True))])
def test_json_holds_everything(figures: Figures) -> None:
    text = to_json(figures)
    read = json.loads(text, parse_constant=pytest.fail)
    assert set(read) == {each.name for each in fields(Figures)}
    assert (read["first"], len(read["kpis"]), read["titles"]) == (figures.first.isoformat(), len(figures.kpis), figures.titles)
    assert text == to_json(figures)
    assert "\\u" not in text  # Chinese stays readable


def test_parquet(tmp_path: Path) -> None:
    figures = made.figures(2)
    written = write_tables(figures, tmp_path / "a/b")
    assert [path.name for path in written] == [f"{name}.parquet" for name in TABLES]
    for path in written:
        assert pl.read_parquet(path).equals(frames(figures)[path.stem])
    again = write_tables(figures, tmp_path / "c")
    assert [path.read_bytes() for path in written] == [path.read_bytes() for path in again]
    write_tables(made.NOTHING, tmp_path / "a/b")
    assert pl.read_parquet(written[0]).is_empty()
