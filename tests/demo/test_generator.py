"""The demo bank: the same bytes for the same seed, whatever the chunks; its tables fit together and look like a bank."""

import hashlib
import os
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest
import yaml

from strategy_engine.demo import DemoError, generate

AS_OF = date(2026, 11, 20)
SIZE = 6_000
TABLES = ("customer", "holding", "txn", "family")


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo") / "bank"
    generate(folder, customers=SIZE, chunk=2_500)
    return folder


def customers(bank: Path, day: date = AS_OF) -> pl.DataFrame:
    return pl.read_parquet(bank / f"data/customer/date={day}/*.parquet")


def holdings(bank: Path, day: date = AS_OF) -> pl.DataFrame:
    return pl.read_parquet(bank / f"data/holding/date={day}/*.parquet")


def hashes(bank: Path) -> dict[str, str]:
    files = sorted(path for path in bank.rglob("*") if path.is_file())
    return {str(path.relative_to(bank)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def known_ids(bank: Path) -> pl.Series:
    """Customers and former customers: whoever is in any snapshot."""
    return pl.read_parquet(bank / "data/customer/**/*.parquet", columns=["customer_id"], hive_partitioning=False)["customer_id"].unique()


# --- determinism ---------------------------------------------------------------------------------------


def test_same_seed_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        generate(tmp_path / name, customers=700, chunk=300)
    assert hashes(tmp_path / "one") == hashes(tmp_path / "two")


def test_threads_do_not_change_a_byte(tmp_path: Path) -> None:
    program = "import sys; from pathlib import Path; from strategy_engine.demo import generate; generate(Path(sys.argv[1]), customers=700)"
    for threads in ("1", "4"):
        environment = {**os.environ, "POLARS_MAX_THREADS": threads}
        subprocess.run([sys.executable, "-c", program, tmp_path / threads], env=environment, check=True)
    assert hashes(tmp_path / "1") == hashes(tmp_path / "4")


def test_another_seed_is_another_bank(tmp_path: Path) -> None:
    generate(tmp_path / "one", customers=300)
    generate(tmp_path / "two", customers=300, seed=8)
    assert not customers(tmp_path / "one").equals(customers(tmp_path / "two"))


@pytest.mark.parametrize("table", TABLES)
def test_chunks_do_not_change_the_rows(bank: Path, tmp_path_factory: pytest.TempPathFactory, table: str) -> None:
    whole = tmp_path_factory.mktemp("whole") / "bank"
    generate(whole, customers=SIZE, chunk=1_000_000)
    parted, in_one = (pl.read_parquet(folder / f"data/{table}/**/*.parquet") for folder in (bank, whole))
    assert parted.sort(pl.all()).equals(in_one.sort(pl.all()))


# --- the tables fit together ---------------------------------------------------------------------------


def test_every_snapshot_is_as_large_as_asked(bank: Path) -> None:
    today, yesterday, month_ago = (customers(bank, AS_OF - timedelta(days=back)) for back in (0, 1, 30))
    assert len(today) == SIZE == today["customer_id"].n_unique()
    assert SIZE * 0.95 < len(month_ago) <= len(yesterday) + SIZE * 0.02
    assert today["open_date"].max() <= AS_OF  # type: ignore[operator]


@pytest.mark.parametrize("table", ["holding", "txn", "family"])
def test_rows_belong_to_known_customers(bank: Path, table: str) -> None:
    rows = pl.read_parquet(bank / f"data/{table}/**/*.parquet")
    assert set(rows["customer_id"]) <= set(known_ids(bank))


def test_links_go_both_ways_between_customers(bank: Path) -> None:
    links = pl.read_parquet(bank / "data/family/*.parquet")
    assert set(links["other_id"]) <= set(customers(bank)["customer_id"])
    there = set(links.select("customer_id", "other_id").iter_rows())
    assert there == {(other, one) for one, other in there}


def test_parents_are_older_and_share_the_household(bank: Path) -> None:
    people = customers(bank).select("customer_id", "birth", "household")
    links = pl.read_parquet(bank / "data/family/*.parquet").filter(pl.col("relation") == "parent")
    pairs = links.join(people, on="customer_id").join(people, left_on="other_id", right_on="customer_id", suffix="_parent")
    assert len(pairs) == len(links) > 100
    assert (pairs["birth"].dt.year() - pairs["birth_parent"].dt.year()).min() >= 15  # type: ignore[operator]
    assert (pairs["household"] == pairs["household_parent"]).all()


def test_branches_and_managers_exist(bank: Path) -> None:
    today = customers(bank)
    branches, managers = (pl.read_csv(bank / f"data/{name}.csv") for name in ("branches", "managers"))
    assert set(today["branch"]) <= set(branches["branch"])
    assert set(today["rm_id"].drop_nulls()) <= set(managers["rm_id"])
    assert set(managers["branch"]) == set(branches["branch"])
    assert branches["title"].is_unique().all()


def test_vips_are_customers(bank: Path) -> None:
    invited = pl.read_csv(bank / "data/vip_list.csv", schema_overrides={"customer_id": pl.String})
    assert set(invited["customer_id"]) <= set(customers(bank)["customer_id"])


def test_balances_are_the_sums_of_their_holdings_to_the_cent(bank: Path) -> None:
    for back in (0, 30):
        day = AS_OF - timedelta(days=back)
        people = customers(bank, day)
        assert people.select((pl.col("deposit_balance") + pl.col("fund_balance") + pl.col("wealth_balance") == pl.col("aum")).all()).item()
        for kind in ("deposit", "fund", "wealth", "loan"):
            held = holdings(bank, day).filter(pl.col("kind") == kind)["amount"].sum()
            assert held == people[f"{kind}_balance"].sum(), (day, kind)


def test_last_login_is_the_last_login_event(bank: Path) -> None:
    logins = pl.read_parquet(bank / "data/txn/*.parquet").filter(pl.col("type") == "login")
    last = logins.group_by("customer_id").agg(seen=pl.col("at").max().dt.date())
    both = customers(bank).join(last, on="customer_id")
    assert len(both) > SIZE / 2
    assert (both["seen"] == both["last_login"]).all()


# --- it looks like a bank ------------------------------------------------------------------------------


def test_tiers_are_a_pyramid_and_follow_the_money(bank: Path) -> None:
    shares = dict(customers(bank)["tier"].value_counts(normalize=True).iter_rows())
    assert 0.80 < shares["mass"] < 0.90
    assert 0.08 < shares["gold"] < 0.15
    assert 0.01 < shares["platinum"] < 0.05
    medians = customers(bank).group_by("tier").agg(pl.col("aum").median())
    by_tier = dict(medians.iter_rows())
    assert by_tier["mass"] < by_tier["gold"] < by_tier["platinum"]


def test_the_wealthy_buy_more_funds(bank: Path) -> None:
    wealthy = pl.col("tier") != "mass"
    means = customers(bank).select(rich=pl.col("p_fund").filter(wealthy).mean(), rest=pl.col("p_fund").filter(~wealthy).mean())
    assert means["rich"].item() > means["rest"].item() * 1.5


def test_share_of_dormant_customers(bank: Path) -> None:
    asleep = customers(bank).filter(pl.col("last_login") < AS_OF - timedelta(days=60))
    assert 0.10 < len(asleep) / SIZE < 0.15


def test_things_move_between_the_snapshots(bank: Path) -> None:
    before = customers(bank, AS_OF - timedelta(days=30)).select("customer_id", "aum", "tier", "has_payroll")
    both = customers(bank).join(before, on="customer_id", suffix="_before")
    assert (both["aum"] != both["aum_before"]).mean() > 0.95  # type: ignore[operator]
    assert 0 < (both["tier"] != both["tier_before"]).mean() < 0.02  # type: ignore[operator]
    assert (both["has_payroll"] & ~both["has_payroll_before"]).sum() > 0


def test_transactions_of_sixty_days(bank: Path) -> None:
    events = pl.read_parquet(bank / "data/txn/*.parquet")
    assert 7 < len(events) / SIZE < 13
    assert events["txn_id"].is_unique().all()
    days = events["at"].dt.date()
    assert (days.min(), days.max()) == (AS_OF - timedelta(days=59), AS_OF)
    salaries = events.filter((pl.col("type") == "salary") & (pl.col("at").dt.date() > AS_OF - timedelta(days=3)))
    assert len(salaries) > 100


def test_the_market_falls_on_the_day(bank: Path) -> None:
    market = pl.read_parquet(bank / "data/market.parquet")
    assert market.filter(pl.col("date") == AS_OF)["csi300_change_1d"].item() < -0.03


def test_identity_cards_check(bank: Path) -> None:
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    for card, birth, gender in customers(bank).select("id_card", "birth", "gender").head(500).iter_rows():
        total = sum(int(digit) * weight for digit, weight in zip(card[:17], weights, strict=True))
        assert card[17] == "10X98765432"[total % 11]
        assert card[6:14] == birth.strftime("%Y%m%d")
        assert (int(card[16]) % 2 == 1) == (gender == "male")


# --- the project around the data -----------------------------------------------------------------------


def declared(bank: Path) -> dict[str, dict[str, object]]:
    project = yaml.safe_load((bank / "strategy.yaml").read_text(encoding="utf-8"))
    tables: dict[str, dict[str, object]] = project["data"]
    return tables


def test_every_declared_column_is_there_in_order(bank: Path) -> None:
    for name, table in declared(bank).items():
        pattern = bank / str(table["path"]).format(date=AS_OF)
        read = pl.scan_csv if pattern.suffix == ".csv" else pl.scan_parquet
        columns = read(pattern).collect_schema().names()
        expected = list(table.get("columns", {"customer_id": "id"}))  # type: ignore[call-overload]
        assert [column for column in columns if column != "date" or "date" in expected] == expected, name


def test_enum_values_and_required_columns_are_as_declared(bank: Path) -> None:
    for name, table in declared(bank).items():
        pattern = bank / str(table["path"]).format(date=AS_OF)
        if pattern.suffix == ".csv":
            continue
        frame = pl.read_parquet(pattern)
        for column, spec in table["columns"].items():  # type: ignore[attr-defined]
            assert spec.get("optional") or frame[column].null_count() == 0, (name, column)
            if spec["type"] == "enum":
                assert set(frame[column].drop_nulls()) <= set(spec["values"]), (name, column)


# --- where it may be written ---------------------------------------------------------------------------


def test_a_strangers_folder_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(DemoError, match="is not empty and holds no demo bank"):
        generate(tmp_path, customers=10)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


@pytest.mark.parametrize("done", ["strategies/mine.strategy", "strategies/policy.strategy", "ledger/runs/run_date=2026-11-21/x.parquet"])
def test_a_demo_bank_in_which_somebody_has_worked_is_left_alone(tmp_path: Path, done: str) -> None:
    bank = tmp_path / "bank"
    generate(bank, customers=10)
    (bank / done).parent.mkdir(parents=True, exist_ok=True)
    (bank / done).write_text("mine")
    with pytest.raises(DemoError, match="somebody has worked"):
        generate(bank, customers=10)
    assert (bank / done).read_text() == "mine"


def test_the_folder_at_hand_is_not_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    generate(tmp_path / "bank", customers=10)
    monkeypatch.chdir(tmp_path / "bank")
    with pytest.raises(DemoError, match="where you stand"):
        generate(Path(), customers=10)


def test_a_demo_bank_is_replaced_unless_it_holds_other_files(tmp_path: Path) -> None:
    bank = tmp_path / "bank"
    generate(bank, customers=10)
    generate(bank, customers=20)
    assert len(customers(bank)) == 20
    (bank / "notes.txt").write_text("mine")
    with pytest.raises(DemoError, match=r"`notes\.txt`"):
        generate(bank, customers=10)


def test_a_failure_leaves_nothing_behind(tmp_path: Path) -> None:
    def stop(_title: str, _done: int, _total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        generate(tmp_path / "bank", customers=10, progress=stop)
    assert list(tmp_path.iterdir()) == []


def test_progress_ends_at_the_total(tmp_path: Path) -> None:
    heard: list[tuple[int, int]] = []
    generate(tmp_path / "bank", customers=100, chunk=40, progress=lambda _title, done, total: heard.append((done, total)))
    assert heard == [(0, 3), (1, 3), (2, 3), (3, 3)]


@pytest.mark.parametrize("size", [0, 10_000_001])
def test_sizes_beyond_the_bank(tmp_path: Path, size: int) -> None:
    with pytest.raises(DemoError, match="customers, not"):
        generate(tmp_path / "bank", customers=size)
