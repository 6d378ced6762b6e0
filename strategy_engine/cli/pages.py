"""Writes the generated pages of the documentation: `python -m strategy_engine.cli.pages docs`."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from strategy_engine.cli.everything import import_all
from strategy_engine.diagnostics.pages import pages as diagnostics
from strategy_engine.language.functions.pages import pages as functions

GENERATED: dict[str, Callable[[], str]] = {"functions.md": functions, "diagnostics.md": diagnostics}


def write(folder: Path) -> None:
    """Write every generated page into the folder."""
    import_all()
    for name, page in GENERATED.items():
        (folder / name).write_text(page(), "utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
