"""What a run remembers of the days before: the seam between a day and the ledger. Without a ledger there was nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl


@dataclass(frozen=True)
class Memory:
    """The past as a run counts with it.

    used:    what earlier days took of a limit within its window, by the limit's text (`Bound.text`): frames of the group's columns
             `group_0`, `group_1` … (as the run's own, see `claims.py`) and `used` (contacts, pieces or hundredths). Where a group of the
             run is not there, nothing was taken.
    actions: the rows of `actions` in the language: what was listed to whom before today, by `#key` (the customer) and `at`, with outcomes
             as columns of bool.
    spent:   the hits that fired already, by strategy: `#key`, `trigger` and `hit` (the id of the source's row where it declares one, else
             the time as text). Not taken off yet: `hits.with_hits` is where they leave, once hits are a strategy's own.
    due:     journeys whose next step is due today: `strategy`, `#key`, `step`. Not taken up yet: they join the options in `gate.gate`.
    """

    used: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    actions: pl.LazyFrame | None = None
    spent: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    due: pl.DataFrame | None = None
