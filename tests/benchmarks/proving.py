"""Proofs about random cohorts over 26 columns: every pair of them, with customers at hand and without, and a whole check before an edit and
after."""

from __future__ import annotations

import datetime as dt
import sys
import time
from collections.abc import Callable
from pathlib import Path

from banks import data, kept, project
from conditions import TODAY, Author, attributes
from figures import Figure
from timing import Spread, process

from strategy_engine.proofs.compared import Compared
from strategy_engine.proofs.remembered import Remembered
from strategy_engine.proofs.solver import Solver
from strategy_engine.session import Project
from strategy_engine.session.sampling import sampled
from strategy_engine.source.cache import cache_folder

GROUP = "proofs"
SEED, CUSTOMERS = 5, 100_000
SAMPLED_TARGET, ALONE_TARGET = 30.0, 10.0  # seconds
EDIT = "cohort edited = aum > 3 and tier >= gold and has_card\n"


def measure(with_sample: int, without: int, rounds: int) -> list[Figure]:
    """All pairs of so many cohorts with a sample of a snapshot, and of so many without any data."""
    bank, alone = _bank(with_sample), _bank(without)
    found = _figures(f"all pairs of {with_sample:,} cohorts, with a sample", lambda: _pairs(bank, TODAY), rounds, SAMPLED_TARGET)
    found += _figures(f"all pairs of {without:,} cohorts, without data", lambda: _pairs(alone, None), rounds, ALONE_TARGET)
    return found + _checks(alone, without, rounds)


def _bank(cohorts: int) -> Path:
    return kept(f"pairs-{cohorts}", lambda folder: _write(folder, cohorts))


def _write(folder: Path, cohorts: int) -> None:
    author = Author(SEED)
    declared = [*attributes(), *(author.cohort(f"c{number}") for number in range(cohorts))]
    project(folder, {"cohorts.strategy": "".join(f"{each.declared}\n" for each in declared)})
    data(folder, CUSTOMERS, 1)


def _pairs(folder: Path, date: dt.date | None) -> None:
    """For each pair whether the cohorts have customers in common, and whether one lies in the other."""
    bank = Project.open(folder)
    known = Remembered(bank.model) if date is None else sampled(bank, Remembered(bank.model), date)
    cohorts = [each.expr for each in bank.model.derived.values() if each.kind == "cohort"]
    compared = Compared(cohorts, Solver.of(bank.model, known))
    inside, met = list(compared.insides()), list(compared.overlaps())
    if len(met) != len(cohorts) * (len(cohorts) - 1) // 2 or not inside or None in {each for _, _, each in met}:
        raise RuntimeError("some pairs were left open")


def _figures(name: str, work: Callable[[], None], rounds: int, target: float) -> list[Figure]:
    taken = []
    for _ in range(rounds):
        wall, cpu = time.perf_counter(), time.process_time()
        work()
        taken.append((time.perf_counter() - wall, time.process_time() - cpu))
    walls, cpus = zip(*taken, strict=True)
    return [Figure(GROUP, name, "s", Spread(walls), target), Figure(GROUP, f"{name}: processor time", "s", Spread(cpus))]


def _checks(folder: Path, cohorts: int, rounds: int) -> list[Figure]:
    """A whole check that remembers nothing, and one after a cohort was added."""
    command = [sys.executable, "-m", "strategy_engine.cli.main", "check", str(folder), "--quiet"]
    file = folder / "strategies" / "cohorts.strategy"
    text = file.read_text("utf-8").removesuffix(EDIT)
    process(command)  # reads Python's files and the grammar into the caches
    anew, edited = [], []
    for _ in range(rounds):
        file.write_text(text, "utf-8")
        _forget()
        anew.append(process(command).wall)
        file.write_text(text + EDIT, "utf-8")
        edited.append(process(command).wall)
    file.write_text(text, "utf-8")
    name = f"strategy check, {cohorts:,} cohorts"
    return [Figure(GROUP, name, "s", Spread(tuple(anew))), Figure(GROUP, f"{name}, one of them new", "s", Spread(tuple(edited)))]


def _forget() -> None:
    folder = cache_folder()
    for pattern in ("check-*", "proofs-*", "trees-*"):
        for remembered in folder.glob(pattern) if folder is not None else ():
            remembered.unlink()
