"""What a change of the strategies does to whom: two versions' outcomes of one day, held against each other."""

from strategy_engine.engine.changes.compare import Comparison, StrategyChange, compare
from strategy_engine.engine.changes.outcome import Outcome, outcome_of

__all__ = ["Comparison", "Outcome", "StrategyChange", "compare", "outcome_of"]
