"""`strategy schema`."""

from __future__ import annotations

from pathlib import Path

from strategy_engine.cli.console import DATA, FINE, fail, show

KINDS = ("snapshot", "reference", "events", "items", "links", "series", "list")


def infer(files: list[Path], kind: str | None) -> int:
    """Print the declaration of tables, guessed from their files."""
    from strategy_engine.engine.data.infer import infer as guess
    from strategy_engine.engine.data.scan import DataError

    if kind is not None and kind not in KINDS:
        fail(f"no kind `{kind}`", help=f"kinds are {', '.join(KINDS)}")
    absent = next((file for file in files if not file.exists() and not any(sign in str(file) for sign in "*?[{")), None)
    if absent is not None:
        fail(f"no file `{absent}`", DATA)
    try:
        print(guess(files, kind), end="")
    except DataError as error:
        show(list(error.diagnostics), {})
        return DATA
    return FINE
