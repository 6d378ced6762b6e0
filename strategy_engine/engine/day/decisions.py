"""Decisions: a row for every candidate of the day, and what became of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import cast

import polars as pl

from strategy_engine.engine.day.arbitrate import (
    BLOCKED_BY,
    BLOCKED_GROUP,
    CHOSEN,
    DECIDED,
    ORDER,
    PRICE,
    RIVAL,
    RIVAL_PRIORITY,
    ROOM_SEEN,
    TAKEN,
    Arbitrated,
)
from strategy_engine.engine.day.claims import BOUND, GROUP, TEXT, NumberedClaims
from strategy_engine.engine.day.gate import CANDIDATE, CUSTOMER, EXEMPT, FIRST, NOBODY, OPTION, REASON
from strategy_engine.engine.day.options import CONTROL_DRAW, PRIORITY, SCORE, action
from strategy_engine.engine.day.packed import Packed, packed, unpacked
from strategy_engine.plan.bounds import Bound
from strategy_engine.plan.stages import WORTHLESS, Outcome, Stage
from strategy_engine.record import record

TRIED = (CANDIDATE, OPTION, CONTROL_DRAW, ORDER, *DECIDED)
"""What is told of the options that passed the gate."""
COUNTED = ("strategy", "outcome", "reason", "notice")


@record
class Candidates:
    """What became of the day's candidates.

    options: all of them, packed (see `Gated`).      tried: what became of those that passed the gate (`TRIED`), packed as well.
    ends: a row for each candidate, in their order: `strategy`, `outcome`, `reason` (of a dropped one) and `notice`, its place and rank, its
    customer's number, and the numbers of its first option, of the one that it took, and of the one that a limit blocked.
    barred: those whom a limit bars for the whole day (see `used_up`).      keys: the others' customers' ids by their numbers.
    """

    options: tuple[Packed, ...]
    tried: Packed
    ends: pl.DataFrame
    barred: pl.DataFrame
    claims: NumberedClaims
    bounds: list[Bound]
    keys: pl.Series

    @cached_property
    def decisions(self) -> pl.DataFrame:
        """A row for each, see `decisions_of`. Made when somebody asks: a night's run does not."""
        return self.decisions_of(pl.lit(True))

    @cached_property
    def counted(self) -> pl.DataFrame:
        """Of each its `strategy`, `outcome`, `reason` and `notice`; in no order."""
        mine = self.ends.select(COUNTED)
        return pl.concat([mine, self._of_barred.select(COUNTED).cast(mine.schema)])

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
        ends = self.ends.with_row_index(CANDIDATE).filter(which)
        options, tried = unpacked(self.options), unpacked([self.tried])
        rows = ends.lazy().join(self._blocked(tried), on="blocked", how="left", maintain_order="left")
        rows = rows.join(self._alternatives(options, tried, ends), on=CANDIDATE, how="left", maintain_order="left")
        shown = options[ends.select(pl.coalesce("taken", "first")).to_series()].drop(CANDIDATE, CUSTOMER).hstack(rows.collect())
        in_arbitration = pl.col("blocked").is_not_null() | (pl.col("reason") == WORTHLESS)
        stage = pl.when(in_arbitration).then(pl.lit(Stage.ARBITRATE.value)).otherwise(pl.lit(Stage.GATE.value))
        decided = shown.select(
            self.keys.gather(shown.get_column("customer")).alias("customer_id"),
            *(pl.col(name).cast(pl.String) for name in ("strategy", "outcome")),
            pl.when(pl.col("taken").is_null()).then(stage).alias("stage"),
            pl.col("reason").cast(pl.String),
            "alternatives",
            *(pl.col(action(name)).cast(pl.String).alias(name) for name in ("arm", "trigger")),
            pl.col(action("step")).alias("step"),
            *(pl.col(action(name)).cast(pl.String).alias(name) for name in ("product", "benefit", "channel")),
            pl.col(PRIORITY).alias("priority"),
            pl.col(SCORE).alias("score"),
            *(pl.col(name).cast(pl.Int64) for name in ("place", "rank")),
            "notice",
            pl.col(BOUND).replace_strict(self._limits, default=None, return_dtype=pl.String).alias("limit"),
            *("group", "limit_group", "used"),
            self._room,
            *("rival_score", "rival_priority", "price"),
        )
        return pl.concat([decided, self._of_barred.filter(which)], how="diagonal").sort("customer_id", "strategy")

    def _blocked(self, tried: pl.DataFrame) -> pl.LazyFrame:
        """The options that a limit blocked, by their number (`blocked`), and what is told of the limit."""
        texts = (pl.col("values").alias("group"), pl.col(TEXT).alias("limit_group"))
        groups = self.claims.groups.select(pl.col(GROUP).alias(BLOCKED_GROUP), *texts)
        named = {
            BOUND: BLOCKED_BY,
            "used": TAKEN,
            "room": ROOM_SEEN,
            "rival_score": RIVAL,
            "rival_priority": RIVAL_PRIORITY,
            "price": PRICE,
        }
        told = (pl.col(column).alias(name) for name, column in named.items())
        of_limits = tried.lazy().filter(pl.col(BLOCKED_BY).is_not_null()).join(groups.lazy(), on=BLOCKED_GROUP, how="left")
        return of_limits.select(pl.col(OPTION).alias("blocked"), *told, "group", "limit_group")

    def _alternatives(self, options: pl.DataFrame, tried: pl.DataFrame, ends: pl.DataFrame) -> pl.LazyFrame:
        """By candidate, what is told of its options tried in vain. Many fall through in the same ways, so each way is put in words once."""
        names = (action("benefit"), action("channel"), REASON)
        lean = options.lazy().select(CANDIDATE, OPTION, *names)
        mine = lean.join(ends.lazy().select(CANDIDATE, "taken"), on=CANDIDATE, maintain_order="left")
        bounds = tried.lazy().select(OPTION, pl.col(BLOCKED_BY).alias(BOUND))
        rows = mine.join(bounds, on=OPTION, how="left", maintain_order="left").filter(_IN_VAIN).collect()
        limit = pl.col(BOUND).replace_strict(self._limits, default=None, return_dtype=pl.String)
        of = pl.concat_str([pl.col(name).cast(pl.String) for name in names[:2]], separator=" / ", ignore_nulls=True)
        words = pl.concat_str([of, pl.coalesce(pl.col(REASON).cast(pl.String), limit)], separator=": ").alias("words")
        kinds = rows.select(*names, BOUND).unique(maintain_order=True).with_row_index("why").with_columns(words)
        known = rows.join(kinds, on=[*names, BOUND], how="left", nulls_equal=True, maintain_order="left")
        whys = known.lazy().group_by(CANDIDATE, maintain_order=True).agg("why").collect()
        ways = whys.select("why").unique(maintain_order=True).with_row_index("way")
        parts = ways.explode("why").join(kinds.select("why", "words"), on="why", how="left", maintain_order="left")
        texts = parts.group_by("way", maintain_order=True).agg(pl.col("words").str.join("; ").alias("alternatives"))
        numbered = whys.lazy().join(ways.lazy(), on="why", how="left", maintain_order="left")
        return numbered.join(texts.lazy(), on="way", how="left", maintain_order="left").select(CANDIDATE, "alternatives")


