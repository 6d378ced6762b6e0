"""A day's outcome as far as it is compared: a few columns of its actions and candidates, so that a day can be let go before the next."""

from __future__ import annotations

import math
from typing import Any

import polars as pl

from strategy_engine.engine.day.report import Use
from strategy_engine.engine.day.run import DayResult
from strategy_engine.plan.privacy import is_personal
from strategy_engine.plan.stages import Outcome as Became
from strategy_engine.plan.vocabulary import CONTROL
from strategy_engine.record import record
from strategy_engine.semantics.model import Model

PAIR = ("customer_id", "strategy")
LISTED: dict[Any, Any] = {
    "customer_id": pl.String,
    "strategy": pl.Categorical,
    "channel": pl.Categorical,
    "offer": pl.Categorical,
    "rank": pl.Int64,
}
DROPPED: dict[Any, Any] = {"customer_id": pl.String, "strategy": pl.Categorical, "reason": pl.Categorical, "limited": pl.Boolean}


@record
class Outcome:
    """What one version of the strategies makes of a day.

    running: the strategies that run, with the names that people read.
    listed: a row for each customer and strategy with an action, controls aside: of the action that ranks best its `channel`, its `offer`
    (product and benefit) and its `rank`.      controls: `customer_id`, `strategy` of those who are held back to compare with.
    dropped: the candidates who get nothing: `reason`, and whether that was a limit (`limited`).
    assigned: `channel`, `assignee`, `actions`; without names (numbered instead) where they are personal.
    values: by strategy, the sum of its actions' scores.      channels: by channel, its actions.
    uses: what was made of each limit.      taken: `limit` (its key), `strategy`, `taken`, of limits on things that run out.
    """

    running: dict[str, str]
    listed: pl.DataFrame
    controls: pl.DataFrame
    dropped: pl.DataFrame
    assigned: pl.DataFrame
    values: dict[str, float]
    channels: dict[str, int]
    uses: tuple[Use, ...]
    taken: pl.DataFrame


def outcome_of(day: DayResult, model: Model) -> Outcome:
    """What is compared of a day."""
    actions = day.actions.filter(pl.col("arm") != CONTROL)
    capacities = [use.key for use in day.uses if use.capacity]
    return Outcome(
        running={name: model.strategies[name].shown for name in day.manifest["strategies"]},
        listed=_listed(actions),
        controls=day.actions.filter(pl.col("arm") == CONTROL).select(*PAIR).unique().cast(dict.fromkeys(PAIR[1:], pl.Categorical)),
        dropped=_dropped(day),
        assigned=_assigned(day, model),
        values=_values(actions),
        channels=dict(actions.group_by("channel").len().sort("channel").iter_rows()),
        uses=day.uses,
        taken=_taken(day, capacities),
    )


def _listed(actions: pl.DataFrame) -> pl.DataFrame:
    offer = pl.concat_str("product", "benefit", separator=" / ", ignore_nulls=True)
    best = actions.lazy().sort("rank").unique(PAIR, keep="first", maintain_order=True)
    return best.select(*PAIR, "channel", offer.alias("offer"), "rank").cast(LISTED).collect()


def _dropped(day: DayResult) -> pl.DataFrame:
    """The candidates who get nothing, those barred by earlier days among them."""
    found = day.candidates
    lost = found.ends.filter(pl.col("outcome") == Became.DROPPED.value)
    whose = found.keys.gather(lost.get_column("customer")).alias("customer_id")
    texts = (pl.col(name).cast(pl.String) for name in ("strategy", "reason"))
    late = lost.lazy().select(whose, *texts, limited=pl.col("blocked").is_not_null())
    names = {number: bound.text for number, bound in enumerate(found.bounds)}
    limit = pl.col("bound").replace_strict(names, default=None, return_dtype=pl.String)
    early = found.barred.lazy().select(*PAIR, reason=limit, limited=pl.lit(True))
    return pl.concat([late.cast(DROPPED), early.cast(DROPPED)]).collect()


def _assigned(day: DayResult, model: Model) -> pl.DataFrame:
    """How many actions each works; a list names them in full, and where they are personal they are told by numbers."""
    parts = [pl.DataFrame(schema={"channel": pl.String, "assignee": pl.String, "actions": pl.UInt32})]
    for channel, rows in day.lists.items():
        assign = model.channels[channel].assign
        if assign is not None:
            counts = rows.group_by("assignee").agg(pl.len().alias("actions")).filter(pl.col("assignee").is_not_null())
            named = pl.lit(None, dtype=pl.String) if is_personal(model, assign) else pl.col("assignee")
            parts.append(counts.select(pl.lit(channel).alias("channel"), named.alias("assignee"), "actions"))
    return pl.concat(parts)


def _values(actions: pl.DataFrame) -> dict[str, float]:
    """Added up without rounding in between, so that no order of rows shows."""
    scores = actions.filter(pl.col("score").is_not_null()).group_by("strategy").agg("score").sort("strategy")
    return {strategy: math.fsum(values) for strategy, values in scores.iter_rows()}


def _taken(day: DayResult, capacities: list[str]) -> pl.DataFrame:
    claims = day.record["claims"].lazy().filter(pl.col("limit").is_in(capacities)).select("action_id", "limit", "weight")
    owners = day.actions.lazy().select("action_id", "strategy")
    return claims.join(owners, on="action_id").group_by("limit", "strategy").agg(pl.col("weight").sum().alias("taken")).collect()
