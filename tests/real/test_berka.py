"""A Czech bank (PKDD'99 Discovery Challenge): the actions of several days against DuckDB over the bank's own tables."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl
import pytest

from . import expected_berka
from .contest import Action, counted
from .prepare_berka import prepare
from .raw_data import HERE, project_copy, raw
from .runs import Ran, errors, run

PROJECT = "berka"
MAIN = dt.date(1998, 1, 15)
DAYS = [
    MAIN,
    dt.date(1996, 2, 29),  # a leap day
    dt.date(1997, 3, 17),  # the round of a 15th that is a Saturday
    dt.date(1997, 5, 31),  # months of 30, 31 and 28 days behind it
    dt.date(1997, 12, 31),  # birthdays of the coming year
]


@dataclass(frozen=True)
class Day:
    """A day's run, and the same from the raw tables."""

    ran: Ran
    bank: duckdb.DuckDBPyConnection
    expected: list[Action]


@pytest.fixture(scope="module", params=DAYS, ids=str)
def day(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Day:
    return _day(request.param, tmp_path_factory.mktemp("real"))


@pytest.fixture(scope="module")
def main(tmp_path_factory: pytest.TempPathFactory) -> Day:
    return _day(MAIN, tmp_path_factory.mktemp("main"))


def _day(date: dt.date, into: Path) -> Day:
    source = raw(PROJECT)
    folder = project_copy(PROJECT, into)
    prepare(source, folder, date)
    bank = expected_berka.bank(source, date)
    return Day(run(folder, date), bank, expected_berka.actions(bank, date))


def test_the_project_checks_without_errors() -> None:
    assert errors(HERE / PROJECT) == []


def test_cohorts_and_hits_have_the_counted_sizes(day: Day) -> None:
    assert day.ran.level("triggered") == expected_berka.selected(day.bank)


def test_as_many_actions_by_strategy_channel_and_arm(day: Day) -> None:
    assert counted(day.ran.actions) == counted(day.expected)


def test_the_same_customers_by_the_same_ways(day: Day) -> None:
    assert set(day.ran.actions) == set(day.expected)


def test_every_strategy_has_actions(main: Day) -> None:
    assert {action.strategy for action in main.expected} == set(expected_berka.RULES)


def test_the_script_tells_the_latest_pay(main: Day) -> None:
    pays = main.bank.execute(
        "select customer, max(date), max_by(amount, date), sum(amount) from salary where date > as_of() - 7 group by all"
    ).fetchall()
    latest = {customer: (at, amount, total) for customer, at, amount, total in pays}
    listed = main.ran.result.actions.filter(strategy="salary_home")
    assert listed.height == main.ran.level("accepted")["salary_home"]
    for row in listed.iter_rows(named=True):
        at, amount, total = latest[row["customer_id"]]
        assert (row["trigger"], row["trigger_time"].date(), row["score"]) == ("salary", at, total)
        told, rest = row["script"].split(" CZK came on ")
        assert float(told.replace(",", "")) == amount
        assert rest == f"{at:%d.%m.}; savings book pays 6.5%."


def test_a_household_is_contacted_once(main: Day) -> None:
    accounts = pl.read_parquet(main.ran.folder / f"data/customer_{MAIN}.parquet").select(pl.col("customer_id").cast(pl.String), "account")
    service = ["wake_up", "card_renewal", "birthday_card"]
    treated = main.ran.result.actions.filter(pl.col("arm") == "treated", ~pl.col("strategy").is_in(service))
    assert treated.join(accounts, on="customer_id").get_column("account").is_unique().all()


def test_small_batches_give_the_same(main: Day) -> None:
    assert run(main.ran.folder, MAIN, batch_size=700).result.actions.equals(main.ran.result.actions)


def test_the_order_of_the_files_does_not_matter(main: Day, tmp_path: Path) -> None:
    folder = project_copy(PROJECT, tmp_path)
    (folder / "data").mkdir()
    for file in sorted((main.ran.folder / "data").glob("*.parquet")):
        pl.read_parquet(file).sample(fraction=1, shuffle=True, seed=1).write_parquet(folder / "data" / file.name)
    assert run(folder, MAIN).result.actions.equals(main.ran.result.actions)


def test_a_strategy_that_lists_nobody_changes_nothing(main: Day, tmp_path: Path) -> None:
    folder = project_copy(PROJECT, tmp_path)
    (folder / "data").symlink_to(main.ran.folder / "data")
    # it reads columns that no other strategy reads, of the same rows and hits
    (folder / "strategies" / "nobody.strategy").write_text(
        """strategy nobody {
          cohort:  exists(txn where txn_id == "none" and type == cash_withdrawal)
          trigger: salary or in_and_out
          channel: letter
          script:  "{salary.txn_id} {in_and_out.pay.txn_id}"
        }""",
        encoding="utf-8",
    )
    assert run(folder, MAIN).result.actions.equals(main.ran.result.actions)
