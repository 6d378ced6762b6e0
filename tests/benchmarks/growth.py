"""How a whole day grows with customers and strategies: `strategy run` as whole processes, from the files to the lists and the ledger."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence

from campaigns import campaigns, folder_of
from conditions import TODAY
from figures import Figure
from timing import Process, Spread, process

LINEAR, MEMORY, MOST = 10.5, 1.3, 4096  # times for ten times the customers; MiB
GROUP = "growth of a whole day, whole processes"


def measure(customers: Sequence[int], strategies: Sequence[int], rounds: int) -> list[Figure]:
    """Banks of several sizes with a thousand strategies, or the most there are of fewer; then the smallest bank with fewer and more."""
    usual = min(1_000, max(strategies))
    by_size = {size: _days(size, usual, rounds) for size in customers}
    figures = [figure for size, days in by_size.items() for figure in _figures(size, usual, days)]
    first, last = min(customers), max(customers)
    if first < last:
        figures += _growth(by_size[first], by_size[last], last / first)
    smallest = {usual: by_size[first]} | {count: _days(first, count, rounds) for count in strategies if count != usual}
    figures += [figure for count in sorted(smallest) if count != usual for figure in _figures(first, count, smallest[count])]
    least, most = min(strategies), max(strategies)
    ratio = _ratio([day.cpu for day in smallest[most]], [day.cpu for day in smallest[least]])
    name = f"{most:,} strategies / {least:,}: processor time"
    return [*figures, Figure(GROUP, name, "×", ratio, most / least)]


def _days(customers: int, strategies: int, rounds: int) -> list[Process]:
    """The day as processes, each as the first of its ledger, after one that reads files and caches in."""
    folder = folder_of(campaigns(customers, strategies))
    command = [sys.executable, "-m", "strategy_engine.cli.main", "run", "--project", str(folder), "--date", str(TODAY), "--quiet"]
    taken = []
    for _ in range(rounds + 1):
        for name in ("ledger", "out"):
            shutil.rmtree(folder / name, ignore_errors=True)
        taken.append(process(command))
    return taken[1:]


def _figures(customers: int, strategies: int, days: Sequence[Process]) -> list[Figure]:
    name = f"{customers:,} customers × {strategies:,} strategies × {5 * customers:,} events"
    return [
        Figure(GROUP, name, "s", Spread(tuple(day.wall for day in days))),
        Figure(GROUP, f"{name}: processor time", "s", Spread(tuple(day.cpu for day in days))),
        Figure(GROUP, f"{name}: most memory", "MiB", Spread(tuple(day.memory for day in days)), MOST),
    ]


def _growth(small: Sequence[Process], large: Sequence[Process], times: float) -> list[Figure]:
    """What so many times the customers take."""
    named = f"{times:g} times the customers"
    return [
        Figure(GROUP, f"{named}: time", "×", _ratio([day.wall for day in large], [day.wall for day in small]), LINEAR / 10 * times),
        Figure(GROUP, f"{named}: processor time", "×", _ratio([day.cpu for day in large], [day.cpu for day in small])),
        Figure(GROUP, f"{named}: most memory", "×", _ratio([day.memory for day in large], [day.memory for day in small]), MEMORY),
    ]


def _ratio(above: Sequence[float], below: Sequence[float]) -> Spread:
    return Spread(tuple(a / b for a, b in zip(above, below, strict=True)))
