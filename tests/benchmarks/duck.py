"""DuckDB: the same conditions, and the same windows, each as one SQL statement over the same files with the same threads."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl
import windows
from banks import CUSTOMER, TXN
from conditions import TODAY
from engine import count_unchecked
from figures import Figure
from qualify import Bench
from timing import Pairs, pairs

from strategy_engine.session import Project

TOMORROW = TODAY + dt.timedelta(days=1)


def measure(customers: int, strategies: int, events: int, rounds: int) -> list[Figure]:
    """The engine on checked data, which is the work that DuckDB does, as a share of DuckDB's time."""
    return [*_qualify(customers, strategies, rounds), *_windows(customers, events, rounds)]


def _qualify(customers: int, strategies: int, rounds: int) -> list[Figure]:
    bench = Bench(customers, strategies)
    statement = _conditions(bench)
    _same(bench.unchecked(), _answer(statement))
    taken = pairs(bench.unchecked, lambda: _answer(statement), rounds)
    return _figures(f"DuckDB, qualify: {customers:,} customers × {strategies} strategies", taken)


def _windows(customers: int, events: int, rounds: int) -> list[Figure]:
    folder = windows.folder_of(customers, events)
    model, statement = Project.open(folder).model, _aggregates(folder)
    _same(count_unchecked(model, folder), _answer(statement))
    taken = pairs(lambda: count_unchecked(model, folder), lambda: _answer(statement), rounds)
    return _figures(f"DuckDB, windows: {len(WINDOWS)} aggregates over {events:,} events of {customers:,} customers", taken)


def _figures(group: str, taken: Pairs) -> list[Figure]:
    return [
        Figure(group, "engine", "s", taken.ours),
        Figure(group, "DuckDB", "s", taken.theirs),
        Figure(group, "engine / DuckDB", "×", taken.ratios),
        Figure(group, "engine / DuckDB, processor time", "×", taken.cpu_ratios),
    ]


def _same(found: dict[str, int], expected: dict[str, int]) -> None:
    if found != expected:
        raise AssertionError(f"counts differ: {[(name, found[name], expected[name]) for name in found if found[name] != expected[name]]}")


def _answer(statement: str) -> dict[str, int]:
    """A connection of its own, as no run finds one open: DuckDB takes a few milliseconds for it."""
    import duckdb  # here, so that measures without it need not load it

    with duckdb.connect(config={"threads": pl.thread_pool_size()}) as connection:
        found = connection.execute(statement)
        names = [column[0] for column in found.description or []]
        return dict(zip(names, found.fetchone() or (), strict=True))


# ------------------------------------------------------------------------------------------------ the statements


def _conditions(bench: Bench) -> str:
    """What is shared as columns, one count a condition: `count_if`, which takes two thirds of the time of `count(*) FILTER`."""
    attributes = ", ".join(f"{one.value.sql} AS {one.name}" for one in bench.attributes)
    cohorts = ", ".join(f"{one.value.sql} AS {one.name}" for one in bench.cohorts)  # each may name those before it
    sums = ", ".join(f"count_if({one.value.sql}) AS {one.name}" for one in bench.strategies)
    return f"""
        WITH customer AS (SELECT *, {attributes} FROM read_parquet('{bench.folder}/{CUSTOMER}')),
             grouped AS (SELECT *, {cohorts} FROM customer)
        SELECT {sums} FROM grouped
    """


def _last(days: int, kind: str | None = None) -> str:
    """The last days up to the end of today, as a filter."""
    within = f"txn.at >= TIMESTAMP '{TODAY - dt.timedelta(days=days - 1)}' AND txn.at < TIMESTAMP '{TOMORROW}'"
    return f"FILTER (WHERE {within})" if kind is None else f"FILTER (WHERE {within} AND type = '{kind}')"


# the conditions of `windows.py`: an aggregate of the events, and what is asked of it
WINDOWS = {
    "cards_7d": (f"count(*) {_last(7, 'card')}", ">= 2"),
    "cards_30d": (f"count(*) {_last(30, 'card')}", ">= 4"),
    "spent_30d": (f"sum(amount) {_last(30, 'card')}", ">= 100000"),
    "spent_90d": (f"sum(amount) {_last(90, 'card')}", ">= 500000"),
    "salary_90d": (f"sum(amount) {_last(90, 'salary')}", ">= 5000"),
    "out_7d": (f"sum(amount) {_last(7, 'transfer_out')}", ">= 10000"),
    "largest_30d": (f"max(amount) {_last(30)}", ">= 1000000"),
    "smallest_30d": (f"min(amount) {_last(30)}", "< 200"),
    "login_60d": (f"count(*) {_last(60, 'login')}", "> 0"),
    "seen": (f"max(txn.at) FILTER (WHERE txn.at < TIMESTAMP '{TOMORROW}')", f">= TIMESTAMP '{TODAY - dt.timedelta(days=10)}'"),
    "shops_90d": (f"count(DISTINCT merchant) {_last(90)}", ">= 3"),
}


def _aggregates(folder: Path) -> str:
    """One pass over the events, joined to the customers, one count a condition."""
    aggregates = ", ".join(f"{aggregate} AS {name}" for name, (aggregate, _) in WINDOWS.items())
    sums = ", ".join(f"count_if({name} {asked}) AS {name}" for name, (_, asked) in WINDOWS.items())
    return f"""
        WITH grouped AS (SELECT customer_id, {aggregates} FROM read_parquet('{folder}/{TXN}') AS txn GROUP BY customer_id)
        SELECT {sums} FROM read_parquet('{folder}/{CUSTOMER}') LEFT JOIN grouped USING (customer_id)
    """
