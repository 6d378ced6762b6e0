"""Removing a customer for good.

What is known of the customer goes: actions, spent hits, memberships, notices owed, claims on limits of the customer alone. What the
customer's actions took of a stock or a budget stays taken, without a word on whose it was, as the money is spent all the same. A hash of
the id is kept (`tombstones.py`), so that no later run takes the customer up again.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path

import polars as pl

from strategy_engine.diagnostics.model import Diagnostic
from strategy_engine.ledger import imports
from strategy_engine.ledger.ledger import Ledger
from strategy_engine.ledger.tables import FORGOTTEN, IMPORTED, Record
from strategy_engine.ledger.tombstones import bury
from strategy_engine.record import record

PERSONAL = ("actions", "spent", "members", "unserved")

CopyWithout = Callable[[Path, Path, str], None]
"""Copies a day's folder of lists into an empty one, without a customer."""


@record
class Forgetting:
    """What became of it: the days that knew of the customer, and what was told on the way."""

    days: list[dt.date]
    diagnostics: list[Diagnostic]


def forget(ledger: Ledger, customer: str, lists_of: Callable[[dt.date], Path], copy: CopyWithout) -> list[dt.date]:
    """Remove a customer from every day, each a transaction of its own, then from what the tables keep for a while. Gives the days.

    To be called under the lock, after `recover`. After a crash it is called again, and goes on where it was.
    """
    bury(ledger.folder, customer)  # first, so that a run after a crash leaves the customer out as well
    days = days_of(ledger, customer)
    for date in days:
        rows, lists = ledger.record(date), lists_of(date)
        if rows is not None:
            ledger.rewrite(date, without(rows, customer), lists, lambda fresh, _, old=lists: copy(old, fresh, customer))  # type: ignore[misc]
    imports.forget(ledger, customer)
    ledger.tidy(keep_hours=0)
    return days


def days_of(ledger: Ledger, customer: str) -> list[dt.date]:
    """The days that know of a customer."""
    mine = pl.col("customer_id") == customer
    found = [ledger.store.read(name).filter(mine).select("run_date") for name in (*PERSONAL, IMPORTED)]
    return pl.concat(found).unique().collect().to_series().sort().to_list()


def without(record: Record, customer: str) -> Record:
    """A day's rows without a customer."""
    mine = pl.col("customer_id") == customer
    actions = record["actions"].filter(mine).get_column("action_id").to_list()
    claims = record["claims"].with_columns(pl.col("action_id").is_in(actions).alias("mine"))
    alone = [_alone(limit, json.loads(group), customer) for limit, group in claims.select("limit", "group").iter_rows()]
    own = pl.col("mine") & pl.Series(alone, dtype=pl.Boolean)
    kept = claims.filter(~own)
    nameless = pl.when("mine").then(pl.lit(FORGOTTEN)).otherwise("action_id").alias("action_id")
    return {**record, **{name: record[name].filter(~mine) for name in PERSONAL}, "claims": kept.with_columns(nameless).drop("mine")}


def _alone(limit: str, group: list[str | None], customer: str) -> bool:
    """Whether the group is the customer's own: of a limit per customer, or of one whose column is missing, where the id stands behind
    the columns. A branch may go by the same id, and its budget must not come back."""
    return customer in group and ("per customer" in limit or len(group) > limit.count("per "))
