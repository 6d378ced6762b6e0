"""One run at a time; the lock of the dead is no obstacle."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from strategy_engine.ledger.findings import LedgerError
from strategy_engine.ledger.lock import LOCK, Holder, holder, lock

HOLDS = """
import sys, time
from pathlib import Path
from strategy_engine.ledger.lock import lock
with lock(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""
CONTENDS = """
import sys
from pathlib import Path
from strategy_engine.ledger.findings import LedgerError
from strategy_engine.ledger.lock import lock
folder, won = Path(sys.argv[1]), 0
for _ in range(40):
    try:
        with lock(folder):
            (folder / "inside").open("x").close()
            (folder / "inside").unlink()
            won += 1
    except LedgerError:
        pass
print(won)
"""


def process(program: str, folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", program, folder], stdout=subprocess.PIPE, text=True)


def holding(folder: Path) -> subprocess.Popen[str]:
    found = process(HOLDS, folder)
    assert found.stdout is not None
    assert found.stdout.readline() == "held\n"
    return found


def test_the_second_is_told_who_holds_it(tmp_path: Path) -> None:
    first = holding(tmp_path)
    try:
        told = rf"the ledger is held by process {first.pid} on .+ since \d{{4}}-\d\d-\d\d \d\d:\d\d"
        with pytest.raises(LedgerError, match=told) as refused, lock(tmp_path):
            pass
        assert (refused.value.diagnostic.code, refused.value.exit_code) == ("S0601", 4)
        found = holder(tmp_path)
        assert found is not None
        assert found.pid == first.pid
    finally:
        first.kill()
        first.wait()


def test_the_lock_of_a_dead_process_is_taken_over(tmp_path: Path) -> None:
    first = holding(tmp_path)
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    assert (tmp_path / LOCK).exists()
    assert holder(tmp_path) is None
    with lock(tmp_path):
        found = holder(tmp_path)
        assert found is not None
        assert found.pid == os.getpid()
    assert not (tmp_path / LOCK).exists()


@pytest.mark.parametrize("left", ["", "{", "[1]"])
def test_a_lock_without_a_name_is_of_someone_who_died_at_once(tmp_path: Path, left: str) -> None:
    (tmp_path / LOCK).write_text(left)
    with lock(tmp_path):
        pass


def test_the_lock_of_another_machine_is_never_taken_over(tmp_path: Path) -> None:
    (tmp_path / LOCK).write_text(json.dumps({"pid": 1, "host": "elsewhere", "since": "2026-11-20 02:00"}))
    with pytest.raises(LedgerError, match="process 1 on elsewhere since 2026-11-20 02:00") as refused, lock(tmp_path):
        pass
    assert refused.value.diagnostic.help == f"if that process is gone, remove `{tmp_path / LOCK}`"
    assert holder(tmp_path) == Holder(1, "elsewhere", "2026-11-20 02:00")
    assert (tmp_path / LOCK).exists()


def test_no_two_are_ever_inside(tmp_path: Path) -> None:
    contenders = [process(CONTENDS, tmp_path) for _ in range(4)]
    won = [int(each.communicate()[0]) for each in contenders]
    assert all(each.returncode == 0 for each in contenders)
    assert sum(won) > 0
