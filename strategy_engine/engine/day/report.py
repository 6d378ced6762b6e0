"""What a run tells of itself: a row of decision for every candidate, and the manifest."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import polars as pl

from strategy_engine import __version__
from strategy_engine.engine.data.contract import ContractResult
from strategy_engine.engine.day.arbitrate import (
    BLOCKED_BY,
    BLOCKED_GROUP,
    CHOSEN,
    ORDER,
    RIVAL,
    RIVAL_PRIORITY,
    ROOM_SEEN,
    TAKEN,
    Arbitrated,
)
from strategy_engine.engine.day.claims import BOUND, GROUP, TEXT, NumberedClaims
from strategy_engine.engine.day.gate import CANDIDATE, CUSTOMER, EXEMPT, OPTION, REASON
from strategy_engine.engine.day.options import CONTROL_DRAW, PRIORITY, SCORE, action
from strategy_engine.engine.day.qualify import Counts
from strategy_engine.plan.bounds import Bound
from strategy_engine.plan.day import DayPlan
from strategy_engine.plan.stages import NO_ARM, OUTSIDE_RAMP, Count, Outcome, Stage

BLOCKED = ("limit", "group", "limit_group", "used", "room", "rival_score", "rival_priority")
DECISION_COLUMNS = (
    "customer_id",
    "strategy",
    "outcome",
    "stage",
    "reason",
    "alternatives",
    "arm",
    "trigger",
    "step",
    "product",
    "benefit",
    "channel",
    "priority",
    "score",
    "place",
    "rank",
    "notice",
    *BLOCKED,
)


def decisions_of(gated: pl.DataFrame, won: Arbitrated, claims: NumberedClaims, bounds: list[Bound], keys: pl.Series) -> pl.DataFrame:
    """One row a candidate, sorted by customer and strategy.

    outcome treated, control or dropped; stage and reason: where and why its best alternative fell through (of a dropped one);
    alternatives: each that was tried in vain, with its reason.      product … channel: as accepted, else of the best alternative.
    place: in the global order, from 1 (missing where the gate dropped it); rank: among the accepted, as in the actions.
    limit group used room rival_score rival_priority: the limit that had no room, what was taken of it, and the last that had
    taken; limit_group is the group as the ledger knows it.      notice: whether the arbitration excepts it.
    """
    limits = {number: bound.text for number, bound in enumerate(bounds)}
    by_outcome = [number for number, bound in enumerate(bounds) if bound.outcome]
    told = gated.lazy().join(_tried(won, claims, limits, by_outcome).lazy(), on=OPTION, how="left", maintain_order="left")
    reason = pl.coalesce(pl.col(REASON).cast(pl.String), pl.col("limit"))
    options = told.with_columns(reason.alias("reason"), pl.col(CHOSEN).fill_null(False)).collect()
    best = _best(options).lazy().join(_in_vain(options).lazy(), on=CANDIDATE, how="left")
    stopped = pl.when(pl.col("limit").is_not_null()).then(pl.lit(Stage.ARBITRATE.value)).otherwise(pl.lit(Stage.GATE.value))
    outcome = pl.when(pl.col(CONTROL_DRAW)).then(pl.lit(Outcome.CONTROL.value)).otherwise(pl.lit(Outcome.TREATED.value))
    accepted = pl.col(CHOSEN)
    done = best.select(
        CUSTOMER,
        pl.col(action("strategy")).cast(pl.String).alias("strategy"),
        pl.when(accepted).then(outcome).otherwise(pl.lit(Outcome.DROPPED.value)).alias("outcome"),
        pl.when(~accepted).then(stopped).alias("stage"),
        pl.when(~accepted).then(pl.col("told")).alias("reason"),
        "alternatives",
        *(pl.col(action(name)).cast(pl.String).alias(name) for name in ("arm", "trigger", "product", "benefit", "channel")),
        pl.col(action("step")).alias("step"),
        pl.col(PRIORITY).alias("priority"),
        pl.col(SCORE).alias("score"),
        pl.col("place"),
        pl.when(accepted).then(pl.col("place").rank("ordinal").over(accepted)).cast(pl.Int64).alias("rank"),
        pl.col(EXEMPT).alias("notice"),
        *BLOCKED,
    ).collect()
    customers = keys.gather(done.get_column(CUSTOMER)).alias("customer_id")
    return done.with_columns(customers).select(DECISION_COLUMNS).sort("customer_id", "strategy")


def _best(options: pl.DataFrame) -> pl.DataFrame:
    """One option a candidate: the one it took, else its best; without what is told of those tried in vain."""
    took = options.filter(CHOSEN)
    others = options.unique(CANDIDATE, keep="first", maintain_order=True).join(took, on=CANDIDATE, how="anti")
    return pl.concat([took, others]).drop("reason", "place", *BLOCKED).join(_places(options), on=CANDIDATE, how="left")


def _places(options: pl.DataFrame) -> pl.DataFrame:
    """The place of each candidate that came as far as the order."""
    return options.filter(pl.col("place").is_not_null()).unique(CANDIDATE, keep="first", maintain_order=True).select(CANDIDATE, "place")


def _in_vain(options: pl.DataFrame) -> pl.DataFrame:
    """By candidate that an option fell through of: all of them in words, and the first limit that had no room.

    What is told first is what came closest: a limit, where any option came as far, else what stood against the best one. What would have
    come behind the option that was taken was never tried.
    """
    taken = options.filter(CHOSEN).select(CANDIDATE, pl.col(OPTION).alias("taken"))
    options = options.join(taken, on=CANDIDATE, how="left", maintain_order="left").filter(
        pl.col("taken").is_null() | (pl.col(OPTION) < pl.col("taken"))
    )
    names = [pl.col(action(name)).cast(pl.String) for name in ("benefit", "channel")]
    text = pl.concat_str([pl.concat_str(names, separator=" / ", ignore_nulls=True), pl.col("reason")], separator=": ")
    return (
        options.filter(pl.col("reason").is_not_null())
        .group_by(CANDIDATE, maintain_order=True)
        .agg(
            text.str.join("; ").alias("alternatives"),
            pl.coalesce(pl.col("limit").drop_nulls().first(), pl.col("reason").first()).alias("told"),
            *(pl.col(name).filter(pl.col("limit").is_not_null()).first() for name in BLOCKED),
        )
    )


def _tried(won: Arbitrated, claims: NumberedClaims, limits: Mapping[int, str], by_outcome: list[int]) -> pl.DataFrame:
    """By option: its place, whether it was chosen, and the limit that had no room for it (of an outcome as it was declared)."""
    groups = claims.groups.select(pl.col(GROUP).alias(BLOCKED_GROUP), pl.col("values").alias("group"), pl.col(TEXT).alias("limit_group"))
    tried = won.options.join(groups, on=BLOCKED_GROUP, how="left")
    return tried.select(
        OPTION,
        CHOSEN,
        (pl.col(ORDER).cast(pl.Int64) + 1).alias("place"),
        pl.col(BLOCKED_BY).replace_strict(limits, default=None, return_dtype=pl.String).alias("limit"),
        "group",
        "limit_group",
        pl.col(TAKEN).alias("used"),
        (pl.col(ROOM_SEEN) + pl.col(BLOCKED_BY).is_in(by_outcome).cast(pl.Int64)).alias("room"),
        pl.col(RIVAL).alias("rival_score"),
        pl.col(RIVAL_PRIORITY).alias("rival_priority"),
    )


# ------------------------------------------------------------------------------------------------ the funnel


def add_counts(total: Counts, more: Counts) -> None:
    """Add a batch's counts to those of the run."""
    for strategy, counts in more.items():
        here = total.setdefault(strategy, dict.fromkeys(counts, 0))
        for level, count in counts.items():
            here[level] = here.get(level, 0) + count


