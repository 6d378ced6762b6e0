"""Checking without reading what has not changed, and without proving again what was proved."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

from strategy_engine.diagnostics.model import has_errors
from strategy_engine.session.project import Project
from strategy_engine.source.discovery import project_folder

if TYPE_CHECKING:
    from strategy_engine.analysis.verdict import Verdict


def checked(folder: str | Path = ".", *, date: dt.date | None = None) -> Verdict:
    """The verdict on the project in the folder (or on that of the file): the last one where nothing has changed since.

    With a `date`, cohorts are first looked at on some customers of that date, which is remembered for later checks. Raises StrategyError
    where its data are not there or break their contract (3).
    """
    from strategy_engine.analysis.verdict import recall, remember

    root = project_folder(Path(folder))
    kept = None if date is not None else recall(root)
    if kept is None:
        project = Project(root)
        kept = _proved(project, date)
        remember(project.loaded, kept)
    return kept


def _proved(project: Project, date: dt.date | None) -> Verdict:
    """The verdict, and what was proved for it put beside what earlier checks have."""
    from strategy_engine.proofs import prove, remembered

    model = project.loaded.model
    if model is None or has_errors(project.diagnostics) or not prove.installed():
        return project.verdict()
    known = remembered.recall(project.folder, model)
    if date is not None:
        from strategy_engine.session.sampling import sampled

        known = sampled(project, known, date)
    verdict = project.verdict(known)
    remembered.remember(project.folder, known)
    return verdict
