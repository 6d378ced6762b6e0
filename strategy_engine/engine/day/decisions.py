"""Decisions: a row for every candidate of the day, and what became of it."""

from __future__ import annotations

import polars as pl

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
from strategy_engine.engine.day.claims import OPTION as CLAIMANT
from strategy_engine.engine.day.gate import CANDIDATE, CUSTOMER, EXEMPT, OPTION, REASON
from strategy_engine.engine.day.options import CONTROL_DRAW, PRIORITY, SCORE, action
from strategy_engine.plan.bounds import Bound
from strategy_engine.plan.stages import Outcome, Stage

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


def decisions_of(
    gated: pl.DataFrame, barred: pl.DataFrame, won: Arbitrated, claims: NumberedClaims, bounds: list[Bound], keys: pl.Series
) -> pl.DataFrame:
    """One row a candidate, sorted by customer and strategy.

    outcome treated, control or dropped; stage and reason: where and why its best alternative fell through (of a dropped one);
    alternatives: each that was tried in vain, with its reason.      product … channel: as accepted, else of the best alternative.
    place: in the global order, from 1 (missing where the gate or a limit used up by earlier days dropped it); rank: among the accepted,
    as in the actions.      limit group used room rival_score rival_priority: the limit that had no room, what was taken of it, and the
    last that had taken; limit_group is the group as the ledger knows it.      notice: whether the arbitration excepts it.
    """
    tried = pl.concat([_tried(won, claims), _barred(barred)])
    options = _told(gated, tried, bounds)
    taken = options.filter(CHOSEN).select(CANDIDATE, pl.col(OPTION).alias("taken"))
    first = options.unique(CANDIDATE, keep="first", maintain_order=True).select(CANDIDATE, pl.col(OPTION).alias("first"))
    best = first.lazy().join(taken.lazy(), on=CANDIDATE, how="left", maintain_order="left")
    fell = _in_vain(options.join(taken, on=CANDIDATE, how="left", maintain_order="left"))
    places = options.filter(pl.col("place").is_not_null()).unique(CANDIDATE, keep="first").select(CANDIDATE, "place")
    told = best.join(fell.lazy(), on=CANDIDATE, how="left", maintain_order="left").join(
        places.lazy(), on=CANDIDATE, how="left", maintain_order="left"
    )
    blocked = tried.lazy().select(pl.col(OPTION).alias("blocked"), BOUND, *BLOCKED[1:])
    rows = told.join(blocked, on="blocked", how="left", maintain_order="left").collect()
    # the options are numbered as they stand
    shown = gated[rows.select(pl.coalesce("taken", "first")).to_series()].hstack(rows.drop(CANDIDATE))
    return _decided(shown, bounds, keys)


def _decided(shown: pl.DataFrame, bounds: list[Bound], keys: pl.Series) -> pl.DataFrame:
    """The decisions, from each candidate's option that is shown of it."""
    limits = {number: bound.text for number, bound in enumerate(bounds)}
    # the room of a limit on an outcome is that for one more
    by_outcome = [number for number, bound in enumerate(bounds) if bound.outcome]
    accepted = pl.col("taken").is_not_null()
    stopped = pl.when(pl.col("blocked").is_not_null()).then(pl.lit(Stage.ARBITRATE.value)).otherwise(pl.lit(Stage.GATE.value))
    outcome = pl.when(pl.col(CONTROL_DRAW)).then(pl.lit(Outcome.CONTROL.value)).otherwise(pl.lit(Outcome.TREATED.value))
    done = shown.select(
        keys.gather(shown.get_column(CUSTOMER)).alias("customer_id"),
        pl.col(action("strategy")).cast(pl.String).alias("strategy"),
        pl.when(accepted).then(outcome).otherwise(pl.lit(Outcome.DROPPED.value)).alias("outcome"),
        pl.when(~accepted).then(stopped).alias("stage"),
        pl.when(~accepted).then(pl.col("told")).alias("reason"),
        "alternatives",
        *(pl.col(action(name)).cast(pl.String).alias(name) for name in ("arm", "trigger", "product", "benefit", "channel")),
        pl.col(action("step")).alias("step"),
        pl.col(PRIORITY).alias("priority"),
        pl.col(SCORE).alias("score"),
        "place",
        pl.when(accepted).then(pl.col("place").rank("ordinal").over(accepted)).cast(pl.Int64).alias("rank"),
        pl.col(EXEMPT).alias("notice"),
        pl.col(BOUND).replace_strict(limits, default=None, return_dtype=pl.String).alias("limit"),
        "group",
        "limit_group",
        "used",
        (pl.col("room") + pl.col(BOUND).is_in(by_outcome).cast(pl.Int64)).alias("room"),
        "rival_score",
        "rival_priority",
    )
    return done.select(DECISION_COLUMNS).sort("customer_id", "strategy")


