"""Qualify: many strategies' conditions over a snapshot, against the same conditions written by hand in one lazy plan."""

from __future__ import annotations

from pathlib import Path

import polars as pl
from banks import CHANNEL, CUSTOMER, bank, kept, project
from conditions import BOOLS, DATES, DTYPES, MONEY, PERCENTS, TODAY, Author, Named, attributes
from engine import count_unchecked, counts
from figures import Figure, of_pairs
from timing import pairs

from strategy_engine.engine.day.run import qualify
from strategy_engine.session import Project

SEED, COHORTS = 5, 10  # cohorts that other conditions name
TARGET = 1.15


def measure(customers: int, strategies: int, rounds: int) -> list[Figure]:
    """The engine on checked data, which is the work that the program by hand does, and with the check of the data as well."""
    bench = Bench(customers, strategies)
    expected = bench.by_hand()
    for found in (bench.whole(), bench.unchecked()):
        if found != expected:
            raise AssertionError(f"counts differ: {[name for name in expected if found[name] != expected[name]]}")
    group = f"qualify: {customers:,} customers × {strategies} strategies"
    alone = of_pairs(group, "engine", pairs(bench.unchecked, bench.by_hand, rounds), TARGET)
    return [*alone, *of_pairs(group, "engine with the data contract", pairs(bench.whole, bench.by_hand, rounds))]


class Bench:
    """One set of strategies in both spellings, over one snapshot."""

    def __init__(self, customers: int, strategies: int) -> None:
        author = Author(SEED)
        self.attributes = attributes()
        self.cohorts = [author.cohort(f"cohort_{number}") for number in range(COHORTS)]
        self.strategies = [Named("strategy", f"s{number}", author.condition()) for number in range(strategies)]
        self.folder = kept(f"qualify-{customers}-{strategies}", lambda folder: self._write(folder, bank(customers)))
        self.model = Project.open(self.folder).model

    def _write(self, folder: Path, source: Path) -> None:
        shared = [named.declared for named in (*self.attributes, *self.cohorts)]
        written = [f'strategy {one.name} {{ owner: "bench"  cohort: {one.value.text}  channel: app }}' for one in self.strategies]
        project(folder, {"all.strategy": CHANNEL + "\n".join([*shared, *written])}, source)

    def whole(self) -> dict[str, int]:
        """The engine; every cell that it reads is held against the declaration."""
        return counts(qualify(self.model, self.folder, TODAY))

    def unchecked(self) -> dict[str, int]:
        """The engine, the data taken at its word."""
        return count_unchecked(self.model, self.folder)

    def by_hand(self) -> dict[str, int]:
        """One lazy plan: columns in the types that are compared fastest, what is shared computed once, one sum a condition."""
        rows = pl.scan_parquet(self.folder / CUSTOMER).select(
            *(pl.col(name).to_physical().cast(pl.Int64) for name in MONEY),
            *(pl.col(name).cast(dtype) for name, dtype in DTYPES.items()),
            *DATES,
            *PERCENTS,
            *BOOLS,
        )
        rows = rows.with_columns(**{named.name: named.value.polars for named in self.attributes})
        for cohort in self.cohorts:  # each may name those before it
            rows = rows.with_columns(cohort.value.polars.alias(cohort.name))
        return rows.select(**{one.name: one.value.polars.sum() for one in self.strategies}).collect().row(0, named=True)
