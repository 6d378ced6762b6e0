"""The stable draws of `plan.draws`, hashed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

import polars as pl
import xxhash

from strategy_engine.plan.draws import action_text, bucket_text, tie_text

SPACE = 2.0**64


def buckets(salt: str, keys: Sequence[str]) -> pl.Series:
    """Each customer's bucket for the salt, Float64 in [0, 1)."""
    return buckets_of([salt] * len(keys), keys)


def buckets_of(salts: Sequence[str], keys: Sequence[str]) -> pl.Series:
    """By row, the customer's bucket for the row's salt, Float64 in [0, 1)."""
    prefixes = {salt: bucket_text(salt, "").encode() for salt in set(salts)}
    values = [xxhash.xxh64_intdigest(prefixes[salt] + key.encode()) / SPACE for salt, key in zip(salts, keys, strict=True)]
    return pl.Series("bucket", values, dtype=pl.Float64)


def ties(date: dt.date, strategies: Sequence[str], customers: Sequence[str]) -> pl.Series:
    """What breaks the ties of candidates, UInt64."""
    prefixes = {strategy: tie_text(date, strategy, "") for strategy in set(strategies)}
    texts = (prefixes[strategy] + customer for strategy, customer in zip(strategies, customers, strict=True))
    return pl.Series("tie", [xxhash.xxh64_intdigest(text.encode()) for text in texts], dtype=pl.UInt64)


def action_ids(date: dt.date, strategies: Iterable[str], customers: Iterable[str], steps: Iterable[int]) -> pl.Series:
    """The ids of actions: 32 hexadecimal digits."""
    texts = (action_text(date, *action) for action in zip(strategies, customers, steps, strict=True))
    return pl.Series("action_id", [xxhash.xxh128_hexdigest(text.encode()) for text in texts], dtype=pl.String)
