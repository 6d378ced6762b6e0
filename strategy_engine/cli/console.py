"""Consoles, and how a command ends."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, NoReturn

import typer

from strategy_engine.diagnostics.model import Diagnostic, Severity
from strategy_engine.source.file import SourceFile

if TYPE_CHECKING:
    from rich.console import Console

    from strategy_engine.session import Progress

FINE, STRATEGIES, USAGE, DATA, LOCKED = 0, 1, 2, 3, 4


def console(*, error: bool = False) -> Console:
    """A console on standard output or error; rich honours NO_COLOR, TERM=dumb and the terminal's width."""
    from rich.console import Console

    width = None if (sys.stderr if error else sys.stdout).isatty() else int(os.environ.get("COLUMNS", "100"))
    return Console(stderr=error, highlight=False, soft_wrap=False, width=width)


def columns() -> int:
    """The width of standard output, as `console` has it, without loading rich."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else int(os.environ.get("COLUMNS", "100"))


def show(diagnostics: list[Diagnostic], sources: Mapping[str, SourceFile], *, error: bool = True) -> None:
    """Diagnostics with their code frames."""
    from strategy_engine.diagnostics.human import render

    render(diagnostics, sources, console(error=error))


def tell(diagnostics: Iterable[Diagnostic], sources: Mapping[str, SourceFile], *, quiet: bool = False) -> None:
    """What a command that went through has met, on standard error; `quiet` hides notes, and never a warning."""
    told = [each for each in diagnostics if not (quiet and each.severity is Severity.NOTE)]
    if told:
        show(told, sources)


def fail(message: str, code: int = USAGE, help: str | None = None) -> NoReturn:  # noqa: A002 - as diagnostics call it
    """End the command with one sentence on standard error."""
    from rich.text import Text

    from strategy_engine.diagnostics.tongue import said

    screen = console(error=True)
    screen.print(Text.assemble((said("error"), "bold red"), f": {said(message)}"))
    if help:
        screen.print(Text.assemble((said("help:").rstrip(":"), "bold cyan"), f": {said(help)}"))
    raise typer.Exit(code)


@contextmanager
def progress(quiet: bool) -> Iterator[Progress | None]:
    """A bar on standard error while something works; nothing where it is no terminal or `quiet`."""
    screen = console(error=True)
    if quiet or not screen.is_terminal:
        yield None
        return
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f}%"), TimeElapsedColumn())
    with Progress(*columns, console=screen, transient=True) as bars:
        task = bars.add_task("", total=None)

        def step(title: str, done: int, total: int) -> None:
            bars.update(task, description=title, completed=done, total=total)

        yield step
