"""Why a customer of a project gets what, and why not."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from strategy_engine.diagnostics.model import suggest
from strategy_engine.engine.day.forgotten import CustomerForgotten
from strategy_engine.engine.explain import Explanation
from strategy_engine.engine.explain import explain as explain_day
from strategy_engine.refusals import NoCustomer, NoStrategy, StrategyError

if TYPE_CHECKING:
    from strategy_engine.session.project import Project


def explain(project: Project, customer: str, strategy: str | None, date: dt.date) -> Explanation:
    """The customer's day, of one strategy (by its name or title) or all. Raises StrategyError for an unknown customer or strategy."""
    titled = {one.title: name for name, one in project.model.strategies.items() if one.title}
    if strategy is not None:
        strategy = titled.get(strategy, strategy)  # a title is what a run prints
    if strategy is not None and strategy not in project.model.strategies:
        raise StrategyError([NoStrategy(None, strategy, suggest(strategy, [*project.model.strategies, *titled]))], 2)
    day = project.compute(date)
    if customer in day.left_out:
        raise StrategyError([CustomerForgotten(None, customer)], CustomerForgotten.exit_code)
    found = explain_day(project.model_on(date), project.folder, date, day, customer, strategy, project.sources, project.ledger.past(date))
    if found is None:
        raise StrategyError([NoCustomer(None, customer, date.isoformat())], 2)
    return found
