"""What is not touched is not read: a week of events in the order of time, against the same with all days read."""

from __future__ import annotations

from pathlib import Path
from unittest.mock import patch

import polars as pl
from banks import CHANNEL, ROW_GROUP, data, kept, project
from conditions import TODAY
from engine import counts
from figures import Figure
from timing import pairs

from strategy_engine.engine.day import run
from strategy_engine.session import Project

COHORTS = ("count(txn where type == card within last 7 days) >= 2", "sum(txn.amount within last 7 days) >= 1万 and tier >= gold")


def measure(customers: int, events: int, rounds: int) -> list[Figure]:
    """The count of two cohorts with the check of the data, which reads the events again."""
    source = kept(f"events-{customers}-{events}", lambda folder: data(folder, customers, events))
    folder = kept(f"touched-{customers}-{events}", lambda folder: _write(folder, source))
    model = Project.open(folder).model

    def touched() -> dict[str, int]:
        return counts(run.qualify(model, folder, TODAY))

    def everything() -> dict[str, int]:
        with patch.object(run, "first_days", lambda *_: {}):
            return touched()

    if touched() != everything():
        raise AssertionError(f"counts differ: {touched()} against {everything()}")
    group = f"touched: 7 of 120 days of {events:,} events in the order of time, {customers:,} customers"
    taken = pairs(touched, everything, rounds)
    return [
        Figure(group, "the days that are seen", "s", taken.ours),
        Figure(group, "all days", "s", taken.theirs),
        Figure(group, "the days that are seen / all days", "×", taken.ratios),
    ]


def _write(folder: Path, source: Path) -> None:
    (folder / "data").mkdir()
    (folder / "data/customer.parquet").symlink_to(source / "data/customer.parquet")
    pl.scan_parquet(source / "data/txn.parquet").sort("at").sink_parquet(folder / "data/txn.parquet", row_group_size=ROW_GROUP)
    written = [f'strategy s{number} {{ owner: "bench"  cohort: {text}  channel: app }}' for number, text in enumerate(COHORTS)]
    project(folder, {"all.strategy": CHANNEL + "\n".join(written)})
