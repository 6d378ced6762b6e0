"""Proofs about strategies: what holds of every customer that the project file permits, found by a solver and not by data.

Diagnostics S03xx. See docs/decisions/proofs.md. Only `logic.py` loads the solver, and only `prove.py` loads what needs it.
"""
