"""Decisions: a row for every candidate of the day, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

import polars as pl

from strategy_engine.engine.day.arbitrate import (
    BLOCKED_BY,
    BLOCKED_GROUP,
    CHOSEN,
    ORDER,
    PRICE,
    RIVAL,
    RIVAL_PRIORITY,
    ROOM_SEEN,
    TAKEN,
    Arbitrated,
)
from strategy_engine.engine.day.claims import BOUND, GROUP, TEXT, NumberedClaims
from strategy_engine.engine.day.gate import CANDIDATE, CUSTOMER, EXEMPT, OPTION, REASON
from strategy_engine.engine.day.options import CONTROL_DRAW, PRIORITY, SCORE, action
from strategy_engine.plan.bounds import Bound
from strategy_engine.plan.stages import WORTHLESS, Outcome, Stage
from strategy_engine.record import record

COUNTED = ("strategy", "outcome", "reason", "notice")
NOBODY = 2**32 - 1  # the number of no candidate
BLOCKED = ("limit", "group", "limit_group", "used", "room", "rival_score", "rival_priority", "price")


@record
class Candidates:
    """What became of the day's candidates.

    gated: all options, numbered as they stand.      tried: what became of those that passed the gate (see `_tried`).
    ends: a row for each candidate, in their order: `strategy`, `outcome`, `reason` (of a dropped one) and `notice`, its place, and the
    numbers of its first option, of the one that it took, of the one that tells its reason, and of the one that a limit blocked.
    barred: those whom a limit bars for the whole day (see `used_up`).      keys: the others' customers' ids by their numbers.
    """

    gated: pl.DataFrame
    tried: pl.DataFrame
    ends: pl.DataFrame
    barred: pl.DataFrame
    bounds: list[Bound]
    keys: pl.Series

    @cached_property
    def decisions(self) -> pl.DataFrame:
        """A row for each, see `decisions_of`. Made when somebody asks: a night's run does not."""
        return self.decisions_of(pl.lit(True))

    @cached_property
    def counted(self) -> pl.DataFrame:
        """Of each its `strategy`, `outcome`, `reason` and `notice`; in no order."""
        return pl.concat([self.ends.select(COUNTED), self._of_barred.select(COUNTED)])

    @cached_property
    def _of_barred(self) -> pl.DataFrame:
        """The decisions on the barred, as far as there are any."""
        limit = pl.col(BOUND).replace_strict(self._limits, default=None, return_dtype=pl.String)
        dropped, stage = pl.lit(Outcome.DROPPED.value).alias("outcome"), pl.lit(Stage.GATE.value).alias("stage")
        named = (pl.col("values").alias("group"), pl.col(TEXT).alias("limit_group"), self._room)
        return self.barred.select("customer_id", "strategy", dropped, stage, "notice", "used", *named, limit=limit, reason=limit)

    @property
    def _limits(self) -> dict[int, str]:
        return {number: bound.text for number, bound in enumerate(self.bounds)}

    @property
    def _room(self) -> pl.Expr:
        """The room of the limit; of one on an outcome, claims hold that for one more."""
        by_outcome = [number for number, bound in enumerate(self.bounds) if bound.outcome]
        return (pl.col("room") + pl.col(BOUND).is_in(by_outcome).cast(pl.Int64)).alias("room")

    def decisions_of(self, which: pl.Expr) -> pl.DataFrame:
        """One row for each candidate of which an expression over `counted` holds, sorted by customer and strategy.

        outcome treated, control or dropped; stage and reason: where and why its best alternative fell through (of a dropped one);
        alternatives: each that was tried in vain, with its reason.      product … channel: as accepted, else of the best alternative.
        place: in the global order, from 1 (missing where the gate dropped it); rank: among the accepted, as in the actions.
        limit group used room rival_score rival_priority: the limit that had no room, what was taken of it, and the last that had taken;
        limit_group is the group as the ledger knows it.      notice: whether the arbitration excepts it.
        price: under `maximize:`, of what the option that tells the reason would have taken.
        """
        ends = self.ends.filter(which)
        blocked = self.tried.lazy().select(pl.col(OPTION).alias("blocked"), BOUND, *BLOCKED[1:])
        told = ends.lazy().join(blocked, on="blocked", how="left", maintain_order="left")
        rows = told.join(self._alternatives(ends).lazy(), on=CANDIDATE, how="left", maintain_order="left").collect()
        shown = self.gated[ends.select(pl.coalesce("taken", "first")).to_series()].drop(CANDIDATE).hstack(rows)
        in_arbitration = pl.col("blocked").is_not_null() | (pl.col("reason") == WORTHLESS)
        stage = pl.when(in_arbitration).then(pl.lit(Stage.ARBITRATE.value)).otherwise(pl.lit(Stage.GATE.value))
        decided = shown.select(
            self.keys.gather(shown.get_column(CUSTOMER)).alias("customer_id"),
            "strategy",
            "outcome",
            pl.when(pl.col("taken").is_null()).then(stage).alias("stage"),
            "reason",
            "alternatives",
            *(pl.col(action(name)).cast(pl.String).alias(name) for name in ("arm", "trigger")),
            pl.col(action("step")).alias("step"),
            *(pl.col(action(name)).cast(pl.String).alias(name) for name in ("product", "benefit", "channel")),
            pl.col(PRIORITY).alias("priority"),
            pl.col(SCORE).alias("score"),
            "place",
            "rank",
            "notice",
            pl.col(BOUND).replace_strict(self._limits, default=None, return_dtype=pl.String).alias("limit"),
            *("group", "limit_group", "used"),
            self._room,
            *("rival_score", "rival_priority", "price"),
        )
        return pl.concat([decided, self._of_barred.filter(which)], how="diagonal").sort("customer_id", "strategy")

    def _alternatives(self, ends: pl.DataFrame) -> pl.DataFrame:
        """By candidate, what is told of its options tried in vain. Many fall through in the same ways, so each way is put in words once."""
        names = (action("benefit"), action("channel"), REASON)
        lean = self.gated.lazy().select(CANDIDATE, OPTION, *names)
        mine = lean.join(ends.lazy().select(CANDIDATE, "taken"), on=CANDIDATE, maintain_order="left")
        tried = mine.join(self.tried.lazy().select(OPTION, BOUND), on=OPTION, how="left", maintain_order="left")
        rows = tried.filter(_IN_VAIN).collect()
        limit = pl.col(BOUND).replace_strict(self._limits, default=None, return_dtype=pl.String)
        of = pl.concat_str([pl.col(name).cast(pl.String) for name in names[:2]], separator=" / ", ignore_nulls=True)
        words = pl.concat_str([of, pl.coalesce(pl.col(REASON).cast(pl.String), limit)], separator=": ").alias("words")
        kinds = rows.select(*names, BOUND).unique(maintain_order=True).with_row_index("why").with_columns(words)
        known = rows.join(kinds, on=[*names, BOUND], how="left", nulls_equal=True, maintain_order="left")
        whys = known.lazy().group_by(CANDIDATE, maintain_order=True).agg("why").collect()
        ways = whys.select("why").unique(maintain_order=True).with_row_index("way")
        parts = ways.explode("why").join(kinds.select("why", "words"), on="why", how="left", maintain_order="left")
        texts = parts.group_by("way", maintain_order=True).agg(pl.col("words").str.join("; ").alias("alternatives"))
        numbered = whys.join(ways, on="why", how="left", maintain_order="left")
        return numbered.join(texts, on="way", how="left", maintain_order="left").select(CANDIDATE, "alternatives")


