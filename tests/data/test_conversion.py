"""How cells become values: every type from every form in which files hold it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from strategy_engine.catalog.models import Column
from strategy_engine.engine.data.convert import convert, engine_dtype, present, reads_missing

ZONE = "Asia/Shanghai"


def values(series: pl.Series, declaration: Any) -> list[Any]:
    """The values of a column's cells under a declaration."""
    type_ = Column.model_validate(declaration).value_type
    cell = present(pl.col(series.name), series.dtype, type_)
    expression = convert(cell, series.dtype, type_, ZONE)
    assert expression is not None
    converted = series.to_frame().select(expression.alias("value")).to_series()
    assert converted.dtype == engine_dtype(type_)
    return converted.to_list()


def column(*cells: Any, dtype: Any = None) -> pl.Series:
    return pl.Series("cell", list(cells), dtype=dtype, strict=False)


@pytest.mark.parametrize(
    ("cells", "cents"),
    [
        (column("12.34", "0.30", "-5", "499999.99", ".5", "1e3", "+7"), [1234, 30, -500, 49999999, 50, 100000, 700]),
        (column("0.005", "-0.005", "0.0049", "12.345", "-12.345"), [1, -1, 0, 1235, -1235]),
        (column("12,5", "1 000", "abc", "", "NaN", " 7", "0x1", "inf"), [None] * 8),
        (column("92233720368547758.07", "92233720368547758.08", "1e30"), [2**63 - 1, None, None]),
        (column(0.1 + 0.2, 499999.99, -499999.99, 0.285, -0.285, 1.005, 2.675, 0.0), [30, 49999999, -49999999, 29, -29, 101, 268, 0]),
        (column(1234567890123.45, 10000000000000.01), [123456789012345, 1000000000000001]),
        (column(float("nan"), float("inf"), None, 1e300), [None] * 4),
        (column(3, -4, 2**62), [300, -400, None]),
        (column(255, dtype=pl.UInt8), [25500]),
        (column(2**64 - 1, dtype=pl.UInt64), [None]),
        (column(Decimal("12.34"), Decimal("-0.01"), dtype=pl.Decimal(18, 2)), [1234, -1]),
        (column(Decimal("0.00500"), Decimal("-1.99499"), dtype=pl.Decimal(18, 5)), [1, -199]),
        (column(Decimal(7), dtype=pl.Decimal(10, 0)), [700]),
    ],
)
def test_money(cells: pl.Series, cents: list[int | None]) -> None:
    assert values(cells, "money") == cents


@given(st.integers(-(10**15), 10**15))
def test_money_is_exact_in_every_form(cents: int) -> None:
    amount = Decimal(cents) / 100
    assert values(column(str(amount)), "money") == [cents]
    assert values(column(amount, dtype=pl.Decimal(20, 2)), "money") == [cents]
    assert values(column(float(amount)), "money") == [cents]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (column("12", "12.0", "-3", "12.5", "x", "9007199254740993"), [12, 12, -3, None, None, 9007199254740993]),
        (column(1.0, 2.5, float("nan")), [1, None, None]),
        (column(Decimal("2.00"), Decimal("2.50"), dtype=pl.Decimal(9, 2)), [2, None]),
        (column(2**64 - 1, dtype=pl.UInt64), [None]),
    ],
)
def test_int(cells: pl.Series, expected: list[int | None]) -> None:
    assert values(cells, "int") == expected


def test_number_and_percent() -> None:
    assert values(column("0.85", "85%", "nan", "inf", "-1e-3"), "percent") == [0.85, None, None, None, -0.001]
    assert values(column(0.5, float("nan"), float("-inf"), dtype=pl.Float32), "number") == [0.5, None, None]
    assert values(column(Decimal("0.25"), dtype=pl.Decimal(9, 2)), "number") == [0.25]
    assert values(column(1, None), "percent") == [1.0, None]


def test_bool() -> None:
    assert values(column("true", "FALSE", "1", "0", "yes", ""), "bool") == [True, False, True, False, None, None]
    assert values(column(1, 0, 2), "bool") == [True, False, None]
    assert values(column(1.0, float("nan")), "bool") == [True, None]


def test_ids_are_text_without_a_fraction() -> None:
    assert values(column(17, 2**60), "id") == ["17", str(2**60)]
    assert values(column(17.0, float("nan"), 17.5), "id") == ["17", None, None]
    assert values(column("0017", ""), "id") == ["0017", None]
    assert values(column("a", "b", dtype=pl.Categorical), "text") == ["a", "b"]


