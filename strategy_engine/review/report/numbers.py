"""Numbers and dates as people read them, in either tongue. What is not known, or is no number, is a dash."""

from __future__ import annotations

import datetime as dt
import math

NONE = "–"
MINUS = "−"
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_SCALES = {"zh": ((1e12, " 万亿"), (1e8, " 亿"), (1e4, " 万")), "en": ((1e12, " trillion"), (1e9, " billion"), (1e7, " million"))}
"""From so much on a number is told in multiples."""
_UNITS = {"zh": (1e12, 1e8, 1e4), "en": (1e12, 1e9, 1e6)}
_MOST = 1e18
"""From here on a number is told by its power of ten."""


def known(value: float | None) -> bool:
    """Whether there is a number to show."""
    return value is not None and math.isfinite(value)


def count(value: float | None) -> str:
    """A whole number with separators: `12,345`."""
    return _plain(value, 0) if value is not None and known(value) else NONE


def share(value: float | None) -> str:
    """A share in per cent: `12.3%`, `3.42%`, `< 0.01%`."""
    if value is None or not known(value):
        return NONE
    if 0 < abs(value) < 0.0001:
        return _signed(value, "< 0.01%", plus="")
    return f"{_plain(value * 100, _decimals(value * 100))}%"


def money(value: float | None, tongue: str) -> str:
    """Money: `12,345`, `3.50`; in Chinese `1.23 万`."""
    if value is None or not known(value):
        return NONE
    return _large(value, tongue) or _plain(value, 2 if abs(value) < 100 and value != round(value) else 0)


def number(value: float | None, tongue: str) -> str:
    """A number of some other unit, with about three digits that say something: `5.21`, `0.0312`, `1,234`."""
    if value is None or not known(value):
        return NONE
    if value != 0 and abs(value) < 0.0001:
        return _signed(value, "< 0.0001", plus="")
    size = abs(value)
    decimals = 0 if size >= 100 or value == round(value) else 2 if size >= 1 else 3 if size >= 0.1 else 4
    return _large(value, tongue) or _plain(value, decimals)


def of_unit(value: float | None, unit: str, tongue: str) -> str:
    """A kpi's value. unit: `share`, `money`, or any other for a number."""
    if unit == "share":
        return share(value)
    return money(value, tongue) if unit == "money" else number(value, tongue)


def difference(value: float | None, unit: str, tongue: str) -> str:
    """A difference of two values of a kpi, with its sign; that of shares in points: `+1.23 pts`."""
    if value is None or not known(value):
        return NONE
    if unit != "share":
        return _signed(value, of_unit(abs(value), unit, tongue))
    points = abs(value) * 100
    text = "< 0.01" if 0 < points < 0.005 else _plain(points, _decimals(points))
    return f"{_signed(value, text)} {'百分点' if tongue == 'zh' else 'pts'}"


def change(value: float | None) -> str:
    """A relative change with its sign: `+12.3%`."""
    return NONE if value is None or not known(value) else _signed(value, share(abs(value)))


def tick(value: float, unit: str, tongue: str, *, signed: bool = False) -> str:
    """A number at an axis, as short as it goes: `2.5%`, `+0.5`, `1.5 万`. signed: of differences, those of shares in points."""
    word = ""
    scales = () if unit == "share" else zip(_SCALES[tongue], _UNITS[tongue], strict=True)
    factor = 100.0 if unit == "share" else 1.0
    for (least, name), size in scales:
        if _MOST > abs(value) >= least:
            factor, word = 1 / size, name
            break
    text = f"{abs(value) * factor:,.6g}{word}{'%' if unit == 'share' and not signed else ''}"
    return (MINUS if value < 0 else "+" if signed and value > 0 else "") + text


def p_value(value: float | None) -> str:
    """How likely chance alone would give as much: `0.012`, `< 0.001`."""
    if value is None or not known(value):
        return NONE
    return "< 0.001" if value < 0.001 else f"{value:.3f}" if value < 0.1 else f"{value:.2f}"


def between(low: str, high: str) -> str:
    """An interval of two numbers in words: `1.2% … 3.4%`; a dash where an end is missing."""
    return NONE if NONE in (low, high) else f"{low} … {high}"


def day(date: dt.date, tongue: str) -> str:
    """`2 Mar 2026`, `2026年3月2日`."""
    if tongue == "zh":
        return f"{date.year}年{date.month}月{date.day}日"
    return f"{date.day} {_MONTHS[date.month - 1]} {date.year}"


def short_day(member: str | None, tongue: str, *, monthly: bool) -> str:
    """The name of a period by its first day: `2 Mar`, `Mar 2026`; whatever it is, where it is no date."""
    try:
        date = dt.date.fromisoformat(member or "")
    except ValueError:
        return member or NONE
    month = f"{date.month}月" if tongue == "zh" else _MONTHS[date.month - 1]
    if monthly:
        return f"{date.year}年{month}" if tongue == "zh" else f"{month} {date.year}"
    return f"{month}{date.day}日" if tongue == "zh" else f"{date.day} {month}"


def _signed(value: float, size: str, plus: str = "+") -> str:
    """The text of a size with the number's sign: `+1.2`, `−1.2`, `< +0.01`, `> −0.01`."""
    least = size.removeprefix("< ")
    if value < 0:
        return f"{'> ' if least != size else ''}{MINUS}{least}"
    return f"{'< ' if least != size else ''}{plus if value else '±'}{least}"


def _decimals(size: float) -> int:
    """Of a number of per cent or points: enough to tell campaigns apart, no more than are meant."""
    return 0 if size in (0, 100) else 1 if abs(size) >= 10 else 2


def _plain(value: float, decimals: int) -> str:
    if abs(value) >= _MOST:
        return f"{value:.1e}".replace("-", MINUS)
    text = f"{abs(value):,.{decimals}f}"
    return (MINUS if value < 0 and text.strip("0.,") else "") + text


def _large(value: float, tongue: str) -> str | None:
    """In multiples of a million or 万, where it is that large."""
    if abs(value) >= _MOST:
        return None
    for (least, word), unit in zip(_SCALES[tongue], _UNITS[tongue], strict=True):
        if abs(value) >= least:
            return _plain(value / unit, 2 if abs(value) < 100 * unit else 1 if abs(value) < 1000 * unit else 0) + word
    return None
