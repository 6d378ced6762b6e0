"""Arbitrate: one order over the whole bank. What the arbitration excepts comes first, then priority and score, then a stable hash."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from strategy_engine.engine.day.allocate import NONE, Allocation, Problem, allocate
from strategy_engine.engine.day.claims import BOUND, CONTROLS, GROUP, OPTION, ROOM, WEIGHT, NumberedClaims
from strategy_engine.engine.day.draws import ties
from strategy_engine.engine.day.gate import CANDIDATE, CUSTOMER, EXEMPT, NOBODY
from strategy_engine.engine.day.gate import OPTION as NUMBER
from strategy_engine.engine.day.options import CONTROL_DRAW, JOURNEY, PRIORITY, SCORE, action
from strategy_engine.plan.day import DayPlan
from strategy_engine.record import record

ORDER, CHOSEN, GOES_ON = "#order", "#chosen", "#goes_on"
BLOCKED_BY, TAKEN, ROOM_SEEN, RIVAL, BLOCKED_GROUP = "#blocked_by", "#taken", "#room", "#rival_score", "#blocked_group"
RIVAL_PRIORITY, PRICE = "#rival_priority", "#price"
DECIDED = {
    CHOSEN: pl.Boolean,
    BLOCKED_BY: pl.UInt32,
    BLOCKED_GROUP: pl.UInt32,
    ROOM_SEEN: pl.Int64,
    TAKEN: pl.Int64,
    RIVAL: pl.Float64,
    RIVAL_PRIORITY: pl.Float64,
    PRICE: pl.Float64,
}
"""What an arbitration adds to its options."""
BLOCK = 100_000  # candidates


@record
class Worth:
    """What a choice for the best total is worth. of: what is added up.      value: the total.      bound: no choice has a greater one.
    exact: whether it is proved that there is none better.      prices: by group, what one more of its room would bring."""

    of: str
    value: float
    bound: float
    exact: bool
    prices: Sequence[float]


@record
class Arbitrated:
    """All options after the arbitration, in the global order of their candidates, best first.

    options: those that passed the gate, with #order (the candidate's place, from 0), #chosen, and of an
    option tried in vain #blocked_by (a bound's number), #blocked_group, #taken and #room (of the group), and
    #rival_score and #rival_priority (of the last accepted that had taken of it); under `maximize:` the #price of what it would take.
    used: by group, what is taken in the end.      worth: under `maximize:`, what the choice is worth.
    """

    options: pl.DataFrame
    used: pl.Series
    worth: Worth | None = None


def arbitrate(plan: DayPlan, ordered: pl.DataFrame, claims: NumberedClaims) -> Arbitrated:
    """Accept what has room. `ordered` are the options that passed the gate, in the global order."""
    if plan.model.arbitration.maximize is not None:
        from strategy_engine.engine.day.maximise import maximised  # with numpy, which nothing else of a run needs

        own = _claims_in_order(ordered, claims.claims)
        return maximised(plan.model.arbitration.maximize, ordered, own, claims.groups)
    decided = ordered.hstack(_decided(ordered, _contested(ordered, claims), claims.groups))
    return Arbitrated(decided, _used(decided, claims))


def in_order(plan: DayPlan, options: pl.DataFrame, keys: pl.Series) -> pl.DataFrame:
    """The options in the global order of their candidates, with each candidate's place. `keys` are the customers' ids by their numbers."""
    # a candidate has its place from its best option; the others follow it
    heads = options.unique(CANDIDATE, keep="first", maintain_order=True)
    strategies = heads.get_column(action("strategy")).cast(pl.String)
    customers = keys.gather(heads.get_column(CUSTOMER))
    hashes = ties(plan.date, strategies.to_list(), customers.to_list())
    by = [(EXEMPT, True), *_criteria(plan), ("tie", False)]
    goes_on = pl.col(JOURNEY).is_not_null().alias(GOES_ON)
    heads = heads.select(CANDIDATE, EXEMPT, SCORE, pl.col(PRIORITY).fill_null(0.0), goes_on).with_columns(hashes)
    if not hashes.is_unique().all():  # next to never, and texts sort slowly
        heads = heads.with_columns(strategies.alias("strategy"), customers.alias("customer"))
        by += [("strategy", False), ("customer", False)]
    placed = heads.sort([name for name, _ in by], descending=[descending for _, descending in by], nulls_last=True)
    places = placed.select(CANDIDATE, pl.int_range(pl.len(), dtype=pl.UInt32).alias(ORDER))
    rows = options.lazy().select(CANDIDATE, NUMBER, pl.int_range(pl.len(), dtype=pl.UInt32).alias("row"))
    order = rows.join(places.lazy(), on=CANDIDATE).sort(ORDER, NUMBER).select(ORDER, "row").collect()  # narrow: rows are wide
    return options[order.get_column("row")].with_columns(order.get_column(ORDER))


def _criteria(plan: DayPlan) -> list[tuple[str, bool]]:
    """The columns of the arbitration's order; a due step of a journey goes before new journeys of the same priority."""
    columns = {"priority": PRIORITY, "score": SCORE}
    order = [(columns[name], descending) for name, descending in plan.model.arbitration.order]
    place = next((at + 1 for at, (name, _) in enumerate(order) if name == PRIORITY), 0)
    return [*order[:place], (GOES_ON, True), *order[place:]]


def _claims_in_order(options: pl.DataFrame, claims: pl.DataFrame) -> pl.DataFrame:
    """The claims of the options, in their order, with the row of their option."""
    rows = options.select(pl.col(NUMBER).alias(OPTION), pl.int_range(pl.len(), dtype=pl.UInt32).alias("row"))
    return claims.join(rows, on=OPTION).sort("row", BOUND)


