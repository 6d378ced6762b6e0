"""A bank that lives day by day and whose truth is known: what each customer would have done with and without each action."""

from strategy_engine.simulation.errors import SimulationError
from strategy_engine.simulation.settings import Settings, settings_of
from strategy_engine.simulation.simulate import Simulated, make, simulate

__all__ = ["Settings", "Simulated", "SimulationError", "make", "settings_of", "simulate"]
