"""What is left to choose once all is taken out that decides itself, in parts that only prices hold together.

Most groups are a customer's own (`keep: 1 per customer`). A million of them would need a million prices; instead the candidates of such a
group are one *part*, of which the best few are taken exactly. What is left to be priced are the groups that parts share.
"""

from __future__ import annotations

import numpy as np

from strategy_engine.engine.maximise.columns import Column, Rows, columns, joined, stretches
from strategy_engine.engine.maximise.problem import Choices, Floats, Ints, Mask, owners
from strategy_engine.record import record

MOST_TAKEN = 8  # of a part; each is a pass over it, and a group with more room than that is well served by a price
SMALL = 64  # a group with more room is taken for one that may fill up, which costs a price and nothing else
UNBOUNDED = 2**62


@record
class Core:
    """The options that may be taken, part by part; in a part candidates in the global order, their options best first.

    option: the number of each among the choices.      value: of each.      candidate: whose each is, ascending within a part.
    part: of each option.      starts: where each part's options begin (and, last, where all end).
    takes: how many of a part's candidates may be taken.      anchor: of each part, the group among the choices that says so, or -1.
    claims: what the options take.
    room: by group, what is left of it; behind them that of no group, of which there is always enough.
    names: the number of each group among the choices.
    """

    option: Ints
    value: Floats
    candidate: Ints
    part: Ints
    starts: Ints
    takes: Ints
    anchor: Ints
    claims: tuple[Column, ...]
    room: Ints
    names: Ints


def reduce(choices: Choices) -> Core:
    """Leave out what can never be taken, and the groups that can never be full."""
    alive, room = _possible(choices)
    binding = _wanted(choices, alive) > room
    near = _claims(choices, alive, binding & (room <= SMALL))
    candidate = owners(choices.options)
    anchor = _anchors(candidate, near, room, choices.limit, alive)
    part, takes = _parts(anchor, room)
    priced = binding & _can_fill(near, room, candidate, part, takes)
    priced[anchor[anchor >= 0]] = False
    return _laid_out(choices, candidate, alive, part, takes, anchor, priced, room)


def _possible(choices: Choices) -> tuple[Mask, Ints]:
    """The options that could be taken by themselves; and what is left of each group, by the claim of theirs that sees the least."""
    alive = choices.value > 0
    room = np.full(len(choices.used), UNBOUNDED, np.int64)
    for own, claims in stretches(choices):
        group, seen = choices.group[claims], choices.room[claims]
        alive[own[choices.used[group] + choices.weight[claims] > seen]] = False
        lower = np.flatnonzero(alive[own] & (seen < room[group]))
        group, seen = group[lower], seen[lower]
        room[group] = seen
        if (room[group] > seen).any():  # an amount is the same within its group, but where somebody does without it
            np.minimum.at(room, group, seen)
    room -= choices.used
    for own, claims in stretches(choices):
        alive[own[choices.weight[claims] > room[choices.group[claims]]]] = False
    return alive, room


def _wanted(choices: Choices, alive: Mask) -> Floats:
    """By group, what all options together would take."""
    wanted = np.zeros(len(choices.used))
    for own, claims in stretches(choices):
        wanted += np.bincount(choices.group[claims], choices.weight[claims] * alive[own], minlength=len(wanted))
    return wanted


def _claims(choices: Choices, alive: Mask, groups: Mask) -> Rows:
    """The claims on some groups, of options that may be taken."""
    found = [Rows(*np.zeros((3, 0), np.int32))]
    for own, claims in stretches(choices):
        rows = Rows(own, choices.group[claims], choices.weight[claims])
        found.append(rows.only(np.flatnonzero(alive[own] & (rows.weight > 0) & groups[rows.group])))
    return joined(found)


# ------------------------------------------------------------------------------------------------ parts


