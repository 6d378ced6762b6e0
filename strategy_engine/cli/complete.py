"""What a shell offers behind an option: the values that it may have here (typer keeps those that begin as the word does).

Nothing is loaded but what they are read from: it is waited for at every press of the key.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

Offer = tuple[str, str]
"""A value, and what it is in a few words; bash shows the value alone."""

_PACKAGE = Path(__file__).resolve().parent.parent
_DIAGNOSTIC = re.compile(r'^class [^\n]+:\n    """([^\n]+?)[."]*\n(?:(?!class )[^\n]*\n)*?    code = "(S\d{4})"', re.MULTILINE)
_STRATEGY = re.compile(r'^[ \t]*(?:strategy|策略)[ \t]+(\w+)[ \t]*(?:"([^"\n]*)")?', re.MULTILINE)


def formats(command: str) -> Callable[[], Sequence[str]]:
    """The formats of a command, as its module has them."""
    return lambda: importlib.import_module(f"strategy_engine.cli.{command}").FORMATS


def templates() -> list[str]:
    """The templates of `init`."""
    from strategy_engine.cli.init import TEMPLATES

    return [*TEMPLATES]


def sinks(ctx: Any) -> list[str]:
    """The sinks of the project."""
    from strategy_engine.catalog.project_file import read_project

    file, _, _ = read_project(_project(ctx))
    return [] if file is None else [*file.project.sinks]


def strategies(ctx: Any) -> list[Offer]:
    """The strategies of the project."""
    from strategy_engine.semantics.load import strategy_files

    return sorted({each for path in strategy_files(_project(ctx)) for each in _strategies(path)})


def codes(incomplete: str) -> list[Offer]:
    """The codes of diagnostics, once one is begun: what stands in their place may be a customer as well.

    They are read from the sources, since loading every module that declares some would load every engine.
    """
    if not incomplete.startswith("S"):
        return []
    texts = (path.read_text("utf-8") for path in sorted(_PACKAGE.rglob("*.py")))
    return sorted((code, title) for text in texts for title, code in _DIAGNOSTIC.findall(text))


def _project(ctx: Any) -> Path:
    from strategy_engine.source.discovery import project_folder

    return project_folder(Path(ctx.params.get("project") or "."))


def _strategies(path: Path) -> Iterator[Offer]:
    """The strategies of a file. Text is searched, not parsed, which a project of a thousand would feel: one too many does no harm."""
    from strategy_engine.semantics.load import parsed
    from strategy_engine.source.reading import read_source

    source, _ = read_source(path, path.as_posix())
    if source is None:
        return
    if path.suffix == ".strategy":
        yield from _STRATEGY.findall(source.text)
        return
    for each in parsed(source)[0].declarations:
        if each.kind == "strategy":
            yield each.name, each.title or ""
