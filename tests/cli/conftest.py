"""The program as a process, and a project to run it on."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
Program = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def strategy(tmp_path: Path) -> Program:
    """Runs `strategy ARGUMENTS` in a scratch folder, on a terminal that is none, 80 columns wide."""

    def run(*arguments: str | Path, **env: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "strategy_engine.cli.main", *map(str, arguments)]
        environment = {**os.environ, "COLUMNS": "80", "PYTHONUTF8": "1", **env}
        return subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, encoding="utf-8", check=False)

    return run


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the minimal project."""
    return Path(shutil.copytree(ROOT / "strategies" / "minimal", tmp_path / "bank"))
