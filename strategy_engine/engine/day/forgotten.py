"""Customers who are forgotten: no run takes them up, though the bank's data may still name them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import polars as pl

from strategy_engine.diagnostics.model import Diagnostic, Severity, diagnostic

Forgotten = Callable[[Iterable[str]], list[str]]
"""Which of the ids are forgotten."""


@diagnostic
class LeftOut(Diagnostic):
    """Customers who were forgotten are still in the snapshot

    `strategy ledger forget` removes what the ledger holds of a customer and remembers a hash of the id, so that no later run takes the
    customer up again: not in lists, not in the ledger, not in counts, percentiles and ranks.

    Why: nobody should be listed to a channel after having been forgotten, because a source was not yet cleared.

    Example: `strategy ledger forget 5` while the snapshot still has customer 5.

    Instead: take the customer out of the bank's data. Where it was the wrong one, `strategy ledger forget 5 --readmit`.
    """

    code = "S0620"
    severity = Severity.NOTE
    count: int

    @property
    def message(self) -> str:
        who = "1 customer who was forgotten is" if self.count == 1 else f"{self.count:,} customers who were forgotten are"
        return f"{who} still in the snapshot, and left out"


@diagnostic
class CustomerForgotten(Diagnostic):
    """A customer who was forgotten is asked about

    Example: `strategy explain 5` after `strategy ledger forget 5`.

    Instead: nothing; no run takes the customer up, though the snapshot still holds the row.
    """

    code = "S0523"
    exit_code = 2
    customer: str

    @property
    def message(self) -> str:
        return f"customer `{self.customer}` was forgotten, and every run leaves the customer out"

    @property
    def help(self) -> str | None:
        return f"`strategy ledger forget {self.customer} --readmit` takes that back"


def find(snapshot: pl.LazyFrame, key: str, forgotten: Forgotten | None) -> tuple[str, ...]:
    """The ids of the snapshot that are forgotten; costs a pass over the ids where anybody is."""
    if forgotten is None:
        return ()
    keys = snapshot.select(pl.col(key).cast(pl.String)).collect().to_series().drop_nulls()
    return tuple(forgotten(keys))


def without(tables: Mapping[str, pl.LazyFrame], snapshot: str, key: str, customers: tuple[str, ...]) -> dict[str, pl.LazyFrame]:
    """The day's tables, the snapshot without the customers: what other tables hold of them is then nobody's."""
    if not customers:
        return dict(tables)
    return {**tables, snapshot: tables[snapshot].filter(~pl.col(key).is_in(customers))}


def ranked_as(frame: pl.DataFrame, kept: pl.DataFrame) -> pl.DataFrame:
    """Actions with the ranks under which they were kept: where somebody was forgotten since, the others' leave a gap."""
    ranks = kept.select("action_id", "rank")
    return frame.drop("rank").join(ranks, on="action_id", how="left", maintain_order="left").select(frame.columns)
