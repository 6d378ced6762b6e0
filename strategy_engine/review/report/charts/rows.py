"""What charts of rows share: the grid behind a row, the axis below the last, an interval."""

from __future__ import annotations

import math
from collections.abc import Callable

from markupsafe import Markup

from strategy_engine.analysis.meaning.voice import width
from strategy_engine.review.report.charts.scale import Scale
from strategy_engine.review.report.charts.svg import percent, picture, tag

_SHORT = 6
"""Letters that fit on both sides of a tick at the end of the axis."""


def grid(scale: Scale) -> Markup:
    """The lines of the ticks, that of nought stronger."""
    lines = [upright(scale.at(value), 0, "100%", "zero" if value == 0 else "grid") for value in scale.ticks]
    return Markup("").join(lines)


def upright(x: float, top: float | str, bottom: float | str, css: str) -> Markup:
    """A line at so many per cent of the width."""
    return tag("line", x1=percent(x), x2=percent(x), y1=top, y2=bottom, class_=css)


def axis(scale: Scale, text: Callable[[float], str], label: str) -> Markup:
    """The ticks' numbers."""
    texts = [text(value) for value in scale.ticks]
    anchors = ["middle"] * len(texts)
    for end, anchor in ((0, "start"), (-1, "end")):  # a long number stays within the chart
        anchors[end] = "middle" if width(texts[end]) <= _SHORT else anchor
    numbers = [
        tag("text", told, x=percent(scale.at(value)), y=14, text_anchor=anchor)
        for value, told, anchor in zip(scale.ticks, texts, anchors, strict=True)
    ]
    return picture(*numbers, label=label, height=20, css="axis")


def interval(scale: Scale, low: float | None, high: float | None, css: str, y: float = 0) -> Markup:
    """A line from end to end, with an arrow where an end lies outside the scale; nothing where an end is not known."""
    if low is None or high is None or math.isnan(low) or math.isnan(high):
        return Markup("")
    line = tag("line", x1=percent(scale.at(low)), x2=percent(scale.at(high)), y1=y, y2=y, class_=css)
    left = Markup("") if scale.holds(low) else _arrow(0, y, "M6 -4L1 0L6 4", css)
    right = Markup("") if scale.holds(high) else _arrow(100, y, "M-6 -4L-1 0L-6 4", css)
    return line + left + right


def _arrow(x: float, y: float, lines: str, css: str) -> Markup:
    return tag("svg", tag("path", d=lines, class_=f"{css} arrow"), x=percent(x), y=y, class_="mark")
