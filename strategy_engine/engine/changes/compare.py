"""Two outcomes of one day, held against each other: who gains and loses which action, and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from enum import StrEnum

import polars as pl

from strategy_engine.engine.changes.outcome import PAIR, Outcome
from strategy_engine.engine.day.report import Use
from strategy_engine.record import record


class Why(StrEnum):
    """Why somebody has an action in one version only: what stands against it in the other. The first that holds is told."""

    ABSENT = "absent"  # the strategy does not run there
    CONTROL = "control"  # the customer is held back there to compare with
    DISPLACED = "displaced"  # a limit had no room, and another strategy's action has come to the customer
    LIMITED = "limited"  # a limit had no room
    GATE = "gate"  # product, benefit, channel, policy or script stand against it
    COHORT = "cohort"  # no candidate: not in the cohort, without a hit, outside the ramp, or still on a journey


@record
class Reason:
    """How many customers of a strategy gain or lose its action for a reason.

    what: the limit, or what stood against it at the gate.      by: the strategy whose action has come instead.
    """

    strategy: str
    why: Why
    what: str | None
    by: str | None
    customers: int


@record
class StrategyChange:
    """What becomes of a strategy's customers: those with an action of it (controls aside).

    before, after: how many; None where the strategy does not run.      gained, lost: who has one in one version only.
    channel, offer: who keeps the action, but on another channel, or with another product or benefit.
    value: the sum of the scores, before and after.
    """

    name: str
    shown: str
    before: int | None
    after: int | None
    gained: int
    lost: int
    channel: int
    offer: int
    value: tuple[float, float]

    @property
    def either(self) -> int:
        """The customers who have the action in either version."""
        return (self.before or 0) + self.gained

    @property
    def moved(self) -> int:
        """Those who have it in one only."""
        return self.gained + self.lost

    @property
    def share(self) -> float:
        """The moved as a share of either: 0 where nobody moved, 1 where all are others."""
        return self.moved / self.either if self.either else 0.0

    def countable(self, smallest: int) -> bool:
        """Whether none of the counts of customers is below a smallest one that may be told; nobody at all may be."""
        return not any(0 < (count or 0) < smallest for count in (self.before, self.after, self.gained, self.lost))

    @property
    def moves(self) -> bool:
        """Whether anything is different for anybody."""
        return bool(self.moved or self.channel or self.offer) or self.before != self.after


@record
class Comparison:
    """What a change does.

    strategies: each that either version runs, by name.      everyone: the customers with any action (`before` … `lost`).
    gained, lost: by strategy and reason, most customers first.      channels: name, actions before and after.
    assigned: channel and, where it may be named, assignee; actions before and after; the largest changes first.
    limits: before and after, of each that either version knows; things that run out, and those that held back more or fewer.
    room: limit, strategy, taken before and after, of things that run out and now hold back somebody who had an action.
    """

    strategies: tuple[StrategyChange, ...]
    everyone: StrategyChange
    gained: tuple[Reason, ...]
    lost: tuple[Reason, ...]
    channels: tuple[tuple[str, int, int], ...]
    assigned: Assigned
    limits: tuple[tuple[Use | None, Use | None], ...]
    room: tuple[tuple[str, str, int, int], ...]


@record
class Assigned:
    """Who works how much: by channel the people with work and the actions of the busiest, before and after; and by person."""

    busiest: tuple[tuple[str, int, int, int, int], ...]
    people: tuple[tuple[str, str, int, int], ...]


def compare(before: Outcome, after: Outcome) -> Comparison:
    """What is different after."""
    pairs = _pairs(before, after)
    lost = _reasons(pairs.filter(pl.col("side") == "lost"), after, _arrivals(pairs))
    gained = _reasons(pairs.filter(pl.col("side") == "gained"), before, None)
    return Comparison(
        _strategies(pairs, before, after),
        _everyone(before, after),
        gained,
        lost,
        tuple(_beside(before.channels, after.channels)),
        Assigned(tuple(_busiest(before.assigned, after.assigned)), tuple(_people(before.assigned, after.assigned))),
        tuple(_limits(before.uses, after.uses)),
        tuple(_room(before, after, {each.what for each in lost if each.why in (Why.LIMITED, Why.DISPLACED)})),
    )


# ------------------------------------------------------------------------------------------------ customers


def _pairs(before: Outcome, after: Outcome) -> pl.DataFrame:
    """Each customer and strategy of either version: the `side` it is on, and whether channel and offer are others."""
    joined = before.listed.lazy().join(after.listed.lazy(), on=PAIR, how="full", coalesce=True, suffix="_after")
    was, now = pl.col("rank").is_not_null(), pl.col("rank_after").is_not_null()
    side = pl.when(was & now).then(pl.lit("kept")).when(was).then(pl.lit("lost")).otherwise(pl.lit("gained"))
    moved = [(was & now & pl.col(name).ne_missing(pl.col(f"{name}_after"))).alias(name) for name in ("channel", "offer")]
    return joined.select(*PAIR, side.alias("side"), *moved, pl.col("rank_after").alias("rank")).collect()


def _arrivals(pairs: pl.DataFrame) -> pl.DataFrame:
    """The customers who gain an action, and the strategy of the best of them (`by`)."""
    gained = pairs.lazy().filter(pl.col("side") == "gained").sort("rank")
    return gained.unique("customer_id", keep="first", maintain_order=True).select("customer_id", pl.col("strategy").alias("by")).collect()


def _reasons(moved: pl.DataFrame, other: Outcome, arrivals: pl.DataFrame | None) -> tuple[Reason, ...]:
    """What stands against the action of each, in the version in which it is not."""
    there = other.dropped.unique(PAIR, keep="first").lazy()
    held = other.controls.lazy().with_columns(pl.lit(True).alias("control"))
    rows = moved.lazy().select(*PAIR).join(there, on=PAIR, how="left").join(held, on=PAIR, how="left")
    rows = (
        rows.join(arrivals.lazy(), on="customer_id", how="left") if arrivals is not None else rows.with_columns(by=pl.lit(None, pl.String))
    )
    limited = pl.col("limited").fill_null(False)
    why = (
        pl.when(~pl.col("strategy").cast(pl.String).is_in(list(other.running)))
        .then(pl.lit(Why.ABSENT.value))
        .when(pl.col("control").is_not_null())
        .then(pl.lit(Why.CONTROL.value))
        .when(limited & pl.col("by").is_not_null())
        .then(pl.lit(Why.DISPLACED.value))
        .when(limited)
        .then(pl.lit(Why.LIMITED.value))
        .when(pl.col("limited").is_not_null())
        .then(pl.lit(Why.GATE.value))
        .otherwise(pl.lit(Why.COHORT.value))
        .alias("why")
    )
    displaced = pl.col("why") == Why.DISPLACED.value
    told = rows.with_columns(why).with_columns(by=pl.when(displaced).then(pl.col("by").cast(pl.String)))
    counts = told.group_by(pl.col("strategy").cast(pl.String), "why", pl.col("reason").cast(pl.String), "by").len()
    found = counts.sort("len", "strategy", "why", "reason", "by", descending=[True, False, False, False, False]).collect()
    return tuple(Reason(strategy, Why(why), what, by, count) for strategy, why, what, by, count in found.iter_rows())


def _strategies(pairs: pl.DataFrame, before: Outcome, after: Outcome) -> tuple[StrategyChange, ...]:
    counts = pairs.group_by(pl.col("strategy").cast(pl.String)).agg(
        *((pl.col("side") == side).sum().alias(side) for side in ("kept", "gained", "lost")), pl.col("channel", "offer").sum()
    )
    known = {row["strategy"]: row for row in counts.iter_rows(named=True)}
    nobody = dict.fromkeys(("kept", "gained", "lost", "channel", "offer"), 0)
    found = []
    for name, shown in sorted({**before.running, **after.running}.items()):
        row = known.get(name, nobody)
        found.append(
            StrategyChange(
                name,
                shown,
                row["kept"] + row["lost"] if name in before.running else None,
                row["kept"] + row["gained"] if name in after.running else None,
                row["gained"],
                row["lost"],
                row["channel"],
                row["offer"],
                (before.values.get(name, 0.0), after.values.get(name, 0.0)),
            )
        )
    return tuple(found)


def _everyone(before: Outcome, after: Outcome) -> StrategyChange:
    """The customers with any action."""
    was, now = (each.listed.get_column("customer_id").unique() for each in (before, after))
    kept = int(was.is_in(now.implode()).sum())
    values = (sum(sorted(before.values.values())), sum(sorted(after.values.values())))
    return StrategyChange("", "", len(was), len(now), len(now) - kept, len(was) - kept, 0, 0, values)


# ------------------------------------------------------------------------------------------------ volumes


def _beside(before: Mapping[str, int], after: Mapping[str, int]) -> Iterable[tuple[str, int, int]]:
    return ((name, before.get(name, 0), after.get(name, 0)) for name in sorted({*before, *after}))


def _busiest(before: pl.DataFrame, after: pl.DataFrame) -> Iterable[tuple[str, int, int, int, int]]:
    """By channel: people with work, and the most that one of them has, before and after."""
    sums = [
        {channel: (people, most) for channel, people, most in each.group_by("channel").agg(pl.len(), pl.col("actions").max()).iter_rows()}
        for each in (before, after)
    ]
    for channel in sorted({*sums[0], *sums[1]}):
        (people, most), (now, most_now) = (each.get(channel, (0, 0)) for each in sums)
        yield channel, people, now, most, most_now


def _people(before: pl.DataFrame, after: pl.DataFrame) -> Iterable[tuple[str, str, int, int]]:
    """Those who may be named and have more or less work, the largest change first."""
    named = [each.filter(pl.col("assignee").is_not_null()) for each in (before, after)]
    joined = named[0].join(named[1], on=["channel", "assignee"], how="full", coalesce=True, suffix="_after")
    rows = joined.select("channel", "assignee", *(pl.col(name).fill_null(0).cast(pl.Int64) for name in ("actions", "actions_after")))
    change = (pl.col("actions_after") - pl.col("actions")).abs()
    return rows.filter(change > 0).sort(-change, "channel", "assignee").iter_rows()


def _limits(before: tuple[Use, ...], after: tuple[Use, ...]) -> Iterable[tuple[Use | None, Use | None]]:
    """Limits side by side, known by what they count of whom: one that was raised is still the same."""
    was, now = ({(use.key, place): use for use, place in _numbered(each)} for each in (before, after))
    for key in dict.fromkeys((*now, *was)):
        pair = was.get(key), now.get(key)
        capacity = any(use is not None and use.capacity for use in pair)
        if capacity or len({0 if use is None else use.refused for use in pair}) > 1:
            yield pair


def _numbered(uses: tuple[Use, ...]) -> Iterable[tuple[Use, int]]:
    """Limits that share a key (2 per week, 5 per month) are told apart by their order."""
    seen: defaultdict[str, int] = defaultdict(int)
    for use in uses:
        yield use, seen[use.key]
        seen[use.key] += 1


def _room(before: Outcome, after: Outcome, holding: set[str | None]) -> Iterable[tuple[str, str, int, int]]:
    """Who takes more and who less of the things that now hold somebody back; without a strategy that takes the same."""
    keys = {use.key: use.limit for use in after.uses if use.capacity and use.limit in holding}
    was, now = ({(limit, strategy): taken for limit, strategy, taken in each.taken.iter_rows()} for each in (before, after))
    moved = [(key, was.get(key, 0), now.get(key, 0)) for key in sorted({*was, *now}) if key[0] in keys]
    changes = [(keys[limit], strategy, a, b) for (limit, strategy), a, b in moved if a != b]
    return sorted(changes, key=lambda each: (each[0], each[2] - each[3], each[1]))
