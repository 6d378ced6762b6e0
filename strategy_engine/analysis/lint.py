"""Doubtful things in a model: each rule is a function from the model, and perhaps the syntax trees, to diagnostics."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from strategy_engine.analysis.access import long_ramps, unknown_exclusions, without_consent, without_cost
from strategy_engine.analysis.complete import incomplete, uncontrolled
from strategy_engine.analysis.fairness import chosen_by_sensitive
from strategy_engine.analysis.missing import silently_dropped
from strategy_engine.analysis.power import underpowered
from strategy_engine.analysis.repeats import open_every_day
from strategy_engine.analysis.shares import never_binding, nothing_to_maximize, odd_controls, same_ranks
from strategy_engine.analysis.uses import never_used, repeated_thresholds
from strategy_engine.analysis.windows import over_the_border
from strategy_engine.analysis.words import odd_names, odd_scripts, same_titles
from strategy_engine.diagnostics.model import Diagnostic
from strategy_engine.language import ast
from strategy_engine.semantics.model import Model

Rule = Callable[[Model], Iterator[Diagnostic]]
RULES: tuple[Rule, ...] = (silently_dropped,)

RULES_ON_ALL: tuple[Rule, ...] = (
    *(open_every_day, incomplete, uncontrolled),
    *(over_the_border, never_binding, odd_controls, same_ranks, underpowered),
    *(odd_names, same_titles, odd_scripts),
    *(without_consent, unknown_exclusions, without_cost, long_ramps, chosen_by_sensitive),
)
"""Rules that ask the whole model: where something could not be read, they would miss it."""

RULES_ON_TEXT: tuple[Callable[[Model, tuple[ast.Module, ...]], Iterator[Diagnostic]], ...] = (
    never_used,
    repeated_thresholds,
    nothing_to_maximize,
)
"""Rules that ask how it was written as well."""


def lint(model: Model, modules: tuple[ast.Module, ...] = (), *, sound: bool = True) -> list[Diagnostic]:
    """All findings of all rules, or of those that need no `sound` model."""
    found = [finding for rule in RULES for finding in rule(model)]
    if sound:
        found += (finding for rule in RULES_ON_ALL for finding in rule(model))
        found += (finding for text_rule in RULES_ON_TEXT for finding in text_rule(model, modules))
    return found
