"""Which features of the customer must be known before a feature can be computed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from strategy_engine.engine.day.names import CONSTANTS, ROW_SCOPES
from strategy_engine.engine.expressions import features
from strategy_engine.plan.reads import STEP
from strategy_engine.plan.settle import HIT, hits_of, trigger_of
from strategy_engine.record import record
from strategy_engine.semantics import ir
from strategy_engine.semantics.model import DateHits, Model, RowHits, SequenceHits, SeriesHits, StateHits, Strategy, Trigger

ACTION_SCOPE = "action"


def of_rows(rows: ir.Rows) -> Iterator[ir.Expr]:
    """The expressions that are evaluated for each of the rows."""
    window = rows.window
    parts = (rows.where, window and window.low, window and window.high)
    return (part for part in parts if part is not None)


def is_of_rows(node: ir.Expr) -> bool:
    """Whether a feature belongs to the row at hand, not to the customer: its columns, and what they refer to."""
    if isinstance(node, ir.Column):
        return node.scope in ROW_SCOPES or node.scope.startswith(STEP)
    return isinstance(node, ir.Reference) and any(map(is_of_rows, features(node.via)))


def of_customer(exprs: Iterable[ir.Expr]) -> Iterator[ir.Expr]:
    """The customer's features that expressions over rows read, also through what the rows refer to."""
    for expr in exprs:
        for node in features(expr):
            if not is_of_rows(node):
                yield node
            elif isinstance(node, ir.Reference):
                yield from of_customer([node.via])


def references_of_rows(exprs: Iterable[ir.Expr]) -> list[ir.Reference]:
    """The references that belong to the rows, those that others go through first."""
    found: dict[ir.Reference, None] = {}
    for expr in exprs:
        for node in features(expr):
            if isinstance(node, ir.Reference) and is_of_rows(node):
                found |= dict.fromkeys([*references_of_rows([node.via]), node])
    return list(found)


@record
class Dependencies:
    """The features that features rest on, in one model."""

    model: Model

    def closure(self, exprs: Iterable[ir.Expr]) -> list[ir.Expr]:
        """Every feature that the expressions need, through definitions, rows and triggers; in the order of their discovery."""
        found: dict[ir.Expr, None] = {}
        waiting = [node for expr in exprs for node in features(expr)]
        while waiting:
            node = waiting.pop()
            if node in found or isinstance(node, CONSTANTS) or (isinstance(node, ir.Column) and node.scope == ACTION_SCOPE):
                continue
            found[node] = None
            waiting += self.direct(node)
        return list(found)

    def direct(self, node: ir.Expr) -> list[ir.Expr]:
        """The customer's features that a feature is computed from."""
        match node:
            case ir.Derived(name=name):
                return list(features(self.model.derived[name].expr))
            case ir.Reference(via=via):
                return list(features(via))
            case ir.Aggregate(rows=rows, value=value):
                parts = [*of_rows(rows), *([value] if value is not None else [])]
                return [*of_customer(parts), *self._of_triggers(self.triggers_of(rows.table))]
            case ir.Column(scope=scope) if scope.startswith(HIT):
                trigger, _ = trigger_of(self.model, scope)
                return self._of_triggers([trigger] if trigger is not None else [])
        return []

    def triggers_of(self, table: str) -> list[Trigger]:
        """The triggers whose hits stand under the name in `Rows`: a trigger's own, or all of a strategy."""
        if table in self.model.project.data:
            return []
        if table in self.model.triggers:
            return [self.model.triggers[table]]
        owner = self.owner_of(table)
        return [self.model.triggers[name] for name in owner.triggers] if owner else []

    def owner_of(self, table: str) -> Strategy | None:
        """The strategy all whose hits stand under the name in `Rows`."""
        return next((strategy for name, strategy in self.model.strategies.items() if hits_of(name) == table), None)

    def _of_triggers(self, triggers: list[Trigger]) -> list[ir.Expr]:
        return [node for trigger in triggers for node in _inputs(trigger)]


def _inputs(trigger: Trigger) -> Iterator[ir.Expr]:
    """The customer's features that the trigger's source reads."""
    match trigger.source:
        case RowHits(rows=rows):
            yield from of_customer(of_rows(rows))
        case DateHits(value=expr) | StateHits(condition=expr):
            yield from features(expr)
        case SeriesHits(where=where):
            yield from of_customer([where] if where is not None else [])
        case SequenceHits(steps=steps):
            for step in steps:
                yield from of_customer(of_rows(step.rows))
