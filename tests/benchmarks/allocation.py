"""The best total at the size of a bank: a million customers, twenty candidates each, two thousand things that run out."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from figures import Figure
from timing import Spread

from strategy_engine.engine.maximise.columns import Column
from strategy_engine.engine.maximise.optimise import optimise
from strategy_engine.engine.maximise.problem import Choices, Floats, Ints, Mask, total
from strategy_engine.engine.maximise.reduce import reduce
from strategy_engine.engine.maximise.settle import fill, nothing_taken

GROUP = "the best total"
CANDIDATES = 20  # a customer
KEEP = 2  # of them
MANAGERS, BRANCHES, COUPONS, LIMITED = 1500, 440, 40, 16
CHANNELS = np.array([3, 3, 3, 3, 2, 2, 2, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0])  # of the strategies: app, sms, remote, manager
WORTH = np.array([90, 80, 120, 60, 40, 50, 45, 20, 25, 18, 22, 30, 8, 10, 12, 9, 11, 7, 14, 10], np.float64)
SHARE = 0.35, 0.85  # of what would be wanted, how much there is at least and at most
SECONDS, GAP = 90.0, 0.5


def measure(customers: int, rounds: int) -> list[Figure]:
    """How long the choice takes, how far from the bound it is, what it brings beyond one order, and the memory of the whole process."""
    name = f"{customers:,} customers × {CANDIDATES}"
    told = [_process(customers) for _ in range(rounds)]

    def of(key: str) -> Spread:
        return Spread(tuple(one[key] for one in told))

    return [
        Figure(GROUP, name, "s", of("seconds"), SECONDS),
        Figure(GROUP, f"{name}, gap to the bound", "%", of("gap"), GAP),
        Figure(GROUP, f"{name}, total / one order by score", "×", of("ratio")),
        Figure(GROUP, f"{name}, peak memory", "MiB", of("memory"), 4096.0),
    ]


def _process(customers: int) -> dict[str, float]:
    """In a process of its own, so that its memory is its own."""
    done = subprocess.run([sys.executable, __file__, str(customers)], check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def main() -> None:
    """Choose for so many customers, and tell of it as JSON."""
    choices = bank(int(sys.argv[1]))
    begin = time.perf_counter()
    best = optimise(choices)
    seconds = time.perf_counter() - begin
    told = {"seconds": seconds, "gap": 100 * best.gap, "ratio": best.value / _in_one_order(choices), "memory": _largest()}
    print(json.dumps(told))


def _largest() -> float:
    """The largest memory of this program in MiB. `getrusage` would also count what held the process that started it."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return next(int(line.split()[1]) / 1024 for line in status.read_text("utf-8").splitlines() if line.startswith("VmHWM"))


def _in_one_order(choices: Choices) -> float:
    """The total where the greatest score always goes first."""
    core = reduce(choices)
    state = nothing_taken(core)
    fill(core, state, core.value, np.arange(len(core.value)))
    return total(core.value[state.taken])


# ------------------------------------------------------------------------------------------------ the bank


def bank(customers: int, seed: int = 7) -> Choices:
    """Candidates in the order of their scores, each with one option; what runs out, and two a customer."""
    draw = np.random.default_rng(seed)
    manager = draw.integers(0, MANAGERS, customers, dtype=np.int32)
    score = (WORTH * np.exp(draw.normal(0, 0.8, customers))[:, None] * draw.gamma(2.0, 0.5, (customers, CANDIDATES))).round(4)
    wanted = score >= np.partition(score, -KEEP, axis=1)[:, -KEEP, None]
    order = np.argsort(score, axis=None)[::-1].astype(np.int32)
    value, wanted = score.ravel()[order], wanted.ravel()[order]
    customer, strategy = order // CANDIDATES, (order % CANDIDATES).astype(np.int8)
    del score, order
    limits = list(_limits(manager, customer, strategy))
    sizes = (4, MANAGERS, COUPONS, BRANCHES, LIMITED, customers)
    starts = np.concatenate([[0], np.cumsum(sizes)])
    rooms = []
    for size, (column, bound) in zip(sizes, limits, strict=True):
        asked = np.bincount(column.group[wanted & bound], None if column.weight is None else column.weight[wanted & bound], minlength=size)
        rooms.append((asked * draw.uniform(*SHARE, size)).astype(np.int32))
    rooms[-1] = np.full(customers, KEEP, np.int32)
    return _choices(value, limits, starts, np.concatenate(rooms))


def _limits(manager: Ints, customer: Ints, strategy: Ints) -> Iterator[tuple[Column, Mask]]:
    """By limit: of each option the group and what it takes of it, and whether it is bound: channels, managers, coupons, branches' budgets,
    strategies, customers."""
    coupon = (np.arange(CANDIDATES) * COUPONS // CANDIDATES).astype(np.int32)
    with_coupon = strategy % 2 == 0
    yield Column(CHANNELS[strategy].astype(np.int8), None), np.ones(len(strategy), bool)
    yield Column(manager[customer], None), CHANNELS[strategy] == 3
    yield Column(coupon[strategy] + (customer + strategy) % 2, None), with_coupon
    yield Column(manager[customer] % BRANCHES, (500 + coupon * 137 % 3000).astype(np.int16)[strategy]), with_coupon
    yield Column(strategy, None), strategy < LIMITED
    yield Column(customer, None), np.ones(len(strategy), bool)


def _choices(value: Floats, limits: list[tuple[Column, Mask]], starts: Ints, room: Ints) -> Choices:
    claims = np.concatenate([[0], np.cumsum(np.add.reduce([bound.view(np.int8) for _, bound in limits]), dtype=np.int32)])
    group, weight = np.zeros(claims[-1], np.int32), np.ones(claims[-1], np.int16)
    place = claims[:-1].copy()
    for start, (column, bound) in zip(starts, limits, strict=False):
        group[place[bound]] = column.group[bound] + np.int32(start)
        if column.weight is not None:
            weight[place[bound]] = column.weight[bound]
        place += bound
    limit = np.repeat(np.arange(len(limits)), np.diff(starts))
    return Choices(np.arange(len(value) + 1), claims, group, room[group], weight, np.zeros(len(room), np.int64), limit, value)


if __name__ == "__main__":
    main()
