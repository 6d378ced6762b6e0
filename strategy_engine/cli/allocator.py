"""How long Polars' allocator keeps memory that was let go; it reads that from the environment when Polars is imported."""

from __future__ import annotations

import os

SECONDS = 10


def keep_memory() -> None:
    """Keep it for as long as a day takes, as the next day wants it again: half a second a day for 100,000 customers, a third more memory.

    For a simulation, which lives through many days of a small bank; without effect where Polars is there already, or where the operator has
    said otherwise.
    """
    kept = SECONDS * 1000
    os.environ.setdefault("_RJEM_MALLOC_CONF", f"background_thread:true,dirty_decay_ms:{kept},muzzy_decay_ms:{kept}")
