"""A row of a forest plot: an effect with its interval, and the wider limits that hold whoever looks how often."""

from __future__ import annotations

import math

from markupsafe import Markup

from strategy_engine.record import record
from strategy_engine.review.report.charts.rows import grid, interval, upright
from strategy_engine.review.report.charts.scale import Scale
from strategy_engine.review.report.charts.svg import about_middle, mark, picture, tag, titled


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
    if effect.value is None or not math.isfinite(effect.value):
        return picture(grid(scale), label=effect.text)
    limits = interval(scale, effect.anytime_low, effect.anytime_high, "anytime") + _caps(effect, scale)
    plain = Markup("") if effect.plain is None else upright(scale.at(effect.plain), -8, 8, "plain")
    sure = tag("g", interval(scale, effect.low, effect.high, "interval"), class_=f"v-{effect.verdict}")
    shapes = tag("g", titled(effect.text), limits, plain, sure, mark(effect.verdict, scale.at(effect.value)))
    return picture(grid(scale), about_middle(shapes), label=effect.text)


def _caps(effect: Effect, scale: Scale) -> Markup:
    ends = [end for end in (effect.anytime_low, effect.anytime_high) if end is not None and scale.holds(end)]
    return Markup("").join(upright(scale.at(end), -4, 4, "anytime") for end in ends)