def _anchors(candidate: Ints, claims: Rows, room: Ints, limit: Ints, alive: Mask) -> Ints:
    """By candidate, the group that makes it part of something, or -1.

    Such a group claims all options of its candidates, and none of them is part of something else. Limits with most groups come first:
    so many prices are spared.
    """
    options = np.bincount(candidate[alive], minlength=int(candidate[-1]) + 1 if len(candidate) else 0)
    fit = room <= MOST_TAKEN
    fit[claims.group[claims.weight != 1]] = False
    few = np.flatnonzero(fit[claims.group]).astype(np.int32)
    who, what, times = _pairs(candidate[claims.option[few]], claims.group[few], len(room))
    members = np.bincount(what, minlength=len(room))
    fit &= members > room  # else as many as there are may be taken: no limit at all
    fit[what[times < options[who]]] = False
    anchor = np.full(len(options), -1, np.int32)
    mine = fit[what]
    who, what = who[mine], what[mine]
    groups = np.flatnonzero(fit)
    counts = np.bincount(limit[groups], minlength=int(limit.max(initial=0)) + 1)
    for number in np.argsort(-counts, kind="stable")[: np.count_nonzero(counts)]:
        free = fit & (limit == number)
        free[what[anchor[who] >= 0]] = False
        here = free[what]
        anchor[who[here]] = what[here]
    return anchor


def _pairs(left: Ints, right: Ints, size: int) -> tuple[Ints, Ints, Ints]:
    """All pairs, and how often each is there; by the left, then the right."""
    keys = left.astype(np.int64)
    keys *= max(size, 1)
    keys += right
    keys.sort()
    first = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]])) if len(keys) else np.zeros(0, np.int64)
    times = np.diff(np.concatenate([first, [len(keys)]]))
    return keys[first] // max(size, 1), keys[first] % max(size, 1), times


def _parts(anchor: Ints, room: Ints) -> tuple[Ints, Ints]:
    """By candidate its part, in the order of their first candidates; and how many each part may take."""
    head = np.arange(len(anchor))
    anchored = np.flatnonzero(anchor >= 0)
    first = np.full(len(room), -1, np.int64)
    first[anchor[anchored[::-1]]] = anchored[::-1]  # of several the last assignment stands: the first candidate
    head[anchored] = first[anchor[anchored]]
    heads = head == np.arange(len(anchor))
    number = (np.cumsum(heads) - 1).astype(np.int32)
    takes = np.ones(int(heads.sum()), np.int64)
    takes[number[anchored]] = room[anchor[anchored]]
    return number[head], takes


def _can_fill(near: Rows, room: Ints, candidate: Ints, part: Ints, takes: Ints) -> Mask:
    """The groups that the parts could fill between them, each taking no more than it may; those with much room are taken for such."""
    where, what, times = _pairs(part[candidate[near.option]], near.group, len(room))
    heaviest = np.zeros(len(room), np.int64)
    np.maximum.at(heaviest, near.group, near.weight)
    most = np.bincount(what, np.minimum(times, takes[where]) * heaviest[what], minlength=len(room))
    return (room > SMALL) | (most > room)


# ------------------------------------------------------------------------------------------------ laid out


def _laid_out(choices: Choices, candidate: Ints, alive: Mask, part: Ints, takes: Ints, anchor: Ints, priced: Mask, room: Ints) -> Core:
    option = np.flatnonzero(alive).astype(np.int32)
    option = option[np.argsort(part[candidate[option]], kind="stable")]
    whose = candidate[option]
    used = np.zeros(len(takes), bool)
    used[part[whose]] = True
    own = (np.cumsum(used, dtype=np.int32) - 1)[part[whose]]
    starts = np.searchsorted(own, np.arange(np.count_nonzero(used) + 1))
    names, claims = columns(choices, option, priced)
    anchors = np.full(len(starts) - 1, -1, np.int64)
    anchors[own] = anchor[whose]
    left = np.concatenate([room[names], [UNBOUNDED]])
    return Core(option, choices.value[option], whose, own, starts, takes[used], anchors, claims, left, names)
