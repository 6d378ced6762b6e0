"""What a run knows of the days before, and what it leaves for those to come: the seam between a day and the ledger.

`Past` and `Record` hold the ledger's tables by name: of all earlier days, and of the day at hand. `Memory` is the past as far as the
day counts with it (`recall.py` makes it); an empty one is that of a first day.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import field

import polars as pl

from strategy_engine.plan.bounds import Bound
from strategy_engine.record import record

Past = Mapping[str, pl.LazyFrame]
Record = dict[str, pl.DataFrame]

HIT_TEXT = "#hit"
"""What a hit of a trigger is told from others by, as text."""

OwnHits = Mapping[tuple[str, str], pl.DataFrame]
"""By strategy and trigger."""


@record
class Memory:
    """The past as a run counts with it. Customers are known by `#key`.

    used:     what earlier days took of a limit within its window: `text` (the group, see `claims.py`) and `used`.
    actions:  the rows of `actions` in the language: what was listed to whom, by `#key` and `at`, with outcomes as columns of bool.
    spent:    the hits that fired already: `#key`, `#hit`.
    failed:   the actions by which nobody was reached: `action_id`; None where no feedback is read.
    running:  by strategy, the journeys that are not over, a row for each branch they may be on: `#key`, `journey`, `later`, `due` … While
              a customer is on one, no other begins.
    due:      a row for each branch of a journey whose next step is due: `later` (its number in the plan), `branch`, `#key`, `journey`
              (the day on which it began), `arm`, `benefit`, `trigger`, `trigger_time`.
    paused:   by the number of the plan's pause, whom it holds: `#key`, what it is per, and `until`.
    members:  the changes of fixed cohorts; None before the first run.      since: the day of the first run.
    followed: the hits that made the journeys that are due: `#key`, `#hit`, `time` (of the one that counts).
    """

    used: Mapping[Bound, pl.DataFrame] = field(default_factory=dict)
    actions: pl.LazyFrame | None = None
    spent: OwnHits = field(default_factory=dict)
    running: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    due: pl.DataFrame | None = None
    failed: pl.LazyFrame | None = None
    followed: OwnHits = field(default_factory=dict)
    paused: Mapping[int, pl.DataFrame] = field(default_factory=dict)
    members: pl.LazyFrame | None = None
    since: dt.date | None = None

    def members_of(self, cohort: str, date: dt.date) -> pl.Series | None:
        """The customers who were in a fixed cohort after the last run up to the date; None where there was none."""
        if self.since is None or self.since > date:
            return None
        if self.members is None:
            return pl.Series(dtype=pl.String)
        changes = self.members.filter(pl.col("cohort") == cohort, pl.col("run_date") <= date)
        last = changes.group_by("customer_id").agg(pl.col("inside").sort_by("run_date").last())
        return last.filter("inside").select("customer_id").sort("customer_id").collect().to_series()