def funnel_of(plan: DayPlan, counts: Counts, gated: pl.DataFrame, decisions: pl.DataFrame) -> dict[str, dict[str, Any]]:
    """By strategy: how many each level left, and how many each reason dropped."""
    ineligible = {gate.reason for gates in (plan.product_gates, plan.benefit_gates) for gate in gates.values()}
    reason = pl.col(REASON).cast(pl.String)
    levels = {
        Count.IN_ARM: reason.ne_missing(NO_ARM),
        Count.ELIGIBLE: reason.ne_missing(NO_ARM) & ~reason.is_in(list(ineligible)).fill_null(False),
        Count.REACHABLE: reason.is_null(),
    }
    passed = gated.lazy().group_by(CANDIDATE).agg(pl.col(action("strategy")).first().cast(pl.String).alias("strategy"), **_any(levels))
    sums = passed.group_by("strategy").agg(pl.col(list(map(str, levels))).sum()).collect()
    by_strategy = {row["strategy"]: row for row in sums.iter_rows(named=True)}
    outcomes = _counted(decisions, "outcome")
    drops = _counted(decisions.filter(pl.col("reason").is_not_null()), "reason")
    funnel: dict[str, dict[str, Any]] = {}
    for one in plan.strategies:
        here, ends = counts[one.name], outcomes[one.name]
        late = here[Count.TRIGGERED] - here[Count.IN_RAMP]
        funnel[one.name] = {
            **{level.value: count for level, count in here.items()},  # type: ignore[attr-defined]
            **{level.value: by_strategy.get(one.name, {}).get(level.value, 0) for level in levels},
            Count.ACCEPTED.value: ends[Outcome.TREATED] + ends[Outcome.CONTROL],
            Count.CONTROL.value: ends[Outcome.CONTROL],
            Count.TREATED.value: ends[Outcome.TREATED],
            "dropped": {**drops[one.name], **({OUTSIDE_RAMP: late} if late else {})},
        }
    return funnel


def _any(levels: Mapping[Count, pl.Expr]) -> dict[str, pl.Expr]:
    return {level.value: expr.any() for level, expr in levels.items()}


def _counted(decisions: pl.DataFrame, column: str) -> defaultdict[str, defaultdict[str, int]]:
    """Strategy → value of the column → rows."""
    found: defaultdict[str, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
    for strategy, value, count in decisions.group_by("strategy", column).len().sort("strategy", column).iter_rows():
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


def capacity_of(claims: NumberedClaims, used: list[int], bounds: list[Bound]) -> list[dict[str, Any]]:
    """For each capacity, stock and budget that was claimed: its groups, their room and what is taken of it in the end."""
    taken = claims.groups.sort(GROUP).with_columns(pl.Series("taken", used, dtype=pl.Int64))
    rooms = taken.filter(pl.col("room") >= 0).group_by(BOUND, maintain_order=True)
    full = (pl.col("taken") >= pl.col("room")).sum().alias("full")
    sums = rooms.agg(pl.len().alias("groups"), pl.col("taken").sum(), pl.col("room").sum(), full)
    return [
        {
            "limit": bounds[row["bound"]].text,
            "counted": bounds[row["bound"]].limit.counted,
            "groups": row["groups"],
            "full": row["full"],
            "used": row["taken"],
            "available": row["room"],
        }
        for row in sums.sort(BOUND).iter_rows(named=True)
        if bounds[row["bound"]].capacity
    ]
