"""Why a customer gets what, and why not: the row interpreter's traces, and the day's decisions about the customer."""

from strategy_engine.engine.explain.clauses import Clause
from strategy_engine.engine.explain.customer import Explanation, StrategyExplanation, TriggerExplanation, explain, explain_at

__all__ = ["Clause", "Explanation", "StrategyExplanation", "TriggerExplanation", "explain", "explain_at"]
