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


def private_folder() -> Path | None:
    """The folder of the cache for what would run if another had written it; None where others could, or that cannot be told."""
    folder = cache_folder()
    return folder if folder is not None and only_ours(folder.stat()) else None


def only_ours(stat: os.stat_result) -> bool:
    """Whether it is the user's own and nobody else can write it."""
    return hasattr(os, "geteuid") and stat.st_uid == os.geteuid() and not stat.st_mode & 0o022


def name_of(folder: Path) -> str:
    """What the cache's files about a project are named by; also by how its folder was given, as paths are told so."""
    return hashlib.sha256(f"{folder.absolute()}\n{folder}".encode("utf-8", "surrogateescape")).hexdigest()[:32]


def forget_the_oldest(cache: Path, pattern: str, most: int = MOST) -> None:
    """Remove what was kept longest ago."""
    kept = sorted(cache.glob(pattern), key=lambda path: path.stat().st_mtime)
    for path in kept[:-most]:
        path.unlink(missing_ok=True)


@functools.cache
def program() -> str:
    """What the program is at this moment: other sources may give another answer to the same question."""
    seen = hashlib.sha256()
    for path in sorted(_PACKAGE.rglob("*.py")):
        stat = path.stat()
        seen.update(f"{path.relative_to(_PACKAGE)} {stat.st_mtime_ns} {stat.st_size}\n".encode())
    return seen.hexdigest()
