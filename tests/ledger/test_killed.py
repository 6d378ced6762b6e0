"""A run that is killed at any moment leaves, after the next start, the whole day or nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

KILLS = int(os.environ.get("STRATEGY_SOAK_KILLS", "52"))  # times four; `make soak` has more patience

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="the processes to kill are forked")


@pytest.mark.parametrize("seed", range(4))
def test_nights_that_are_killed_come_out_as_if_nothing_had_happened(tmp_path: Path, seed: int) -> None:
    command = [sys.executable, Path(__file__).with_name("killed.py"), tmp_path, str(seed), str(KILLS)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.strip().endswith(f"{KILLS} kills")
