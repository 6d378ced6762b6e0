"""Which column of a frame of customers stands for which node of an expression."""

from __future__ import annotations

from collections.abc import Mapping

from strategy_engine.engine.expressions import FEATURES
from strategy_engine.plan.settle import own_hit
from strategy_engine.semantics import ir

KEY = "#key"
"""The customer's id, in every frame."""

MEMBER = "member"
"""The scope of who was in a fixed cohort."""

ROW_SCOPES = frozenset({"row", "hits", "other"})
CONSTANTS = (ir.SeriesValue,)
"""Features that are the same for all customers of a day: literals, not columns."""


def hit_column(strategy: str, trigger: str, column: str) -> str:
    """The column that holds a column of the customer's hit of a trigger that counts for the strategy."""
    return f"{own_hit(trigger, strategy)}.{column}"


class Names:
    """One name a node, the same in all frames of a run.

    A column of the snapshot has its own name, an attribute or cohort `derived.NAME`, a column of another scope `SCOPE.NAME`, and
    all other nodes are numbered.
    """

    def __init__(self, key: str) -> None:
        self._key = key
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

    def _column(self, node: ir.Column) -> str | None:
        if node.scope == "customer":
            return KEY if node.name == self._key else node.name
        return None if node.scope in ROW_SCOPES else f"{node.scope}.{node.name}"
