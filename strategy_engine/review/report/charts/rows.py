"""What charts of rows share: the grid behind a row, the axis below the last, an interval."""

from __future__ import annotations

import math
from collections.abc import Callable

from markupsafe import Markup

from strategy_engine.review.report.charts.scale import Scale
from strategy_engine.review.report.charts.svg import percent, picture, tag

HEIGHT = 28


def grid(scale: Scale, height: int = HEIGHT) -> Markup:
    """The lines of the ticks, that of nought stronger."""
    return Markup("").join(_upright(scale.at(tick), height, "zero" if tick == 0 else "grid") for tick in scale.ticks)


def _upright(x: float, height: int, css: str) -> Markup:
    return tag("line", x1=percent(x), x2=percent(x), y1=0, y2=height, class_=css)


def axis(scale: Scale, text: Callable[[float], str], label: str) -> Markup:
    """The ticks' numbers."""
    last = len(scale.ticks) - 1
    numbers = [
        tag("text", text(tick), x=percent(scale.at(tick)), y=14, text_anchor="start" if at == 0 else "end" if at == last else "middle")
        for at, tick in enumerate(scale.ticks)
    ]
    return picture(*numbers, label=label, height=20, css="axis")


def interval(scale: Scale, low: float | None, high: float | None, y: float, css: str) -> Markup:
    """A line from end to end, with an arrow where an end lies outside the scale; nothing where an end is not known."""
    if low is None or high is None or math.isnan(low) or math.isnan(high):
        return Markup("")
    line = tag("line", x1=percent(scale.at(low)), x2=percent(scale.at(high)), y1=y, y2=y, class_=css)
    left = Markup("") if scale.holds(low) else _arrow(0, y, "M6 -4L1 0L6 4", css)
    right = Markup("") if scale.holds(high) else _arrow(100, y, "M-6 -4L-1 0L-6 4", css)
    return line + left + right


def _arrow(x: float, y: float, lines: str, css: str) -> Markup:
    return tag("svg", tag("path", d=lines, class_=f"{css} arrow"), x=percent(x), y=y, class_="mark")
