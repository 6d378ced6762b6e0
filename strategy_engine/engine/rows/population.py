"""Where a customer stands among all, one at a time."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from strategy_engine.engine.rows.interpret import evaluate
from strategy_engine.engine.rows.world import World
from strategy_engine.semantics import ir


def standing(node: ir.Population, world: World, everyone: Iterable[World]) -> Any:
    """The percentile or rank of the customer of `world` among `everyone` (who is one of them); None is missing."""
    own, group = _key(node, world)
    if own is None or (node.by is not None and group is None):
        return None
    keys = [_key(node, other) for other in everyone]
    known = [value for value, by in keys if value is not None and by == group]
    if node.function == "percentile":
        return float(sum(value <= own for value in known)) / float(len(known))
    return 1 + sum(value > own for value in known)


def _key(node: ir.Population, world: World) -> tuple[Any, Any]:
    value = evaluate(node.value, world)
    if value is not None and node.value.type.enum is not None:
        value = node.value.type.enum.values.index(value)
    return value, None if node.by is None else evaluate(node.by, world)
