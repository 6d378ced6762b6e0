"""Where the real data lies: beside the repository, never in it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

HERE = Path(__file__).parent
DATA = HERE.parents[2] / "shared" / "data"


def raw(folder: str) -> Path:
    """The folder of a data set; skips the test where it is absent."""
    found = DATA / folder
    if not found.is_dir():
        pytest.skip(f"the real data is not here: no folder shared/data/{folder} beside the repository")
    return found


def project_copy(name: str, into: Path) -> Path:
    """A copy of a project of this folder, so that nothing is written into the checkout."""
    return Path(shutil.copytree(HERE / name, into / name))
