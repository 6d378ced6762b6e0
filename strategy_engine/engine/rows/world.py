"""All that the row interpreter may look at to evaluate an expression for one customer."""

from __future__ import annotations

import datetime as dt
from collections import ChainMap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import field, replace
from typing import Any

from strategy_engine.language.functions import Context
from strategy_engine.language.types import Duration
from strategy_engine.record import record
from strategy_engine.semantics.ir import Expr, Population

Row = Mapping[str, Any]
"""Values by column name, held as `language.types` says; what is absent is missing."""

OTHER = "other"
"""The key of a link row under which the linked customer's snapshot row stands (None where there is no such customer)."""


def _nowhere(_back: Duration) -> World | None:
    return None


def _unknown(_node: Population) -> Any:
    return None


@record
class World:
    """One customer on one day.

    rows: the customer's rows of each event, item or link table, and `hits`.
    references: rows of each reference table by key.      series: each series' row of the as-of date.
    lists: whether the customer stands in each list.      derived: the definitions of attributes, cohorts, …
    population: the customer's value of a Population node, which only the whole snapshot can tell.
    earlier: the world that long ago, None where the customer was not there.
    scopes: rows of the other scopes of `ir.Column` (`hit.NAME`, `action`, …).
    """

    context: Context
    contact_date: dt.date
    customer: Row = field(default_factory=dict)
    rows: Mapping[str, Sequence[Row]] = field(default_factory=dict)
    references: Mapping[str, Mapping[Any, Row]] = field(default_factory=dict)
    series: Mapping[str, Row | None] = field(default_factory=dict)
    lists: Mapping[str, bool] = field(default_factory=dict)
    derived: Mapping[str, Expr] = field(default_factory=dict)
    population: Callable[[Population], Any] = _unknown
    earlier: Callable[[Duration], World | None] = _nowhere
    scopes: Mapping[str, Row] = field(default_factory=dict)

    @property
    def today(self) -> dt.date:
        """The as-of date."""
        return self.context.today

    def column(self, scope: str, name: str) -> Any:
        """A column's value; missing where the scope or the column is absent."""
        row = self.customer if scope == "customer" else self.scopes.get(scope, {})
        return row.get(name)

    def at(self, row: Row) -> World:
        """This world seen from one of the customer's rows."""
        own = {"row": row, "hits": row, OTHER: row.get(OTHER) or {}}
        return self.beside(own)

    def beside(self, scopes: Mapping[str, Row]) -> World:
        """This world with further scopes; those that it has are not read for it, as that may take long."""
        return replace(self, scopes=ChainMap(scopes, self.scopes))  # type: ignore[arg-type]  # nothing writes to it