def test_enum_by_value_and_label() -> None:
    tier = {"type": "enum", "values": {"mass": "大众", "gold": "金葵花", "1": None}}
    assert values(column("gold", "金葵花", "大众", "golden", "", "1"), tier) == ["gold", "gold", "mass", None, None, "1"]
    assert values(column(1, 2), tier) == ["1", None]
    assert values(column("gold", dtype=pl.Enum(["x", "gold"])), tier) == ["gold"]
    assert values(column("gold", dtype=pl.Enum(["mass", "gold", "1"])), tier) == ["gold"]


def test_date() -> None:
    day = dt.date(2026, 11, 20)
    assert values(column("2026-11-20", "2026-11-20T23:59:59", "2026-11-20 08:00"), "date") == [day, day, day]
    assert values(column("20/11/2026", "2026-02-30", "20261120"), "date") == [None, None, None]
    assert values(column(dt.datetime(2026, 11, 20, 23, 59)), "date") == [day]
    utc = column(dt.datetime(2026, 11, 19, 18), dtype=pl.Datetime("ns")).dt.replace_time_zone("UTC")
    assert values(utc, "date") == [day]  # it is the 20th in Shanghai already


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-20T08:30:00",
        "2026-11-20 08:30",
        "2026-11-20T08:30",
        "2026-11-20 08:30:00.000",
        "2026-11-20T00:30:00Z",
        "2026-11-20T02:30+02:00",
    ],
)
def test_datetime_from_text(text: str) -> None:
    assert values(column(text), "datetime") == [dt.datetime(2026, 11, 20, 8, 30)]


def test_datetime_from_other_types() -> None:
    moment = dt.datetime(2026, 7, 1, 8, 30)
    for unit in ("ms", "us", "ns"):
        assert values(column(moment, dtype=pl.Datetime(unit)), "datetime") == [moment]
    utc = column(moment, dtype=pl.Datetime("ms")).dt.replace_time_zone("UTC")
    assert values(utc, "datetime") == [dt.datetime(2026, 7, 1, 16, 30)]
    assert values(utc.dt.convert_time_zone("Europe/Berlin"), "datetime") == [dt.datetime(2026, 7, 1, 16, 30)]
    assert values(column(dt.date(2026, 7, 1)), "datetime") == [dt.datetime(2026, 7, 1)]
    assert values(column("x", "2026-13-01T00:00:00"), "datetime") == [None, None]


@pytest.mark.parametrize("kind", ["id", "text", "bool", "int", "number", "money", "percent", "date", "datetime"])
def test_an_empty_column_fits_every_type(kind: str) -> None:
    assert values(column(None, None), kind) == [None, None]


@pytest.mark.parametrize("kind", ["id", "text", "bool", "int", "number", "money", "percent", "date", "datetime"])
def test_what_no_type_fits(kind: str) -> None:
    type_ = Column.model_validate(kind).value_type
    for dtype in (pl.List(pl.Int64), pl.Struct({"a": pl.Int64}), pl.Binary(), pl.Duration(), pl.Time()):
        assert convert(pl.col("cell"), dtype, type_, ZONE) is None


MISSING = (
    column("", "NaN", "nan", None, "1", "mass", "2026-11-20"),
    column(float("nan"), None, 1.0),
    column(float("nan"), 1.5, dtype=pl.Float32),
)
DECLARED = ["id", "text", "bool", "int", "number", "percent", "money", "date", "datetime"]
ENUMS = [["mass", "1"], {"mass": "", "1": "one"}, {"mass": None, "": "1"}, {"mass": "NaN", "1": None}]


@pytest.mark.parametrize("cells", MISSING, ids=lambda cells: str(cells.dtype))
@pytest.mark.parametrize("declaration", [*DECLARED, *({"type": "enum", "values": values} for values in ENUMS)], ids=str)
def test_what_reads_missing_does(cells: pl.Series, declaration: Any) -> None:
    """Then it does not matter whether spellings of "missing" are told apart before."""
    type_ = Column.model_validate(declaration).value_type
    value, expected = (convert(cell, cells.dtype, type_, ZONE) for cell in (pl.col("cell"), present(pl.col("cell"), cells.dtype, type_)))
    if value is None or expected is None:
        assert value is expected
        return
    found = cells.to_frame().select(value.alias("value"), expected.alias("expected"))
    same = found.get_column("value").equals(found.get_column("expected"))
    assert same == reads_missing(cells.dtype, type_)
