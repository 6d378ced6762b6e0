"""Rows of other tables, laid out by batches: whatever the batches, the blocks of the allocation and the order of the snapshot, a day comes
out the same."""

from __future__ import annotations

import datetime as dt
import random
from pathlib import Path

import polars as pl
import pytest

from strategy_engine.demo import generate
from strategy_engine.engine.day import arbitrate
from strategy_engine.engine.day.names import BATCH, KEY, ROW
from strategy_engine.engine.day.run import DayResult, run_day
from strategy_engine.engine.day.spread import Spread
from strategy_engine.session import Project

CUSTOMERS, TODAY = 3_000, dt.date(2026, 11, 20)


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("spread") / "bank"
    generate(folder, customers=CUSTOMERS)
    return folder


def _day(folder: Path, size: int) -> DayResult:
    project = Project.open(folder)
    return run_day(project.model, folder, TODAY, batch_size=size)


def _same(one: DayResult, other: DayResult) -> None:
    assert one.actions.height
    assert other.actions.equals(one.actions)
    assert other.manifest == one.manifest
    assert other.decisions.equals(one.decisions)
    assert all(other.record[name].equals(rows) for name, rows in one.record.items())


def test_batches_change_nothing(bank: Path) -> None:
    """A batch of all, some, and one more than fits."""
    day = _day(bank, CUSTOMERS)
    for size in (CUSTOMERS - 1, 700):
        _same(day, _day(bank, size))


def test_the_blocks_of_the_allocation_change_nothing(bank: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is taken, and by whom last, is handed from block to block."""
    day = _day(bank, CUSTOMERS)
    assert day.decisions.get_column("rival_score").drop_nulls().len()
    for size in (1, 97):
        monkeypatch.setattr(arbitrate, "BLOCK", size)
        _same(day, _day(bank, CUSTOMERS))


def test_the_order_of_the_snapshot_changes_nothing(bank: Path) -> None:
    """Keys that do not ascend are joined, not compared."""
    day = _day(bank, 700)
    files = list(bank.glob("data/customer/**/*.parquet"))
    assert files
    for file in files:
        frame = pl.read_parquet(file)
        frame.sample(frame.height, shuffle=True, seed=5).write_parquet(file)
    again = _day(bank, 700)
    assert again.actions.equals(day.actions)
    assert again.manifest["funnel"] == day.manifest["funnel"]


@pytest.mark.parametrize("shuffled", [False, True])
@pytest.mark.parametrize("size", [7, 30, 100])
def test_each_batch_has_its_own_rows(shuffled: bool, size: int) -> None:
    keys = [f"c{number:03}" for number in range(100)]
    pick = random.Random(3)  # noqa: S311 - nothing is kept secret with it
    if shuffled:
        pick.shuffle(keys)
    rows = pl.DataFrame({"who": [pick.choice([*keys, "nobody", None]) for _ in range(500)], "n": range(500)})
    customers = pl.DataFrame({KEY: keys})
    spread = Spread(customers.lazy(), 100, size)
    seen: list[tuple[str, int]] = []
    batches = (customers.slice(start, size) for start in range(0, 100, size))
    for frame in spread.numbered(batches):
        mine = spread.rows("rows", rows.lazy(), "who", (pl.col("n") >= 10,), ["who", "n"]).join(frame.lazy(), on=ROW).collect()
        seen += mine.select(KEY, "n").iter_rows()
        whoever = spread.rows("rows", rows.lazy(), "who", (pl.col("n") >= 10,), ["who", "n"], by=KEY)
        for by, grouped in ((KEY, whoever), (ROW, mine.lazy())):
            found = grouped.group_by(by).agg(pl.col("n").sum()).collect()
            sums = found.get_column("n").gather(spread.where(found))
            assert frame.select(KEY).with_columns(sums).drop_nulls().sort(KEY).equals(mine.group_by(KEY).agg(pl.col("n").sum()).sort(KEY))
    spread.close()
    expected = rows.filter(pl.col("n") >= 10, pl.col("who").is_in(keys))
    assert sorted(seen) == sorted(expected.iter_rows())


def test_rows_of_another_batch_are_refused() -> None:
    customers = pl.DataFrame({KEY: ["a", "b"]})
    spread = Spread(customers.lazy(), 2, 1)
    first, second = list(spread.numbered([customers[:1], customers[1:]]))
    assert first.get_column(BATCH).item() == 0
    with pytest.raises(LookupError, match="batch 1"):
        spread.holds(second)
