"""Choices to choose from: made by hand, by chance, and as others have published them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import product
from pathlib import Path

import numpy as np
from hypothesis import strategies as st

from strategy_engine.engine.maximise.problem import NONE, Best, Choices

Claim = tuple[int, int]  # group, weight
Option = tuple[float, list[Claim]]  # value, claims

PUBLISHED = Path(__file__).parents[3] / "shared" / "data" / "orlib"


def choices(candidates: Sequence[Sequence[Option]], rooms: Sequence[int], used: Sequence[int] | None = None) -> Choices:
    """Candidates → options → claims; each group is one of a limit of its own."""
    options = [option for candidate in candidates for option in candidate]
    claims = [claim for _, own in options for claim in sorted(own)]
    group = np.array([group for group, _ in claims], np.int64)
    return Choices(
        options=np.cumsum([0, *map(len, candidates)]),
        claims=np.cumsum([0, *(len(own) for _, own in options)]),
        group=group,
        room=np.array(rooms, np.int64)[group],
        weight=np.array([weight for _, weight in claims], np.int64),
        used=np.array(used if used is not None else [0] * len(rooms), np.int64),
        limit=np.arange(len(rooms)),
        value=np.array([value for value, _ in options], np.float64),
    )


def taken(given: Choices, best: Best) -> float:
    """The total of what was chosen, having looked that each is its candidate's own option and that every claim has room in its turn."""
    used, value = given.used.tolist(), 0.0
    assert len(best.chosen) == len(given.options) - 1
    for candidate, option in enumerate(best.chosen.tolist()):
        if option == NONE:
            continue
        assert given.options[candidate] <= option < given.options[candidate + 1]
        value += float(given.value[option])
        claims = range(given.claims[option], given.claims[option + 1])
        for claim in claims:
            assert used[given.group[claim]] + given.weight[claim] <= given.room[claim]
        for claim in claims:
            used[given.group[claim]] += int(given.weight[claim])
    return value


def best_of_all(given: Choices) -> float:
    """The greatest total, by trying everything."""
    most = 0.0
    own = [[NONE, *range(*pair)] for pair in zip(given.options[:-1], given.options[1:], strict=True)]
    for chosen in product(*own):
        claims = [claim for option in chosen if option != NONE for claim in range(given.claims[option], given.claims[option + 1])]
        used = given.used + np.bincount(given.group[claims], given.weight[claims], minlength=len(given.used))
        if all(used[given.group[claim]] <= given.room[claim] for claim in claims):
            most = max(most, sum(float(given.value[option]) for option in chosen if option != NONE))
    return most


@st.composite
def small(draw: st.DrawFn) -> Choices:
    """Up to six candidates with up to three options; groups from nearly empty to ample, some of them a single customer's."""
    groups = draw(st.integers(1, 5))
    claim = st.tuples(st.integers(0, groups - 1), st.sampled_from([0, 1, 1, 1, 2, 5]))
    claims = st.lists(claim, max_size=3, unique_by=lambda each: each[0])
    option = st.tuples(st.integers(-2, 20).map(lambda value: value / 2), claims)
    candidates = draw(st.lists(st.lists(option, min_size=1, max_size=3), max_size=6))
    if draw(st.booleans()):  # all options of the first candidates claim a group of their own
        count = draw(st.integers(0, len(candidates)))
        candidates[:count] = [[(value, [*own, (groups, 1)]) for value, own in candidate] for candidate in candidates[:count]]
    rooms = draw(st.lists(st.integers(-1, 8), min_size=groups + 1, max_size=groups + 1))
    used = draw(st.lists(st.integers(0, 3), min_size=groups + 1, max_size=groups + 1))
    return choices(candidates, rooms, used)


def published() -> Iterator[tuple[str, Choices, int]]:
    """The generalised assignment problems gap1 … gap6 of the OR-Library (Chu and Beasley 1997): jobs to agents, the greatest profit.

    A file has their number; then of each the agents and jobs, the profits agent by agent, what each job takes of each agent, and how
    much each agent has. Their optima are proven; every job finds an agent in them.
    """
    optima = json.loads((PUBLISHED / "optima.json").read_text("utf-8"))["gap_maximise"]
    for file in sorted(PUBLISHED.glob("gap*.txt")):
        numbers = iter(map(int, file.read_text("utf-8").split()))
        for instance in range(1, next(numbers) + 1):
            agents, jobs = next(numbers), next(numbers)
            profit, weight = ([[next(numbers) for _ in range(jobs)] for _ in range(agents)] for _ in range(2))
            rooms = [next(numbers) for _ in range(agents)]
            name = f"{file.stem}-{instance} ({agents}x{jobs})"
            ways = [[(profit[agent][job], [(agent, weight[agent][job])]) for agent in range(agents)] for job in range(jobs)]
            yield name, choices(ways, rooms), optima[name]
