"""A few lines of the language, checked against the tables of the full project."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

from strategy_engine.diagnostics.order import ordered
from strategy_engine.semantics.load import Loaded, load_project
from strategy_engine.semantics.model import Model

_FULL = Path(__file__).parents[1] / "language" / "projects" / "full" / "strategy.yaml"
PLAIN_PROJECT = re.sub(r"^(include|import|params):.*\n", "", _FULL.read_text("utf-8"), flags=re.MULTILINE)
"""The full project's file without what leads to its strategies."""


def load(text: str, *, form: str = "strategy", project: str = "", files: dict[str, str] | None = None) -> Loaded:
    """The project with one strategy file of that text; `project` is added to strategy.yaml, `files` lie beside it."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "strategy.yaml").write_text(PLAIN_PROJECT + project, "utf-8")
        (folder / f"a.{form}").write_text(text, "utf-8")
        for path, content in (files or {}).items():
            (folder / path).write_text(content, "utf-8")
        return load_project(folder)


def codes(text: str, *, form: str = "strategy", project: str = "", files: dict[str, str] | None = None) -> list[str]:
    """The codes of what is wrong."""
    loaded = load(text, form=form, project=project, files=files)
    return [found.code for found in ordered(loaded.diagnostics)]


def model(text: str, *, form: str = "strategy", project: str = "", files: dict[str, str] | None = None) -> Model:
    """The model of a text that must be right."""
    loaded = load(text, form=form, project=project, files=files)
    assert loaded.sound, [found.message for found in loaded.diagnostics]
    assert loaded.model is not None
    return loaded.model
