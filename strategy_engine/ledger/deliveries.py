"""What was delivered: a table beside the others, written once a sink holds a day's lists. No day rests on it."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping

import polars as pl

from strategy_engine.ledger.ledger import Ledger
from strategy_engine.ledger.tables import DELIVERIES, in_order
from strategy_engine.record import record


@record
class Delivery:
    """What a sink was handed of a date: how many actions, and a digest of their lists."""

    date: dt.date
    sink: str
    actions: int
    digest: str


def digest(lists: Mapping[str, str]) -> str:
    """The digest of lists, of each the SHA-256 of its file by its channel."""
    return hashlib.sha256(json.dumps(sorted(lists.items())).encode()).hexdigest()


def delivered(ledger: Ledger) -> dict[tuple[dt.date, str], Delivery]:
    """All deliveries by date and sink."""
    rows = ledger.store.read(DELIVERIES).collect().iter_rows()
    return {(date, sink): Delivery(date, sink, actions, sha256) for date, sink, actions, sha256 in rows}


def note(ledger: Ledger, done: Delivery) -> None:
    """Write down that a sink holds a day's lists. To be called under the lock."""
    held = ledger.store.read(DELIVERIES, lambda date: date == done.date).collect()
    row = pl.DataFrame([(done.date, done.sink, done.actions, done.digest)], schema=held.schema, orient="row")
    fresh = in_order(DELIVERIES, pl.concat([held.filter(pl.col("sink") != done.sink), row]))
    if not fresh.equals(in_order(DELIVERIES, held)):
        ledger.store.put(DELIVERIES, done.date, fresh)
