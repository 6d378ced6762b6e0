"""Graphs as pictures: where boxes and arrows stand, for the template of the SVG."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable, Iterable

from strategy_engine.analysis.meaning.voice import width
from strategy_engine.record import record
from strategy_engine.site.entries import KINDS, Entries, Entry
from strategy_engine.site.graph import Waypoint, layered
from strategy_engine.site.links import Key

MOST = 120
"""Of so many declarations the project is drawn one by one; of more, kind by kind."""
NEAR, BESIDE = 2, 14
"""How far a neighbourhood reaches, and how many of a side's step it shows."""
STRATEGIES, GIVEN = ("strategy", "policy", "arbitration"), ("benefit", "product", "channel", "kpi")
_ROW, _GAP, _LANE, _BETWEEN, _LETTER, _MARGIN, _WIDEST = 26, 8, 0, 50, 7, 10, 26


@record
class Box:
    """A node: its corner and size, its text, and where it leads."""

    x: int
    y: int
    width: int
    height: int
    text: str
    hint: str
    kind: str
    url: str
    here: bool = False


@record
class Drawing:
    """A picture of `width` by `height`; `arrows` are the paths of SVG."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    arrows: tuple[str, ...]


@record
class More:
    """Stands for neighbours that are not drawn."""

    side: str
    count: int


Arrow = tuple[Hashable, Hashable]


def neighbourhood(entry: Entry, all_: Entries) -> Drawing | None:
    """What a declaration rests on and what rests on it, a few steps far; None where it stands alone."""
    arrows: dict[Arrow, None] = {}
    for side, ahead in (("uses", lambda key: all_[key].uses), ("users", lambda key: all_[key].users)):
        _reach(entry.key, side, ahead, arrows)
    nodes = dict.fromkeys((entry.key, *(node for arrow in arrows for node in arrow)))
    return _drawn(list(nodes), list(arrows), all_, entry.key) if len(nodes) > 1 else None


def _reach(start: Key, side: str, ahead: Callable[[Key], tuple[Key, ...]], arrows: dict[Arrow, None]) -> None:
    """Go a few steps from the start, and note the arrows; what there is no room for becomes one node."""
    seen, queue = {start}, deque([(start, 0)])
    room = dict.fromkeys(range(NEAR), BESIDE)
    while queue:
        key, far = queue.popleft()
        if far == NEAR:
            continue
        left_out: list[Arrow] = []
        for other in ahead(key):
            arrow = _arrow(key, other) if side == "uses" else _arrow(other, key)
            if other not in seen and room[far] == 0:
                left_out.append(arrow)
                continue
            if other not in seen:
                room[far] -= 1
                seen.add(other)
                queue.append((other, far + 1))
            arrows[arrow] = None
        if left_out and far == 0:
            more = More(side, len(left_out))
            arrows[(key, more) if left_out[0][0] == key else (more, key)] = None


def _arrow(user: Key, used: Key) -> Arrow:
    """From what is used to what uses it; but a strategy leads on to what it gives, through which channel, towards which KPI."""
    return (user, used) if user.kind in STRATEGIES and used.kind in GIVEN else (used, user)


def project(all_: Entries) -> Drawing | None:
    """The whole project but for its data, one by one; None where it is too large or nothing rests on anything."""
    shown = {key for key, entry in all_.items() if key.kind not in ("test", "data") and (entry.uses or entry.users)}
    arrows = [_arrow(key, used) for key in all_ if key in shown for used in all_[key].uses if used in shown]
    nodes = dict.fromkeys(node for arrow in arrows for node in arrow)
    if not nodes or len(nodes) > MOST:
        return None
    return _drawn(list(nodes), arrows, all_, None, _columns(list(nodes), arrows))


def _columns(nodes: list[Hashable], arrows: list[Arrow]) -> dict[Hashable, int]:
    """One column for all strategies, right of what defines who and when, and left of what they give."""
    kind: dict[Hashable, str] = {node: node.kind for node in nodes if isinstance(node, Key)}
    defining = {node: None for node in nodes if kind[node] not in (*STRATEGIES, *GIVEN)}
    depth = len(layered(defining, [arrow for arrow in arrows if defining.keys() >= set(arrow)]).layers)
    return {node: depth + (kind[node] in GIVEN) for node in nodes if node not in defining}


def kinds(all_: Entries, called: Callable[[str], str]) -> Drawing | None:
    """The project kind by kind, each with how many there are."""
    counts = {kind: sum(key.kind == kind for key in all_) for kind in KINDS}
    arrows: dict[Arrow, None] = {}
    for key, entry in all_.items():
        for used in entry.uses if key.kind != "test" else ():
            source, target = _arrow(key, used)
            pair = (source.kind, target.kind)  # type: ignore[attr-defined]  # both are keys
            if pair[0] != pair[1] and pair[::-1] not in arrows:
                arrows[pair] = None
    nodes = dict.fromkeys(node for arrow in arrows for node in arrow)

    def box(kind: Hashable) -> tuple[str, str, str, str]:
        return f"{called(str(kind))} {counts[str(kind)]:,}", "", str(kind), f"{kind}/index.html"

    return placed(list(nodes), list(arrows), box, None) if nodes else None


def _drawn(
    nodes: list[Hashable], arrows: list[Arrow], all_: Entries, here: Key | None, least: dict[Hashable, int] | None = None
) -> Drawing:
    def box(node: Hashable) -> tuple[str, str, str, str]:
        if isinstance(node, More):
            return f"+{node.count:,} …", "", "more", ""
        entry = all_[node]  # type: ignore[index]  # all others are keys
        return entry.shown, f"{entry.key.kind} {entry.key.name}", entry.key.kind, entry.url

    return placed(nodes, arrows, box, here, least)


# ------------------------------------------------------------------------------------------------ places


def placed(
    nodes: list[Hashable],
    arrows: list[Arrow],
    box: Callable[[Hashable], tuple[str, str, str, str]],
    here: Hashable | None,
    least: dict[Hashable, int] | None = None,
) -> Drawing:
    """Boxes from left to right by layer, each layer in the middle of the picture's height."""
    plan = layered(nodes, arrows, least)
    texts = {node: _shortened(box(node)[0]) for node in nodes}
    heights = [sum(_height(node) + _GAP for node in layer) - _GAP for layer in plan.layers]
    tall = max(heights)
    places: dict[Hashable, tuple[int, int, int]] = {}
    boxes, x = [], _MARGIN
    for layer, height in zip(plan.layers, heights, strict=True):
        wide = max((width(texts[node]) * _LETTER + 20 for node in layer if node in texts), default=60)
        y = _MARGIN + (tall - height) // 2
        for node in layer:
            places[node] = (x, y + _height(node) // 2, wide)
            if not isinstance(node, Waypoint):
                _, hint, kind, url = box(node)
                boxes.append(Box(x, y, wide, _ROW, texts[node], hint, kind, url, node == here))
            y += _height(node) + _GAP
        x += wide + _BETWEEN
    paths = dict.fromkeys(_path(places[node] for node in way) for way in plan.arrows)
    return Drawing(x - _BETWEEN + _MARGIN, tall + 2 * _MARGIN, tuple(boxes), tuple(paths))


def _height(node: Hashable) -> int:
    return _LANE if isinstance(node, Waypoint) else _ROW


def _shortened(text: str) -> str:
    if width(text) <= _WIDEST:
        return text
    while width(text) > _WIDEST - 1:
        text = text[:-1]
    return f"{text}…"


def _path(points: Iterable[tuple[int, int, int]]) -> str:
    """A smooth line from the right side of the first point to the left side of the last, straight through those between."""
    (x, y, wide), *rest = points
    parts = [f"M{x + wide} {y}"]
    x += wide
    for number, (next_x, next_y, wide) in enumerate(rest):
        middle = (x + next_x) // 2
        parts.append(f"C{middle} {y} {middle} {next_y} {next_x} {next_y}")
        x, y = next_x, next_y
        if number < len(rest) - 1:
            parts.append(f"H{x + wide}")
            x += wide
    return "".join(parts)
