"""Running a real project, and its actions in the form in which the expected ones are held."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from strategy_engine.diagnostics.model import Diagnostic, Severity
from strategy_engine.engine.day.run import BATCH_SIZE, DayResult, run_day
from strategy_engine.semantics.load import load_project

from .contest import Action


@dataclass(frozen=True)
class Ran:
    """A project and a day's run of it."""

    folder: Path
    day: dt.date
    result: DayResult

    @property
    def actions(self) -> list[Action]:
        return actions_of(self.result.actions)

    def level(self, name: str) -> dict[str, int]:
        """A level of each strategy's funnel."""
        return {strategy: counts[name] for strategy, counts in self.result.manifest["funnel"].items()}


def actions_of(frame: pl.DataFrame) -> list[Action]:
    rows = frame.select("strategy", "customer_id", "channel", "benefit", "arm").rows()
    return [Action(*row) for row in rows]


def run(folder: Path, day: dt.date, batch_size: int = BATCH_SIZE) -> Ran:
    """Load a project and run a day."""
    loaded = load_project(folder)
    assert loaded.sound, [found.message for found in loaded.diagnostics]
    assert loaded.model is not None
    return Ran(folder, day, run_day(loaded.model, folder, day, batch_size=batch_size, sources=loaded.sources))


def errors(folder: Path) -> list[Diagnostic]:
    """What `check` finds wrong."""
    return [found for found in load_project(folder).diagnostics if found.severity is Severity.ERROR]
