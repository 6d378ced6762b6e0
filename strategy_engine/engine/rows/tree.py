"""Walking expressions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

from strategy_engine.semantics.ir import Expr

_FIELDS: dict[type, tuple[str, ...]] = {}


def children(node: Expr) -> Iterator[Expr]:
    """The expressions that a node is made of, in the order they are written (not the insides of its `Rows`)."""
    for name in _parts(type(node)):
        value = getattr(node, name)
        if isinstance(value, Expr):
            yield value
        elif type(value) is tuple:  # a Duration is a tuple too, but holds no expression
            yield from _expressions(value)


def _expressions(items: tuple[object, ...]) -> Iterator[Expr]:
    for item in items:
        if isinstance(item, Expr):
            yield item
        elif type(item) is tuple:
            yield from _expressions(item)


def _parts(kind: type) -> tuple[str, ...]:
    """The fields that may hold expressions."""
    if kind not in _FIELDS:
        _FIELDS[kind] = tuple(field.name for field in fields(kind) if field.name not in ("type", "span"))
    return _FIELDS[kind]
