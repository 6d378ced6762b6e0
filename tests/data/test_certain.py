"""What types and statistics settle is what counting finds, and only cells that nothing else tells of are read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow.parquet
import pytest

from strategy_engine.engine.data import contract
from strategy_engine.engine.data.certain import always_fits
from strategy_engine.engine.data.convert import convert, present
from strategy_engine.language.types import EnumType, Kind, Type

from .conftest import Bank

NAN, INF = float("nan"), float("inf")
LONG = "x" * 3_000  # statistics hold the beginning of it at most
TIER = {"type": "enum", "values": ["mass", "gold"]}
COLUMNS: dict[str, tuple[Any, pl.DataType, list[Any]]] = {
    # declaration, type in the file, cells: good ones first, then those that may break a rule
    "text": ("text", pl.String(), ["a", LONG, " ", "NaN", "", None, "\0"]),
    "id of numbers": ("id", pl.Int64(), [1, -5, None]),
    "id of fractions": ("id", pl.Float64(), [1.0, 2.5, NAN, None]),
    "text of categories": ("text", pl.Categorical(), ["a", "b", "", None]),
    "number": ({"type": "number", "min": 1}, pl.Float64(), [1.0, 2.0, 0.5, NAN, INF, -INF, None]),
    "number of floats": ({"type": "number", "min": 1}, pl.Float32(), [1.0, 2.0, 0.5, NAN, INF, -INF, None]),
    "number?": ({"type": "number", "optional": True, "min": 1}, pl.Float64(), [1.0, None, NAN, INF, -INF, 0.5]),
    "number of text": ({"type": "number", "min": 1}, pl.String(), ["1", "2.5", "0", "NaN", "nan", "", "soon", None]),
    "number of ints": ({"type": "number", "min": 1}, pl.Int8(), [1, 2, 0, None]),
    "percent": ("percent?", pl.Float64(), [0.5, None, NAN, -INF]),
    "money": ({"type": "money", "min": 0.25}, pl.Decimal(18, 2), [Decimal("0.25"), Decimal("9999999999999999.99"), Decimal("0.24"), None]),
    "money of more": ({"type": "money", "min": 0}, pl.Decimal(38, 2), [Decimal(1), Decimal(-1), Decimal(10**30), None]),
    "money in mills": ({"type": "money", "min": 0}, pl.Decimal(18, 3), [Decimal(1), Decimal("-0.004"), Decimal("-0.006"), None]),
    "money of floats": ({"type": "money", "min": 0}, pl.Float64(), [1.0, -0.004, -0.006, 1e30, NAN, None]),
    "money of ints": ({"type": "money", "min": 1}, pl.Int64(), [1, 0, 2**62, None]),
    "money of small ints": ({"type": "money", "min": 1}, pl.UInt32(), [1, 2**32 - 1, 0, None]),
    "int": ({"type": "int", "min": -2}, pl.Int64(), [-2, 2**63 - 1, -3, None]),
    "int of more": ({"type": "int", "min": 1}, pl.UInt64(), [1, 2**64 - 1, 0, None]),
    "int of floats": ("int", pl.Float64(), [1.0, 1.5, NAN, None]),
    "bool": ("bool", pl.Boolean(), [True, False, None]),
    "bool of numbers": ("bool", pl.Int64(), [0, 1, 2, None]),
    "date": ("date", pl.Date(), [dt.date(2026, 1, 1), None]),
    "date of times": ("date", pl.Datetime("us"), [dt.datetime(2026, 1, 1, 5), None]),
    "datetime": ("datetime", pl.Datetime("us"), [dt.datetime(2026, 1, 1, 5), None]),
    "datetime of text": ("datetime", pl.String(), ["2026-01-01", "soon", "", None]),
    "enum": (TIER, pl.String(), ["mass", "gold", "Gold", "", None]),
    "enum of one": (TIER, pl.Enum(["mass", "gold"]), ["mass", "gold", None]),
    "enum of another": (TIER, pl.Enum(["mass", "silver"]), ["mass", "silver", None]),
}
GROUP = 4  # rows of a row group; a bad cell lies in the second
Write = Callable[[pl.DataFrame, Path], object]
WRITTEN: dict[str, tuple[str, Write]] = {
    "parquet": ("parquet", lambda frame, path: frame.write_parquet(path, row_group_size=GROUP)),
    "by arrow": ("parquet", lambda frame, path: pyarrow.parquet.write_table(frame.to_arrow(), path, row_group_size=GROUP)),
    "without statistics": ("parquet", lambda frame, path: frame.write_parquet(path, row_group_size=GROUP, statistics=False)),
    "fully told": ("parquet", lambda frame, path: frame.write_parquet(path, row_group_size=GROUP, statistics="full")),
    "ipc": ("ipc", lambda frame, path: frame.write_ipc(path)),
    "csv": ("csv", lambda frame, path: frame.write_csv(path)),
}


def told(bank: Bank) -> Any:
    """All that is found, and what is gone on with."""
    result = bank.check()
    return (
        [(each.code, each.message) for each in result.diagnostics],
        result.counts,
        {name: scan.collect() for name, scan in result.scans.items()},
    )


@pytest.mark.parametrize("form", WRITTEN)
@pytest.mark.parametrize("name", COLUMNS)
def test_what_is_certain_is_what_counting_finds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, form: str) -> None:
    suffix, write = WRITTEN[form]
    bank = Bank(tmp_path, suffix)
    declaration, dtype, cells = COLUMNS[name]
    bank.declare("customer", "snapshot", {"customer_id": "id", "value": declaration}, key="customer_id")
    counted = []
    for cell in cells:
        values = pl.Series("value", [*[cells[0]] * (GROUP + 1), cell], dtype=dtype)
        frame = pl.DataFrame({"customer_id": [f"c{row}" for row in range(GROUP + 2)], "value": values})
        write(frame, tmp_path / f"customer.{suffix}")
        diagnostics, counts, scans = told(bank)
        with monkeypatch.context() as patch:
            patch.setattr(contract, "uncertain", lambda _parts, _columns, rules, _since: range(len(rules)))
            expected = told(bank)
        assert (diagnostics, counts) == expected[:2]
        assert all(scan.equals(expected[2][table], null_equal=True) for table, scan in scans.items())
        counted.append(len(diagnostics))
    assert counted[0] == 0
    assert max(counted) > 0, "every kind of column has a cell that breaks a rule"


READ = {"number", "number of floats", "id of fractions", "int of floats", "money of floats"}  # NaN is in no statistics
READ |= {"enum", "enum of another", "bool of numbers", "money of ints", "int of more", "number of text", "datetime of text"}
READ |= {"money of more", "money in mills", "money of small ints", "text of categories", "enum of one"}


def test_of_other_columns_no_cell_is_read(parquet_bank: Bank) -> None:
    """Spoilt pieces are noticed where only reading them tells."""
    noticed = set()
    for name, (declaration, dtype, cells) in COLUMNS.items():
        parquet_bank.declare("customer", "snapshot", {"customer_id": "id", "value": declaration}, key="customer_id")
        path = parquet_bank.folder / "customer.parquet"
        pl.DataFrame({"customer_id": ["1", "2"], "value": pl.Series([cells[0]] * 2, dtype=dtype)}).write_parquet(path)
        spoil(path, "value")
        noticed |= set() if parquet_bank.check().ok else {name}
    assert noticed == READ


def spoil(path: Path, column: str) -> None:
    """Overwrite the column's piece of the file."""
    group = pyarrow.parquet.ParquetFile(path).metadata.row_group(0)
    told = next(told for told in map(group.column, range(group.num_columns)) if told.path_in_schema == column)
    start = told.dictionary_page_offset or told.data_page_offset
    content = bytearray(path.read_bytes())
    content[start : start + told.total_compressed_size] = b"\xff" * told.total_compressed_size
    path.write_bytes(content)


