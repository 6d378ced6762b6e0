"""The arbitration once more, as small as it can be: one candidate after another, one dictionary a limit.

It shares no code with the engine, so that the two can only agree by both being right.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field

import xxhash

SPACE = 2**64


@dataclass(frozen=True)
class Way:
    """One way in which a candidate could go out."""

    channel: str
    benefit: str | None = None


@dataclass(frozen=True)
class Candidate:
    """A customer whom a strategy would like to contact.

    ways: the alternatives that `require:`, eligibility and policies leave, best first.
    about: what the limits group by.      control: the share of the strategy's control group.
    exempt: the arbitration excepts it.   arms: the split, as (arm, share).
    """

    strategy: str
    customer: str
    priority: int
    score: float | None
    ways: tuple[Way, ...]
    category: str = ""
    about: dict[str, Hashable] = field(default_factory=dict)
    control: float = 0.0
    exempt: bool = False
    arms: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class Action:
    """What came of an accepted candidate."""

    strategy: str
    customer: str
    channel: str
    benefit: str | None
    arm: str


Group = Callable[[Candidate, Way], Hashable]
Amount = Callable[[Candidate], float]
Binds = Callable[[Candidate, Way], bool]


@dataclass(frozen=True)
class Limit:
    """A limit. group: None where the candidate has no room at all.      weight: what one action takes."""

    amount: Amount
    group: Group
    binds: Binds
    weight: int = 1
    controls_count: bool = True


def bucket(salt: str, customer: str) -> float:
    return xxhash.xxh64_intdigest(f"{salt}/{customer}".encode()) / SPACE


def arm_of(candidate: Candidate) -> str | None:
    """The split's arm; None for who falls into none."""
    if not candidate.arms:
        return "treated"
    drawn, upto = bucket(f"split:{candidate.strategy}", candidate.customer), 0.0
    for arm, share in candidate.arms:
        upto += share
        if drawn < upto:
            return arm
    return None


Held = Callable[[Candidate], bool]


def hold(candidates: Iterable[Candidate], limits: Sequence[Limit], day: dt.date, held_out: Held = lambda _: False) -> list[Action]:
    """Take the candidates in their order; each is accepted in its first way for which every limit has room."""

    def order(candidate: Candidate) -> tuple[bool, int, float, int]:
        score = float("inf") if candidate.score is None else -candidate.score
        tie = xxhash.xxh64_intdigest(f"{day.isoformat()}/{candidate.strategy}/{candidate.customer}".encode())
        return not candidate.exempt, -candidate.priority, score, tie

    used: list[dict[Hashable, int]] = [defaultdict(int) for _ in limits]
    actions: list[Action] = []
    for candidate in sorted(candidates, key=order):
        for way in candidate.ways:
            taken = [(place, limit.group(candidate, way), limit) for place, limit in enumerate(limits) if limit.binds(candidate, way)]
            room = all(group is not None and used[place][group] + one.weight <= one.amount(candidate) for place, group, one in taken)
            arm = arm_of(candidate)
            if not room or arm is None:
                continue
            drawn = bucket(f"control:{candidate.strategy}", candidate.customer) < candidate.control
            control = not candidate.exempt and (drawn or held_out(candidate))
            for place, group, limit in taken:
                if limit.controls_count or not control:
                    used[place][group] += limit.weight
            actions.append(Action(candidate.strategy, candidate.customer, way.channel, way.benefit, "control" if control else arm))
            break
    return actions


def counted(actions: Iterable[Action]) -> Counter[tuple[str, str, str]]:
    """How many actions there are of each strategy, channel and arm."""
    return Counter((action.strategy, action.channel, action.arm) for action in actions)
