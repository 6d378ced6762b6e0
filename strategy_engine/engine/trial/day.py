"""A day of a test that was run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from strategy_engine.engine.data.contract import ContractResult
from strategy_engine.engine.day.memory import Past
from strategy_engine.engine.day.observe import Moment
from strategy_engine.engine.day.run import Accepted, DayResult, accept, tell
from strategy_engine.plan.day import DayPlan

UNCHECKED = ContractResult((), {}, {}, {})
"""What is known of given rows: the checker has held them against the declaration."""


@dataclass
class TrialDay:
    """The bank of a day and its past. What was accepted, and all that is told of it, is found out when a test asks for it: many tests
    only ask who is in a cohort."""

    moment: Moment
    plan: DayPlan
    past: Past

    @cached_property
    def accepted(self) -> Accepted:
        return accept(self.moment, self.plan)

    @property
    def actions(self) -> pl.DataFrame:
        return self.accepted.emitted.actions

    @property
    def lists(self) -> Mapping[str, pl.DataFrame]:
        return self.accepted.emitted.lists

    @cached_property
    def result(self) -> DayResult:
        """The same in full, with what became of every candidate."""
        return tell(self.moment, self.plan, self.accepted, UNCHECKED)