TYPES = [Type(Kind(kind)) for kind in ("id", "text", "bool", "int", "number", "percent", "money", "date", "datetime")]
ENUM = Type(Kind.ENUM, enum=EnumType(("mass", "gold"), (None, None), ordered=False))
HELD: list[pl.Series] = [
    *(
        pl.select(dtype.min()).to_series().extend(pl.select(dtype.max()).to_series())
        for dtype in sorted(pl.datatypes.group.INTEGER_DTYPES, key=str)
    ),
    pl.Series([0.5, 1e300, -INF]),
    pl.Series([0.5, 1e30], dtype=pl.Float32),
    pl.Series([True, False]),
    pl.Series(["", "soon", "mass"]),
    pl.Series(["a", "mass"], dtype=pl.Categorical),
    pl.Series(["gold", "mass"], dtype=pl.Enum(["mass", "gold"])),
    pl.Series(["silver", "mass"], dtype=pl.Enum(["mass", "silver"])),
    pl.Series([-(2**31), 2**31 - 1], dtype=pl.Int32).cast(pl.Date),
    *(pl.Series([-(2**63), 2**63 - 1], dtype=pl.Int64).cast(pl.Datetime(unit)) for unit in ("ms", "us", "ns")),
    pl.Series([0, 10**15]).cast(pl.Datetime("us", "Asia/Shanghai")),
    *(pl.Series(["9" * 16, "-" + "9" * 16]).cast(pl.Decimal(precision, scale)) for precision, scale in ((18, 2), (20, 3), (38, 2))),
    pl.Series([Decimal(10**35), Decimal(1)], dtype=pl.Decimal(38, 2)),
]


@pytest.mark.parametrize("type_", [*TYPES, ENUM], ids=lambda type_: type_.kind.value)
@pytest.mark.parametrize("cells", HELD, ids=lambda cells: str(cells.dtype))
def test_what_always_fits_does(cells: pl.Series, type_: Type) -> None:
    if not always_fits(cells.dtype, type_):
        return
    cell = present(pl.col("cell"), cells.dtype, type_)
    value = convert(cell, cells.dtype, type_, "Asia/Shanghai")
    assert value is not None
    found = pl.DataFrame({"cell": cells}).select(cell.is_not_null().alias("filled"), value.alias("value"))
    assert not found.filter(pl.col("filled") & pl.col("value").is_null()).height


def test_most_columns_of_a_warehouse_always_fit() -> None:
    decimal = pl.Decimal(18, 2)
    fitting = {(str(cells.dtype), type_.kind.value) for cells in HELD for type_ in (*TYPES, ENUM) if always_fits(cells.dtype, type_)}
    assert {("String", "text"), ("Int64", "int"), ("Boolean", "bool"), ("Date", "date"), (str(decimal), "money")} <= fitting
