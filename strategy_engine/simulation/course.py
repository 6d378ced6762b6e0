"""What has become of the customers: the state that a simulation carries from day to day."""

from __future__ import annotations

from collections import defaultdict

import polars as pl

PARTS = ("deposit", "fund", "wealth", "loan")
"""The balances that an action's outcome may change: by whole cents, all in all `PART_moved`, on one day `PART_change`."""

EVENTS = {"row": pl.UInt64, "type": pl.String, "cents": pl.Int64, "product": pl.String}
COUPONS = {"row": pl.UInt64, "coupon_id": pl.String, "title": pl.String, "value": pl.Int64, "expiry": pl.Int64}


class Course:
    """The customers as they are by now, one a row in the order of rows, and what is to happen to them on later days.

    people: the world's columns, and `PART_moved`, `put_off` (until when they buy nothing), `silenced`, `login_day`, `contacted` (a bit for
    each of the last thirty days, today's the lowest).
    """

    def __init__(self, everyone: pl.DataFrame, logged_in: pl.Expr) -> None:
        moved = {f"{part}_moved": pl.lit(0, pl.Int64) for part in PARTS}
        self.people = everyone.with_columns(
            **moved, put_off=pl.lit(0, pl.Int64), silenced=pl.lit(value=False), login_day=logged_in, contacted=pl.lit(0, pl.UInt32)
        )
        self.events: dict[int, list[pl.DataFrame]] = defaultdict(list)
        self.changes: dict[int, list[pl.DataFrame]] = defaultdict(list)
        self.feedback: dict[int, list[pl.DataFrame]] = defaultdict(list)
        self.service: dict[int, list[pl.DataFrame]] = defaultdict(list)
        self.surveys: dict[int, list[pl.DataFrame]] = defaultdict(list)
        self.coupons = pl.DataFrame(schema=COUPONS)

    def begin(self, day: int) -> None:
        """What was promised for that day happens; contacts of thirty days ago are forgotten."""
        if changes := self.changes.pop(day, []):
            self._apply(pl.concat(changes))
        self.people = self.people.with_columns(contacted=(pl.col("contacted") * 2) & pl.lit(2**30 - 1, pl.UInt32))
        self.coupons = self.coupons.filter(pl.col("expiry") >= day)

    def _apply(self, changes: pl.DataFrame) -> None:
        """Add the sums of the changes to the balances."""
        sums = changes.group_by("row").agg(pl.col("^.*_change$").sum())
        joined = self.people.join(sums, on="row", how="left", maintain_order="left")
        moved = [pl.col(f"{part}_moved") + pl.col(f"{part}_change").fill_null(0) for part in PARTS]
        self.people = joined.with_columns(moved).drop(sums.columns[1:])

    def logged_in(self, rows: pl.Series, day: int) -> None:
        """These customers have logged in."""
        self._where(rows, login_day=pl.lit(day, pl.Int64))

    def contacted(self, rows: pl.Series) -> None:
        """These customers have been contacted today."""
        self._where(rows, contacted=pl.col("contacted") | pl.lit(1, pl.UInt32))

    def silence(self, rows: pl.Series) -> None:
        """These customers wish not to be contacted any more."""
        self._where(rows, silenced=pl.lit(value=True))

    def put_off(self, rows: pl.Series, until: int) -> None:
        """These customers buy nothing until that day."""
        self._where(rows, put_off=pl.max_horizontal("put_off", pl.lit(until, pl.Int64)))

    def keep_payroll(self, rows: pl.Series, until: int) -> None:
        """The salaries of these customers keep coming until that day."""
        self._where(rows, stop_day=pl.max_horizontal("stop_day", pl.lit(until, pl.Int64)))

    def stop_payroll(self, rows: pl.Series, day: int) -> None:
        """The salaries of these customers stop on that day."""
        self._where(rows, stop_day=pl.min_horizontal("stop_day", pl.lit(day, pl.Int64)))

    def keep_money(self, rows: pl.Series) -> None:
        """The large sums that these customers would move away stay, for good."""
        self._where(rows, out_days=pl.lit(-1, pl.Int64))

    def _where(self, rows: pl.Series, **columns: pl.Expr) -> None:
        if rows.len():
            chosen = pl.col("row").is_in(rows.implode())
            self.people = self.people.with_columns(**{name: pl.when(chosen).then(value).otherwise(name) for name, value in columns.items()})
