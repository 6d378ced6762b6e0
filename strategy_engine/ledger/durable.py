"""Files that outlast a loss of power, and what proves that they are whole."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
from pathlib import Path


def write_text(path: Path, text: str) -> None:
    """Write a file and see it to the disk."""
    path.write_text(text, encoding="utf-8")
    sync(path)


def sync(path: Path) -> None:
    """See a file, or the names in a folder, to the disk."""
    if path.is_dir() and os.name == "nt":  # Windows keeps names safe by itself and opens no folders
        return
    descriptor = os.open(path, os.O_RDONLY if os.name != "nt" else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_tree(folder: Path) -> None:
    """See everything below a folder to the disk, and the folder itself."""
    for path in sorted(folder.rglob("*")):
        sync(path)
    sync(folder)


def rename(source: Path, target: Path) -> None:
    """Rename at once or not at all, and see both folders to the disk."""
    target.parent.mkdir(parents=True, exist_ok=True)
    source.rename(target)
    for folder in {source.parent, target.parent}:
        sync(folder)


def remove(folder: Path) -> None:
    """Remove a folder and everything in it, where there is one; a path that leads through a file leads to none."""
    with contextlib.suppress(FileNotFoundError, NotADirectoryError):
        shutil.rmtree(folder)


def contents(folder: Path) -> dict[str, tuple[int, str]]:
    """Every file below a folder: its size and SHA-256, by its path in the folder. Empty where there is no folder."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): (path.stat().st_size, digest(path)) for path in files}


def digest(path: Path) -> str:
    """The SHA-256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
