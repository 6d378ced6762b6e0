"""Where the columns of a Parquet file lie, as its writers say."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from pathlib import Path

import duckdb
import polars as pl
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from strategy_engine.catalog.models import Column
from strategy_engine.engine.data.parts import Part
from strategy_engine.engine.data.pieces import Floor, pieces
from strategy_engine.engine.data.scan import Since, cells, floor_of

FRAME = pl.DataFrame(
    {
        "id": [f"k{number}" for number in range(1000)],
        "number": [number * 7 for number in range(1000)],
        "share": [number / 7 for number in range(1000)],
        "few": [["a", "b", None][number % 3] for number in range(1000)],
        "names": [["x", "y"], []] * 500,
        "客户": [number % 2 == 0 for number in range(1000)],
    }
)
WRITERS: dict[str, Callable[[Path], object]] = {
    "polars": lambda path: FRAME.write_parquet(path, row_group_size=100),
    "polars, no statistics": lambda path: FRAME.write_parquet(path, statistics=False, compression="uncompressed"),
    "pyarrow": lambda path: pq.write_table(FRAME.to_arrow(), path, row_group_size=300, write_page_index=True),
    "pyarrow, version 2 pages": lambda path: pq.write_table(FRAME.to_arrow(), path, data_page_version="2.0", use_dictionary=False),
    "duckdb": lambda path: duckdb.connect().from_arrow(FRAME.to_arrow()).write_parquet(str(path)),
}
SMALL = io.BytesIO()
FRAME.head(5).write_parquet(SMALL)


def by_pyarrow(path: Path, columns: set[str]) -> set[int]:
    """Every byte of the columns."""
    found: set[int] = set()
    index = pq.ParquetFile(path).metadata
    for group in range(index.num_row_groups):
        for number in range(index.num_columns):
            column = index.row_group(group).column(number)
            if column.path_in_schema.split(".")[0] in columns:
                start = min(place for place in (column.dictionary_page_offset, column.data_page_offset) if place is not None)
                found |= {*range(start, start + column.total_compressed_size)}
    return found


@pytest.mark.parametrize("columns", [{"id"}, {"number", "few"}, {"names", "客户"}, set(FRAME.columns), set()], ids=sorted)
@pytest.mark.parametrize("writer", WRITERS)
def test_as_pyarrow_has_it(tmp_path: Path, writer: str, columns: set[str]) -> None:
    path = tmp_path / "file.parquet"
    WRITERS[writer](path)
    with path.open("rb") as file:
        found = pieces(file, columns)
    assert found is not None
    *data, index = found
    assert {place for piece in data for place in piece} == by_pyarrow(path, columns)
    assert index == range(path.stat().st_size - 8 - pq.ParquetFile(path).metadata.serialized_size, path.stat().st_size)


BOUNDS = {
    "date": pl.Date,
    "ms": pl.Datetime("ms"),
    "us": pl.Datetime("us"),
    "ns": pl.Datetime("ns"),
    "zone": pl.Datetime("us", "Asia/Shanghai"),
}


@pytest.mark.parametrize("held", BOUNDS)
def test_row_groups_below_a_day_are_left_out(tmp_path: Path, held: str) -> None:
    days = [dt.date(2026, 1, 1) + dt.timedelta(days=number // 10) for number in range(900)]
    path, columns = tmp_path / "file.parquet", {"at": Column(type="datetime")}
    FRAME.head(900).with_columns(at=pl.Series(days).cast(BOUNDS[held])).write_parquet(path, row_group_size=100)
    part = Part(pl.scan_parquet(path), dict(pl.read_parquet_schema(path)), (path.name,))
    floor = floor_of(part, columns, Since("at", days[550]))  # in the sixth row group; of what has a zone two days earlier
    with path.open("rb") as file:
        found = pieces(file, {"id"}, floor)
    index = pq.ParquetFile(path).metadata
    first = next(group for group in range(9) if found and index.row_group(group).column(0).dictionary_page_offset == found[0].start)
    assert first == 5
    assert cells([part], columns, "Asia/Shanghai", Since("at", days[550])).select(pl.len()).collect().item() == 350


def test_a_row_group_with_a_cell_that_is_missing_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "file.parquet"
    pl.DataFrame({"number": [1, 2, None, 4, 5, 6]}).write_parquet(path, row_group_size=2)
    with path.open("rb") as file:
        places = [pieces(file, {"number"}, Floor("number", number)) for number in (3, 5, 6, 7)]
    assert [0 if found is None else sum(map(len, found[:-1])) for found in places] == sorted(
        (sum(map(len, found[:-1])) for found in places if found is not None), reverse=True
    )
    assert all(found and len(found) > 1 for found in places)  # the second, always


@given(st.data())
def test_what_is_no_such_file_has_no_pieces(data: st.DataObject) -> None:
    content = bytearray(SMALL.getvalue())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    cut = bytes(content[: data.draw(st.integers(0, len(content)))]) + data.draw(st.sampled_from([b"", b"PAR1", b"\x09\0\0\0PAR1"]))
    found = pieces(io.BytesIO(cut), {"id"})
    assert found is None or all(0 < piece.start <= piece.stop <= len(cut) for piece in found)
