"""Node and the extension's packages, where they are at hand."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
EXTENSION = ROOT / "grammar" / "vscode"
ABSENT = "needs Node and the extension's packages: `tests/install_components.sh` installs them, into grammar/vscode/node_modules"


def require_packages() -> None:
    """Skip where they are not; on a machine that is there to run everything, fail."""
    if shutil.which("node") and (EXTENSION / "node_modules" / ".package-lock.json").exists():
        return
    if os.environ.get("CI"):
        pytest.fail(f"{ABSENT} (and CI is set, so nothing is skipped)")
    pytest.skip(ABSENT)


def run(*command: str | Path, folder: Path = EXTENSION) -> str:
    """What a program prints; the test fails where it fails."""
    done = subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout
