"""From a trace of the row interpreter to clauses that people read: the text, true false or unknown, and the values behind it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from strategy_engine.engine.rows import Trace, trace, unknown_because
from strategy_engine.engine.rows.world import World
from strategy_engine.language.formats import write
from strategy_engine.plan.privacy import is_personal
from strategy_engine.plan.settle import trigger_of
from strategy_engine.record import record
from strategy_engine.semantics import ir
from strategy_engine.semantics.model import Model
from strategy_engine.source.file import SourceFile, written

MASK = "***"
_LEAVES = (ir.Column, ir.Derived, ir.Reference, ir.SeriesValue, ir.Aggregate, ir.Population, ir.Ago)


@record
class Clause:
    """A condition and its parts.

    text: as it was written.      verdict: true, false, or None for unknown.
    values: what stood in its columns, as (name, value); a missing value is None, a personal one masked.
    unknown: the names whose missing value made it unknown.
    """

    text: str
    verdict: bool | None
    values: tuple[tuple[str, str | None], ...] = ()
    unknown: tuple[str, ...] = ()
    parts: tuple[Clause, ...] = ()


@record
class Teller:
    """Turns conditions into clauses for one customer."""

    model: Model
    sources: Mapping[str, SourceFile]
    world: World

    def clause(self, condition: ir.Expr) -> Clause:
        """The condition with its parts."""
        return self._clause(trace(condition, self.world))

    def _clause(self, node: Trace) -> Clause:
        expr = node.expr
        if isinstance(expr, ir.And | ir.Or):
            joined = "all of" if isinstance(expr, ir.And) else "any of"
            return Clause(self._written(expr) or joined, node.value, parts=tuple(map(self._clause, node.children)))
        if isinstance(expr, ir.Not):
            return Clause(self._written(expr, "not …"), node.value, parts=tuple(map(self._clause, node.children)))
        if isinstance(expr, ir.Derived):
            return Clause(self._named(expr.name), node.value, parts=tuple(self._definition(node)))
        values = tuple(dict.fromkeys(self._values(node)))
        unknown = tuple(dict.fromkeys(self._name(each.expr) for each in unknown_because(node))) if node.value is None else ()
        return Clause(self._written(expr, "a condition"), node.value, values, unknown)

    def _definition(self, node: Trace) -> Iterator[Clause]:
        """The definition of a cohort: its parts, or itself where it is a single clause."""
        for child in node.children:
            made = self._clause(child)
            joined = isinstance(child.expr, ir.And)
            yield from made.parts if joined else (made,)

    # -------------------------------------------------------------------------------------------- values

    def _values(self, node: Trace) -> Iterator[tuple[str, str | None]]:
        if isinstance(node.expr, _LEAVES) or _is_change(node.expr):
            yield self._name(node.expr), self.shown(node.expr, node.value)
            return
        for child in node.children:
            yield from self._values(child)

    def shown(self, expr: ir.Expr, value: Any) -> str | None:
        """A value as people read it; None where it is missing."""
        if value is None:
            return None
        if is_personal(self.model, expr):
            return MASK
        if isinstance(value, bool):
            return "true" if value else "false"
        return write(value, expr.type, "")

    # -------------------------------------------------------------------------------------------- names

    def _name(self, expr: ir.Expr) -> str:
        if isinstance(expr, ir.Column) and expr.scope in ("customer", "row"):
            return expr.name
        if isinstance(expr, ir.Column):
            trigger, _ = trigger_of(self.model, expr.scope)
            return f"{trigger.name if trigger is not None else expr.scope}.{expr.name}"
        if isinstance(expr, ir.Derived):
            return expr.name
        if isinstance(expr, ir.Ago) and expr.span == expr.value.span:
            return f"{self._name(expr.value)} {expr.back} ago"
        return self._written(expr, type(expr).__name__.lower())

    def _named(self, name: str) -> str:
        title = self.model.derived[name].title if name in self.model.derived else None
        return f"{name} {title}" if title else name

    def _written(self, expr: ir.Expr, otherwise: str = "") -> str:
        """The expression as it stands in its file, on one line."""
        return written(expr.span, self.sources) or otherwise


def _is_change(expr: ir.Expr) -> bool:
    """Whether it is `change(x, …)` or `growth(x, …)`: one call to the reader, though made of arithmetic."""
    if not isinstance(expr, ir.Arithmetic):
        return False
    return any(isinstance(side, ir.Ago) and side.span == expr.span for side in (expr.left, expr.right))