def _told(gated: pl.DataFrame, tried: pl.DataFrame, bounds: list[Bound]) -> pl.DataFrame:
    """By option: its candidate, what became of it, and `why`, which numbers what is told of an option tried in vain."""
    names = (action("benefit"), action("channel"), REASON)
    lean = gated.lazy().select(CANDIDATE, OPTION, *names)
    found = lean.join(tried.lazy().select(OPTION, CHOSEN, "place", BOUND), on=OPTION, how="left", maintain_order="left")
    told = found.with_columns(pl.col(CHOSEN).fill_null(False)).collect()
    limits = {number: bound.text for number, bound in enumerate(bounds)}
    reason = pl.coalesce(pl.col(REASON).cast(pl.String), pl.col(BOUND).replace_strict(limits, default=None, return_dtype=pl.String))
    of = pl.concat_str([pl.col(name).cast(pl.String) for name in names[:2]], separator=" / ", ignore_nulls=True)
    kinds = told.select(*names, BOUND).unique(maintain_order=True).with_row_index("why")
    words = kinds.with_columns(reason.alias("reason")).with_columns(pl.concat_str([of, pl.col("reason")], separator=": ").alias("words"))
    known = told.join(words, on=[*names, BOUND], how="left", nulls_equal=True, maintain_order="left")
    return known.select(CANDIDATE, OPTION, CHOSEN, "place", BOUND, "why", "reason", "words")


def _in_vain(options: pl.DataFrame) -> pl.DataFrame:
    """By candidate that an option fell through of: all of them in words, and the first that a limit had no room for.

    What is told first is what came closest: a limit, where any option came as far, else what stood against the best one. What would have
    come behind the option that was taken (`taken`) was never tried.
    """
    tried = pl.col("taken").is_null() | (pl.col(OPTION) < pl.col("taken"))
    rows = options.filter(tried, pl.col("reason").is_not_null())
    heads = rows.unique(CANDIDATE, keep="first", maintain_order=True).select(CANDIDATE, pl.col("reason").alias("best"))
    of_limits = rows.filter(pl.col(BOUND).is_not_null()).unique(CANDIDATE, keep="first", maintain_order=True)
    blocked = of_limits.select(CANDIDATE, pl.col(OPTION).alias("blocked"), pl.col("reason").alias("closest"))
    told = heads.join(blocked, on=CANDIDATE, how="left", maintain_order="left")
    told = told.select(CANDIDATE, "blocked", pl.coalesce("closest", "best").alias("told"))
    return told.join(_alternatives(rows), on=CANDIDATE, how="left", maintain_order="left")


def _alternatives(rows: pl.DataFrame) -> pl.DataFrame:
    """By candidate, what is told of its options tried in vain. Many fall through in the same ways, so each way is put in words once."""
    whys = rows.lazy().group_by(CANDIDATE, maintain_order=True).agg("why").collect()
    ways = whys.select("why").unique(maintain_order=True).with_row_index("way")
    words = rows.select("why", "words").unique("why", maintain_order=True)
    parts = ways.explode("why").join(words, on="why", how="left", maintain_order="left")
    texts = parts.group_by("way", maintain_order=True).agg(pl.col("words").str.join("; ").alias("alternatives"))
    numbered = whys.join(ways, on="why", how="left", maintain_order="left")
    return numbered.join(texts, on="way", how="left", maintain_order="left").select(CANDIDATE, "alternatives")


def _tried(won: Arbitrated, claims: NumberedClaims) -> pl.DataFrame:
    """The options that stood in the order: their places, whether each was chosen, and the limit that had no room for it."""
    groups = claims.groups.select(pl.col(GROUP).alias(BLOCKED_GROUP), pl.col("values").alias("group"), pl.col(TEXT).alias("limit_group"))
    tried = won.options.join(groups, on=BLOCKED_GROUP, how="left")
    return tried.select(
        OPTION,
        CHOSEN,
        (pl.col(ORDER).cast(pl.Int64) + 1).alias("place"),
        pl.col(BLOCKED_BY).alias(BOUND),
        "group",
        "limit_group",
        pl.col(TAKEN).alias("used"),
        pl.col(ROOM_SEEN).alias("room"),
        pl.col(RIVAL).alias("rival_score"),
        pl.col(RIVAL_PRIORITY).alias("rival_priority"),
    )


def _barred(barred: pl.DataFrame) -> pl.DataFrame:
    """The same of those that a limit bars for the whole day."""
    nobody = pl.lit(None, dtype=pl.Float64)
    return barred.select(
        pl.col(CLAIMANT).alias(OPTION),
        pl.lit(False).alias(CHOSEN),
        pl.lit(None, dtype=pl.Int64).alias("place"),
        BOUND,
        pl.col("values").alias("group"),
        pl.col(TEXT).alias("limit_group"),
        "used",
        "room",
        nobody.alias("rival_score"),
        nobody.alias("rival_priority"),
    )
