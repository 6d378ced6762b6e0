"""A bank that lives day by day and whose truth is known: what each customer would have done with and without each action."""

from strategy_engine.simulation.simulate import Settings, make, simulate

__all__ = ["Settings", "make", "simulate"]
