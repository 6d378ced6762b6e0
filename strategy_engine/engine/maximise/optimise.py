"""The table of contents: leave out what decides itself, find prices, settle at them, improve, and prove it where it is small."""

from __future__ import annotations

import numpy as np

from strategy_engine.engine.maximise.exact import solve
from strategy_engine.engine.maximise.improve import improve
from strategy_engine.engine.maximise.prices import Found, chunks, net, seek
from strategy_engine.engine.maximise.problem import NONE, Best, Choices, Floats, Ints, total
from strategy_engine.engine.maximise.reduce import Core, reduce
from strategy_engine.engine.maximise.settle import State, fill, nothing_taken

IMPROVED = 5_000  # options: among more, what one of them could do better does not show in the total
EXACT = 2_000  # options that a solver is asked to prove


def optimise(choices: Choices, *, exact: bool = True) -> Best:
    """The best total, and a bound that no choice exceeds. With `exact`, small cases are solved for good where HiGHS is installed."""
    core = reduce(choices)
    found = seek(core)
    best = _settled(core, found)
    value, bound = total(core.value[best]), found.bound
    proved = value >= bound
    if exact and not proved and len(core.option) <= EXACT:
        solution = solve(core, best)
        if solution is not None:
            best, bound, proved = solution.taken, min(bound, solution.bound), solution.proved
            value = total(core.value[best])
    bound = value if proved else max(bound, value)
    chosen = np.full(len(choices.options) - 1, NONE, np.int64)
    chosen[core.candidate[best]] = core.option[best]
    return Best(chosen, value, bound, prices_of(choices, core, found.prices, best), proved)


def _settled(core: Core, found: Found) -> Ints:
    """The options of the best choice at the best prices; of a small problem, at any of those that were nearly as good, or in the
    global order."""
    small = len(core.option) <= IMPROVED
    ways = [worths(core, prices) for prices in reversed(found.near)]
    if small:
        ways.append(-core.option.astype(np.float64))
    taken: Ints = np.zeros(0, np.int64)
    most = -1.0
    for worth in ways:
        state = _settle(core, worth, small=small)
        value = total(core.value[state.taken])
        if value > most:
            taken, most = state.taken, value
    return taken


def _settle(core: Core, worth: Floats, *, small: bool) -> State:
    """Who gains takes first, the most first; what room is left is for all the others."""
    state = nothing_taken(core)
    fill(core, state, worth, np.flatnonzero(worth > 0))
    fill(core, state, worth, np.arange(len(worth)))
    if small:
        improve(core, state, worth)
    return state


def worths(core: Core, prices: Floats) -> Floats:
    """What each option is worth beyond what it costs."""
    parts = [net(core, prices, int(core.starts[first]), int(core.starts[last])) for first, last in chunks(core)]
    return np.concatenate(parts) if parts else np.zeros(0)


def prices_of(choices: Choices, core: Core, prices: Floats, taken: Ints) -> Floats:
    """By group among the choices. A part's own group charges what the least of those gains that it lets in, if it is full."""
    found = np.zeros(len(choices.used))
    found[core.names] = prices[:-1]
    gains, part = worths(core, prices)[taken], core.part[taken]
    least = np.full(len(core.takes), np.inf)
    np.minimum.at(least, part, gains)
    full = (np.bincount(part, minlength=len(core.takes)) >= core.takes) & (core.anchor >= 0)
    found[core.anchor[full]] = np.maximum(least[full], 0.0)
    return found
