"""How times are taken: pairs that take turns, medians, and whole processes with their memory.

A machine that others use is slow for a while and then quick again. Two programs that take turns meet the same weather, so
that the ratio of a pair says more than either time.
"""

from __future__ import annotations

import gc
import json
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

MEBIBYTE = 1 << 20
LAUNCH = str(Path(__file__).with_name("launch.py"))


@dataclass(frozen=True)
class Spread:
    """Several measurements of one thing."""

    values: tuple[float, ...]

    @property
    def median(self) -> float:
        return median(self.values)

    @property
    def low(self) -> float:
        return min(self.values)

    @property
    def high(self) -> float:
        return max(self.values)


@dataclass(frozen=True)
class Pairs:
    """Two programs that took turns: seconds by the clock, and of the processor in all threads."""

    ours: Spread
    theirs: Spread
    our_cpu: Spread
    their_cpu: Spread

    @property
    def ratios(self) -> Spread:
        """Ours / theirs, pair by pair."""
        return _ratios(self.ours, self.theirs)

    @property
    def cpu_ratios(self) -> Spread:
        return _ratios(self.our_cpu, self.their_cpu)


def _ratios(ours: Spread, theirs: Spread) -> Spread:
    return Spread(tuple(a / b for a, b in zip(ours.values, theirs.values, strict=True)))


def pairs(ours: Callable[[], object], theirs: Callable[[], object], count: int) -> Pairs:
    """The two by turns, as many pairs as asked for, after one pair that does not count."""
    _timed(ours), _timed(theirs)
    taken = [(*_timed(ours), *_timed(theirs)) for _ in range(count)]
    our_wall, our_cpu, their_wall, their_cpu = (Spread(column) for column in zip(*taken, strict=True))
    return Pairs(our_wall, their_wall, our_cpu, their_cpu)


def _timed(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds by the clock and of the processor, rubbish of earlier work cleared away before."""
    gc.collect()
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - cpu


@dataclass(frozen=True)
class Process:
    """What a finished process took: seconds by the clock and of the processor, and its largest memory in MiB."""

    wall: float
    cpu: float
    memory: float


def process(command: Sequence[str]) -> Process:
    """Run a command to its end, its output unseen. Codes 0 and 1 are answers; any other raises."""
    told = subprocess.run([sys.executable, "-I", "-S", LAUNCH, *command], stdout=subprocess.PIPE, check=True)
    taken = json.loads(told.stdout)
    if taken["code"] not in (0, 1):
        raise RuntimeError(f"`{' '.join(command)}` ended with {taken['code']}")
    return Process(taken["wall"], taken["cpu"], taken["memory"] / MEBIBYTE)
