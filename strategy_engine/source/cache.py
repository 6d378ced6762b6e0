"""The user's own cache: what saves time between runs and may be thrown away at any moment.

It is never in a folder that others can write to, nor in a project, from where it could be committed: what lies there is believed.
"""

from __future__ import annotations

import functools
import hashlib
import os
from pathlib import Path

MOST = 200
"""Projects of which something is remembered."""

_PACKAGE = Path(__file__).resolve().parent.parent


def cache_folder() -> Path | None:
    """The folder of the cache; None where there can be none."""
    home = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")  # noqa: PTH111, PTH118 - the home may be unknown
    folder = Path(home) / "strategy-engine"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError:
        return None
    return folder if os.access(folder, os.W_OK) else None


def name_of(folder: Path) -> str:
    """What the cache's files about a project are named by; also by how its folder was given, as paths are told so."""
    return hashlib.sha256(f"{folder.absolute()}\n{folder}".encode("utf-8", "surrogateescape")).hexdigest()[:32]


def forget_the_oldest(cache: Path, kind: str) -> None:
    """Remove what is kept of projects that were checked longest ago."""
    kept = sorted(cache.glob(f"{kind}-*.json"), key=lambda path: path.stat().st_mtime)
    for path in kept[:-MOST]:
        path.unlink(missing_ok=True)


@functools.cache
def program() -> str:
    """What the program is at this moment: other sources may give another answer to the same question."""
    seen = hashlib.sha256()
    for path in sorted(_PACKAGE.rglob("*.py")):
        stat = path.stat()
        seen.update(f"{path.relative_to(_PACKAGE)} {stat.st_mtime_ns} {stat.st_size}\n".encode())
    return seen.hexdigest()
