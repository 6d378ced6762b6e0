"""A row of a forest plot: an effect with its interval, and the wider limits that hold whoever looks how often."""

from __future__ import annotations

import math

from markupsafe import Markup

from strategy_engine.record import record
from strategy_engine.review.report.charts.rows import HEIGHT, grid, interval
from strategy_engine.review.report.charts.scale import Scale
from strategy_engine.review.report.charts.svg import mark, percent, picture, tag, titled


@record
class Effect:
    """What a row shows. plain: the difference before it was adjusted, where `value` is the adjusted one. text: all its figures."""

    value: float | None
    low: float | None
    high: float | None
    anytime_low: float | None
    anytime_high: float | None
    plain: float | None
    verdict: str
    text: str


def row(effect: Effect, scale: Scale) -> Markup:
    """The row's drawing."""
    middle = HEIGHT / 2
    if effect.value is None or not math.isfinite(effect.value):
        return picture(grid(scale), label=effect.text, height=HEIGHT)
    limits = interval(scale, effect.anytime_low, effect.anytime_high, middle, "anytime") + _caps(effect, scale, middle)
    plain = Markup("") if effect.plain is None else _tick(scale.at(effect.plain), middle - 8, middle + 8, "plain")
    sure = tag("g", interval(scale, effect.low, effect.high, middle, "interval"), class_=f"v-{effect.verdict}")
    place = mark(effect.verdict, scale.at(effect.value), middle)
    return picture(grid(scale), tag("g", titled(effect.text), limits, plain, sure, place), label=effect.text, height=HEIGHT)


def _caps(effect: Effect, scale: Scale, middle: float) -> Markup:
    ends = [end for end in (effect.anytime_low, effect.anytime_high) if end is not None and scale.holds(end)]
    return Markup("").join(_tick(scale.at(end), middle - 4, middle + 4, "anytime") for end in ends)


def _tick(x: float, top: float, bottom: float, css: str) -> Markup:
    return tag("line", x1=percent(x), x2=percent(x), y1=top, y2=bottom, class_=css)
