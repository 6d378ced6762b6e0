"""A row of a bullet chart: a value with its interval against what is wanted of it."""

from __future__ import annotations

import math

from markupsafe import Markup

from strategy_engine.record import record
from strategy_engine.review.report.charts.rows import HEIGHT, grid, interval
from strategy_engine.review.report.charts.scale import Scale
from strategy_engine.review.report.charts.svg import mark, percent, picture, tag, titled


@record
class Aim:
    """What a row shows. above: the wanted lies above the limit, else below it; limit is None where no number is wanted."""

    value: float | None
    low: float | None
    high: float | None
    limit: float | None
    above: bool
    verdict: str
    text: str


def row(aim: Aim, scale: Scale) -> Markup:
    """The row's drawing: the wanted side shaded, its limit a line, the value a mark."""
    middle = HEIGHT / 2
    parts = [
        titled(aim.text),
        _wanted(aim, scale),
        tag("g", interval(scale, aim.low, aim.high, middle, "interval"), class_=f"v-{aim.verdict}"),
    ]
    if aim.value is not None and math.isfinite(aim.value):
        shape = {"met": "better", "missed": "worse"}.get(aim.verdict, aim.verdict)
        parts.append(mark(shape, scale.at(aim.value), middle))
    return picture(grid(scale), tag("g", *parts), label=aim.text, height=HEIGHT)


def _wanted(aim: Aim, scale: Scale) -> Markup:
    if aim.limit is None or not math.isfinite(aim.limit):
        return Markup("")
    x = scale.at(aim.limit)
    left, width = (x, 100 - x) if aim.above else (0, x)
    side = tag("rect", x=percent(left), width=percent(width), y=5, height=HEIGHT - 10, class_="wanted")
    return side + tag("line", x1=percent(x), x2=percent(x), y1=2, y2=HEIGHT - 2, class_="limit")
