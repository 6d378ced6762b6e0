"""The whole day, from the files to the lists and the ledger: the engine beside an expert's script for the same strategies."""

from __future__ import annotations

import shutil
from pathlib import Path

import expert
import polars as pl
from campaigns import Campaigns, campaigns, folder_of
from conditions import TODAY
from figures import Figure, of_pairs
from timing import pairs

from strategy_engine.session import Project

TARGET = 1.3


def measure(customers: int, strategies: int, rounds: int) -> list[Figure]:
    """Both read, check, decide and write the day. The project has been read and checked before: the front end has figures of its own."""
    made = campaigns(customers, strategies)
    day = Day(made, folder_of(made))
    day.same()
    taken = pairs(day.ours, day.theirs, rounds)
    return of_pairs(f"whole day: {customers:,} customers × {strategies:,} strategies", "engine", taken, TARGET)


class Day:
    """One day of one project, by both. What either writes is taken away before it begins."""

    def __init__(self, made: Campaigns, folder: Path) -> None:
        self.made, self.folder, self.out = made, folder, folder / "by-hand"
        self.project = Project.open(folder)

    def ours(self) -> pl.DataFrame:
        """The engine."""
        for name in ("ledger", "out"):
            shutil.rmtree(self.folder / name, ignore_errors=True)
        return self.project.run(TODAY).actions

    def theirs(self) -> pl.DataFrame:
        """The expert."""
        shutil.rmtree(self.out, ignore_errors=True)
        return expert.day(self.folder, self.made, self.out)

    def same(self) -> None:
        """Raise AssertionError where the two decide differently."""
        theirs = self.theirs().drop("#script")
        ours = self.ours().select(theirs.columns)
        if not ours.equals(theirs.cast(dict(ours.schema))):
            raise AssertionError("the actions differ")
