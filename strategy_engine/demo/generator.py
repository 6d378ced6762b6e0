"""Writes the demo bank: chunk after chunk of customers, so that memory doesn't grow with the bank."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import polars as pl

from strategy_engine.demo.balances import on_day, snapshot, with_money_habits
from strategy_engine.demo.dice import Dice
from strategy_engine.demo.errors import DemoError
from strategy_engine.demo.holdings import holdings
from strategy_engine.demo.kinship import SEATS, family_links
from strategy_engine.demo.network import Network, branches, managers
from strategy_engine.demo.people import Bank, people
from strategy_engine.demo.shipped import project_files, refuse_foreign
from strategy_engine.demo.surroundings import calendar, market
from strategy_engine.demo.transactions import transactions

Progress = Callable[[str, int, int], None]

MOST_CUSTOMERS = 10_000_000
SNAPSHOTS_BACK = (0, 1, 2, 7, 30)  # days before the as-of date that have a snapshot
_FORMER_SHARE = 500  # one former customer for so many
_ROW_GROUP = 100_000  # rows; small enough for readers to skip by the statistics of ids and times

_NO_FEEDBACK = pl.DataFrame(
    schema={"action_id": pl.String, "customer_id": pl.String, "strategy": pl.String, "at": pl.Datetime("us"), "outcome": pl.String}
)


def generate(
    target: Path,
    *,
    customers: int = 100_000,
    seed: int = 7,
    as_of: date = date(2026, 11, 20),
    snapshots: Sequence[int] = SNAPSHOTS_BACK,
    progress: Progress | None = None,
    chunk: int = 50_000,
) -> None:
    """Makes a demo bank in `target`, or replaces the demo bank that is there.

    `snapshots` are the days that have one, as numbers of days before the as-of date.
    The same seed, size and as-of date give the same rows; `chunk` (customers a file, which bounds the memory) only
    parts them otherwise. `progress` hears the title of the phase, how many of its steps are done, and how many there are.
    """
    if not 1 <= customers <= MOST_CUSTOMERS:
        raise DemoError(f"the demo bank has 1 to {MOST_CUSTOMERS:,} customers, not {customers:,}")
    refuse_foreign(target, as_of)
    shipped = project_files()
    dice = Dice(seed)
    bank = Bank(customers, customers // _FORMER_SHARE, as_of, dice, Network.serving(customers))
    with _appearing_at_once(target) as folder:
        shutil.copytree(shipped, folder, dirs_exist_ok=True)
        _write_surroundings(bank, folder / "data")
        _write_customers(bank, folder / "data", snapshots, _whole_families(chunk), progress or _silent)


def _silent(_title: str, _done: int, _total: int) -> None:
    pass


def _whole_families(chunk: int) -> int:
    """Links join the members within a chunk, so a chunk must not part a family."""
    return max(SEATS, chunk - chunk % SEATS)


@contextmanager
def _appearing_at_once(target: Path) -> Iterator[Path]:
    """A sibling folder that takes the target's place when all of it is written; on failure nothing has changed."""
    target = target.absolute()
    fresh, old = (target.with_name(f".{target.name}.{suffix}") for suffix in ("making", "replaced"))
    for leftover in (fresh, old):
        shutil.rmtree(leftover, ignore_errors=True)
    fresh.mkdir(parents=True)
    try:
        yield fresh
        if target.exists():
            target.rename(old)
        fresh.rename(target)
    except BaseException:
        if old.exists() and not target.exists():
            old.rename(target)
        raise
    finally:
        for leftover in (fresh, old):
            shutil.rmtree(leftover, ignore_errors=True)


def _write_surroundings(bank: Bank, data: Path) -> None:
    data.mkdir()
    branches(bank.network, bank.dice).write_csv(data / "branches.csv")
    managers(bank.network, bank.dice).write_csv(data / "managers.csv")
    _write(market(bank.as_of, bank.dice), data / "market.parquet")
    _write(calendar(), data / "calendar.parquet")
    _write(_NO_FEEDBACK, data / "feedback/part-00000.parquet")


def _write_customers(bank: Bank, data: Path, snapshots: Sequence[int], chunk: int, progress: Progress) -> None:
    everyone = bank.customers + bank.former
    starts = range(0, everyone, chunk)
    invited = []
    for part, first in enumerate(starts):
        progress("customers, holdings and transactions", part, len(starts))
        frame = people(bank, first, min(first + chunk, everyone)).pipe(with_money_habits, bank)
        _write_part(frame, bank, snapshots, data, f"part-{part:05}.parquet")
        invited.append(_vips(frame, bank.dice))
    pl.concat(invited).write_csv(data / "vip_list.csv")
    progress("customers, holdings and transactions", len(starts), len(starts))


def _write_part(frame: pl.DataFrame, bank: Bank, snapshots: Sequence[int], data: Path, name: str) -> None:
    for back in snapshots:
        day = on_day(frame, bank, back)
        folder = f"date={bank.as_of - timedelta(days=back)}"
        _write(snapshot(day, bank, back), data / "customer" / folder / name)
        _write(holdings(day, bank), data / "holding" / folder / name)
    _write(transactions(frame, bank), data / "txn" / name)
    _write(family_links(frame), data / "family" / name)


def _vips(frame: pl.DataFrame, dice: Dice) -> pl.DataFrame:
    """Guests of the year-end dinner: a few of the very wealthy."""
    very_wealthy = (pl.col("wealth") > 15.4) & ~pl.col("is_former")
    return frame.filter(very_wealthy & dice.chance("invited", 0.3)).select("customer_id")


def _write(frame: pl.DataFrame, path: Path) -> None:
    """One contiguous chunk and fixed row groups: how threads parted the work must not show in the bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    frame.rechunk().write_parquet(path, compression="zstd", compression_level=3, row_group_size=_ROW_GROUP)