def _contested(options: pl.DataFrame, claims: NumberedClaims) -> pl.DataFrame:
    """The claims on groups that have not room for all who want of them, each candidate once: no other can ever be refused. Most groups are
    a customer, of whom few candidates want little."""
    owners = options.lazy().select(pl.col(NUMBER).alias(OPTION), CANDIDATE)
    each = claims.claims.lazy().join(owners, on=OPTION).group_by(GROUP, CANDIDATE).agg(pl.col(WEIGHT).max(), pl.col(ROOM).min())
    wanted = each.group_by(GROUP).agg(pl.col(WEIGHT).sum(), pl.col(ROOM).min()).join(claims.groups.lazy().select(GROUP, "used"), on=GROUP)
    full = wanted.filter(pl.col("used") + pl.col(WEIGHT) > pl.col(ROOM)).select(GROUP)
    return claims.claims.lazy().join(full, on=GROUP, how="semi", maintain_order="left").collect()


def _used(options: pl.DataFrame, claims: NumberedClaims) -> pl.Series:
    """By group, what is taken in the end."""
    chosen = options.lazy().filter(CHOSEN).select(pl.col(NUMBER).alias(OPTION), CONTROL_DRAW)
    taking = claims.claims.lazy().join(chosen, on=OPTION).filter(pl.col(CONTROLS) | ~pl.col(CONTROL_DRAW))
    taken = taking.group_by(GROUP).agg(pl.col(WEIGHT).sum())
    both = claims.groups.lazy().select(GROUP, "used").join(taken, on=GROUP, how="left", maintain_order="left")
    return both.select(pl.col("used") + pl.col(WEIGHT).fill_null(0)).collect().to_series()


# ------------------------------------------------------------------------------------------------ block by block


def _decided(options: pl.DataFrame, claims: pl.DataFrame, groups: pl.DataFrame) -> pl.DataFrame:
    """What became of the options, by row. `claims` are those on contested groups.

    The allocation is plain Python: block by block, as its lists take ten times the room of columns.
    """
    numbers = claims.get_column(GROUP).unique().sort()  # few are left
    used: Sequence[int] = groups.get_column("used").gather(numbers).to_list()
    last: Sequence[int] | None = None
    heads = options.filter(pl.col(ORDER) != pl.col(ORDER).shift(fill_value=NOBODY)).select(SCORE, PRIORITY)
    blocks = [pl.DataFrame(schema=DECIDED)]
    for start in range(0, heads.height, BLOCK):
        low, high = (int(options.get_column(ORDER).search_sorted(at)) for at in (start, start + BLOCK))
        mine = options[low:high]
        wanted = _claims_in_order(mine, claims)
        result = allocate(_problem(mine, wanted, numbers, used, last, start))
        used, last = result.used, result.last
        blocks.append(_of_block(result, wanted, heads, mine.height))
    return pl.concat(blocks)


def _problem(
    options: pl.DataFrame, claims: pl.DataFrame, numbers: pl.Series, used: Sequence[int], last: Sequence[int] | None, start: int
) -> Problem:
    """The allocation of a block; groups by their place among those that are contested."""
    orders = options.get_column(ORDER)
    return Problem(
        options=_starts(orders - start, int(orders[-1]) + 1 - start),
        claims=_starts(claims.get_column("row"), options.height),
        group=numbers.search_sorted(claims.get_column(GROUP)).to_list(),
        room=claims.get_column(ROOM).to_list(),
        weight=claims.get_column(WEIGHT).to_list(),
        controls=claims.get_column(CONTROLS).to_list(),
        control=options.get_column(CONTROL_DRAW).to_list(),
        used=used,
        last=last,
        start=start,
    )


def _starts(owners: pl.Series, count: int) -> list[int]:
    """Where each owner's rows begin in an ascending column of owners 0 … count - 1, and where all end."""
    numbers = pl.int_range(count + 1, dtype=pl.UInt32, eager=True)
    return owners.search_sorted(numbers, side="left").to_list()


def _of_block(result: Allocation, claims: pl.DataFrame, heads: pl.DataFrame, count: int) -> pl.DataFrame:
    """What became of a block's options; `heads` are the scores and priorities of all candidates."""
    blocked, rivals = _present(result.blocked), _present(result.rival)
    chosen = pl.Series([option for option in result.chosen if option != NONE], dtype=pl.UInt32)
    taken = pl.Series(result.taken, dtype=pl.Int64)
    columns = {
        CHOSEN: pl.int_range(count, dtype=pl.UInt32, eager=True).is_in(chosen.implode()),
        BLOCKED_BY: claims.get_column(BOUND).gather(blocked),
        BLOCKED_GROUP: claims.get_column(GROUP).gather(blocked),
        ROOM_SEEN: claims.get_column(ROOM).gather(blocked),
        TAKEN: pl.select(pl.when(blocked.is_not_null()).then(taken)).to_series(),
        RIVAL: heads.get_column(SCORE).gather(rivals),
        RIVAL_PRIORITY: heads.get_column(PRIORITY).gather(rivals),
        PRICE: pl.Series([None], dtype=pl.Float64).new_from_index(0, count),
    }
    return pl.DataFrame(columns, schema=DECIDED)


def _present(numbers: Sequence[int]) -> pl.Series:
    """Row numbers, missing where there is none."""
    return pl.Series([number if number != NONE else None for number in numbers], dtype=pl.UInt32)
