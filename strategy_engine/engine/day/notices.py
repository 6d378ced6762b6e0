"""Notices: candidates that the arbitration excepts. They go first; those that could not be served all the same are told, one by one."""

from __future__ import annotations

from typing import Any

import polars as pl

from strategy_engine.diagnostics.model import Diagnostic, Severity, diagnostic
from strategy_engine.engine.day.decisions import Candidates
from strategy_engine.plan.day import DayPlan
from strategy_engine.plan.stages import Outcome

UNSERVED = ("customer_id", "strategy", "trigger", "channel", "reason")
SHOWN = 3


@diagnostic
class UnservedNotices(Diagnostic):
    """Notices that could not be served

    What the arbitration's `except:` names goes before everything else, outside `keep:`, control groups and holdouts. Where a channel has no
    room left, cannot reach the customer, or a rule stands against it, it does not go out all the same. It spends no hit and is tried again
    by the next run, as long as its trigger's window lasts.

    Why: a notice is usually a duty, and somebody must know to whom it is still owed.

    Example: `arbitration { except: category == mandatory }`, and more notices of that category than `sms` has room for.

    Instead: raise the capacity, add another channel (`sms else letter`), or widen the trigger's `within:`. `notices.parquet` beside the
    lists and the ledger's table `unserved` name the customers.
    """

    code = "S0621"
    severity = Severity.WARNING
    strategy: str
    count: int
    reasons: tuple[tuple[str | None, str, int], ...]  # channel, reason, customers; most customers first

    @property
    def message(self) -> str:
        what = "a notice" if self.count == 1 else f"{self.count:,} notices"
        shown = "; ".join(f"{reason} ({count:,} on {channel or 'no channel'})" for channel, reason, count in self.reasons[:SHOWN])
        more = f"; and {len(self.reasons) - SHOWN} more reasons" if len(self.reasons) > SHOWN else ""
        return f"{what} of `{self.strategy}` could not be served: {shown}{more}"

    @property
    def help(self) -> str | None:
        return "the next run tries again while the trigger's window lasts; `notices.parquet` names the customers"


def unserved(candidates: Candidates) -> pl.DataFrame:
    """The notices that were dropped, with the channel that would have been best and the reason; by customer and strategy."""
    lost = pl.col("notice") & (pl.col("outcome") == Outcome.DROPPED.value)
    if candidates.counted.filter(lost).is_empty():  # most nights, and decisions take their time
        return pl.DataFrame(schema=dict.fromkeys(UNSERVED, pl.String))
    return candidates.decisions_of(lost).select(UNSERVED).sort(UNSERVED)


def counts_of(plan: DayPlan, counted: pl.DataFrame, lost: pl.DataFrame) -> dict[str, Any]:
    """For the manifest, where the arbitration excepts anything: how many notices there were, and who was not served for which reason."""
    if plan.exempt is None:
        return {}
    total = int(counted.get_column("notice").sum())
    names = ("strategy", "channel", "reason", "customers")
    rows = [dict(zip(names, row, strict=True)) for row in _counted(lost).iter_rows()]
    return {"notices": {"total": total, "served": total - lost.height, "unserved": rows}}


def told(lost: pl.DataFrame) -> list[Diagnostic]:
    """A warning for each strategy that owes notices."""
    found: dict[str, list[tuple[str | None, str, int]]] = {}
    for strategy, channel, reason, count in _counted(lost).iter_rows():
        found.setdefault(strategy, []).append((channel, reason, count))
    return [UnservedNotices(None, strategy, sum(row[2] for row in rows), tuple(rows)) for strategy, rows in found.items()]


def _counted(lost: pl.DataFrame) -> pl.DataFrame:
    by = ("strategy", "channel", "reason")
    return lost.group_by(by).len("customers").sort("strategy", "customers", "channel", "reason", descending=[False, True, False, False])
