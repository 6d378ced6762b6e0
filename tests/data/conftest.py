"""A small bank whose files each test writes as it likes, in CSV or parquet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from strategy_engine.catalog.models import Project
from strategy_engine.engine.data.contract import ContractResult, check
from strategy_engine.engine.data.remembered import Checked

DAY = dt.date(2026, 11, 20)

CUSTOMER = {
    "customer_id": "id",
    "name": {"type": "text", "pii": True, "optional": True},
    "tier": {"type": "enum", "values": {"mass": "大众", "gold": "金葵花"}},
    "aum": {"type": "money", "min": 0},
    "calls": "int?",
}
CUSTOMERS = {
    "customer_id": ["1", "2", "3"],
    "name": ["赵一", "钱二", None],
    "tier": ["mass", "gold", "gold"],
    "aum": [30000.0, 499999.99, 0.0],
    "calls": [1, None, 3],
}


class Bank:
    """A project in a folder, with files of one format."""

    def __init__(self, folder: Path, suffix: str) -> None:
        self.folder = folder
        self.suffix = suffix
        self.tables: dict[str, Any] = {}
        self.further: dict[str, Any] = {}
        self.declare("customer", "snapshot", CUSTOMER, key="customer_id")

    def declare(self, name: str, kind: str, columns: dict[str, Any], **fields: Any) -> None:
        """Declare a table with one undated file."""
        self.tables[name] = {"kind": kind, "path": f"{name}.{self.suffix}", "columns": columns, **fields}

    def column(self, name: str, declaration: Any) -> None:
        """Declare a column of the snapshot anew."""
        columns = {**self.tables["customer"]["columns"], name: declaration}
        self.tables["customer"] = {**self.tables["customer"], "columns": columns}

    def write(self, name: str, data: dict[str, list[Any]] | None = None, **changed: list[Any]) -> None:
        """Write the file of a table; by default the snapshot's, with some columns changed."""
        rows = {**(CUSTOMERS if data is None else data), **changed}
        height = max(len(values) for values in rows.values())
        frame = pl.DataFrame({column: values[:height] for column, values in rows.items()}, strict=False)
        self.write_frame(name, frame)

    def write_frame(self, name: str, frame: pl.DataFrame) -> None:
        """Write a frame in the bank's format."""
        path = self.folder / f"{name}.{self.suffix}"
        path.parent.mkdir(parents=True, exist_ok=True)
        if self.suffix == "csv":
            frame.write_csv(path)
        else:
            frame.write_parquet(path)

    @property
    def project(self) -> Project:
        """The project file."""
        return Project.model_validate({"project": "bank", "data": self.tables, **self.further})

    def check(
        self,
        *tables: str,
        columns: Collection[str] | None = None,
        date: dt.date = DAY,
        kept: Checked | None = None,
        since: Mapping[str, dt.date] | None = None,
    ) -> ContractResult:
        """Check the tables (the snapshot by default), all columns or some."""
        project = self.project
        read = {name: project.tables[name].columns if columns is None else columns for name in tables or ("customer",)}
        return check(read, project, self.folder, date, kept=kept, since=since)

    def rows(self, result: ContractResult, table: str = "customer") -> list[dict[str, Any]]:
        """The rows that a check goes on with."""
        return result.scans[table].collect().to_dicts()


@pytest.fixture(params=["csv", "parquet"])
def bank(request: pytest.FixtureRequest, tmp_path: Path) -> Bank:
    """A bank of either format; its files are still to be written."""
    return Bank(tmp_path, request.param)


@pytest.fixture
def csv_bank(tmp_path: Path) -> Bank:
    """A bank of CSV files."""
    return Bank(tmp_path, "csv")


@pytest.fixture
def parquet_bank(tmp_path: Path) -> Bank:
    """A bank of parquet files."""
    return Bank(tmp_path, "parquet")
