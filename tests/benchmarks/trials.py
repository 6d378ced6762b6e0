"""Many test blocks as a whole command, in one process and in as many as it takes: `strategy test` of the shipped demo's strategies."""

from __future__ import annotations

import sys
from pathlib import Path

from banks import kept
from figures import Figure
from timing import Spread, process

from strategy_engine.source.shipped import shipped

GROUP = "strategy test, whole processes"


def measure(tests: int, rounds: int) -> list[Figure]:
    """So many tests of one day and one customer each, by turns in one process and in several."""
    folder = kept(f"tests-{tests}", lambda folder: _write(folder, tests))
    command = [sys.executable, "-m", "strategy_engine.cli.main", "test", str(folder), "--quiet"]
    ways = {"one process": [*command, "--jobs", "1"], "as many as it is worth": command}
    process(command)  # reads Python's files and the grammar into the caches
    taken = [{name: process(words) for name, words in ways.items()} for _ in range(rounds)]
    times = {name: Spread(tuple(one[name].wall for one in taken)) for name in ways}
    ratios = Spread(tuple(several / one for one, several in zip(*(spread.values for spread in times.values()), strict=True)))
    return [*(Figure(GROUP, f"{tests} tests, {name}", "s", spread) for name, spread in times.items()), Figure(GROUP, "ratio", "×", ratios)]


def _write(folder: Path, tests: int) -> None:
    demo = shipped("strategies/demo")
    for path in [demo / "strategy.yaml", *sorted((demo / "strategies").rglob("*.*"))]:
        target = folder / path.relative_to(demo)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(path.read_text("utf-8"), "utf-8")
    one = (demo / "strategies" / "cases.strategy").read_text("utf-8")
    one = one[one.index("test ") :]
    many = (one.replace('test "', f'test "{number}: ', 1) for number in range(tests))
    (folder / "strategies" / "cases.strategy").write_text("\n".join(many), "utf-8")
