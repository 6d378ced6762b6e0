"""What people see: consoles, sentences, and how a command ends. Here is decided whether it is drawn or plain."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, NoReturn, TextIO

import typer

from strategy_engine.cli.layout import folded
from strategy_engine.cli.shared import PLAINLY
from strategy_engine.diagnostics.model import Diagnostic, Severity
from strategy_engine.source.file import SourceFile

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from strategy_engine.session import Progress

FINE, STRATEGIES, USAGE, DATA, LOCKED = 0, 1, 2, 3, 4

ENDLESS = 1_000_000
"""The width of a line that is never broken."""
WIDTH = 100
"""The width where no terminal is and COLUMNS does not say."""


def plain() -> bool:
    """Whether to print for a screen reader: sentences and `name: value`, no drawing, no colour, no bar, no line broken."""
    return os.environ.get(PLAINLY, "") not in ("", "0")


def columns(stream: TextIO | None = None) -> int:
    """The width of standard output, or of the stream."""
    if plain():
        return ENDLESS
    if (stream or sys.stdout).isatty():
        return shutil.get_terminal_size().columns
    given = os.environ.get("COLUMNS", "")
    return int(given) if given.isdecimal() and int(given) else WIDTH


def console(*, error: bool = False) -> Console:
    """A console on standard output or error; rich honours NO_COLOR and TERM=dumb."""
    from rich.console import Console

    width = columns(sys.stderr if error else sys.stdout)
    return Console(stderr=error, highlight=False, soft_wrap=False, width=width, color_system=None if plain() else "auto")


def draw(renderable: RenderableType, *, error: bool = False) -> None:
    """What rich draws, without the blanks that it leaves behind lines."""
    screen = console(error=error)
    with screen.capture() as drawn:
        screen.print(renderable)
    for line in drawn.get().splitlines():
        print(line.rstrip(), file=sys.stderr if error else sys.stdout)


def bold(text: str) -> str:
    """The text, bold where standard output is a terminal."""
    drawn = sys.stdout.isatty() and os.environ.get("TERM") != "dumb" and not plain()
    return f"\x1b[1m{text}\x1b[22m" if drawn and text else text


def say(text: str) -> None:
    """A sentence on standard output, broken between words where it is too long."""
    for line in folded(text, columns()):
        print(line)


def show(diagnostics: list[Diagnostic], sources: Mapping[str, SourceFile], *, error: bool = True) -> None:
    """Diagnostics with their code frames; plainly, a line each."""
    if plain():
        from strategy_engine.diagnostics.plain import lines

        for line in lines(diagnostics, sources):
            print(line, file=sys.stderr if error else sys.stdout)
        return
    from strategy_engine.diagnostics.human import render

    render(diagnostics, sources, console(error=error))


def tell(diagnostics: Iterable[Diagnostic], sources: Mapping[str, SourceFile], *, quiet: bool = False) -> None:
    """What a command that went through has met, on standard error; `quiet` hides notes, and never a warning."""
    told = [each for each in diagnostics if not (quiet and each.severity is Severity.NOTE)]
    if told:
        show(told, sources)


def refuse(message: str, help: str | None = None) -> None:  # noqa: A002 - as diagnostics call it
    """Say on standard error in a sentence what is wrong, and in another what to do."""
    from rich.text import Text

    from strategy_engine.diagnostics.tongue import said

    draw(Text.assemble((said("error"), "bold red"), f": {said(message)}"), error=True)
    if help:
        draw(Text.assemble((said("help:").rstrip(":"), "bold cyan"), f": {said(help)}"), error=True)


def fail(message: str, code: int = USAGE, help: str | None = None) -> NoReturn:  # noqa: A002 - as diagnostics call it
    """End the command with one sentence on standard error."""
    refuse(message, help)
    raise typer.Exit(code)


@contextmanager
def progress(quiet: bool) -> Iterator[Progress | None]:
    """A bar on standard error while something works; nothing where it is no terminal, or `quiet`, or plain."""
    if quiet or plain() or not sys.stderr.isatty():
        yield None
        return
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f}%"), TimeElapsedColumn())
    with Progress(*columns, console=console(error=True), transient=True) as bars:
        task = bars.add_task("", total=None)

        def step(title: str, done: int, total: int) -> None:
            bars.update(task, description=title, completed=done, total=total)

        yield step
