"""The front end as whole processes, as a person or a pipeline starts it: the start of Python counts."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import written
from figures import Figure
from timing import Process, Spread, process

from strategy_engine.source.cache import cache_folder

GROUP = "front end, whole processes"
VERSION_TARGET, ONE_TARGET = 0.15, 0.5  # seconds
COLD_TARGET, WARM_TARGET, OF = 8.0, 1.0, 5_000  # seconds of a processor, for so many strategies
COMMAND = [sys.executable, "-m", "strategy_engine.cli.main"]
LOADING = [sys.executable, str(Path(__file__).with_name("loading.py"))]
EDIT = "\ncohort being_written = aum > 1234 and tier >= gold\n"


def measure(strategies: int, rounds: int) -> list[Figure]:
    """`--version`; a small project; and one of many strategies: anew, after an edit, and unchanged.

    Targets are those of 5,000 strategies, for fewer in proportion, as the start of Python is not a tenth of them.
    """
    many, one = written.strategies(strategies), written.strategies(1)
    named = f"{max(1, strategies // written.A_FILE) * written.A_FILE:,} strategies"
    check, plan = [*COMMAND, "check", str(many)], [*LOADING, "planned", str(many)]
    rarely = max(1, rounds // 3)
    figures = _figures("strategy --version", [*COMMAND, "--version"], rounds, VERSION_TARGET)
    figures += _figures(
        f"strategy check, {written.A_FILE} strategies in a file", [*COMMAND, "check", str(one)], rounds, ONE_TARGET, _forget
    )
    figures += _anew(
        f"parse, check, prove and plan {named}, cold", [*LOADING, "checked", str(many)], rarely, _in_proportion(COLD_TARGET, strategies)
    )
    figures += _figures(f"strategy check, {named}, cold", check, rarely, before=_forget)
    figures += _figures(f"strategy check, {named}, one file edited", check, rarely, before=lambda: _edit(many))
    figures += _figures(f"strategy check, {named}, unchanged", check, rounds, WARM_TARGET)
    return figures + _figures(f"load and plan {named}, unchanged", plan, rounds, WARM_TARGET)


def _in_proportion(target: float, strategies: int) -> float:
    return max(1.0, target * strategies / OF)


def _figures(
    name: str, command: list[str], rounds: int, target: float | None = None, before: Callable[[], None] = lambda: None
) -> list[Figure]:
    """A command's times.      before: what is done before each; the command is run once to fill its caches."""
    process(command)
    return _shown(name, [_after(before, command) for _ in range(rounds)], target)


def _anew(name: str, command: list[str], rounds: int, target: float) -> list[Figure]:
    """The times of a command that finds nothing remembered, and what it takes of the work that never changes, done after each."""
    process([*LOADING, "yardstick"])
    pairs = [(_after(_forget, command), process([*LOADING, "yardstick"])) for _ in range(rounds)]
    ratios = Spread(tuple(ours.cpu / fixed.cpu for ours, fixed in pairs))
    return [*_shown(name, [ours for ours, _ in pairs], target), Figure(GROUP, f"{name} / fixed work, processor time", "×", ratios)]


def _after(before: Callable[[], None], command: list[str]) -> Process:
    before()
    return process(command)


def _shown(name: str, taken: list[Process], target: float | None) -> list[Figure]:
    """Targets are for the processor's time: that by the clock is also of whatever else the machine does."""
    return [
        Figure(GROUP, name, "s", Spread(tuple(one.wall for one in taken))),
        Figure(GROUP, f"{name}: processor time", "s", Spread(tuple(one.cpu for one in taken)), target),
        Figure(GROUP, f"{name}: largest memory", "MiB", Spread(tuple(one.memory for one in taken))),
    ]


def _forget() -> None:
    """All that is remembered of projects; the grammar stays."""
    folder = cache_folder()
    for pattern in ("check-*", "proofs-*", "trees-*", "model-*"):
        for remembered in folder.glob(pattern) if folder is not None else ():
            remembered.unlink()


def _edit(project: Path) -> None:
    """Add a cohort to a file, or take it away again."""
    file = project / "strategies" / "f0.strategy"
    text = file.read_text("utf-8")
    file.write_text(text.removesuffix(EDIT) if text.endswith(EDIT) else text + EDIT, "utf-8")
