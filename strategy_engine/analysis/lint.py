"""Doubtful things in a sound model: each rule is a function from the model to diagnostics."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from strategy_engine.analysis.missing import silently_dropped
from strategy_engine.analysis.repeats import open_every_day
from strategy_engine.diagnostics.model import Diagnostic
from strategy_engine.semantics.model import Model

Rule = Callable[[Model], Iterator[Diagnostic]]
RULES: tuple[Rule, ...] = (silently_dropped, open_every_day)


def lint(model: Model) -> list[Diagnostic]:
    """All findings of all rules."""
    return [finding for rule in RULES for finding in rule(model)]
