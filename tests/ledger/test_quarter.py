"""Ninety nights of the demo bank, recounted by plain SQL over the ledger: every promise holds.

The queries know nothing of the engine: they read the ledger's actions, the snapshots and the feedback, and count.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest
import xxhash
from deltalake import DeltaTable

from strategy_engine.session import Project
from tests.ledger import quarter

pytestmark = pytest.mark.long

CUSTOMERS = 20_000
STANDARD_ERRORS = 4

SPARE = "category <> 'service'"  # what the contact policies are for
BEGUN = f"{SPARE} and step = 1"  # a limit per strategy counts journeys, not their later steps


@dataclass(frozen=True)
class Limit:
    """A declared limit in SQL: what counts, of whom, from which day to the day `t.day`; money in yuan."""

    amount: str
    counts: str
    groups: str
    first: str
    weight: str = "1"
    controls: bool = False  # of a thing that runs out a control keeps its place


DAY, WEEK, MONTH = "t.day", "date_trunc('week', t.day)", "date_trunc('month', t.day)"
LIMITS = {
    "3 contacts per rolling 7 days per customer": Limit("3", SPARE, "customer_id", "t.day - 6"),
    "1 contact per rolling 30 days per customer per strategy": Limit("1", BEGUN, "customer_id, strategy", "t.day - 29"),
    "1 contact per day per household on sms": Limit("1", f"{SPARE} and channel = 'sms'", "household", DAY),
    "1 contact per day per customer (loans)": Limit("1", "category = 'loan'", "customer_id", DAY),
    "2 contacts per week per customer on sms, app_popup": Limit("2", f"{SPARE} and channel in ('sms', 'app_popup')", "customer_id", WEEK),
    "4 contacts per month per household": Limit("4", SPARE, "household", MONTH),
    "6 contacts per year per customer": Limit("6", SPARE, "customer_id", "date_trunc('year', t.day)"),
    "200 contacts per rolling 3 days per strategy": Limit("200", BEGUN, "strategy", "t.day - 2"),
    "sms: 200 contacts per day": Limit("200", "channel = 'sms'", "channel", DAY, controls=True),
    "remote: 25 contacts per day": Limit("25", "channel = 'remote'", "channel", DAY, controls=True),
    "remote: 500 contacts per month": Limit("500", "channel = 'remote'", "channel", MONTH, controls=True),
    "rm_call: rm_id.daily_calls contacts per day per rm_id": Limit(
        "any_value(daily_calls)", "channel = 'rm_call'", "rm_id", DAY, controls=True
    ),
    "coupon_20: 1500 pieces": Limit("1500", "benefit = 'coupon_20'", "benefit", "date '1970-01-01'", controls=True),
    "coupon_50: 180 cost per month per branch": Limit("180", "benefit = 'coupon_50'", "branch", MONTH, "45", controls=True),
    "coupon_100: 1800 cost per month": Limit("1800", "benefit = 'coupon_100'", "benefit", MONTH, "90", controls=True),
    "tea_gift: 9 pieces": Limit("9", "benefit = 'tea_gift'", "benefit", "date '1970-01-01'", controls=True),
    "fund_cross_sell: 30 contacts per day": Limit("30", "strategy = 'fund_cross_sell'", "strategy", DAY),
    "instalment_offer: 60 contacts per week": Limit("60", "strategy = 'instalment_offer'", "strategy", WEEK),
    "merchant_finance: 300 contacts per day": Limit("300", "strategy = 'merchant_finance'", "strategy", DAY),
}


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("quarter") / "bank"
    quarter.make(folder, CUSTOMERS)
    quarter.nights(folder, 1, quarter.DAYS)
    return folder


@pytest.fixture(scope="module")
def db(bank: Path) -> duckdb.DuckDBPyConnection:
    """`acts`: the ledger's actions with what the snapshot of their day says, and when they were told to have failed."""
    db = duckdb.connect()
    files = DeltaTable(bank / "ledger" / "actions").file_uris()
    db.execute("create table ledger as select * from read_parquet($1, hive_partitioning = true, hive_types = {'run_date': date})", [files])
    db.execute(f"create view feedback as select * from '{bank}/data/feedback/*.parquet'")
    db.execute(
        f"""create table acts as
        select l.*, c.household, c.branch, c.rm_id, m.daily_calls, failed.told
        from ledger l
        join read_parquet('{bank}/data/customer/*/*.parquet', hive_partitioning = true, hive_types = {{'date': date}}) c
          on c.customer_id = l.customer_id and c.date = l.run_date
        left join '{bank}/data/managers.csv' m on m.rm_id = c.rm_id
        left join (select action_id, min("at")::date as told from feedback where outcome = 'failed' group by 1) failed using (action_id)"""
    )
    db.execute("create view days as select distinct run_date as day from acts")
    return db


def rows(db: duckdb.DuckDBPyConnection, query: str) -> list[tuple[Any, ...]]:
    return db.execute(query).fetchall()


def test_the_bank_was_busy_on_every_day(db: duckdb.DuckDBPyConnection) -> None:
    assert rows(db, "select count(distinct run_date), count(*) > 10_000, count(*) = (select count(*) from ledger) from acts") == [
        (quarter.DAYS, True, True)
    ]


