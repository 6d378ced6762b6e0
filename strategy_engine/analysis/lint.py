"""Doubtful things in a sound model: each rule is a function from the model to diagnostics."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from strategy_engine.analysis.missing import silently_dropped
from strategy_engine.analysis.repeats import open_every_day
from strategy_engine.analysis.windows import over_the_border
from strategy_engine.diagnostics.model import Diagnostic
from strategy_engine.semantics.model import Model

Rule = Callable[[Model], Iterator[Diagnostic]]
RULES: tuple[Rule, ...] = (silently_dropped, open_every_day)
RULES_ON_ALL: tuple[Rule, ...] = (over_the_border,)
"""Rules that ask the whole model: where something could not be read, they would miss it."""


def lint(model: Model, *, sound: bool = True) -> list[Diagnostic]:
    """All findings of all rules, or of those that need no `sound` model."""
    rules = (*RULES, *RULES_ON_ALL) if sound else RULES
    return [finding for rule in rules for finding in rule(model)]
