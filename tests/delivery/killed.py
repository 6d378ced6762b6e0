"""Deliveries that are killed, again and again: `killed.py BANK SINK SEED KILLS` delivers a date so many times and is killed each time.

The processes are forked from this one, which itself never wakes the libraries' threads. The first kill themselves at a step of the
delivery, each at a later one, the others are killed at any time.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from pathlib import Path

import deltalake  # noqa: F401 - loaded once, for all the processes
import polars as pl  # noqa: F401

from strategy_engine.delivery import deliver  # noqa: F401
from strategy_engine.ledger import durable, moments
from strategy_engine.session import Project

STEPS, LONGEST = 6, 0.25
BROKEN = 3


def start(project: Project, sink: str, date: str, step: int | None) -> int:
    """A process that delivers and, at a step, kills itself."""
    child = os.fork()
    if child:
        return child
    durable.sync = lambda _: None  # type: ignore[assignment]  # only a loss of power needs it, and it is slow
    left = [step]

    def watch(_moment: str) -> None:
        if left[0] is not None:
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    moments.watch = watch
    try:
        while True:  # until it is killed
            outcome = project.deliver(date, sink)
            if outcome.diagnostics:
                print(*(each.message for each in outcome.diagnostics), flush=True)
                os._exit(BROKEN)
    except BaseException as error:
        print(f"{type(error).__name__}: {error}", flush=True)
        os._exit(BROKEN)


def main(bank: Path, sink: str, date: str, seed: int, kills: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - nothing secret
    project = Project.open(bank)
    project.check()
    for number in range(kills):
        child = start(project, sink, date, number + 1 if number < STEPS else None)
        if number >= STEPS:
            time.sleep(chance.uniform(0.01, LONGEST))
            os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        if not os.WIFSIGNALED(status):
            sys.exit(f"a process was not killed but ended with {os.waitstatus_to_exitcode(status)}")
    print(f"{kills} kills")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4]), int(sys.argv[5]))
