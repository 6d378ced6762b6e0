"""What a run tells of itself: the funnel, and the manifest."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import polars as pl

from strategy_engine import __version__
from strategy_engine.engine.data.contract import ContractResult
from strategy_engine.engine.day.arbitrate import BLOCKED_BY
from strategy_engine.engine.day.claims import BOUND, MOST, TEXT, NumberedClaims
from strategy_engine.engine.day.qualify import Counts
from strategy_engine.plan.bounds import Bound
from strategy_engine.plan.day import DayPlan
from strategy_engine.plan.stages import OUTSIDE_RAMP, Count, Outcome
from strategy_engine.record import record

# ------------------------------------------------------------------------------------------------ the funnel


def add_counts(total: Counts, more: Counts) -> None:
    """Add a batch's counts to those of the run."""
    for strategy, counts in more.items():
        here = total.setdefault(strategy, dict.fromkeys(counts, 0))
        for level, count in counts.items():
            here[level] = here.get(level, 0) + count


def funnel_of(plan: DayPlan, counts: Counts, candidates: pl.DataFrame) -> dict[str, dict[str, Any]]:
    """By strategy: how many each level left, and how many each reason dropped."""
    outcomes = _counted(candidates, "outcome")
    drops = _counted(candidates.filter(pl.col("reason").is_not_null()), "reason")
    funnel: dict[str, dict[str, Any]] = {}
    for one in plan.strategies:
        here, became = counts[one.name], outcomes[one.name]
        late = here[Count.TRIGGERED] - here[Count.IN_RAMP]
        funnel[one.name] = {
            **{level.value: count for level, count in here.items()},  # type: ignore[attr-defined]
            Count.ACCEPTED.value: became[Outcome.TREATED] + became[Outcome.CONTROL],
            Count.CONTROL.value: became[Outcome.CONTROL],
            Count.TREATED.value: became[Outcome.TREATED],
            "dropped": {**drops[one.name], **({OUTSIDE_RAMP: late} if late else {})},
        }
    return funnel


def _counted(candidates: pl.DataFrame, column: str) -> defaultdict[str, defaultdict[str, int]]:
    """Strategy → value of the column → rows."""
    found: defaultdict[str, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
    for strategy, value, count in candidates.group_by("strategy", column).len().sort("strategy", column).iter_rows():
        found[strategy][value] = count
    return found


# ------------------------------------------------------------------------------------------------ the manifest


def manifest_of(
    plan: DayPlan, contract: ContractResult, funnel: dict[str, dict[str, Any]], actions: pl.DataFrame, capacity: list[dict[str, Any]]
) -> dict[str, Any]:
    """All that is needed to know what a run was: for `manifest.json`, without a clock."""
    project = plan.model.project
    return {
        "project": project.project,
        "date": plan.date.isoformat(),
        "engine": __version__,
        "language": project.language,
        "strategies": {one.name: one.strategy.version for one in plan.strategies},
        "inputs": contract.fingerprints,
        "contract": contract.counts,
        "funnel": funnel,
        "actions": {
            "total": actions.height,
            "by_channel": _by(actions, "channel"),
            "by_arm": _by(actions, "arm"),
        },
        "limits": capacity,
    }


def _by(actions: pl.DataFrame, column: str) -> dict[str, int]:
    return dict(actions.group_by(column).len().sort(column).iter_rows())


@record
class Use:
    """What a day made of a limit.

    limit: whose it is (also `source`), and how it was written.      key: by what the ledger knows it, however much it allows.
    counted: contacts, pieces or cost (in hundredths), or an outcome.      capacity: whether it is a thing that runs out.
    per: the kinds of its groups, such as `customer`; none where all are one group.
    groups: those that any candidate asked room of; over them `used` (earlier days of the window included) and `available`.
    full: groups without any room in the evening, also those whose candidates it barred.      refused: candidates that it had no room for.
    """

    limit: str
    source: str
    key: str
    counted: str
    capacity: bool
    per: tuple[str, ...]
    groups: int
    full: int
    used: int
    available: int
    refused: int


def uses_of(claims: NumberedClaims, used: pl.Series, bounds: list[Bound], blocked: pl.LazyFrame, barred: pl.DataFrame) -> tuple[Use, ...]:
    """For each limit that any candidate asked room of, what was taken of it.

    used: by group, in the end.      blocked: candidate and limit of options that it had no room for.      barred: see `used_up`.
    """
    taken = claims.groups.lazy().with_columns(used.alias("taken")).filter(pl.col("room").is_between(0, MOST - 1))
    full = pl.concat([taken.filter(pl.col("taken") >= pl.col("room")).select(BOUND, TEXT).collect(), barred.select(BOUND, TEXT)])
    sums = taken.group_by(BOUND).agg(pl.len().alias("groups"), pl.col("taken").sum(), pl.col("room").sum())
    refused = pl.concat([blocked.unique().select(pl.col(BLOCKED_BY).alias(BOUND)), barred.lazy().select(BOUND)])
    whole = sums.join(full.lazy().group_by(BOUND).agg(pl.col(TEXT).n_unique().alias("full")), on=BOUND, how="full", coalesce=True)
    rows = whole.join(refused.group_by(BOUND).agg(pl.len().alias("refused")), on=BOUND, how="full", coalesce=True)
    return tuple(
        Use(
            (bound := bounds[row[BOUND]]).text,
            bound.limit.source,
            bound.key,
            bound.limit.counted,
            bound.capacity,
            tuple(group.kind for group in bound.limit.per),
            row["groups"],
            row["full"],
            row["taken"],
            row["room"],
            row["refused"],
        )
        for row in rows.fill_null(0).sort(BOUND).collect().iter_rows(named=True)
    )


def capacity_of(uses: Iterable[Use]) -> list[dict[str, Any]]:
    """Of each capacity, stock and budget that was claimed, what the manifest says: its groups, their room and what is taken of it."""
    told = ("limit", "counted", "groups", "full", "used", "available")
    return [{name: getattr(use, name) for name in told} for use in uses if use.capacity and use.groups]
