"""All that a check has to say of a project: what is wrong, what is doubtful, and what of it the authors have settled."""

from __future__ import annotations

from collections.abc import Iterable

from strategy_engine.analysis.allow import without_allowed
from strategy_engine.analysis.levels import levelled
from strategy_engine.analysis.lint import lint
from strategy_engine.diagnostics.model import Diagnostic, has_errors
from strategy_engine.semantics.load import Loaded

PROOFS = "S03"
"""The codes of what is proved, where somebody asks for proofs."""


def findings(loaded: Loaded) -> list[Diagnostic]:
    """The findings without proofs, in no order."""
    return settled(doubts(loaded), loaded, unasked=(PROOFS,))


def doubts(loaded: Loaded) -> list[Diagnostic]:
    """What is wrong or doubtful, whatever the authors make of it."""
    found = list(loaded.diagnostics)
    if loaded.model is not None:
        found += lint(loaded.model, loaded.modules, sound=not has_errors(found))
    return found


def settled(found: Iterable[Diagnostic], loaded: Loaded, unasked: tuple[str, ...] = ()) -> list[Diagnostic]:
    """Findings as seriously as the project takes them, without what comments allow. Of codes that begin with what is `unasked`, nobody
    knows whether they would be found."""
    kept = without_allowed(list(found), loaded.sources, unasked)
    return kept if loaded.file is None else levelled(kept, loaded.file)
