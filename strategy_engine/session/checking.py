"""Checking without reading what has not changed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from strategy_engine.session.project import Project
from strategy_engine.source.discovery import project_folder

if TYPE_CHECKING:
    from strategy_engine.analysis.verdict import Verdict


def checked(folder: str | Path = ".") -> Verdict:
    """The verdict on the project in the folder (or on that of the file): the last one where nothing has changed since."""
    from strategy_engine.analysis.verdict import recall, remember

    root = project_folder(Path(folder))
    kept = recall(root)
    if kept is None:
        project = Project.open(root)
        kept = project.verdict()
        remember(project.loaded, kept)
    return kept