@pytest.mark.parametrize("name", LIMITS)
def test_no_limit_capacity_stock_or_budget_is_exceeded(db: duckdb.DuckDBPyConnection, name: str) -> None:
    limit = LIMITS[name]
    whom = "true" if limit.controls else "arm <> 'control'"
    taken = rows(
        db,
        f"""select t.day, {limit.groups}, sum({limit.weight}) taken, {limit.amount} as amount
        from days t join acts a on a.run_date between {limit.first} and t.day
        where ({limit.counts}) and {whom} and (told is null or told > t.day)
        group by t.day, {limit.groups}""",
    )
    assert taken
    assert [row for row in taken if row[-2] > row[-1]] == []
    if name not in NEVER_REACHED:
        assert [row for row in taken if row[-2] + int(limit.weight) > row[-1]], "the limit never binds, so that this test could not fail"


NEVER_REACHED = {"merchant_finance: 300 contacts per day"}


def test_every_declared_limit_is_recounted(bank: Path) -> None:
    model = Project.open(bank).model
    owners = [*model.policies.values(), *model.channels.values(), *model.benefits.values(), *model.strategies.values()]
    assert sum(len(owner.limits) for owner in owners) == len(LIMITS)


def test_pauses_are_kept(db: duckdb.DuckDBPyConnection) -> None:
    contacts = f"from acts a join {{}} f on f.customer_id = a.customer_id {{}} where arm <> 'control' and {SPARE}"
    complained = """(select customer_id, "at"::date as told from feedback where outcome = 'complained')"""
    assert rows(db, f"select count(*) > 100 from {complained}") == [(True,)]
    assert rows(db, f"select * {contacts.format(complained, '')} and run_date >= f.told and run_date < f.told + 30") == []
    declined = """(select x.customer_id, x.strategy, x."at"::date as told from feedback x join feedback y using (customer_id, strategy)
        where x.outcome = 'declined' and y.outcome = 'declined' and y.action_id <> x.action_id and y."at" <= x."at"
          and y."at"::date > x."at"::date - 60)"""
    assert rows(db, f"select count(*) > 3 from {declined}") == [(True,)]
    paused = contacts.format(declined, "and f.strategy = a.strategy")
    assert rows(db, f"select * {paused} and run_date >= f.told and run_date < f.told + 60") == []


def test_channels_are_handed_exactly_those_who_are_no_control(db: duckdb.DuckDBPyConnection, bank: Path) -> None:
    handed = f"(select action_id, channel from read_parquet('{bank}/out/*/channels/*.parquet'))"
    wanted = "(select action_id, channel from ledger where arm <> 'control')"
    assert rows(db, "select count(*) > 500 from ledger where arm = 'control'") == [(True,)]
    assert rows(db, f"(from {handed} except all from {wanted}) union all (from {wanted} except all from {handed})") == []


def test_an_arm_never_changes(db: duckdb.DuckDBPyConnection) -> None:
    assert rows(db, "select customer_id, strategy from acts group by all having count(distinct arm) > 1") == []


SHARES = {
    "payroll_honeymoon": {"control": 0.10, "treated": 0.90},
    "maturing_cd": {"control": 0.05, "treated": 0.95},
    "inflow_catch": {"control": 0.10, "treated": 0.90},
    "first_login": {"warm": 0.5, "plain": 0.5},
    "fund_cross_sell": {"data": 0.45, "plain": 0.45, "quiet": 0.10},
}


@pytest.mark.parametrize("strategy", SHARES)
def test_arms_have_their_shares(db: duckdb.DuckDBPyConnection, strategy: str) -> None:
    """Of the customers outside the bank-wide holdout; who is in that is never contacted, and so has room more often than others."""
    found = rows(db, f"select distinct customer_id, arm from acts where strategy = '{strategy}'")
    arms = [arm for customer, arm in found if not held_out(customer)]
    assert len(arms) > 60
    for arm, share in SHARES[strategy].items():
        error = math.sqrt(share * (1 - share) / len(arms))
        assert abs(arms.count(arm) / len(arms) - share) < STANDARD_ERRORS * error, (arm, arms.count(arm), len(arms))


def test_the_holdout_is_never_contacted_and_has_its_share(db: duckdb.DuckDBPyConnection, bank: Path) -> None:
    contacted = rows(db, f"select distinct customer_id from acts where {SPARE} and arm <> 'control'")
    assert not [customer for (customer,) in contacted if held_out(customer)]
    everyone = rows(db, f"select distinct customer_id from '{bank}/data/customer/date={quarter.LAST}/*.parquet'")
    held = sum(held_out(customer) for (customer,) in everyone)
    assert abs(held / len(everyone) - 0.02) < STANDARD_ERRORS * math.sqrt(0.02 * 0.98 / len(everyone))


def held_out(customer: str) -> bool:
    return xxhash.xxh64_intdigest(f"holdout:contact/{customer}".encode()) < 0.02 * 2**64


def test_no_hit_fires_twice(bank: Path) -> None:
    files = DeltaTable(bank / "ledger" / "spent").file_uris()
    spent = duckdb.execute(
        "select count(*), count(distinct (customer_id, strategy, trigger, hit)) from read_parquet($1)", [files]
    ).fetchone()
    assert spent is not None
    assert spent[0] == spent[1] > 1000
