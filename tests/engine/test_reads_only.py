"""A day reads the columns, the days of events and the tables that its strategies touch, and nothing else of the files.

Shown twice: a server of the files notes which pieces are asked for; and files on disk of which all other pieces are spoilt give the same
day, the hashes in its manifest included.
"""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml

from strategy_engine.engine.day.run import DayResult
from strategy_engine.refusals import StrategyError
from strategy_engine.session import Project

from .served import Chunk, Served, chunks, serve

TODAY = dt.date(2026, 11, 20)
CUSTOMERS, GROUPS = 16_000, 4  # pieces of 30 kB and more: of small ones that lie side by side a server is asked at once
COLUMNS = [f"c{number}" for number in range(120)]
DAYS, A_DAY = 30, 4_000
EVENTS = {"customer_id": "id", "at": "datetime", "amount": "int", "note": "int"}

BEGINNING = "channel app { cost: 0 }\ntrigger paid { on: txn where amount > 999000000  within: last 3 days }"
RICH = f"c40 > {4 * 10**14} and c90 < {8 * 10**14}"
BUSY = "sum(txn.amount within last 7 days) > 1000000"
CASES: dict[str, tuple[dict[str, str], dict[str, set[str]], int]] = {
    # strategies: what else they say → their cohorts; by table, the columns that are read; of how many days
    "few columns": ({"": RICH}, {"customer.parquet": {"c40", "c90"}}, 0),
    "few days": ({"": BUSY}, {"customer.parquet": set(), "txn.parquet": {"at", "amount"}}, 7),
    # of two hits at one time all columns say which comes first, where no id does
    "hits": ({"trigger: paid": "everyone"}, {"customer.parquet": set(), "txn.parquet": {"at", "amount", "note"}}, 3),
    "drafts": ({"": RICH, "status: draft": f"c8 > 5 and {BUSY}"}, {"customer.parquet": {"c40", "c90"}}, 0),
    "not yet": ({"": RICH, "valid: 2027-01-01 .. 2027-02-01": f"c8 > 5 and {BUSY}"}, {"customer.parquet": {"c40", "c90"}}, 0),
    "both": ({"": f"{RICH} and {BUSY}"}, {"customer.parquet": {"c40", "c90"}, "txn.parquet": {"at", "amount"}}, 7),
}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A snapshot of many columns, and two tables of thirty days of events, a day a row group."""
    folder = tmp_path_factory.mktemp("files")
    customers = pl.LazyFrame({"row": pl.int_range(CUSTOMERS, eager=True)})
    values = {name: (pl.col("row").hash(place) % 10**15).cast(pl.Int64) for place, name in enumerate(COLUMNS)}
    customers.select(_key(pl.col("row")), **values).collect().write_parquet(folder / "customer.parquet", row_group_size=CUSTOMERS // GROUPS)
    times = pl.lit(TODAY - dt.timedelta(days=DAYS - 1)).cast(pl.Datetime("us")) + pl.duration(seconds=pl.col("row") * 86_400 // A_DAY)
    numbers = {name: pl.col("row").hash(place) % 10**9 for place, name in enumerate(("amount", "note"))}
    events = pl.LazyFrame({"row": pl.int_range(DAYS * A_DAY, eager=True)})
    events = events.select(_key(pl.col("row").hash(9) % CUSTOMERS), times.alias("at"), **numbers)
    for name in ("txn", "login"):
        events.collect().write_parquet(folder / f"{name}.parquet", row_group_size=A_DAY)
    return folder


def _key(row: pl.Expr) -> pl.Expr:
    return (row + 10**8).cast(pl.String).alias("customer_id")


@pytest.fixture(scope="module")
def served(files: Path) -> Iterator[Served]:
    with serve(files) as served:
        yield served


def day(folder: Path, data: Path | str, cohorts: dict[str, str]) -> DayResult:
    """A project over the data, and its day."""
    written = [
        f'strategy s{number} {{ owner: "bank"  {keys}  cohort: {cohort}  channel: app }}'
        for number, (keys, cohort) in enumerate(cohorts.items())
    ]
    (folder / "strategies").mkdir(parents=True)
    (folder / "strategies/all.strategy").write_text("\n".join([BEGINNING, *written]), "utf-8")
    customer = {"kind": "snapshot", "key": "customer_id", "columns": {"customer_id": "id", **dict.fromkeys(COLUMNS, "int")}}
    tables: dict[str, dict[str, Any]] = {"customer": customer}
    tables |= {name: {"kind": "events", "key": "customer_id", "time": "at", "columns": dict(EVENTS)} for name in ("txn", "login")}
    for name, table in tables.items():
        table["path"] = f"{data}/{name}.parquet"
    declared = {"project": "bank", "output": "out/", "include": ["strategies/**"], "data": tables}
    (folder / "strategy.yaml").write_text(yaml.safe_dump(declared, sort_keys=False), "utf-8")
    return Project.open(folder).compute(TODAY)


def expected(files: Path, read: dict[str, set[str]], days: int) -> dict[str, set[Chunk]]:
    """By file, the pieces that the columns and days are in; what says whose a row is goes with them."""
    wanted: dict[str, set[Chunk]] = {}
    for name, columns in read.items():
        everything = chunks(files / name)
        first = 0 if name == "customer.parquet" else DAYS - days
        wanted[name] = {(group, column) for group, column in everything if column in {"customer_id", *columns} and group >= first}
    return wanted


@pytest.mark.parametrize("case", CASES)
def test_the_rest_may_be_spoilt(tmp_path: Path, files: Path, case: str) -> None:
    cohorts, read, days = CASES[case]
    data, touched = tmp_path / "data", expected(files, read, days)
    shutil.copytree(files, data)
    whole = day(tmp_path / "whole", data, cohorts)
    for path in data.iterdir():
        spoil(path, touched.get(path.name, set()))
    spoilt = day(tmp_path / "spoilt", data, cohorts)
    assert (spoilt.actions.rows(), spoilt.manifest) == (whole.actions.rows(), whole.manifest)


@pytest.mark.parametrize("name", ["customer.parquet", "txn.parquet"])
def test_what_is_read_may_not(tmp_path: Path, files: Path, name: str) -> None:
    """Whether the contract comes upon it, or has no need to look at the piece and only the day does."""
    cohorts, read, days = CASES["both"]
    data = tmp_path / "data"
    shutil.copytree(files, data)
    touched = expected(files, read, days)[name]
    spoil(data / name, {(group, column) for group, column in touched if column not in ("c40", "amount")})
    with pytest.raises(StrategyError) as told:
        day(tmp_path / "spoilt", data, cohorts)
    assert [(each.code, name in each.message) for each in told.value.diagnostics] == [("S0512", True)]
    assert told.value.exit_code == 3


def spoil(path: Path, but: set[Chunk]) -> None:
    """Overwrite all pieces of a Parquet file but these."""
    content = bytearray(path.read_bytes())
    for chunk, place in chunks(path).items():
        if chunk not in but:
            content[place.start : place.stop] = b"\xff" * len(place)
    path.write_bytes(content)


@pytest.mark.parametrize("case", CASES)
def test_what_is_asked_of_a_server(tmp_path: Path, served: Served, case: str) -> None:
    cohorts, read, days = CASES[case]
    served.asked.clear()
    result = day(tmp_path, served.address, cohorts)
    assert result.actions.height
    assert {name: served.chunks_read(name) for name in served.asked} == expected(served.folder, read, days)
