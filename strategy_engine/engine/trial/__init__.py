"""Test blocks, run through the engine of a real run on the rows that they give, without any files."""

from strategy_engine.engine.trial.coverage import Coverage, Seen
from strategy_engine.engine.trial.processes import run_in_processes, worth
from strategy_engine.engine.trial.run import Failure, Tested, run_trials

__all__ = ["Coverage", "Failure", "Seen", "Tested", "run_in_processes", "run_trials", "worth"]
