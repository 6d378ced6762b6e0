"""A site into its folder: whole or not at all, and never over what somebody else has put there."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

MARK = ".strategy-docs"
"""The file by which a folder is known as a site of ours: the paths of all that was written, a line each."""


class NotOursError(Exception):
    """The folder holds something that no earlier site has written: `path` is an example."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


def publish(files: Mapping[str, bytes], folder: Path) -> None:
    """Make the folder hold exactly these files, by their paths in it. Raises NotOursError, having written nothing; OSError."""
    folder = folder.resolve()  # a link is followed: what it leads to is replaced, not the link
    foreign = not_ours(folder)
    if foreign is not None:
        raise NotOursError(foreign)
    beside, old = (folder.with_name(f".{folder.name}.{word}-{os.getpid()}") for word in ("new", "old"))
    try:
        _write({**files, MARK: "".join(f"{path}\n" for path in sorted(files)).encode()}, beside)
        if folder.exists():
            folder.rename(old)
        try:
            beside.rename(folder)
        except OSError:
            if old.exists():
                old.rename(folder)
            raise
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    shutil.rmtree(old, ignore_errors=True)


def not_ours(folder: Path) -> str | None:
    """What stands in the way of a site in the folder: a file that none of ours is. None for a new, empty or former folder of ours."""
    if not folder.exists():
        return None
    if not folder.is_dir():
        return folder.name
    written = {MARK}
    with suppress(OSError, ValueError):
        written |= set((folder / MARK).read_text("utf-8").splitlines())
    here = (path.relative_to(folder).as_posix() for path in sorted(folder.rglob("*")) if path.is_symlink() or not path.is_dir())
    return next((path for path in here if path not in written), None)


def _write(files: Mapping[str, bytes], folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    for parent in {(folder / path).parent for path in files}:
        parent.mkdir(parents=True, exist_ok=True)
    for path, content in files.items():
        (folder / path).write_bytes(content)
