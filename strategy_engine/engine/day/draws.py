"""The stable draws of `plan.draws`, hashed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import polars as pl
import xxhash

from strategy_engine.plan.draws import action_text, bucket_text, tie_text

SPACE = 2.0**64


def buckets(salt: str, keys: Iterable[str]) -> pl.Series:
    """Each customer's bucket for the salt, Float64 in [0, 1)."""
    prefix = bucket_text(salt, "").encode()
    return pl.Series("bucket", [xxhash.xxh64_intdigest(prefix + key.encode()) / SPACE for key in keys], dtype=pl.Float64)


def ties(date: dt.date, strategies: Iterable[str], customers: Iterable[str]) -> pl.Series:
    """What breaks the ties of candidates, UInt64."""
    texts = (tie_text(date, strategy, customer) for strategy, customer in zip(strategies, customers, strict=True))
    return pl.Series("tie", [xxhash.xxh64_intdigest(text.encode()) for text in texts], dtype=pl.UInt64)


def action_ids(date: dt.date, rows: Iterable[tuple[str, str, int]]) -> pl.Series:
    """Ids of actions given as (strategy, customer, step): 32 hexadecimal digits."""
    texts = (action_text(date, strategy, customer, step) for strategy, customer, step in rows)
    return pl.Series("action_id", [xxhash.xxh128_hexdigest(text.encode()) for text in texts], dtype=pl.String)
