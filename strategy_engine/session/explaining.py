"""Why a customer of a project gets what, and why not."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from strategy_engine.diagnostics.model import suggest
from strategy_engine.engine.day.forgotten import CustomerForgotten
from strategy_engine.engine.explain import Explanation
from strategy_engine.engine.explain import explain as explain_day
from strategy_engine.engine.explain.customer import why_at_rest
from strategy_engine.refusals import DoesNotRun, NoCustomer, NoStrategy, StrategyError
from strategy_engine.session.running import data_told, inputs_of

if TYPE_CHECKING:
    from strategy_engine.engine.day.run import Progress
    from strategy_engine.engine.explain.everyone import WhyNot
    from strategy_engine.session.project import Project


def explain(project: Project, customer: str, strategy: str | None, date: dt.date) -> Explanation:
    """The customer's day, of one strategy (by its name or title) or all. Raises StrategyError for an unknown customer or strategy."""
    strategy = None if strategy is None else named(project, strategy)
    day = project.compute(date)
    if customer in day.left_out:
        raise StrategyError([CustomerForgotten(None, customer)], CustomerForgotten.exit_code)
    found = explain_day(project.model_on(date), project.folder, date, day, customer, strategy, project.sources, project.ledger.past(date))
    if found is None:
        raise StrategyError([NoCustomer(None, customer, date.isoformat())], 2)
    return found


def named(project: Project, strategy: str) -> str:
    """The name of the strategy that is meant by its name or title. Raises StrategyError where there is none."""
    titled = {one.title: name for name, one in project.model.strategies.items() if one.title}
    strategy = titled.get(strategy, strategy)  # a title is what a run prints
    if strategy not in project.model.strategies:
        raise StrategyError([NoStrategy(None, strategy, suggest(strategy, [*project.model.strategies, *titled]))], 2)
    return strategy


def why_not(project: Project, strategy: str, date: dt.date, progress: Progress | None) -> WhyNot:
    """Where the strategy (by its name or title) loses its customers. Raises StrategyError for an unknown one, or one that does not run."""
    from strategy_engine.engine.day.run import open_day
    from strategy_engine.engine.explain.everyone import why_not as of_day

    name = named(project, strategy)
    with data_told():
        day = open_day(**inputs_of(project, date))
    try:
        if not any(one.name == name for one in day.plan.strategies):
            raise StrategyError([DoesNotRun(None, name, why_at_rest(day.plan.model, name, date), date.isoformat())], 2)
        return of_day(day, name, project.sources, progress)
    finally:
        day.moment.bank.close()
