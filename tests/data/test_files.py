"""Which files are read, for which date, and which columns of them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from strategy_engine.catalog.models import Table
from strategy_engine.engine.data import locate
from strategy_engine.engine.data.scan import DataError, scan

DAY = dt.date(2026, 11, 20)
COLUMNS = {"customer_id": "id", "aum": "money?"}


def table(path: str, **fields: Any) -> Table:
    declared = {"name": "customer", "kind": "snapshot", "path": path, "key": "customer_id", "columns": COLUMNS, **fields}
    return Table.model_validate(declared)


def touch(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()


def read(declared: Table, folder: Path, columns: list[str] | None = None) -> list[dict[str, Any]]:
    return scan(declared, folder, DAY, columns, "Asia/Shanghai").collect().to_dicts()


def test_globs_dates_and_folders(tmp_path: Path) -> None:
    touch(tmp_path, *(f"c/date=2026-11-{name}" for name in ("20/b.parquet", "20/a.parquet", "20/_SUCCESS", "21/a.parquet")))
    both = ["c/date=2026-11-20/a.parquet", "c/date=2026-11-20/b.parquet"]
    assert locate.files(table("c/date={date}/*.parquet"), tmp_path, DAY) == both
    assert locate.files(table("c/date={date}"), tmp_path, DAY) == both
    assert locate.files(table("**/date={date}/*.parquet"), tmp_path, DAY) == both
    assert locate.files(table("c/date={date}/[!a].parquet"), tmp_path, DAY) == both[1:]
    assert locate.files(table("c/date={date}/c.parquet"), tmp_path, DAY) == []


def test_a_name_with_brackets_is_a_name(tmp_path: Path) -> None:
    touch(tmp_path, "a[1].csv")
    assert locate.files(table("a[1].csv"), tmp_path, DAY) == ["a[1].csv"]


def test_object_stores_are_passed_on(tmp_path: Path) -> None:
    remote = table("s3://bank/customer/{date}/*.parquet")
    assert locate.files(remote, tmp_path, DAY) == ["s3://bank/customer/2026-11-20/*.parquet"]
    assert locate.dates(remote, tmp_path) == []
    assert locate.earlier_date(remote, tmp_path, DAY, 31) == DAY


@pytest.mark.parametrize(
    ("name", "declared", "expected"),
    [
        ("a.parquet", None, "parquet"),
        ("a.CSV", None, "csv"),
        ("a.csv.gz", None, "csv"),
        ("a.arrow", None, "ipc"),
        ("a.feather", None, "ipc"),
        ("a.dat", None, None),
        ("a.dat", "csv", "csv"),
    ],
)
def test_formats(tmp_path: Path, name: str, declared: Any, expected: str | None) -> None:
    assert locate.format_of(table(name, format=declared), tmp_path, name) == expected


def test_earlier_snapshots(tmp_path: Path) -> None:
    touch(tmp_path, *(f"c_{day}.csv" for day in ("2026-10-01", "2026-10-20", "2026-11-20", "2026-02-30", "2026-11-xx")))
    dated = table("c_{date}.csv")
    assert locate.dates(dated, tmp_path) == [dt.date(2026, 10, 1), dt.date(2026, 10, 20), DAY]
    assert locate.earlier_date(dated, tmp_path, DAY, 31) == DAY
    assert locate.earlier_date(dated, tmp_path, dt.date(2026, 11, 19), 30) == dt.date(2026, 10, 20)
    assert locate.earlier_date(dated, tmp_path, dt.date(2026, 11, 19), 29) is None
    assert locate.earlier_date(table("c.csv"), tmp_path, DAY, 31) is None


def test_a_date_that_repeats_in_the_path_is_the_same_date(tmp_path: Path) -> None:
    touch(tmp_path, "2026-01-01_x/d=2026-11-20/c_2026-11-20.csv", "2026-01-01_x/d=2026-11-20/c_2026-11-19.csv")
    assert locate.dates(table("2026-01-01_?/d={date}/c_{date}.csv"), tmp_path) == [DAY]
    assert locate.dates(table("**/d={date}/*.csv"), tmp_path) == [DAY]


def test_csv_with_bom_crlf_and_blank_lines(tmp_path: Path) -> None:
    (tmp_path / "c.csv").write_bytes('\ufeffcustomer_id,aum\r\n1,12.34\r\n\r\n2,\r\n3,""\r\n'.encode())
    assert read(table("c.csv"), tmp_path) == [{"customer_id": str(i), "aum": aum} for i, aum in ((1, 1234), (2, None), (3, None))]


def test_only_the_needed_columns_are_read(tmp_path: Path) -> None:
    (tmp_path / "c.csv").write_text("customer_id,aum,other\n1,5,x\n", encoding="utf-8")
    declared = table("c.csv", columns={**COLUMNS, "other": "text", "absent": "text"})
    assert read(declared, tmp_path, ["aum"]) == [{"customer_id": "1", "aum": 500}]
    assert "PROJECT 2/3 COLUMNS" in scan(declared, tmp_path, DAY, ["aum"], "Asia/Shanghai").explain()
    with pytest.raises(DataError, match="no column `absent`"):
        read(declared, tmp_path)


def test_only_the_needed_columns_of_parquet_are_in_the_plan(tmp_path: Path) -> None:
    pl.DataFrame({"customer_id": ["1"], "aum": [1], "other": [2]}).write_parquet(tmp_path / "c.parquet")
    plan = scan(table("c.parquet"), tmp_path, DAY, ["customer_id"], "Asia/Shanghai").explain()
    assert "PROJECT 1/3 COLUMNS" in plan


def test_files_whose_schemas_differ(tmp_path: Path) -> None:
    pl.DataFrame({"customer_id": [1], "aum": [1.5]}).write_parquet(tmp_path / "c1.parquet")
    pl.DataFrame({"aum": ["2.5"], "new": [0], "customer_id": ["2"]}).write_parquet(tmp_path / "c2.parquet")
    pl.DataFrame({"customer_id": [3.0], "aum": [3]}).write_parquet(tmp_path / "c3.parquet")
    assert read(table("*.parquet"), tmp_path) == [{"customer_id": str(i), "aum": aum} for i, aum in ((1, 150), (2, 250), (3, 300))]


def test_ipc(tmp_path: Path) -> None:
    pl.DataFrame({"customer_id": [1], "aum": [1.5]}).write_ipc(tmp_path / "c.arrow")
    assert read(table("c.arrow"), tmp_path) == [{"customer_id": "1", "aum": 150}]


def test_delta(tmp_path: Path, parquet_bank: Any) -> None:
    deltalake = pytest.importorskip("deltalake")
    for ids in ([1, 2], [3]):
        deltalake.write_deltalake(tmp_path / "c", pl.DataFrame({"customer_id": ids, "aum": [1.5] * len(ids)}).to_arrow(), mode="append")
    rows = read(table("c"), tmp_path)
    assert sorted(row["customer_id"] for row in rows) == ["1", "2", "3"]
    parquet_bank.tables["customer"] |= {"path": "c", "columns": COLUMNS}
    result = parquet_bank.check()
    assert result.diagnostics == ()
    assert result.fingerprints["customer"]["files"] == 2
    assert result.fingerprints == parquet_bank.check().fingerprints


def test_a_list_needs_no_columns(tmp_path: Path) -> None:
    (tmp_path / "vip.csv").write_text("customer_id,why\n7,x\n", encoding="utf-8")
    vip = Table.model_validate({"name": "vip", "kind": "list", "path": "vip.csv", "key": "customer_id"})
    assert read(vip, tmp_path) == [{"customer_id": "7"}]


def test_scan_of_a_missing_file_tells_why(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"no file `c\.csv`") as raised:
        read(table("c.csv"), tmp_path)
    assert [diagnostic.code for diagnostic in raised.value.diagnostics] == ["S0501"]
