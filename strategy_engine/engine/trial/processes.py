"""Test blocks in several processes at once: each test is a bank of its own, and knows nothing of the others."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

from strategy_engine.engine.trial.coverage import Coverage, Seen
from strategy_engine.engine.trial.run import Failure, Runner, Tested
from strategy_engine.semantics.model import Model
from strategy_engine.semantics.trials import Trial
from strategy_engine.source.file import SourceFile

WORTH = 40  # tests; a process takes the time of some twenty to start
CHUNK = 8

Done = tuple[list[tuple[Failure, ...]], list[Seen]]


@dataclass
class _Work:
    """What every process holds."""

    runner: Runner
    trials: tuple[Trial, ...]
    coverage: Coverage | None


def worth(trials: int) -> int:
    """How many processes so many tests are worth."""
    return max(1, min(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1, trials // WORTH))


def run_in_processes(
    model: Model, trials: tuple[Trial, ...], sources: Mapping[str, SourceFile], coverage: Coverage | None, count: int
) -> Iterator[Tested]:
    """As `run_trials`, in so many processes. They are started anew, so that whoever calls must be importable without side effects."""
    work = _Work(Runner(model, sources), trials, Coverage.of(model, sources) if coverage is not None else None)
    starts = range(0, len(trials), CHUNK)
    fresh = multiprocessing.get_context("spawn")  # a copy of this process would have the engine's locks without its threads
    with ProcessPoolExecutor(count, mp_context=fresh, initializer=_begin, initargs=(work,)) as pool:
        for start, (failures, seen) in zip(starts, pool.map(_run, starts), strict=True):
            if coverage is not None:
                coverage.merge(seen)
            yield from (Tested(trial, failed) for trial, failed in zip(trials[start : start + CHUNK], failures, strict=True))


_work: list[_Work] = []


def _begin(work: _Work) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever started it ends it
    _work.append(work)


def _run(start: int) -> Done:
    work = _work[0]
    failures = [work.runner.run(trial, work.coverage).failures for trial in work.trials[start : start + CHUNK]]
    return failures, work.coverage.take() if work.coverage is not None else []
