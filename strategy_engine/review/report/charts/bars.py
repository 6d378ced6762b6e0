"""Bars: of a part of the whole, and of an amount with its interval."""

from __future__ import annotations

import math

from markupsafe import Markup

from strategy_engine.review.report.charts.rows import grid, interval, upright
from strategy_engine.review.report.charts.scale import Scale
from strategy_engine.review.report.charts.svg import about_middle, percent, picture, tag, titled

_BAR = 14
"""Pixels from bar to bar."""


def part(share: float | None, text: str, css: str = "bar", height: int = 14, expected: float | None = None) -> Markup:
    """A bar as long as a share of the width, from 0 to 1. expected: a line where it should end."""
    width = 100 * _inside(share)
    shapes = [tag("rect", x=0, y=0, width="100%", height=height, class_="track")]
    if width > 0:
        shapes.append(tag("rect", x=0, y=0, width=percent(max(width, 0.4)), height=height, class_=css))  # what there is can be seen
    if expected is not None:
        x = 100 * _inside(expected)
        shapes.append(tag("line", x1=percent(x), x2=percent(x), y1=0, y2=height, class_="limit"))
    return picture(tag("g", titled(text), *shapes), label=text, height=height)


def amounts(values: list[tuple[float | None, str]], low: float | None, high: float | None, scale: Scale, text: str) -> Markup:
    """Bars from nought, one below the other, each with its class; the whisker is the last one's."""
    top = -_BAR * len(values) / 2
    shapes = [_bar(value, css, top + _BAR * at + 1.5, scale) for at, (value, css) in enumerate(values)]
    middle = top + _BAR * (len(values) - 0.5)
    ends = [end for end in (low, high) if end is not None and scale.holds(end)]
    caps = Markup("").join(upright(scale.at(end), middle - 3.5, middle + 3.5, "whisker") for end in ends)
    whisker = interval(scale, low, high, "whisker", middle) + caps
    return picture(grid(scale), about_middle(tag("g", titled(text), *shapes, whisker)), label=text)


def _bar(value: float | None, css: str, y: float, scale: Scale) -> Markup:
    if value is None or not math.isfinite(value):
        return Markup("")
    ends = sorted((scale.at(0), scale.at(value)))
    return tag("rect", x=percent(ends[0]), width=percent(max(ends[1] - ends[0], 0.3)), y=y, height=_BAR - 3, class_=css)


def _inside(share: float | None) -> float:
    return 0.0 if share is None or not math.isfinite(share) else min(max(share, 0.0), 1.0)
