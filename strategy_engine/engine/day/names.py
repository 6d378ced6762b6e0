"""Which column of a frame of customers stands for which node of an expression."""

from __future__ import annotations

from collections.abc import Mapping

from strategy_engine.engine.expressions import FEATURES
from strategy_engine.plan.settle import own_hit
from strategy_engine.semantics import ir

KEY = "#key"
"""The customer's id, in every frame."""

BATCH, ROW = "#batch", "#row"
"""In a batch of the day's snapshot: its number, and each customer's row in it."""

MEMBER = "member"
"""The scope of who was in a fixed cohort."""

ROW_SCOPES = frozenset({"row", "hits", "other"})
CONSTANTS = (ir.SeriesValue,)
"""Features that are the same for all customers of a day: literals, not columns."""


class Names:
    """One name a node, the same in all frames of a run.

    A column of the snapshot has its own name, an attribute or cohort `derived.NAME`, a column of another scope `SCOPE.NAME`, and
    all other nodes are numbered. `shared`: the scopes that are but another name for a second one, which has the columns of both.
    """

    def __init__(self, key: str, shared: Mapping[str, str] | None = None) -> None:
        self._key = key
        self._shared = shared or {}
        self._numbers: dict[ir.Expr, int] = {}

    def __call__(self, node: ir.Expr) -> str | None:
        """The column's name; None where the node is none: to be lowered, a constant, or of the rows at hand."""
        if not isinstance(node, FEATURES) or isinstance(node, CONSTANTS):
            return None
        if isinstance(node, ir.Column):
            return self._column(node)
        if isinstance(node, ir.Derived):
            return f"derived.{node.name}"
        return f"#{self._numbers.setdefault(node, len(self._numbers))}"

    def of(self, nodes: Mapping[ir.Expr, object] | list[ir.Expr]) -> list[str]:
        """The names of nodes that are columns."""
        return [name for node in nodes if (name := self(node)) is not None]

    def scope(self, scope: str) -> str:
        """The scope under whose name the columns of a scope stand."""
        return self._shared.get(scope, scope)

    def hit(self, strategy: str, trigger: str, column: str) -> str:
        """The column that holds a column of the customer's hit of a trigger that counts for the strategy."""
        return f"{self.scope(own_hit(trigger, strategy))}.{column}"

    def _column(self, node: ir.Column) -> str | None:
        if node.scope == "customer":
            return KEY if node.name == self._key else node.name
        return None if node.scope in ROW_SCOPES else f"{self.scope(node.scope)}.{node.name}"
