"""What the project `berka` reads, made of the bank's tables (PKDD'99 Discovery Challenge).

customer        a row a client: who it is, the account it may use (each client has one), and the account's balance, which is that
                of the last transaction up to the day; missing for the accounts whose transactions are not in the data
txn             the transactions, as the account owner's; a blank purpose is none
card            the cards issued up to the day, with their renewal two years later
standing_order  the orders, as the account owner's
shared          owner and disponent of an account, each linked to the other
district        unemployment as a share; one adviser per 50,000 inhabitants, at least one
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl

MONTH = dt.timedelta(days=30)
TRANSACTIONS = "trans_loan_applicants_feup"


def prepare(raw: Path, project: Path, as_of: dt.date) -> None:
    """Write the project's tables: of the as-of day and, for what changes, of 30 days before."""
    folder = project / "data"
    folder.mkdir()
    source = {path.stem: pl.read_parquet(path) for path in raw.glob("*.parquet")}
    owners = source["disp"].filter(pl.col("type") == "OWNER").select("account_id", customer_id="client_id")
    for day in (as_of - MONTH, as_of):
        _customers(source, day).write_parquet(folder / f"customer_{day}.parquet")
        _cards(source, day).write_parquet(folder / f"card_{day}.parquet")
    _transactions(source, owners).write_parquet(folder / "txn.parquet")
    _orders(source, owners).write_parquet(folder / "standing_order.parquet")
    _links(source).write_parquet(folder / "shared.parquet")
    _districts(source).write_parquet(folder / "district.parquet")


def _customers(source: dict[str, pl.DataFrame], day: dt.date) -> pl.DataFrame:
    moves = source[TRANSACTIONS].filter(pl.col("date") <= day).sort("date", "trans_id")
    balances = moves.group_by("account_id", maintain_order=True).agg(pl.last("balance"))
    accounts = source["account"].filter(pl.col("date") <= day).select("account_id", "frequency", opened="date")
    people = source["disp"].rename({"type": "role"}).join(source["client"], on="client_id").join(accounts, on="account_id")
    return people.join(balances, on="account_id", how="left").select(
        "gender",
        "role",
        "opened",
        "balance",
        customer_id="client_id",
        birth="birth_date",
        home="district_id",
        account="account_id",
        statement="frequency",
    )


def _cards(source: dict[str, pl.DataFrame], day: dt.date) -> pl.DataFrame:
    issued = source["card"].filter(pl.col("issued") <= day).join(source["disp"].select("disp_id", "client_id"), on="disp_id")
    return issued.select("type", "issued", customer_id="client_id", renewal=pl.col("issued").dt.offset_by("2y"))


def _transactions(source: dict[str, pl.DataFrame], owners: pl.DataFrame) -> pl.DataFrame:
    moves = source[TRANSACTIONS].join(owners, on="account_id")
    return moves.select("customer_id", "type", "operation", "amount", txn_id="trans_id", at="date", purpose=_named("k_symbol"))


def _orders(source: dict[str, pl.DataFrame], owners: pl.DataFrame) -> pl.DataFrame:
    return source["order"].join(owners, on="account_id").select("customer_id", "amount", bank="bank_to", purpose=_named("k_symbol"))


def _links(source: dict[str, pl.DataFrame]) -> pl.DataFrame:
    one = source["disp"].select("account_id", customer_id="client_id")
    other = source["disp"].select("account_id", other_id="client_id", relation="type")
    return one.join(other, on="account_id").filter(pl.col("customer_id") != pl.col("other_id")).drop("account_id")


def _districts(source: dict[str, pl.DataFrame]) -> pl.DataFrame:
    return source["district"].select(
        "district_id",
        "name",
        "region",
        "avg_salary",
        inhabitants="n_inhabitants",
        unemployment=pl.col("unemp_96") / 100,
        unemployment_before=pl.col("unemp_95") / 100,
        advisers=(pl.col("n_inhabitants") // 50_000).clip(1),
    )


def _named(code: str) -> pl.Expr:
    """The code, or missing where it is blank."""
    return pl.when(pl.col(code).str.strip_chars() != "").then(pl.col(code))
