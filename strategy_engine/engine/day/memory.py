"""What a run knows of the days before, and what it leaves for those to come: the seam between a day and the ledger.

`Past` and `Record` hold the ledger's tables by name: of all earlier days, and of the day at hand. `Memory` is the past as far as the
day counts with it (`recall.py` makes it); an empty one is that of a first day.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from strategy_engine.plan.bounds import Bound

Past = Mapping[str, pl.LazyFrame]
Record = dict[str, pl.DataFrame]

HIT_TEXT = "#hit"
"""What a hit of a trigger is told from others by, as text."""

OwnHits = Mapping[tuple[str, str], pl.DataFrame]
"""By strategy and trigger."""


@dataclass(frozen=True)
class Memory:
    """The past as a run counts with it. Customers are known by `#key`.

    used:     what earlier days took of a limit within its window: `text` (the group, see `claims.py`) and `used`.
    actions:  the rows of `actions` in the language: what was listed to whom, by `#key` and `at`, with outcomes as columns of bool.
    spent:    the hits that fired already: `#key`, `#hit`.
    running:  by strategy, the customers who are on a journey, and for whom it begins no other.
    due:      a row for each branch of a journey whose next step is due: `later` (its number in the plan), `branch`, `#key`, `journey`
              (the day on which it began), `arm`, `benefit`, `trigger`, `trigger_time`.
    followed: the hits that made the journeys that are due: `#key`, `#hit`, `time` (of the one that counts).
    """

    used: Mapping[Bound, pl.DataFrame] = field(default_factory=dict)
    actions: pl.LazyFrame | None = None
    spent: OwnHits = field(default_factory=dict)
    running: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    due: pl.DataFrame | None = None
    followed: OwnHits = field(default_factory=dict)
