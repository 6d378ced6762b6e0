"""Claims as columns: limits that never claim the same option share one, so that a price is looked up a column at a time."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import numpy as np

from strategy_engine.engine.maximise.problem import Choices, Ints, Mask, owners
from strategy_engine.record import record

STRETCH = 1 << 20  # options
UNSEEN = 2**62


@record
class Rows:
    """Claims, a row each, by option."""

    option: Ints
    group: Ints
    weight: Ints

    def only(self, rows: Ints) -> Rows:
        return Rows(self.option[rows], self.group[rows], self.weight[rows])


def joined(parts: list[Rows]) -> Rows:
    """All of them, in this order."""
    return Rows(*(np.concatenate([getattr(part, name) for part in parts]) for name in ("option", "group", "weight")))


@record
class Column:
    """For each option a group of which it takes, and how much (None: 1 throughout); one that takes of none has the last group."""

    group: Ints
    weight: Ints | None


def stretches(choices: Choices, *, backwards: bool = False) -> Iterator[tuple[Ints, slice]]:
    """The claims of so many options at a time, and whose each is: all at once would take as much memory again."""
    options = len(choices.value)
    lows = range(0, options, STRETCH)
    for low in reversed(lows) if backwards else lows:
        starts = choices.claims[low : min(low + STRETCH, options) + 1]
        yield owners(starts) + np.int32(low), slice(int(starts[0]), int(starts[-1]))


def columns(choices: Choices, option: Ints, priced: Mask) -> tuple[Ints, tuple[Column, ...]]:
    """The priced groups, and the claims of the options on them in as few columns as it takes.

    Groups come in the order of their first claims, so that it does not matter how they were numbered. What takes 1 throughout stands
    apart from what does not.
    """
    row = np.full(len(choices.value), -1, np.int32)
    row[option] = np.arange(len(option), dtype=np.int32)
    first, together, heavy = _seen(choices, row, priced)
    names = np.flatnonzero(first < UNSEEN)
    names = names[np.argsort(first[names])]
    number = np.zeros(len(priced), np.int32)
    number[names] = np.arange(len(names), dtype=np.int32)
    place = _places(together, heavy, np.unique(choices.limit[names]))
    made = [_empty(len(option), len(names), weighs) for weighs in _weighing(place, heavy)]
    for rows, claims in _priced(choices, row, priced):
        at = place[choices.limit[claims.group]]
        for index, column in enumerate(made):
            here = np.flatnonzero(at == index)
            column.group[rows[here]] = number[claims.group[here]]
            if column.weight is not None:
                column.weight[rows[here]] = claims.weight[here]
    return names, tuple(made)


def _priced(choices: Choices, row: Ints, priced: Mask, *, backwards: bool = False) -> Iterator[tuple[Ints, Rows]]:
    """The claims on priced groups, stretch by stretch, with the rows of their options."""
    for own, claims in stretches(choices, backwards=backwards):
        group, weight = choices.group[claims], choices.weight[claims]
        kept = np.flatnonzero(priced[group] & (row[own] >= 0) & (weight > 0))
        yield row[own[kept]], Rows(own[kept], group[kept], weight[kept])


def _seen(choices: Choices, row: Ints, priced: Mask) -> tuple[Ints, Mask, Mask]:
    """By group its first claim; which limits claim the same options; and which ever take other than 1."""
    limits = int(choices.limit.max(initial=0)) + 1
    first = np.full(len(priced), UNSEEN, np.int64)
    together, heavy = np.zeros((limits, limits), bool), np.zeros(limits, bool)
    end = UNSEEN
    for _, claims in _priced(choices, row, priced, backwards=True):
        end -= len(claims.group)
        first[claims.group[::-1]] = np.arange(end, end + len(claims.group))[::-1]  # of several the last assignment stands
        limit = choices.limit[claims.group]
        heavy[limit[claims.weight != 1]] = True
        apart = 1
        while (same := np.flatnonzero(claims.option[apart:] == claims.option[:-apart])).size:
            together[limit[same], limit[same + apart]] = together[limit[same + apart], limit[same]] = True
            apart += 1
    return first, together, heavy


def _places(together: Mask, heavy: Mask, limits: Ints) -> Ints:
    """By limit, the first column that none of those have which claim the same options."""
    place = np.full(len(heavy), -1, np.int64)
    for limit in limits.tolist():
        taken = set(place[together[limit] | (heavy != heavy[limit])].tolist())
        place[limit] = next(at for at in count() if at not in taken)
    return place


def _weighing(place: Ints, heavy: Mask) -> list[bool]:
    """By column, whether any of its limits takes other than 1."""
    return [bool(heavy[place == at].any()) for at in range(int(place.max(initial=-1)) + 1)]


def _empty(options: int, nothing: int, weighs: bool) -> Column:
    return Column(np.full(options, nothing, np.int32), np.zeros(options, np.int64) if weighs else None)
