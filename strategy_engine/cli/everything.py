"""Importing the whole package, so that every diagnostic is registered."""

from __future__ import annotations

import importlib
import pkgutil

import strategy_engine


def import_all() -> None:
    """Import every module of the package; those of extras that are absent import nothing when loaded."""
    for module in pkgutil.walk_packages(strategy_engine.__path__, "strategy_engine."):
        importlib.import_module(module.name)
