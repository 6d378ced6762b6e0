"""Walking over everything that makes up a typed declaration."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any

from strategy_engine.semantics import ir

_PLAIN = (str, int, float, type(None))
_FIELDS: dict[type, tuple[str, ...]] = {}


def expressions(thing: Any) -> Iterator[ir.Expr]:
    """Every expression inside a declaration or expression, parents before children."""
    stack = [thing]
    while stack:
        thing = stack.pop()
        if isinstance(thing, _PLAIN):
            continue
        if isinstance(thing, ir.Expr):
            yield thing
        if isinstance(thing, Mapping):
            stack += reversed([*thing.values()])
        elif isinstance(thing, tuple):
            stack += reversed(thing)
        elif dataclasses.is_dataclass(thing):
            stack += [getattr(thing, name) for name in reversed(_parts(type(thing)))]


def children(node: ir.Expr) -> Iterator[ir.Expr]:
    """The expressions that an expression is made of, one level down."""
    for name in _parts(type(node)):
        yield from _outermost(getattr(node, name))


def _outermost(thing: Any) -> Iterator[ir.Expr]:
    if isinstance(thing, ir.Expr):
        yield thing
    elif isinstance(thing, tuple):
        for each in thing:
            yield from _outermost(each)
    elif dataclasses.is_dataclass(thing):
        for name in _parts(type(thing)):
            yield from _outermost(getattr(thing, name))


def _parts(kind: type) -> tuple[str, ...]:
    """The fields that may hold expressions."""
    if kind not in _FIELDS:
        _FIELDS[kind] = tuple(field.name for field in dataclasses.fields(kind) if field.name not in ("type", "span"))
    return _FIELDS[kind]
