"""A run that is killed at any moment leaves, after the next start, the whole day or nothing."""

from __future__ import annotations

import datetime as dt
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from strategy_engine.diagnostics.model import Severity
from strategy_engine.ledger import durable
from strategy_engine.ledger.ledger import Ledger
from strategy_engine.ledger.tables import TABLES
from strategy_engine.ledger.verify import verify

KILLS = int(os.environ.get("STRATEGY_SOAK_KILLS", "52"))  # times four; `make soak` has more patience
BACKFILL_KILLS = max(8, KILLS // 6)
DAYS = [str(dt.date(2026, 11, 20) + dt.timedelta(days=number)) for number in range(12)]

pytestmark = [pytest.mark.long, pytest.mark.skipif(not hasattr(os, "fork"), reason="the processes to kill are forked")]


@pytest.mark.parametrize("seed", range(4))
def test_nights_that_are_killed_come_out_as_if_nothing_had_happened(tmp_path: Path, seed: int) -> None:
    command = [sys.executable, Path(__file__).with_name("killed.py"), tmp_path, str(seed), str(KILLS)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.strip().endswith(f"{KILLS} kills")


def test_a_backfill_that_is_killed_comes_out_as_if_nothing_had_happened(tmp_path: Path) -> None:
    """The command itself, killed at any moment from its start on, and begun again."""
    bank, other = _bank(tmp_path / "bank"), _bank(tmp_path / "other")
    assert _backfill(other).wait() == 0
    chance = random.Random(7)  # noqa: S311 - nothing secret
    killed = 0
    for _ in range(BACKFILL_KILLS):
        child = _backfill(bank)
        time.sleep(chance.uniform(0.3, 2.5))
        child.kill()
        killed += child.wait() == -signal.SIGKILL
    assert killed > BACKFILL_KILLS / 2
    assert _backfill(bank).wait() == 0
    assert durable.contents(bank / "out") == durable.contents(other / "out")
    ledger, wanted = (Ledger(folder / "ledger") for folder in (bank, other))
    assert [each.message for each in verify(ledger, lambda date: bank / "out" / str(date)) if each.severity is not Severity.NOTE] == []
    for name in TABLES:
        held, undisturbed = (each.store.read(name).collect() for each in (ledger, wanted))
        assert held.sort(held.columns).equals(undisturbed.sort(held.columns)), name


def _bank(folder: Path) -> Path:
    shutil.copytree(Path(__file__).parents[2] / "strategies" / "minimal", folder)
    first = folder / "data" / f"customer_{DAYS[0]}.csv"
    for day in DAYS[1:]:
        shutil.copy(first, first.with_name(f"customer_{day}.csv"))
    return folder


def _backfill(bank: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "strategy_engine.cli.main", "run", "--project", bank, "--from", DAYS[0], "--to", DAYS[-1], "--quiet"]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
