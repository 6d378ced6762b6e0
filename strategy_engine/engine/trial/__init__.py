"""Test blocks, run through the engine of a real run on the rows that they give, without any files."""

from strategy_engine.engine.trial.run import Failure, Tested, run_trials

__all__ = ["Failure", "Tested", "run_trials"]
