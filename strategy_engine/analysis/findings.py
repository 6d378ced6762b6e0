"""All that a check has to say of a project: what is wrong, what is doubtful, and what of it the authors have settled."""

from __future__ import annotations

from strategy_engine.analysis.allow import without_allowed
from strategy_engine.analysis.levels import levelled
from strategy_engine.analysis.lint import lint
from strategy_engine.diagnostics.model import Diagnostic, has_errors
from strategy_engine.semantics.load import Loaded


def findings(loaded: Loaded) -> list[Diagnostic]:
    """The findings, in no order."""
    found = list(loaded.diagnostics)
    if loaded.model is not None:
        found += lint(loaded.model, loaded.modules, sound=not has_errors(found))
    found = without_allowed(found, loaded.sources)
    return found if loaded.file is None else levelled(found, loaded.file)