_IN_VAIN = (pl.col("taken").is_null() | (pl.col(OPTION) < pl.col("taken"))) & (pl.col(REASON).is_not_null() | pl.col(BOUND).is_not_null())
"""What would have come behind the option that was taken was never tried."""


def candidates_of(
    gated: pl.DataFrame, barred: pl.DataFrame, won: Arbitrated, claims: NumberedClaims, bounds: list[Bound], keys: pl.Series
) -> Candidates:
    """What became of them: of those with options (`gated`), and of the barred."""
    tried = _tried(won, claims)
    lean = gated.lazy().select(CANDIDATE, OPTION, REASON)
    options = lean.join(tried.lazy().select(OPTION, CHOSEN, "place", BOUND), on=OPTION, how="left", maintain_order="left").collect()
    limits = {number: bound.text for number, bound in enumerate(bounds)}
    ends = _ends(options, limits)
    same = gated.select(
        pl.col(action("strategy")).gather(ends.get_column("first")).cast(pl.String).alias("strategy"),
        pl.col(EXEMPT).gather(ends.get_column("first")).alias("notice"),
    )
    taken = pl.col("taken")
    drawn = gated.get_column(CONTROL_DRAW).gather(ends.get_column("taken"))
    accepted = pl.when(drawn).then(pl.lit(Outcome.CONTROL.value)).otherwise(pl.lit(Outcome.TREATED.value))
    outcome = pl.when(taken.is_not_null()).then(accepted).otherwise(pl.lit(Outcome.DROPPED.value)).alias("outcome")
    rank = pl.when(taken.is_not_null()).then(pl.col("place").rank("ordinal").over(taken.is_not_null())).cast(pl.Int64).alias("rank")
    reason = pl.when(taken.is_null()).then(pl.col("reason")).alias("reason")
    return Candidates(gated, tried, ends.hstack(same).with_columns(outcome, rank, reason), barred, bounds, keys)


def _ends(options: pl.DataFrame, limits: Mapping[int, str]) -> pl.DataFrame:
    """By candidate the numbers of its options, its place and a reason.

    The reason is what came closest: a limit, where any option came as far, else what stood against the best one.
    """
    chosen = options.filter(CHOSEN).select(CANDIDATE, pl.col(OPTION).alias("taken"))
    first = options.filter(pl.col(CANDIDATE) != pl.col(CANDIDATE).shift(fill_value=NOBODY)).select(CANDIDATE, pl.col(OPTION).alias("first"))
    vain = options.join(chosen, on=CANDIDATE, how="left", maintain_order="left").filter(_IN_VAIN)
    best = vain.unique(CANDIDATE, keep="first", maintain_order=True).select(CANDIDATE, pl.col(REASON).cast(pl.String))
    limit = pl.col(BOUND).replace_strict(limits, default=None, return_dtype=pl.String).alias("limit")
    blocked = vain.filter(pl.col(BOUND).is_not_null()).unique(CANDIDATE, keep="first", maintain_order=True)
    places = options.filter(pl.col("place").is_not_null()).unique(CANDIDATE, keep="first", maintain_order=True).select(CANDIDATE, "place")
    ends = first.lazy()
    for found in (chosen, best, blocked.select(CANDIDATE, pl.col(OPTION).alias("blocked"), limit), places):
        ends = ends.join(found.lazy(), on=CANDIDATE, how="left", maintain_order="left")
    return ends.with_columns(pl.coalesce("limit", REASON, pl.lit(WORTHLESS)).alias("reason")).drop("limit", REASON).collect()


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
        pl.col(PRICE).alias("price"),
    )
