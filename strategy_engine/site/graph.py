"""A graph in layers: each node stands right of all whose arrows lead to it (Sugiyama's method, in its plainest form).

Layers come from the longest path; arrows over several layers get a waypoint in each, one for all of a node, so that they lead around the
nodes between; nodes are ordered by the mean place of their neighbours, to and fro, so that few arrows cross.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from itertools import pairwise
from typing import TypeVar

from strategy_engine.record import record

N = TypeVar("N", bound=Hashable)
SWEEPS = 6


@record
class Waypoint:
    """Where the arrows of a node pass a layer."""

    source: Hashable
    layer: int


@record
class Layers:
    """The order from top to bottom of each layer, left to right; `arrows` are the nodes and waypoints that each leads over."""

    layers: tuple[tuple[Hashable, ...], ...]
    arrows: tuple[tuple[Hashable, ...], ...]


def layered(nodes: Iterable[N], arrows: Iterable[tuple[N, N]], least: Mapping[N, int] | None = None) -> Layers:
    """Lay out the nodes. An arrow leads from the first of its pair to the second; both are nodes. least: the leftmost layer of a node."""
    known = list(nodes)
    edges = list(dict.fromkeys(arrows))
    level = _levels(known, edges, least or {})
    layers: list[list[Hashable]] = [[] for _ in range(max(level.values(), default=-1) + 1)]
    for node in known:
        layers[level[node]].append(node)
    ways = [_over(source, target, level, layers) for source, target in edges if level[source] < level[target]]
    _untangle(layers, ways)
    return Layers(tuple(map(tuple, layers)), tuple(map(tuple, ways)))


def _levels(nodes: list[N], edges: list[tuple[N, N]], least: Mapping[N, int]) -> dict[N, int]:
    """The longest path to each node; an arrow that would close a circle does not count."""
    before: dict[N, list[N]] = {node: [] for node in nodes}
    for source, target in edges:
        before[target].append(source)
    level: dict[N, int] = {}

    def visit(node: N, path: frozenset[N]) -> int:
        if node not in level:
            after = [1 + visit(each, path | {node}) for each in before[node] if each not in path]
            level[node] = max(least.get(node, 0), *after, 0)
        return level[node]

    for node in nodes:
        visit(node, frozenset((node,)))
    return _pulled(nodes, edges, level)


def _pulled(nodes: list[N], edges: list[tuple[N, N]], level: dict[N, int]) -> dict[N, int]:
    """What no arrow leads to stands just before the first that its own lead to, not far away at the left."""
    after: dict[N, list[N]] = {node: [] for node in nodes}
    rests = {target for _, target in edges}
    for source, target in edges:
        after[source].append(target)
    return {
        node: max(0, min(level[each] for each in after[node]) - 1) if after[node] and node not in rests else level[node] for node in nodes
    }


def _over(source: Hashable, target: Hashable, level: Mapping[N, int], layers: list[list[Hashable]]) -> list[Hashable]:
    """The arrow's way, with a waypoint added to each layer between."""
    way: list[Hashable] = [source]
    for layer in range(level[source] + 1, level[target]):  # type: ignore[index]  # both are nodes
        point = Waypoint(source, layer)
        if point not in layers[layer]:
            layers[layer].append(point)
        way.append(point)
    return [*way, target]


def _untangle(layers: list[list[Hashable]], ways: list[list[Hashable]]) -> None:
    left: dict[Hashable, list[Hashable]] = {}
    right: dict[Hashable, list[Hashable]] = {}
    for way in ways:
        for source, target in pairwise(way):
            right.setdefault(source, []).append(target)
            left.setdefault(target, []).append(source)
    for sweep in range(SWEEPS):
        forth = sweep % 2 == 0
        neighbours = left if forth else right
        for place in range(1, len(layers)) if forth else range(len(layers) - 2, -1, -1):
            _order(layers[place], layers[place - 1 if forth else place + 1], neighbours)


def _order(layer: list[Hashable], fixed: list[Hashable], neighbours: Mapping[Hashable, list[Hashable]]) -> None:
    """Sort a layer by the mean place of what its nodes are tied to in the layer beside it; who has no ties there keeps its place."""
    places = {node: (index + 0.5) / len(fixed) for index, node in enumerate(fixed)}
    own = {node: (index + 0.5) / len(layer) for index, node in enumerate(layer)}

    def mean(node: Hashable) -> float:
        tied = [places[each] for each in neighbours.get(node, ()) if each in places]
        return sum(tied) / len(tied) if tied else own[node]

    layer.sort(key=mean)
