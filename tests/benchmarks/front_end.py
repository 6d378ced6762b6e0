"""The front end as whole processes, as a person or a pipeline starts it: the start of Python counts."""

from __future__ import annotations

import sys
from pathlib import Path

from banks import CHANNEL, kept, project
from conditions import Author, attributes
from figures import Figure
from timing import Process, Spread, process

from strategy_engine.source.cache import cache_folder

SEED = 11
COHORTS_A_FILE, STRATEGIES_A_FILE = 1, 5
MANY_TARGET, UNCHANGED_TARGET, ONE_TARGET = 2.0, 0.5, 0.5  # seconds


def measure(strategies: int, rounds: int) -> list[Figure]:
    """`--version`, `check` of a project of one small file, and of one with many: of all its files, and again when none has changed."""
    files = max(1, strategies // STRATEGIES_A_FILE)
    many = kept(f"check-{strategies}", lambda folder: _write(folder, files))
    one = kept("check-one", lambda folder: _write(folder, 1))
    many_named = f"strategy check, {files * STRATEGIES_A_FILE:,} strategies in {files:,} files"
    figures = _figures("strategy --version", ["--version"], None, rounds)
    figures += _figures(f"strategy check, {STRATEGIES_A_FILE} strategies in a file", ["check", str(one)], ONE_TARGET, rounds, anew=True)
    figures += _figures(many_named, ["check", str(many)], MANY_TARGET, rounds, anew=True)
    return figures + _figures(f"{many_named}, unchanged", ["check", str(many)], UNCHANGED_TARGET, rounds)


def _figures(name: str, words: list[str], target: float | None, rounds: int, *, anew: bool = False) -> list[Figure]:
    """A command's times. anew: each time with the verdict of the time before forgotten."""
    command = [sys.executable, "-m", "strategy_engine.cli.main", *words]
    process(command)  # reads Python's files and the grammar into the caches
    taken = [_process(command, anew) for _ in range(rounds)]
    group = "front end, whole processes"
    return [
        Figure(group, name, "s", Spread(tuple(one.wall for one in taken)), target),
        Figure(group, f"{name}: processor time", "s", Spread(tuple(one.cpu for one in taken))),
    ]


def _process(command: list[str], anew: bool) -> Process:
    folder = cache_folder()
    for verdict in folder.glob("check-*.json") if anew and folder is not None else ():
        verdict.unlink()
    return process(command)


def _write(folder: Path, files: int) -> None:
    """Strategies as a bank writes them: a few lines of keys, own cohorts and shared ones, a script."""
    author = Author(SEED)
    shared = CHANNEL + "channel sms { cost: 0.05 }\n" + "\n".join(named.declared for named in attributes())
    project(folder, {"shared.strategy": shared, **{f"f{number}.strategy": _file(author, number) for number in range(files)}})


def _file(author: Author, number: int) -> str:
    cohorts = [author.cohort(f"cohort_{number}_{index}").declared for index in range(COHORTS_A_FILE)]
    return "\n".join([*cohorts, *(_strategy(author, f"s_{number}_{index}") for index in range(STRATEGIES_A_FILE))])


def _strategy(author: Author, name: str) -> str:
    return f"""
strategy {name} "策略 {name}" {{
  owner:    "零售部"
  valid:    2026-01-01 .. 2026-12-31
  cohort:   {author.condition().text}
  channel:  sms else app
  script:   "您的资产{{aum}}元,等级{{tier}}。"
  score:    aum * p_fund
  priority: 2
  limit:    1 contact per rolling 30 days per customer
  control:  5%
}}
"""
