"""A simulated bank: the same seed gives the same bytes, its tables fit the project, and nothing that people keep is touched."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import re
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from strategy_engine.session import Project, StrategyError
from strategy_engine.simulation import Settings, SimulationError, make, simulate
from tests.simulation.bank import library, lived

CUSTOMERS, DAYS = 500, 3
FIRST = Settings().until - dt.timedelta(days=DAYS - 1)


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("simulated") / "bank"
    lived(folder, CUSTOMERS, DAYS)
    return folder


def hashes(folder: Path) -> dict[str, str]:
    """What was made, apart from the ledger, whose files have names of their own."""
    files = sorted(path for part in ("data", "out", "truth") for path in (folder / part).rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_the_same_seed_gives_the_same_bytes(bank: Path, tmp_path: Path) -> None:
    lived(tmp_path / "again", CUSTOMERS, DAYS)
    assert hashes(tmp_path / "again") == hashes(bank)


def test_threads_do_not_change_a_byte(bank: Path, tmp_path: Path) -> None:
    program = "import sys; from pathlib import Path; from tests.simulation.bank import lived; lived(Path(sys.argv[1]), 500, 3)"
    environment = {**os.environ, "POLARS_MAX_THREADS": "1"}
    subprocess.run([sys.executable, "-c", program, tmp_path / "one"], env=environment, check=True)
    assert hashes(tmp_path / "one") == hashes(bank)


def test_another_seed_gives_another_bank(bank: Path, tmp_path: Path) -> None:
    make(tmp_path, Settings(customers=CUSTOMERS, days=DAYS, seed=8))
    mine, other = (pl.read_parquet(folder / f"data/customer/date={FIRST}/*.parquet") for folder in (bank, tmp_path))
    assert not mine.equals(other)


def test_every_day_has_its_tables(bank: Path) -> None:
    for table in ("txn", "service", "survey", "referral", "feedback"):
        assert (bank / "data" / table / f"{FIRST:%Y-%m}.parquet").is_file()
    snapshots = sorted(path.name for path in (bank / "data" / "customer").iterdir())
    assert [f"date={FIRST + dt.timedelta(days=number)}" for number in range(DAYS)] == snapshots[-DAYS:]


def test_the_parts_of_the_money_are_its_sum(bank: Path) -> None:
    customers = pl.read_parquet(bank / f"data/customer/date={Settings().until}/*.parquet")
    assert customers.filter(pl.col("aum") != pl.col("deposit_balance") + pl.col("fund_balance") + pl.col("wealth_balance")).is_empty()


def test_nothing_happens_to_who_is_no_customer(bank: Path) -> None:
    events = pl.read_parquet(bank / f"data/txn/{FIRST:%Y-%m}.parquet").filter(pl.col("at").dt.date() == FIRST)
    customers = pl.read_parquet(bank / f"data/customer/date={FIRST}/*.parquet")
    assert events.height > CUSTOMERS / 20
    assert events.join(customers, on="customer_id", how="anti").is_empty()


def test_events_have_ids_of_their_own(bank: Path) -> None:
    for table, key in (("txn", "txn_id"), ("service", "service_id"), ("survey", "survey_id"), ("referral", "referral_id")):
        rows = pl.read_parquet(bank / "data" / table / "*.parquet")
        assert rows.height or table == "referral"  # which so small a bank may have none of
        assert rows.get_column(key).is_unique().all(), table


def test_feedback_is_about_what_was_handed_over(bank: Path) -> None:
    feedback = pl.read_parquet(bank / "data/feedback/*.parquet")
    handed = pl.read_parquet(bank / "out/*/actions.parquet").filter(pl.col("arm") != "control")
    assert {"delivered", "failed", "opened"} <= set(feedback.get_column("outcome"))
    assert feedback.join(handed, on="action_id", how="anti").is_empty()


def test_a_bank_in_which_strategies_were_run_is_kept(bank: Path) -> None:
    before = hashes(bank)
    with pytest.raises(SimulationError, match="strategies were run here"):
        simulate(Project.open(bank), Settings(customers=100, days=1))
    assert hashes(bank) == before


def test_a_bank_that_was_only_made_is_replaced(tmp_path: Path) -> None:
    project = library(tmp_path / "bank")
    make(project.folder, Settings(customers=200, days=1))
    assert simulate(project, Settings(customers=300, days=1)).actions > 0
    customers = pl.read_parquet(project.folder / f"data/customer/date={Settings().until}/*.parquet")
    assert 250 < customers.height <= 300


def test_replace_begins_anew(tmp_path: Path) -> None:
    lived(tmp_path / "bank", 200, 1)
    again = simulate(Project.open(tmp_path / "bank"), Settings(customers=200, days=1), replace=True)
    assert again.actions > 0
    assert len([*(tmp_path / "bank" / "out").glob("2*")]) == 1


def test_data_of_a_person_are_never_removed(tmp_path: Path) -> None:
    project = library(tmp_path / "bank")
    (project.folder / "data").mkdir()
    (project.folder / "data" / "mine.csv").write_text("customer_id\n1\n")
    with pytest.raises(SimulationError, match="no simulation has made"):
        simulate(project, Settings(customers=100, days=1), replace=True)
    assert (project.folder / "data" / "mine.csv").is_file()


def test_data_that_a_person_has_put_among_those_that_were_made_are_kept(tmp_path: Path) -> None:
    project = library(tmp_path / "bank")
    make(project.folder, Settings(customers=200, days=1))
    own = project.folder / "data" / "customer" / "date=2026-11-21" / "mine.parquet"
    own.parent.mkdir()
    own.write_bytes(b"mine")
    with pytest.raises(SimulationError, match="is not as a simulation has made it"):
        simulate(project, Settings(customers=100, days=1), replace=True)
    assert own.read_bytes() == b"mine"


@pytest.mark.parametrize("line", ["output: .", "output: ../elsewhere/", "ledger: lifecycle/", "output: s3://bucket/out"])
def test_only_folders_of_its_own_are_removed(tmp_path: Path, line: str) -> None:
    library(tmp_path / "bank")
    (tmp_path / "elsewhere").mkdir()
    file, key = tmp_path / "bank" / "strategy.yaml", line.partition(":")[0]
    file.write_text(re.sub(rf"^{key}: .*$", line, file.read_text("utf-8"), flags=re.MULTILINE), "utf-8")
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises((SimulationError, StrategyError)):
        simulate(Project.open(tmp_path / "bank"), Settings(customers=100, days=1), replace=True)
    assert sorted(tmp_path.rglob("*")) == before


def test_a_simulation_that_was_cut_short_can_begin_anew(tmp_path: Path) -> None:
    def stop(title: str, done: int, _: int) -> None:
        if title == "days" and done == 1:
            raise KeyboardInterrupt

    project = library(tmp_path / "bank")
    with pytest.raises(KeyboardInterrupt):
        simulate(project, Settings(customers=200, days=2), stop)
    assert simulate(project, Settings(customers=200, days=1), replace=True).actions > 0


def test_a_table_that_it_does_not_make_is_named(tmp_path: Path) -> None:
    library(tmp_path / "bank")
    file = tmp_path / "bank" / "strategy.yaml"
    file.write_text(file.read_text("utf-8").replace("  coupon:\n", "  voucher:\n").replace("data/coupon/", "data/voucher/"), "utf-8")
    for path in (tmp_path / "bank").rglob("*.strategy"):
        path.write_text(
            path.read_text("utf-8").replace("coupon.expiry", "voucher.expiry").replace("given coupon", "given voucher"), "utf-8"
        )
    with pytest.raises(SimulationError, match="makes no table `voucher`"):
        simulate(Project.open(tmp_path / "bank"), Settings(customers=100, days=1))


@pytest.mark.parametrize("wrong", [{"customers": 0}, {"customers": 2_000_000}, {"days": 0}, {"days": 500}])
def test_sizes_have_bounds(wrong: dict[str, int]) -> None:
    with pytest.raises(SimulationError, match="1 to"):
        Settings(**wrong)