_IN_VAIN = (pl.col("taken").is_null() | (pl.col(OPTION) < pl.col("taken"))) & (pl.col(REASON).is_not_null() | pl.col(BOUND).is_not_null())
"""What would have come behind the option that was taken was never tried."""


def candidates_of(
    heads: pl.DataFrame,
    options: Sequence[Packed],
    barred: pl.DataFrame,
    won: Arbitrated,
    claims: NumberedClaims,
    bounds: list[Bound],
    keys: pl.Series,
) -> Candidates:
    """What became of them: of those with options (`heads`, see `Gated.candidates`), and of the barred."""
    tried = won.options.select(TRIED)
    return Candidates(tuple(options), packed(tried), _ends(heads, tried, bounds), barred, claims, bounds, keys)


def _ends(heads: pl.DataFrame, tried: pl.DataFrame, bounds: list[Bound]) -> pl.DataFrame:
    """What became of each candidate, as in `Candidates`.

    The reason is what came closest: a limit, where any option came as far, else what stood against the best one.
    """
    chosen = tried.lazy().filter(CHOSEN).select(CANDIDATE, pl.col(OPTION).alias("taken"), CONTROL_DRAW)
    vain = tried.lazy().filter(pl.col(BLOCKED_BY).is_not_null()).join(chosen, on=CANDIDATE, how="left", maintain_order="left")
    before = vain.filter(pl.col("taken").is_null() | (pl.col(OPTION) < pl.col("taken")))
    blocked = _first(before).select(CANDIDATE, pl.col(OPTION).alias("blocked"), BLOCKED_BY)
    came = _first(tried.lazy()).select(CANDIDATE, (pl.col(ORDER) + 1).alias("place"))
    for found in (chosen, blocked):
        came = came.join(found, on=CANDIDATE, how="left")
    ends = heads.lazy().with_row_index(CANDIDATE).join(came, on=CANDIDATE, how="left", maintain_order="left")
    of_gate = cast("pl.Enum", heads.schema[REASON]).categories
    taken, became = pl.col("taken").is_not_null(), pl.Enum([outcome.value for outcome in Outcome])
    accepted = pl.when(CONTROL_DRAW).then(pl.lit(Outcome.CONTROL.value, became)).otherwise(pl.lit(Outcome.TREATED.value, became))
    return ends.select(
        pl.col(CUSTOMER).alias("customer"),
        pl.col(FIRST).alias("first"),
        "taken",
        "blocked",
        "place",
        pl.when(taken).then(pl.col("place").rank("ordinal").over(taken)).cast(pl.UInt32).alias("rank"),
        pl.col(action("strategy")).alias("strategy"),
        pl.col(EXEMPT).alias("notice"),
        pl.when(taken).then(accepted).otherwise(pl.lit(Outcome.DROPPED.value, became)).alias("outcome"),
        pl.when(~taken).then(_reason(of_gate, bounds)).alias("reason"),
    ).collect()


def _first(options: pl.LazyFrame) -> pl.LazyFrame:
    """Of each candidate; they stand together."""
    return options.filter(pl.col(CANDIDATE) != pl.col(CANDIDATE).shift(fill_value=NOBODY))


def _reason(of_gate: Iterable[str], bounds: list[Bound]) -> pl.Expr:
    """A limit's text, a reason of the gate, or that nothing was to be gained."""
    limits = {number: bound.text for number, bound in enumerate(bounds)}
    told = pl.Enum(list(dict.fromkeys([*limits.values(), *of_gate, WORTHLESS])))
    limit = pl.col(BLOCKED_BY).replace_strict(limits, default=None, return_dtype=told)
    return pl.coalesce(limit, pl.col(REASON).cast(told), pl.lit(WORTHLESS, told))
