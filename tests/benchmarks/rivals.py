"""The row engines that a team would otherwise pick, on the work of `decision.py`: a cohort and a decision table for every customer.

They run in one thread, as they come, and on as many of the customers as they get through in their time. The engine has all threads and
all customers, in memory as theirs are: columns in its own types instead of rows in theirs. All have to count the same. How quick the engine
is from files, its check of the data included, is told beside it.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import decision
import polars as pl
from banks import kept
from decision import COHORT, ROWS
from engine import counts
from figures import Figure
from row_engines import RIVALS, Driven, Found, Rival, Rows
from timing import Pairs, Spread, pairs

from strategy_engine.engine.data.scan import scan
from strategy_engine.engine.day.opening import open_moment
from strategy_engine.engine.day.run import BATCH_SIZE, count_qualified, qualify
from strategy_engine.engine.day.sources import Sources
from strategy_engine.plan.day import plan_day
from strategy_engine.session import Project

MILLION = 1_000_000
FIRST_ROWS = 500  # that say how many a row engine gets through in its time


def measure(customers: int, seconds: float, rounds: int) -> list[Figure]:
    """Rows a second of the engine as a multiple of each rival's, which has so many seconds a round."""
    ours = Ours(kept(f"decision-{customers}", lambda folder: decision.write(folder, customers)))
    if ours.from_files() != ours.in_memory():
        raise AssertionError(f"counts differ: {ours.from_files()} against {ours.in_memory()}")
    group = f"rows a second, a cohort of {len(COHORT)} tests and a table of {len(ROWS)} rows, {customers:,} customers"
    figures: list[Figure] = []
    for rival in RIVALS:
        if importlib.util.find_spec(rival.module) is None:
            print(f"{rival.name} is not installed: pip install {rival.package}", file=sys.stderr)
            continue
        figures += _against(rival, ours, group, seconds, rounds)
    both = pairs(ours.in_memory, ours.from_files, rounds)
    return [
        Figure(group, "engine, from memory", "M/s", _speed(both.ours, customers)),
        Figure(group, "engine, from files, each cell held against the contract", "M/s", _speed(both.theirs, customers)),
        *figures,
    ]


def _against(rival: Rival, ours: Ours, group: str, seconds: float, rounds: int) -> list[Figure]:
    driven = rival.driven()
    rows = _as_many(driven, ours, seconds)
    shaped = driven.shape(rows)
    expected, found = ours.among(len(rows)), driven.found(shaped)
    if found != expected:
        raise AssertionError(f"{rival.name} counts otherwise: {found} against {expected}")
    taken = pairs(ours.in_memory, lambda: driven.found(shaped), rounds)
    times = ours.customers / len(rows)
    return [
        Figure(group, rival.name, "M/s", _speed(taken.theirs, len(rows))),
        Figure(group, f"engine / {rival.name}", "×", _more(taken, times, cpu=False), rival.target, at_least=True),
        Figure(group, f"engine / {rival.name}, by processor time", "×", _more(taken, times, cpu=True)),
    ]


def _as_many(driven: Driven, ours: Ours, seconds: float) -> Rows:
    """As many rows as the engine gets through in the time."""
    few = driven.shape(ours.rows(FIRST_ROWS))
    once = pairs(lambda: driven.found(few), lambda: None, 1).ours.median
    return ours.rows(min(ours.customers, max(FIRST_ROWS, int(FIRST_ROWS * seconds / once))))


def _speed(taken: Spread, rows: int) -> Spread:
    return Spread(tuple(rows / MILLION / seconds for seconds in taken.values))


def _more(taken: Pairs, times: float, *, cpu: bool) -> Spread:
    """How many times as many rows in the same time, where ours had so many times the rows."""
    return Spread(tuple(times / ratio for ratio in (taken.cpu_ratios if cpu else taken.ratios).values))


class Ours:
    """The project of `decision.py`, opened."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.model = Project.open(folder).model
        snapshot = self.model.project.snapshot
        self._frame = scan(snapshot, folder, decision.DATE, None, self.model.project.timezone).collect()
        self._plan = plan_day(self.model, decision.DATE, {})

    @property
    def customers(self) -> int:
        return self._frame.height

    def in_memory(self) -> Found:
        """The customers as columns in the engine's types: what a row engine gets as rows."""
        return self._counted(self._frame)

    def among(self, first: int) -> Found:
        """The first customers only."""
        return self._counted(self._frame.head(first))

    def from_files(self) -> Found:
        """As a run begins: the file read, and every cell held against its declaration."""
        return counts(qualify(self.model, self.folder, decision.DATE))

    def rows(self, first: int) -> Rows:
        """The first customers, a dict each."""
        money = pl.col("aum") / decision.CENTS
        return self._frame.head(first).with_columns(money, pl.col("tier").cast(pl.String)).to_dicts()

    def _counted(self, frame: pl.DataFrame) -> Found:
        project = self.model.project
        sources = Sources(project, self.folder, {project.snapshot.name: frame.lazy()})
        return counts(count_qualified(open_moment(self._plan, sources, BATCH_SIZE, {}), self._plan))
