"""Writes the generated files: `python -m strategy_engine.cli.pages docs grammar`."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from strategy_engine.analysis.catalogue import catalogue
from strategy_engine.catalog.schema import project_schema
from strategy_engine.cli.everything import import_all
from strategy_engine.diagnostics.pages import pages as diagnostics
from strategy_engine.language.functions.pages import pages as functions
from strategy_engine.language.textmate import text_grammar, yaml_grammar
from strategy_engine.semantics.schema import strategies_schema

GENERATED: dict[str, Callable[[], str]] = {"functions.md": functions, "diagnostics.md": diagnostics, "library.md": catalogue}
"""The pages of the documentation."""
FOR_EDITORS: dict[str, Callable[[], str]] = {
    "project.schema.json": project_schema,
    "strategies.schema.json": strategies_schema,
    "vscode/syntaxes/strategy.tmLanguage.json": text_grammar,
    "vscode/syntaxes/strategy.yaml.tmLanguage.json": yaml_grammar,
}
"""What editors know of the language."""


def write(folder: Path) -> None:
    """Write every generated file into the folder `docs` or `grammar`."""
    import_all()
    for name, page in (FOR_EDITORS if folder.name == "grammar" else GENERATED).items():
        (folder / name).write_text(page(), "utf-8")


if __name__ == "__main__":
    for each in sys.argv[1:]:
        write(Path(each))
