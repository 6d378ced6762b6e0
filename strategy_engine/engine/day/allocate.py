"""The allocation: candidates in one order, each takes its first option that has room. Plain integers, plain Python."""

from __future__ import annotations

from collections.abc import Sequence

from strategy_engine.record import record

NONE = -1


@record
class Problem:
    """Candidates in the global order, their options best first, the claims of each option, all numbered from 0.

    options: where each candidate's options begin (and, last, where all end).      claims: likewise, for each option.
    group, room, weight: of each claim: it fits while used[group] + weight <= room.
    controls: whether a control takes the claim as well.
    control: whether an option would make its action a control.
    used: by group, what is taken before the first of them.      last: by group, the candidate that had taken of it, or NONE.
    start: the number of the first of them, where others came before.
    """

    options: Sequence[int]
    claims: Sequence[int]
    group: Sequence[int]
    room: Sequence[int]
    weight: Sequence[int]
    controls: Sequence[bool]
    control: Sequence[bool]
    used: Sequence[int]
    last: Sequence[int] | None = None
    start: int = 0


@record
class Allocation:
    """What came of it.

    chosen: the option that each candidate took, or NONE.
    blocked: the claim that had no room for each option that was tried in vain, else NONE.      taken, rival: by option as well, what
    was taken of that claim's group by then, and the last candidate that had taken of it (NONE where earlier days had).
    used, last: by group, what is taken in the end, and by whom last.
    """

    chosen: list[int]
    blocked: list[int]
    taken: list[int]
    rival: list[int]
    used: list[int]
    last: list[int]


def allocate(problem: Problem) -> Allocation:
    """Give each candidate, in order, its first option whose claims all have room."""
    starts, claim_starts, control = problem.options, problem.claims, problem.control
    group, room, weight, controls = problem.group, problem.room, problem.weight, problem.controls
    candidates, options = len(starts) - 1, len(claim_starts) - 1
    used, last = list(problem.used), list(problem.last or [NONE] * len(problem.used))
    chosen, blocked, taken, rival = [NONE] * candidates, [NONE] * options, [0] * options, [NONE] * options
    for candidate in range(candidates):
        for option in range(starts[candidate], starts[candidate + 1]):
            claims = range(claim_starts[option], claim_starts[option + 1])
            for claim in claims:
                if used[group[claim]] + weight[claim] > room[claim]:
                    blocked[option], taken[option], rival[option] = claim, used[group[claim]], last[group[claim]]
                    break
            else:
                chosen[candidate] = option
                for claim in claims:
                    if controls[claim] or not control[option]:
                        used[group[claim]] += weight[claim]
                        last[group[claim]] = problem.start + candidate
                break
    return Allocation(chosen, blocked, taken, rival, used, last)
