"""Rewriting an author's file: whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

from strategy_engine.cli.console import DATA, fail


def put(text: str, path: Path, target: Path | None = None) -> None:
    """Put the text in the place of the file, or move it to the target with that text; ends the command where that cannot be done."""
    target = target or path
    fresh = target.with_name(f".{target.name}.new")
    try:
        fresh.write_bytes(text.encode("utf-8"))
        fresh.chmod(path.stat().st_mode & 0o777)
        os.replace(fresh, target)  # noqa: PTH105 - as rename, on every system
        if target != path:
            path.unlink()
    except OSError as error:
        fresh.unlink(missing_ok=True)
        fail(f"cannot write `{target}`: {(error.strerror or 'no access').lower()}", DATA)
