"""Prices: what each group charges for its room, so that nobody wants more of it than there is.

Given prices, every part of the core takes what is worth more than it costs; this is the Lagrangian relaxation of the groups, whose value is
a bound for any choice (Fisher 1981, *The Lagrangian relaxation method for solving integer programming problems*). The bound is least where
demand meets room. There each group's price is sought by itself, by the sign of its excess demand alone: the step grows while the sign stays
and shrinks when it turns (Riedmiller and Braun 1993, *RPROP*), first on a sample of the parts, then on more of them, then on all.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np

from strategy_engine.engine.maximise.columns import Column
from strategy_engine.engine.maximise.problem import Floats, Ints, first_of_each, total, within
from strategy_engine.engine.maximise.reduce import Core
from strategy_engine.record import record

CHUNK = 1 << 17  # options; what is computed of them stays in the processor's cache
THREADS = min(4, os.cpu_count() or 1)  # chunks are the same, and added up in the same order, whatever their number


@record
class Answer:
    """What the parts take at some prices.

    bound: of the total, by these prices.      demand: by group.      taken: the options, by part.
    """

    bound: float
    demand: Ints
    taken: Ints


def answer(core: Core, prices: Floats) -> Answer:
    """What each part takes at these prices. The last price is that of no group: 0."""
    spans = list(chunks(core))
    if len(spans) < 2:
        found = [_answer(core, prices, *span) for span in spans]
    else:
        with ThreadPoolExecutor(THREADS) as pool:
            found = list(pool.map(lambda span: _answer(core, prices, *span), spans))
    demand = np.zeros(len(prices), np.int64)
    bound = total(prices[:-1] * core.room[:-1])
    for one in found:
        bound += one.bound
        demand += one.demand
    taken = np.concatenate([one.taken for one in found]) if found else np.zeros(0, np.int64)
    return Answer(bound, demand, taken)


def chunks(core: Core) -> Iterator[tuple[int, int]]:
    """Stretches of parts with about as many options each."""
    first = 0
    while first < len(core.starts) - 1:
        last = int(np.searchsorted(core.starts, core.starts[first] + CHUNK, side="right")) - 1
        last = min(max(last, first + 1), len(core.starts) - 1)
        yield first, last
        first = last


def net(core: Core, prices: Floats, low: int, high: int) -> Floats:
    """What the options from `low` to `high` are worth beyond what they cost."""
    worth = core.value[low:high].copy()
    for column in core.claims:
        cost = prices[column.group[low:high]]
        worth -= cost if column.weight is None else cost * column.weight[low:high]
    return worth


def _answer(core: Core, prices: Floats, first: int, last: int) -> Answer:
    low, high = int(core.starts[first]), int(core.starts[last])
    worth = net(core, prices, low, high)
    starts = core.starts[first:last] - low
    part = core.part[low:high] - first
    takes = core.takes[first:last]
    bound, taken = 0.0, []
    for turn in range(int(takes.max(initial=0))):
        best = np.maximum.reduceat(worth, starts)
        winners = np.flatnonzero((worth == best[part]) & (worth > 0))
        winners = winners[first_of_each(part[winners])]
        if turn:
            winners = winners[takes[part[winners]] > turn]
        bound += total(worth[winners])
        taken.append(winners)
        if turn + 1 < takes.max():
            gone = np.full(last - first, -1, np.int64)
            gone[part[winners]] = core.candidate[low:high][winners]
            worth[core.candidate[low:high] == gone[part]] = -np.inf
    chosen = np.sort(np.concatenate(taken)) + low if taken else np.zeros(0, np.int64)
    return Answer(bound, demand_of(core, chosen), chosen)


def demand_of(core: Core, taken: Ints) -> Ints:
    """By group, what the options take."""
    demand = np.zeros(len(core.room), np.int64)
    for column in core.claims:  # whole numbers below 2^53 add up without error
        weights = None if column.weight is None else column.weight[taken]
        demand += np.bincount(column.group[taken], weights, minlength=len(demand)).astype(np.int64)
    return demand


# ------------------------------------------------------------------------------------------------ the search


FIRST_STEP, LATER_STEP = 0.25, 0.01  # of what a unit of a group is worth on average
FINER = 0.04  # of a price: the first step on a larger sample
GROWS, SHRINKS = 1.2, 0.5
SAMPLES = (64, 8)  # one part of so many, at first
ENOUGH = 50_000  # options of a sample: fewer say nothing of the whole
ROUNDS = 40  # on a sample
WORK = 500_000_000  # options looked at on the whole: the larger it is, the fewer rounds it needs, as parts even out
FEWEST, MOST_ROUNDS = 25, 400
NEAR, KEPT = 150, 40_000  # prices that are kept at most, and options that all of them together are looked at with
CALM, LITTLE = 20, 1e-5  # rounds in which the bound has come down by no more than this share of it are the last


@record
class Found:
    """The prices at which the bound is least, and those at which it was nearly so, latest last."""

    prices: Floats
    bound: float
    near: tuple[Floats, ...]


def seek(core: Core) -> Found:
    """The prices at which the bound is least."""
    scale = _scale(core)
    prices, step = np.zeros(len(core.room)), scale * FIRST_STEP
    for every in SAMPLES:
        if len(core.option) >= every * ENOUGH:
            found = _search(sample(core, every), prices, step, ROUNDS)
            prices, step = found.prices, np.maximum(FINER * found.prices, LATER_STEP * scale)
    rounds = min(max(WORK // max(len(core.option), 1), FEWEST), MOST_ROUNDS)
    return _search(core, prices, step, rounds)


def _search(core: Core, prices: Floats, step: Floats, rounds: int) -> Found:
    kept = min(max(KEPT // max(len(core.option), 1), 1), NEAR)
    bound, near, bounds = np.inf, [prices], list[float]()
    before = np.zeros(len(prices))
    for _ in range(rounds):
        found = answer(core, prices)
        if found.bound < bound:
            bound, near = found.bound, [*near, prices][-kept:]
        bounds.append(bound)
        if kept < NEAR and len(bounds) > CALM and bounds[-1 - CALM] - bound <= LITTLE * bound:
            break
        excess = np.sign(found.demand - core.room).astype(np.float64)
        excess[-1] = 0.0  # nobody pays for what is no group
        if not (excess > 0).any() and not prices[excess < 0].any():
            break  # demand meets room wherever a price is paid: this is the best choice
        turned = excess * before
        step = step * np.where(turned > 0, GROWS, np.where(turned < 0, SHRINKS, 1.0))
        before = excess
        prices = np.maximum(prices + excess * step, 0.0)
    return Found(near[-1], bound, tuple(near))


def _scale(core: Core) -> Floats:
    """By group, what its options are worth on average for each unit that they take."""
    worth, asked = np.zeros(len(core.room)), asked_of(core.claims, len(core.room))
    for column in core.claims:
        worth += np.bincount(column.group, core.value, minlength=len(worth))
    return worth / np.maximum(asked, 1.0)


def sample(core: Core, every: int) -> Core:
    """One part of so many, and as much of the room as falls to their claims."""
    kept = np.arange(0, len(core.takes), every)
    options, starts = within(core.starts, kept)
    claims = tuple(Column(one.group[options], None if one.weight is None else one.weight[options]) for one in core.claims)
    asked, whole = asked_of(claims, len(core.room)), asked_of(core.claims, len(core.room))
    share = np.divide(asked, whole, out=np.zeros(len(whole)), where=whole > 0)
    return replace(
        core,
        option=core.option[options],
        value=core.value[options],
        candidate=core.candidate[options],
        part=np.repeat(np.arange(len(kept), dtype=np.int32), np.diff(starts)),
        starts=starts,
        takes=core.takes[kept],
        anchor=core.anchor[kept],
        claims=claims,
        room=np.floor(core.room * share).astype(np.int64),
    )


def asked_of(claims: tuple[Column, ...], groups: int) -> Floats:
    """By group, what all options together would take."""
    total = np.zeros(groups)
    for one in claims:
        total += np.bincount(one.group, one.weight, minlength=groups)
    return total
