"""A row of a bullet chart: a value with its interval against what is wanted of it."""

from __future__ import annotations

import math

from markupsafe import Markup

from strategy_engine.record import record
from strategy_engine.review.report.charts.rows import grid, interval, upright
from strategy_engine.review.report.charts.scale import Scale
from strategy_engine.review.report.charts.svg import about_middle, mark, percent, picture, tag, titled


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
    sure = tag("g", interval(scale, aim.low, aim.high, "interval"), class_=f"v-{aim.verdict}")
    parts = [titled(aim.text), _wanted(aim, scale), sure]
    if aim.value is not None and math.isfinite(aim.value):
        shape = {"met": "better", "missed": "worse"}.get(aim.verdict, aim.verdict)
        parts.append(mark(shape, scale.at(aim.value)))
    return picture(grid(scale), about_middle(tag("g", *parts)), label=aim.text)


def _wanted(aim: Aim, scale: Scale) -> Markup:
    if aim.limit is None or not math.isfinite(aim.limit):
        return Markup("")
    x = scale.at(aim.limit)
    left, width = (x, 100 - x) if aim.above else (0, x)
    side = tag("rect", x=percent(left), width=percent(width), y=-9, height=18, class_="wanted")
    return side + upright(x, -12, 12, "limit")
