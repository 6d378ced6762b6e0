"""Nights that are killed, again and again: `killed.py FOLDER SEED KILLS` ends with a line for what was done.

The processes are forked from this one, which itself never wakes the libraries' threads. Half of them kill themselves at a step of the
transaction, half are killed at any time.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from pathlib import Path

import deltalake  # noqa: F401 - loaded once, for all the processes
from nights import assert_undisturbed, before, day, record_of, write

from strategy_engine.diagnostics.model import Severity
from strategy_engine.ledger import durable, moments
from strategy_engine.ledger.ledger import Ledger
from strategy_engine.ledger.verify import verify

STEPS, LONGEST = 22, 0.35  # a night has 15 steps, and takes about a tenth of a second
BROKEN = 3


def nights(base: Path, *, thorough: bool) -> None:
    """Run night after night, from where an earlier process has come to; every fifth is replaced, every seventh is tidied up after."""
    ledger = Ledger(base / "ledger")
    with ledger.lock():
        ledger.recover()
        assert_whole(base, ledger, thorough=thorough)
    while True:
        with ledger.lock():
            ledger.recover()
            number = len(ledger.dates())
            last = day(number - 1)
            if number % 5 == 0 and number and '"s": "a"' in ledger.record(last)["runs"].get_column("record").item():
                number, version = number - 1, "b"
            else:
                version = "a"
            date = day(number)
            record = record_of(date, version, before(ledger, date))
            ledger.commit(date, record, base / "out" / str(date), write, replace=version == "b")
            if number % 7 == 0:
                ledger.tidy(keep_hours=0)


def assert_whole(base: Path, ledger: Ledger, *, thorough: bool) -> None:
    """Every day has happened or has not: in all that is known of it, or (which is quicker) in its lists and what is said of them."""
    folders = sorted(path.name for path in (base / "out").glob("*")) if (base / "out").exists() else []
    assert folders == [str(date) for date in ledger.dates()], folders
    if folders and not thorough:
        last = ledger.record(ledger.dates()[-1])
        files = {path: (size, sha256) for _, path, size, sha256 in last["files"].iter_rows()}
        assert durable.contents(base / "out" / folders[-1]) == files
    found = verify(ledger, lambda date: base / "out" / str(date)) if thorough else []
    damage = [each.message for each in found if each.severity is not Severity.NOTE]
    assert not damage, damage


def start(base: Path, step: int | None, *, thorough: bool) -> int:
    """A process that runs nights and, at a step, kills itself."""
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
        nights(base, thorough=thorough)
    except BaseException as error:
        print(f"{type(error).__name__}: {error}", flush=True)
        os._exit(BROKEN)


def end(child: int) -> None:
    _, status = os.waitpid(child, 0)
    if not os.WIFSIGNALED(status):
        sys.exit(f"a process was not killed but ended with {os.waitstatus_to_exitcode(status)}")


def main(base: Path, seed: int, kills: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - nothing secret
    for number in range(kills):
        thorough = number % 7 == 6
        if number % 2:
            end(start(base, chance.randint(1, STEPS), thorough=thorough))
        else:
            child = start(base, None, thorough=thorough)
            time.sleep(chance.uniform(0.02, LONGEST))
            os.kill(child, signal.SIGKILL)
            end(child)
    ledger = Ledger(base / "ledger")
    with ledger.lock():
        ledger.recover()
        versions = {date: "b" if '"s": "b"' in ledger.record(date)["runs"].get_column("record").item() else "a" for date in ledger.dates()}
    assert [day(number) for number in range(len(versions))] == list(versions)
    # each fifth night was replaced, unless it was the last
    assert all(version == ("b" if (number + 1) % 5 == 0 else "a") for number, version in enumerate(list(versions.values())[:-1]))
    assert_undisturbed(base, versions, base / "expected")
    print(f"{len(versions)} nights, {kills} kills")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
