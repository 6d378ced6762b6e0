"""What is not touched is not read: a week of events that come in a file a day, against the same with all days read."""

from __future__ import annotations

from pathlib import Path
from unittest.mock import patch

from banks import CHANNEL, HISTORY, bank, kept, project
from conditions import TODAY
from engine import counts
from figures import Figure
from timing import pairs

from strategy_engine.engine.day import run
from strategy_engine.session import Project

COHORTS = ("count(txn where type == card within last 7 days) >= 2", "sum(txn.amount within last 7 days) >= 1万 and tier >= gold")


def measure(customers: int, events: int, rounds: int) -> list[Figure]:
    """The count of two cohorts with the check of the data, which reads the events again."""
    folder = kept(f"touched-{customers}-{events}", lambda folder: _write(folder, bank(customers, events)))
    model = Project.open(folder).model

    def touched() -> dict[str, int]:
        return counts(run.qualify(model, folder, TODAY))

    def everything() -> dict[str, int]:
        with patch.object(run, "first_days", lambda *_: {}):
            return touched()

    if touched() != everything():
        raise AssertionError(f"counts differ: {touched()} against {everything()}")
    group = f"touched: 7 of {HISTORY} days of {events:,} events, a file a day, {customers:,} customers"
    taken = pairs(touched, everything, rounds)
    return [
        Figure(group, "the days that are seen", "s", taken.ours),
        Figure(group, "all days", "s", taken.theirs),
        Figure(group, "the days that are seen / all days", "×", taken.ratios),
    ]


def _write(folder: Path, source: Path) -> None:
    written = [f'strategy s{number} {{ owner: "bench"  cohort: {text}  channel: app }}' for number, text in enumerate(COHORTS)]
    project(folder, {"all.strategy": CHANNEL + "\n".join(written)}, source)
