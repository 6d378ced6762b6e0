"""A believable Chinese retail bank, made from a seed: the data that the shipped demo strategies run on.

`generate(target)` writes a whole project: customer snapshots, holdings, transactions, families, the market and the
strategies. Every number is a pure function of (seed, stream, row), so neither chunks nor threads change a byte.
"""

from strategy_engine.demo.errors import DemoError
from strategy_engine.demo.generator import generate

__all__ = ["DemoError", "generate"]
