"""The function library: one entry a function, grouped in one file a family."""

from strategy_engine.language.functions.registry import FUNCTIONS, Context, Example, Function, Missing, Parameter, find, load_library

__all__ = ["FUNCTIONS", "Context", "Example", "Function", "Missing", "Parameter", "find", "load_library"]
