"""Walking over syntax trees."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import fields
from operator import attrgetter

from strategy_engine.language import ast

_WORD = re.compile(r"\w+")
_GETTERS: dict[type[ast.Node], Callable[[ast.Node], tuple[object, ...]]] = {}


def walk(thing: object, into: Callable[[ast.Node], bool] = lambda _: True) -> Iterator[ast.Node]:
    """All nodes of a tree in the order of the text, or of the parts that `into` lets look into; trees may be deeper than Python's stack."""
    stack = [thing]
    while stack:
        thing = stack.pop()
        if isinstance(thing, ast.Node):
            yield thing
            if not into(thing):
                continue
            stack += [part for part in reversed(_parts(thing)) if isinstance(part, (ast.Node, tuple))]
        elif isinstance(thing, tuple):
            stack += reversed(thing)


def names_in(thing: object, into: Callable[[ast.Node], bool] = lambda _: True) -> Iterator[ast.Name]:
    """All names of a tree, in the order of the text; `into` as of `walk`."""
    return (node for node in walk(thing, into) if isinstance(node, ast.Name))


def words_in(thing: object) -> set[str]:
    """Everything in a tree that may be the name of something: names, other words, and what stands in texts that have placeholders."""
    found: set[str] = set()
    stack = [thing]
    while stack:
        each = stack.pop()
        if isinstance(each, str):
            found.add(each)
        elif isinstance(each, ast.Text):
            found.update(_WORD.findall(each.value) if "{" in each.value else ())
        elif isinstance(each, ast.Node):
            stack += _parts(each)
        elif isinstance(each, tuple):
            stack += each
    return found


def _parts(node: ast.Node) -> tuple[object, ...]:
    """What stands in the fields that may hold nodes."""
    kind = type(node)
    getter = _GETTERS.get(kind)
    if getter is None:
        getter = _GETTERS[kind] = _getter([field.name for field in fields(node) if field.compare])
    return getter(node)


def _getter(names: list[str]) -> Callable[[ast.Node], tuple[object, ...]]:
    """All of these attributes at a go, as a tuple also where there is one or none."""
    if len(names) > 1:
        return attrgetter(*names)
    return lambda node: tuple(getattr(node, name) for name in names)
