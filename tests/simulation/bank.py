"""A small bank made from the library, for tests."""

from __future__ import annotations

import shutil
from pathlib import Path

from strategy_engine.session import Project
from strategy_engine.simulation import Settings, Simulated, simulate
from strategy_engine.source.shipped import shipped


def library(folder: Path) -> Project:
    """The library as a project of its own, without data."""
    shutil.copytree(shipped("strategies") / "library", folder)
    return Project.open(folder)


def lived(folder: Path, customers: int, days: int, seed: int = 7) -> Simulated:
    """The library's strategies, run for some days over a bank made in the folder."""
    return simulate(library(folder), Settings(customers=customers, days=days, seed=seed))
