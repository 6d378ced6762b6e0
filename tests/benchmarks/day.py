"""A whole day of the demo bank as a process: time, and how memory grows with the bank."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from banks import kept
from figures import Figure
from timing import Spread, process

from strategy_engine.demo import generate


def measure(sizes: Sequence[int], rounds: int) -> list[Figure]:
    """`strategy run` from the files to the written lists, for banks of several sizes."""
    figures: list[Figure] = []
    for customers in sizes:
        folder = kept(f"demo-{customers}", lambda folder, customers=customers: generate(folder / "bank", customers=customers)) / "bank"
        figures += _figures(folder, customers, rounds)
    return figures


def _figures(folder: Path, customers: int, rounds: int) -> list[Figure]:
    command = [sys.executable, "-m", "strategy_engine.cli.main", "run", "--project", str(folder), "--quiet"]
    taken = [process(command) for _ in range(rounds)]
    group, name = "the demo bank's day, whole processes", f"{customers:,} customers"
    return [
        Figure(group, name, "s", Spread(tuple(one.wall for one in taken))),
        Figure(group, f"{name}: processor time", "s", Spread(tuple(one.cpu for one in taken))),
        Figure(group, f"{name}: most memory", "MiB", Spread(tuple(one.memory for one in taken))),
    ]
