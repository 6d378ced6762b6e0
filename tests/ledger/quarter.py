"""Ninety nights of the demo bank with every kind of limit made tight, and feedback on what was listed the day before."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import polars as pl

from strategy_engine.demo import generate
from strategy_engine.session import Project

DAYS = 90
LAST = dt.date(2026, 12, 20)
FIRST = LAST - (DAYS - 1) * dt.timedelta(days=1)
LOOKS_BACK = 31  # days: the strategies compare with the snapshot of a month ago
EVENTS_LAST = 60  # days of events that the demo bank has

# The demo's limits are for a bank of 100,000; these bind at 20,000 within days or weeks.
TIGHTER = {
    "limit:   5万 contacts per day": "limit:   200 contacts per day",
    "limit:   400 contacts per day": "limit:   25 contacts per day  limit: 500 contacts per month",
    "limit: 5万 pieces": "limit: 1500 pieces",
    "limit:    20万 cost per month": "limit:    1800 cost per month",
    "limit:    3000 pieces": "limit:    9 pieces",
    "limit:    3000 contacts per day": "limit:    30 contacts per day",
    "limit:    2000 contacts per day": "limit:    60 contacts per week",
    "branch.coupon_budget cost per month per branch": "180 cost per month per branch",
}
POLICY = """
policy quarter "季度规则" {
  limit:  2 contacts per week per customer on sms, app_popup
  limit:  4 contacts per month per household
  limit:  6 contacts per year per customer
  limit:  200 contacts per rolling 3 days per strategy
  pause:  30 days after complained
  pause:  60 days per strategy after 2 declined within 60 days
  except: category == service
}
"""


def make(folder: Path, customers: int) -> None:
    """The demo bank with a snapshot for every one of the ninety days and the month before."""
    generate(folder, customers=customers, as_of=LAST, snapshots=range(DAYS + LOOKS_BACK))
    _let_events_begin_earlier(folder / "data" / "txn")
    _give_managers_little_time(folder / "data" / "managers.csv")
    _tighten(folder / "strategies")


def _let_events_begin_earlier(folder: Path) -> None:
    """Two months before the first that the bank has, things went as they did then."""
    for path in sorted(folder.glob("*.parquet")):
        rows = pl.read_parquet(path)
        earlier = rows.with_columns(pl.col("at") - pl.duration(days=EVENTS_LAST), pl.col("txn_id") + "-before")
        earlier.write_parquet(folder / f"before-{path.name}")


def _give_managers_little_time(path: Path) -> None:
    pl.read_csv(path, infer_schema=False).with_columns(daily_calls=pl.lit("1")).write_csv(path)


def _tighten(folder: Path) -> None:
    missing = set(TIGHTER)
    for path in folder.rglob("*.strategy"):
        text = path.read_text("utf-8")
        for limit, tighter in TIGHTER.items():
            if limit in text:
                text = text.replace(limit, tighter)
                missing.discard(limit)
        path.write_text(text, "utf-8")
    assert not missing, f"the demo no longer says {missing}"
    (folder / "quarter.strategy").write_text(POLICY, "utf-8")


def nights(folder: Path, first: int, last: int, told: Callable[[int], None] = lambda _: None) -> None:
    """Run the nights from the number `first` to `last`; after each, the day that follows it tells what became of the actions."""
    for number in range(first, last + 1):
        date = FIRST + (number - 1) * dt.timedelta(days=1)
        result = Project.open(folder).run(date)
        feedback(result.actions, date).write_parquet(folder / "data" / "feedback" / f"{date}.parquet")
        told(number)


def feedback(actions: pl.DataFrame, date: dt.date) -> pl.DataFrame:
    """What becomes of the actions by eight the next morning, drawn by their ids: 8% fail, 20% open, 12% decline, 3% complain."""
    draw = pl.col("action_id").str.slice(0, 6).str.to_integer(base=16) % 100
    outcome = pl.when(draw < 8).then(pl.lit("failed")).when(draw < 28).then(pl.lit("opened")).when(draw < 40).then(pl.lit("declined"))
    return actions.filter(pl.col("arm") != "control").select(
        "action_id",
        "customer_id",
        "strategy",
        pl.lit(dt.datetime.combine(date + dt.timedelta(days=1), dt.time(8))).alias("at"),
        outcome.when(draw < 43).then(pl.lit("complained")).otherwise(pl.lit("delivered")).alias("outcome"),
    )
