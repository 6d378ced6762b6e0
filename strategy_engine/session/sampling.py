"""Of which customers of a sample the cohorts are true: what spares the proofs most of their questions about pairs."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

from strategy_engine.engine.data.scan import DataError
from strategy_engine.engine.day.sample import masks
from strategy_engine.refusals import StrategyError

if TYPE_CHECKING:
    from strategy_engine.proofs.remembered import Remembered
    from strategy_engine.session.project import Project


def sampled(project: Project, known: Remembered, date: dt.date) -> Remembered:
    """What is known, with the cohorts seen on customers of the date instead of those of an earlier time. Raises StrategyError (3) for data
    that are not there or break their contract."""
    model = project.model
    cohorts = [each.expr for each in model.derived.values() if each.kind == "cohort" and each.remembered is None]
    conditions = {known.digest(each): each for each in (*cohorts, *(each.cohort for each in model.strategies.values()))}
    try:
        found = masks(model, project.folder, date, [*conditions.values()])
    except DataError as error:
        raise StrategyError(list(error.diagnostics), 3) from error
    return replace(known, masks=dict(zip(conditions, found, strict=True)))
