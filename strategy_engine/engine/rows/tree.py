"""Walking expressions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

from strategy_engine.semantics.ir import Expr


def children(node: Expr) -> Iterator[Expr]:
    """The expressions that a node is made of, in the order they are written (not the insides of its `Rows`)."""
    for part in fields(node):
        yield from _expressions(getattr(node, part.name))


def _expressions(value: object) -> Iterator[Expr]:
    if isinstance(value, Expr):
        yield value
    elif type(value) is tuple:  # a Duration is a tuple too, but holds no expression
        for item in value:
            yield from _expressions(item)
