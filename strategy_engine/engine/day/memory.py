"""What a run remembers of the days before. A run without a ledger remembers nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl


@dataclass(frozen=True)
class Memory:
    """The seam between a day and the ledger; by default there was nothing.

    spent:   the hits that fired already, by strategy: frames of `customer`, `trigger` and `hit` (the id of the source's row where it
             declares one, else the time as text).
    used:    what earlier days took of a limit within its window, by the limit's text (`Bound.text`): frames of the group's columns
             `group_0`, `group_1` … (as the run's own, see `claims.py`) and `used` (contacts, pieces or hundredths).
    actions: the rows of `actions` in the language: what was listed to whom before today, with outcomes as columns.
    due:     journeys whose next step is due today: strategy, customer, step.
    """

    spent: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    used: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    actions: pl.LazyFrame | None = None
    due: pl.DataFrame | None = None
