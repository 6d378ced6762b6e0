"""Windows over events: a dozen aggregates of a large table in one pass, against one `group_by` written by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import polars as pl
from banks import CHANNEL, CUSTOMER, KINDS, MERCHANTS, TXN, bank, kept, project
from conditions import CENTS, TODAY
from engine import count_unchecked
from figures import Figure, of_pairs
from timing import pairs

from strategy_engine.session import Project

# name → the condition in the language, and on the aggregate of the same name by hand
ROWS, AMOUNT = "txn", "txn.amount"
CONDITIONS: dict[str, tuple[str, Callable[[pl.Expr], pl.Expr]]] = {
    "cards_7d": ("count(txn where type == card within last 7 days) >= 2", lambda x: x >= 2),
    "cards_30d": ("count(txn where type == card within last 30 days) >= 4", lambda x: x >= 4),
    "spent_30d": ("sum(txn.amount where type == card within last 30 days) >= 10万", lambda x: x >= 100_000 * CENTS),
    "spent_90d": ("sum(txn.amount where type == card within last 90 days) >= 50万", lambda x: x >= 500_000 * CENTS),
    "salary_90d": ("sum(txn.amount where type == salary within last 90 days) >= 5000", lambda x: x >= 5_000 * CENTS),
    "out_7d": ("sum(txn.amount where type == transfer_out within last 7 days) >= 1万", lambda x: x >= 10_000 * CENTS),
    "largest_30d": ("max(txn.amount within last 30 days) >= 100万", lambda x: x >= 1_000_000 * CENTS),
    "smallest_30d": ("min(txn.amount within last 30 days) < 200", lambda x: x < 200 * CENTS),
    "login_60d": ("exists(txn where type == login within last 60 days)", lambda x: x),
    "seen": ("last(txn.at) >= today - 10 days", lambda x: x.dt.date() >= TODAY - dt.timedelta(days=10)),
    "shops_90d": ("distinct(txn.merchant within last 90 days) >= 3", lambda x: x >= 3),
}

TARGET = 1.2


def measure(customers: int, events: int, rounds: int) -> list[Figure]:
    """Customers by condition on their events, from the files to the counts."""
    folder = folder_of(customers, events)
    model = Project.open(folder).model
    expected, found = _by_hand(folder), count_unchecked(model, folder)
    if found != expected:
        raise AssertionError(f"counts differ: {found} against {expected}")
    taken = pairs(lambda: count_unchecked(model, folder), lambda: _by_hand(folder), rounds)
    return of_pairs(f"windows: {len(CONDITIONS)} aggregates over {events:,} events of {customers:,} customers", "engine", taken, TARGET)


def folder_of(customers: int, events: int) -> Path:
    """The project of the conditions, with so many events."""
    return kept(f"windows-{customers}-{events}", lambda folder: _write(folder, bank(customers, events)))


def _write(folder: Path, source: Path) -> None:
    written = [f'strategy {name} {{ owner: "bench"  cohort: {text}  channel: app }}' for name, (text, _) in CONDITIONS.items()]
    project(folder, {"all.strategy": CHANNEL + "\n".join(written)}, source)


def _by_hand(folder: Path) -> dict[str, int]:
    """One pass over the events, joined to the customers, one sum a condition."""
    events = pl.scan_parquet(folder / TXN).select(
        "customer_id",
        "at",
        pl.col("type").cast(pl.Enum(list(KINDS))),
        pl.col("merchant").cast(pl.Enum(MERCHANTS)),
        pl.col("amount").to_physical().cast(pl.Int64),
    )
    at, amount = pl.col("at"), pl.col("amount")

    def last(days: int, kind: str | None = None) -> pl.Expr:
        within = (at >= TODAY - dt.timedelta(days=days - 1)) & (at < TODAY + dt.timedelta(days=1))
        return within if kind is None else within & (pl.col("type") == pl.lit(kind, dtype=pl.Enum(list(KINDS))))

    def where(condition: pl.Expr, value: pl.Expr) -> pl.Expr:
        return pl.when(condition).then(value)

    grouped = events.group_by("customer_id").agg(
        cards_7d=last(7, "card").sum(),
        cards_30d=last(30, "card").sum(),
        spent_30d=where(last(30, "card"), amount).sum(),
        spent_90d=where(last(90, "card"), amount).sum(),
        salary_90d=where(last(90, "salary"), amount).sum(),
        out_7d=where(last(7, "transfer_out"), amount).sum(),
        largest_30d=where(last(30), amount).max(),
        smallest_30d=where(last(30), amount).min(),
        login_60d=last(60, "login").any(),
        seen=where(at < TODAY + dt.timedelta(days=1), at).max(),
        shops_90d=where(last(90), pl.col("merchant")).drop_nulls().n_unique(),
    )
    customers = pl.scan_parquet(folder / CUSTOMER).select("customer_id").join(grouped, on="customer_id", how="left")
    counted = customers.select(**{name: holds(pl.col(name)).sum() for name, (_, holds) in CONDITIONS.items()}).collect()
    return counted.row(0, named=True)
