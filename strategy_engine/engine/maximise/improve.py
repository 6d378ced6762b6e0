"""A choice made better by small changes, as long as any helps: one candidate takes more, or turns another out who has somewhere to go."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from strategy_engine.engine.maximise.problem import Floats
from strategy_engine.engine.maximise.reduce import Core
from strategy_engine.engine.maximise.settle import State

Takes = list[tuple[int, int]]
"""The groups of which an option takes, and how much; how many its part may take is a group as well."""
Changes = list[int]
"""Options taken, and (by their complement) given back."""
DEPTH, BREADTH = 3, 10  # how many are turned out for one another, and how many are tried for it
LEAST = 1e-9  # what a change must bring, lest rounding be taken for a gain


def improve(core: Core, state: State, worth: Floats) -> None:
    """Change the choice until no single change brings more. Options that are worth more are looked at first."""
    board = _Board(core, state)
    order = np.argsort(-worth, kind="stable").tolist()
    while sum(board.better(option) for option in order):
        pass
    board.back_to(state)


class _Board:
    """Who holds what, as plain lists: there are few."""

    def __init__(self, core: Core, state: State) -> None:
        groups = len(core.room)
        columns = [(one.group.tolist(), [1] * len(core.option) if one.weight is None else one.weight.tolist()) for one in core.claims]
        claims = [[(group[row], weight[row]) for group, weight in columns if group[row] < groups - 1] for row in range(len(core.option))]
        self.takes: list[Takes] = [[*own, (groups + part, 1)] for own, part in zip(claims, core.part.tolist(), strict=True)]
        self.left: list[int] = [*state.left.tolist(), *state.open.tolist()]
        self.groups = groups
        self.value, self.candidate = core.value.tolist(), core.candidate.tolist()
        self.ways: dict[int, list[int]] = defaultdict(list)
        for row, candidate in enumerate(self.candidate):
            self.ways[candidate].append(row)
        self.holds: dict[int, int] = {}
        self.holders: dict[int, dict[int, None]] = defaultdict(dict)
        for row in state.taken.tolist():
            self._note(row)

    def better(self, option: int) -> bool:
        """Take the option if that brings more: alone, or with others turned out for it."""
        former = self.holds.get(self.candidate[option])
        if former == option:
            return False
        undo: Changes = []
        if self._moved(option, LEAST, DEPTH, undo):
            return True
        assert not undo  # noqa: S101 - what did not help was taken back
        return False

    def _moved(self, option: int, owed: float, depth: int, done: Changes) -> bool:
        """Let the candidate have the option if what that brings, and what follows from it, is more than is owed."""
        former = self.holds.get(self.candidate[option])
        gain = self.value[option] - (0.0 if former is None else self.value[former]) - owed
        mark = len(done)
        if former is not None:
            self._do(~former, done)
        short = [group for group, weight in self.takes[option] if self.left[group] < weight]
        if not short and gain > 0:
            self._do(option, done)
            return True
        if short and depth and gain > 0:
            need = dict(self.takes[option])
            for other in self._others(short, need):
                self._do(~other, done)
                self._do(option, done)
                if self._settled(other, self.value[other] - gain, depth - 1, done):
                    return True
                self._undo(done, mark + (former is not None))
        self._undo(done, mark)
        return False

    def _settled(self, other: int, owed: float, depth: int, done: Changes) -> bool:
        """Find something else for who was turned out, that is worth more than is owed."""
        least = max(owed, 0.0)
        ways = (way for way in self.ways[self.candidate[other]] if way != other and self.value[way] > least)
        return any(self._moved(way, least, depth, done) for way in ways) or owed < 0

    def _others(self, short: list[int], need: dict[int, int]) -> list[int]:
        """Whom turning out makes room, the least valuable first."""
        fewest = min(short, key=lambda group: len(self.holders[group]))
        found = []
        for other in self.holders[fewest]:
            given = dict(self.takes[other])
            if all(self.left[group] + given.get(group, 0) >= need[group] for group in short):
                found.append(other)
        return sorted(found, key=lambda other: (self.value[other], other))[:BREADTH]

    def _do(self, change: int, done: Changes) -> None:
        if change >= 0:
            self._take(change)
        else:
            self._release(~change)
        done.append(change)

    def _undo(self, done: Changes, mark: int) -> None:
        while len(done) > mark:
            change = done.pop()
            if change >= 0:
                self._release(change)
            else:
                self._take(~change)

    def _take(self, option: int) -> None:
        for group, weight in self.takes[option]:
            self.left[group] -= weight
        self._note(option)

    def _note(self, option: int) -> None:
        self.holds[self.candidate[option]] = option
        for group, _ in self.takes[option]:
            self.holders[group][option] = None

    def _release(self, option: int) -> None:
        del self.holds[self.candidate[option]]
        for group, weight in self.takes[option]:
            self.left[group] += weight
            del self.holders[group][option]

    def back_to(self, state: State) -> None:
        """Write it down where it came from."""
        state.left[:], state.open[:] = self.left[: self.groups], self.left[self.groups :]
        state.holds[:] = -1
        for candidate, option in self.holds.items():
            state.holds[candidate] = option
