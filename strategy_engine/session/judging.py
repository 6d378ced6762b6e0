"""What there is to say of a project, with and without what takes a proof."""

from __future__ import annotations

from typing import TYPE_CHECKING

import strategy_engine.proofs.prove as proving  # declares what a project may name beside its `diagnostics:`
from strategy_engine.analysis.findings import PROOFS, settled
from strategy_engine.diagnostics.model import Diagnostic, has_errors
from strategy_engine.diagnostics.order import ordered
from strategy_engine.semantics.load import Loaded

if TYPE_CHECKING:
    from strategy_engine.proofs.remembered import Remembered


def without_proofs(loaded: Loaded, doubts: list[Diagnostic]) -> list[Diagnostic]:
    """What is wrong or doubtful, by file and place, as seriously as the project takes it."""
    return ordered(settled(doubts, loaded, unasked=(PROOFS,)))


def with_proofs(loaded: Loaded, doubts: list[Diagnostic], remembered: Remembered | None = None) -> list[Diagnostic]:
    """The same, and what can be proved of a project without errors."""
    told = without_proofs(loaded, doubts)
    if loaded.model is None or has_errors(told):
        return told
    found = proving.proofs(loaded.model, remembered)
    partly = any(isinstance(each, proving.ProofsLeftOut | proving.TooHard) for each in found)
    return ordered(settled([*doubts, *found], loaded, unasked=(PROOFS,) if partly else ()))
