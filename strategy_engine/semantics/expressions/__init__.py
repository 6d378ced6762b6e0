"""Typing of expressions: syntax in, `ir` out. Importing the package registers the rules of all nodes."""

from strategy_engine.semantics.expressions import arithmetic, calls, comparisons, literals, logic, lookup, related
from strategy_engine.semantics.expressions.infer import infer

__all__ = ["arithmetic", "calls", "comparisons", "infer", "literals", "logic", "lookup", "related"]
