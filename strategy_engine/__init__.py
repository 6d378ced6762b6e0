"""Strategies of a retail bank as code: read, checked, compiled, run and explained."""

__version__ = "0.1.0"
