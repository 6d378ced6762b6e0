"""Why an expression has its value: the same tree with every node's value, for `explain`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from strategy_engine.engine.rows.interpret import evaluate
from strategy_engine.engine.rows.tree import children
from strategy_engine.engine.rows.world import World
from strategy_engine.record import record
from strategy_engine.semantics.ir import Aggregate, Ago, Derived, Expr, Window


@record
class Trace:
    """A node of an expression, its value for the customer (None is missing), and the traces of its parts.

    The part of a Derived is its definition; of an Ago its value in the earlier world (none where the customer was not
    there). A Window has no value of its own, and the insides of an Aggregate's rows have none for the customer.
    """

    expr: Expr
    value: Any
    children: tuple[Trace, ...] = ()

    def walk(self) -> Iterator[Trace]:
        """This trace and all below, parents first."""
        yield self
        for child in self.children:
            yield from child.walk()


def trace(expr: Expr, world: World) -> Trace:
    """The expression's trace for the customer."""
    value = None if isinstance(expr, Window) else evaluate(expr, world)
    return Trace(expr, value, tuple(_parts(expr, world)))


def unknown_because(node: Trace) -> Iterator[Trace]:
    """The leaves whose missing value made this node's value missing."""
    if node.value is not None:
        return
    missing = [child for child in _valued(node) if child.value is None]
    if not missing:
        yield node
    for child in missing:
        yield from unknown_because(child)


def _valued(node: Trace) -> Iterator[Trace]:
    for child in node.children:
        yield from child.children if isinstance(child.expr, Window) else (child,)


def _parts(expr: Expr, world: World) -> Iterator[Trace]:
    if isinstance(expr, Derived):
        yield trace(world.derived[expr.name], world)
    elif isinstance(expr, Ago):
        then = world.earlier(expr.back)
        if then is not None:
            yield trace(expr.value, then)
    elif not isinstance(expr, Aggregate):
        for child in children(expr):
            yield trace(child, world)
