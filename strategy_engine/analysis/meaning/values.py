"""Values and lengths of time, written as people write them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from strategy_engine.analysis.meaning.voice import Voice
from strategy_engine.language.formats import write
from strategy_engine.language.types import CENTS, Duration, Kind, Type

_WAN, _YI = 10_000, 100_000_000
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def value(voice: Voice, given: Any, of: Type) -> str:
    """A value of the language as people write it: `500,000`, `50万元`, `21 Nov 2026`, `金葵花`."""
    if given is None:
        return voice.say("nothing")
    match of.kind:
        case Kind.DURATION:
            return duration(voice, Duration(*given))
        case Kind.BOOL:
            return voice.say("yes" if given else "no")
        case Kind.ENUM if of.enum is not None:
            label = of.enum.label_of(given)
            return voice.value_name(given, label)
        case Kind.DATE | Kind.DATETIME:
            return _time(voice, given)
        case Kind.MONEY:
            return _signed(_money(voice, given))
        case Kind.PERCENT:
            return _signed(write(given, of, "") or str(given))
        case Kind.INT | Kind.NUMBER:
            return _signed(write(given, of, ",") or str(given))
        case _:
            return voice.say("quoted", a=given)


def duration(voice: Voice, length: Duration) -> str:
    """`90 days`, `3个月`."""
    return voice.say(f"unit.{length.unit}{'' if length.count == 1 else '.many'}", n=length.count)


def share(part: float) -> str:
    """`10%`, without a trailing nought."""
    return write(part, Type(Kind.PERCENT), "") or f"{part:%}"


def _signed(text: str) -> str:
    return f"−{text[1:]}" if text.startswith("-") else text


def _money(voice: Voice, cents: int) -> str:
    plain = write(cents, Type(Kind.MONEY), "") or str(cents / CENTS)
    if voice.lang != "zh":
        return plain
    unit = "元" if voice.model.project.currency == "CNY" else f" {voice.model.project.currency}"
    for size, word in ((_YI, "亿"), (_WAN, "万")):
        if abs(cents) >= size * CENTS and cents % (size * CENTS // 100) == 0:
            return f"{cents / CENTS / size:,.2f}".rstrip("0").rstrip(".") + word + unit
    return plain + unit


def _time(voice: Voice, moment: dt.date) -> str:
    clock = f"{moment.hour:02d}:{moment.minute:02d}" if isinstance(moment, dt.datetime) else ""
    if voice.lang == "zh":
        return f"{moment.year}年{moment.month}月{moment.day}日{clock}"
    return f"{moment.day} {_MONTHS[moment.month - 1]} {moment.year}" + (f", {clock}" if clock else "")
