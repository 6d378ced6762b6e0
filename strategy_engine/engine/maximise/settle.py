"""From prices to a choice that keeps to every room: who gains most takes first, then whoever finds room.

Parts propose the best that they could still take; of what asks for the same group, the dearest are accepted as far as there is room. Then
those who were left out propose anew, until nobody finds room. The last of them are taken one by one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from strategy_engine.engine.maximise.prices import demand_of
from strategy_engine.engine.maximise.problem import Floats, Ints, Mask, first_of_each
from strategy_engine.engine.maximise.reduce import Core

FEW = 20_000  # options; so many are sooner taken one by one than in rounds


@dataclass
class State:
    """What is taken so far. left: by group, the room.      open: by part, how many more it may take.      holds: by candidate of the core
    (`Core.candidate`), the option that it has, or -1."""

    left: Ints
    open: Ints
    holds: Ints

    @property
    def taken(self) -> Ints:
        return np.sort(self.holds[self.holds >= 0])


def nothing_taken(core: Core) -> State:
    """Where everything is open."""
    candidates = int(core.candidate.max(initial=-1)) + 1
    return State(core.room.copy(), core.takes.copy(), np.full(candidates, -1, np.int32))


def fill(core: Core, state: State, worth: Floats, among: Ints) -> None:
    """Take of the options `among` (ascending), the worthiest first, whatever finds room."""
    active = among
    while True:
        active = active[_possible(core, state, active)]
        if len(active) <= FEW:
            break
        best = _best_of_parts(core, worth, active)
        best = best[np.argsort(-worth[best], kind="stable")]
        _take(core, state, best[_fit_together(core, state, best)])
    _one_by_one(core, state, worth, active)


def _possible(core: Core, state: State, options: Ints) -> Mask:
    """Which options could be taken each by itself."""
    fits = (state.holds[core.candidate[options]] < 0) & (state.open[core.part[options]] > 0)
    for column in core.claims:
        room = state.left[column.group[options]]
        fits &= room > 0 if column.weight is None else room >= column.weight[options]
    return fits


def _best_of_parts(core: Core, worth: Floats, options: Ints) -> Ints:
    part = core.part[options]
    first = first_of_each(part)
    starts, number = np.flatnonzero(first), np.cumsum(first) - 1
    own = worth[options]
    best = np.flatnonzero(own == np.maximum.reduceat(own, starts)[number])
    return options[best[first_of_each(number[best])]]


def _fit_together(core: Core, state: State, options: Ints) -> Mask:
    """Which fit, were all before them in every group taken."""
    fits = np.ones(len(options), bool)
    for column in core.claims:
        group = column.group[options]
        order = np.argsort(group, kind="stable")
        sorted_ = group[order]
        asked = np.cumsum(np.ones(len(options), np.int64) if column.weight is None else column.weight[options][order])
        starts = np.flatnonzero(first_of_each(sorted_))
        before = np.concatenate([[0], asked])[starts]
        asked -= np.repeat(before, np.diff(np.concatenate([starts, [len(options)]])))
        fits[order] &= asked <= state.left[sorted_]
    return fits


def _take(core: Core, state: State, options: Ints) -> None:
    state.left -= demand_of(core, options)
    state.open -= np.bincount(core.part[options], minlength=len(state.open))
    state.holds[core.candidate[options]] = options


def _one_by_one(core: Core, state: State, worth: Floats, options: Ints) -> None:
    order = options[np.argsort(-worth[options], kind="stable")]
    parts, candidates = core.part[order].tolist(), core.candidate[order].tolist()
    columns = [(one.group[order].tolist(), [1] * len(order) if one.weight is None else one.weight[order].tolist()) for one in core.claims]
    left, open_, holds = state.left.tolist(), dict(zip(parts, state.open[parts].tolist(), strict=True)), set()
    taken = []
    for row, (part, candidate) in enumerate(zip(parts, candidates, strict=True)):
        if open_[part] <= 0 or candidate in holds or any(left[group[row]] < weight[row] for group, weight in columns):
            continue
        open_[part] -= 1
        holds.add(candidate)
        for group, weight in columns:
            left[group[row]] -= weight[row]
        taken.append(row)
    _take(core, state, order[taken])
