"""A kpi over time: a line with the band of its intervals, gaps where nothing is known, a dashed line for what would be without."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

from markupsafe import Markup

from strategy_engine.record import record
from strategy_engine.review.report.charts.scale import Scale, scale
from strategy_engine.review.report.charts.svg import tag, titled

_WIDTH, _HEIGHT = 320, 150
_LEFT, _RIGHT, _TOP, _BOTTOM = 54, 8, 10, 22


@record
class Point:
    """The kpi in a period. text: all its figures.      open: the time of some of its journeys is not over."""

    name: str
    value: float | None
    low: float | None
    high: float | None
    text: str
    open: bool


@record
class _Placed:
    x: float
    y: float
    low: float
    high: float
    point: Point


def chart(points: Sequence[Point], baseline: float | None, baseline_text: str, number: Callable[[float], str], label: str) -> Markup:
    """The whole drawing, which grows and shrinks with its place."""
    limits = [value for point in points for value in (point.value, point.low, point.high)]
    y = scale([*limits, baseline], most=4, zero=False)
    placed = _placed(points, y)
    runs = [list(run) for known, run in groupby(placed, key=lambda each: each is not None) if known]
    shapes = [_grid(y, number), _names(points)]
    for run in runs:
        found = [each for each in run if each is not None]
        shapes += [_band(found), tag("path", d=_lines((each.x, each.y) for each in found), class_="trend")]
    if baseline is not None and math.isfinite(baseline):
        shapes.append(_baseline(_y(baseline, y), baseline_text))
    shapes += [_dot(each) for each in placed if each is not None]
    return tag("svg", *shapes, viewBox=f"0 0 {_WIDTH} {_HEIGHT}", role="img", aria_label=label, class_="trend-chart")


def _placed(points: Sequence[Point], y: Scale) -> list[_Placed | None]:
    """Where the points stand; None for those without a value."""
    width = _WIDTH - _LEFT - _RIGHT
    step = width / max(len(points) - 1, 1)
    start = _LEFT if len(points) > 1 else _LEFT + width / 2
    found: list[_Placed | None] = []
    for at, point in enumerate(points):
        if point.value is None or not math.isfinite(point.value):
            found.append(None)
            continue
        ends = [end if end is not None and math.isfinite(end) else point.value for end in (point.low, point.high)]
        found.append(_Placed(start + at * step, _y(point.value, y), _y(ends[0], y), _y(ends[1], y), point))
    return found


def _y(value: float, y: Scale) -> float:
    return _TOP + (1 - y.at(value) / 100) * (_HEIGHT - _TOP - _BOTTOM)


def _grid(y: Scale, number: Callable[[float], str]) -> Markup:
    lines = []
    for tick in y.ticks:
        place = _y(tick, y)
        lines.append(tag("line", x1=_LEFT, x2=_WIDTH - _RIGHT, y1=place, y2=place, class_="grid"))
        lines.append(tag("text", number(tick), x=_LEFT - 6, y=place + 4, text_anchor="end"))
    return Markup("").join(lines)


def _names(points: Sequence[Point]) -> Markup:
    """The first and the last period."""
    if len(points) == 1:
        return tag("text", points[0].name, x=(_LEFT + _WIDTH - _RIGHT) / 2, y=_HEIGHT - 5, text_anchor="middle")
    first = tag("text", points[0].name, x=_LEFT, y=_HEIGHT - 5, text_anchor="start")
    return first + tag("text", points[-1].name, x=_WIDTH - _RIGHT, y=_HEIGHT - 5, text_anchor="end")


def _band(run: Sequence[_Placed]) -> Markup:
    if len(run) == 1:
        return tag("line", x1=run[0].x, x2=run[0].x, y1=run[0].low, y2=run[0].high, class_="band-line")
    there, back = [(each.x, each.high) for each in run], [(each.x, each.low) for each in reversed(run)]
    return tag("path", d=_lines([*there, *back]) + "Z", class_="band")


def _baseline(y: float, text: str) -> Markup:
    return tag("line", titled(text), x1=_LEFT, x2=_WIDTH - _RIGHT, y1=y, y2=y, class_="baseline")


def _dot(placed: _Placed) -> Markup:
    """Hollow while the period's figures may still change."""
    css = "dot open" if placed.point.open else "dot"
    return tag("circle", titled(placed.point.text), cx=placed.x, cy=placed.y, r=3.2, class_=css)


def _lines(places: Iterator[tuple[float, float]] | Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in places)
