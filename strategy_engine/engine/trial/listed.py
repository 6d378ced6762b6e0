"""What a day has listed, as expectations see it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import polars as pl

from strategy_engine.engine.day.names import KEY
from strategy_engine.engine.day.world import customer_of
from strategy_engine.engine.rows import World
from strategy_engine.engine.trial.day import TrialDay
from strategy_engine.plan.stages import Outcome
from strategy_engine.plan.vocabulary import CONTROL
from strategy_engine.semantics import ir
from strategy_engine.semantics.trials import ACTION_OF, LISTED, Expectation
from strategy_engine.semantics.walk import expressions

_OF_CUSTOMERS = (ir.Derived, ir.SeriesValue, ir.InList, ir.Aggregate, ir.Population, ir.Ago)


class Listed:
    """A day's actions by strategy. Of several customers, a strategy's action is that of the one who was accepted first."""

    def __init__(self, day: TrialDay) -> None:
        self.day, self.moment = day, day.moment

    @cached_property
    def actions(self) -> Mapping[str, Mapping[str, Any]]:
        """By strategy: the columns of its action, those of its list where it stands on one, as nothing is masked there."""
        found: dict[str, dict[str, Any]] = {}
        rows = self.day.actions.sort((pl.col("arm") == CONTROL), "rank").to_dicts()
        handed = {row["action_id"]: row for frame in self.day.lists.values() for row in frame.to_dicts()}
        for row in rows:
            found.setdefault(row["strategy"], {**row, **handed.get(row["action_id"], {}), "customers": 0})
            found[row["strategy"]]["customers"] += row["arm"] != CONTROL
        return found

    def is_listed(self, strategy: str) -> bool:
        """Whether the strategy is listed to anybody; controls are not."""
        return strategy in self.actions and self.actions[strategy]["arm"] != CONTROL

    def blocked(self, strategy: str, blocker: str) -> bool:
        """Whether the strategy was dropped, and the blocker (`policy contact`, `keep`) stood against one of its alternatives."""
        dropped = self.day.result.decisions.filter((pl.col("strategy") == strategy) & (pl.col("outcome") == Outcome.DROPPED))
        told = (text for row in dropped.iter_rows(named=True) for text in (row["reason"], row["alternatives"]) if text)
        return any(f" {blocker}:" in f" {text}" for text in told)

    def world(self, expected: Expectation) -> World:
        """What an expectation may look at; beside the actions the customer, of several the one who is given first."""
        model = self.moment.bank.model
        scopes: dict[str, Mapping[str, Any]] = {}
        if expected.strategies:
            own = {name: name for name in model.strategies}
            scopes[LISTED] = {name: self.is_listed(name) for name in model.strategies}
            scopes |= {ACTION_OF + word: self.actions.get(name, {}) for word, name in {**own, **expected.labels}.items()}
        customer = None
        if any(map(_reads_customer, expressions(expected.condition))) and self.keys:
            customer = customer_of(self.moment, self.keys[0])
        if customer is None:
            return World(self.moment.context, self.moment.contact_date, scopes=scopes)
        return customer.beside(scopes)

    @cached_property
    def keys(self) -> list[str]:
        """The customers of the test, in the order in which they are given."""
        return self.moment.customers.select(KEY).collect().to_series().to_list()


def _reads_customer(expr: ir.Expr) -> bool:
    if isinstance(expr, ir.Column):
        return expr.scope != LISTED and not expr.scope.startswith(ACTION_OF)
    return isinstance(expr, _OF_CUSTOMERS)
