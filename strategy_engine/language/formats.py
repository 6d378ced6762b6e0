"""How a script writes a value: the forms that `{value}` and `{value:FORMAT}` may take, for both engines.

| type     | usual form                              | e.g.                     |
|----------|-----------------------------------------|--------------------------|
| id, text | itself                                  | 张三                     |
| bool     | 是 or 否                                | 是                       |
| int      | plain                                   | 1234                     |
| number   | up to four decimals                     | 3.1416                   |
| percent  | up to two decimals of a per cent        | 3.25%                    |
| money    | separators, two decimals unless whole   | 1,234.50 · 1,234         |
| date     | %Y-%m-%d                                | 2026-11-21               |
| datetime | %Y-%m-%d %H:%M                          | 2026-11-21 08:30         |
| enum     | its label                               | 金葵花                   |

FORMAT of a date or datetime: text with %Y %y %m %d %H %M %S, %-m %-d (no leading zero), %% (a per cent sign).

FORMAT of a number: `[,][.N][%|万]`: `,` separates thousands; `.N` writes exactly N (0 to 9) decimals;
`%` writes per cent, `万` ten thousands (both up to two decimals unless `.N` says otherwise). Halves round away from zero.
The decimals come from an integer, `value * 10^decimals` rounded; a number where that needs more than 126 bits is missing.
"""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache
from typing import Any

from strategy_engine.language.exact import divide_half_away, half_away
from strategy_engine.language.types import NUMERIC, TIMES, Kind, Type
from strategy_engine.record import record

YES, NO = "是", "否"
USUAL_TIME = {Kind.DATE: "%Y-%m-%d", Kind.DATETIME: "%Y-%m-%d %H:%M"}
WRITABLE = 2**126  # the largest scaled number, so that Polars' 128-bit integers hold it
_WAN = 10_000

_NUMBER = re.compile(r"(,?)(?:\.(\d))?([%万]?)")
_DIRECTIVE = re.compile(r"%(-[md]|[YymdHMS%])")
_TIME = re.compile(r"(?:[^%]|%-[md]|%[YymdHMS%])*")


class FormatError(ValueError):
    """A format that the type of value cannot be written in."""


@record
class NumberFormat:
    """How a number is written.

    decimals: how many at most.       optional: which of them fall away: none, all (if all are zero) or trailing zeros.
    separators: of thousands.         suffix: '', '%' or '万'.
    """

    decimals: int
    optional: str  # none, all, trailing
    separators: bool
    suffix: str


@lru_cache(maxsize=1024)
def number_format(kind: Kind, text: str) -> NumberFormat:
    """The format of a number, read. Raises FormatError."""
    found = _NUMBER.fullmatch(text)
    if found is None:
        raise FormatError(f"`{text}` is no number format; use e.g. `,`, `.2`, `,.2`, `%`, `.1%` or `万`")
    comma, decimals, suffix = found[1], found[2], found[3]
    if not text:
        comma, suffix = ("," if kind is Kind.MONEY else ""), ("%" if kind is Kind.PERCENT else "")
    if decimals is not None:
        return NumberFormat(int(decimals), "none", bool(comma), suffix)
    if suffix:
        return NumberFormat(2, "trailing", bool(comma), suffix)
    usual = {Kind.INT: (0, "none"), Kind.MONEY: (2, "all")}.get(kind, (4, "trailing"))
    return NumberFormat(*usual, separators=bool(comma), suffix="")


def time_format(kind: Kind, text: str) -> str:
    """The format of a date or datetime. Raises FormatError."""
    if not _TIME.fullmatch(text) or (text and "%" not in text):  # without a directive no date would be written
        raise FormatError(f"`{text}` is no date format; the directives are %Y %y %m %d %H %M %S %-m %-d %%")
    return text or USUAL_TIME[kind]


def check_format(of: Type, text: str) -> None:
    """Raise FormatError where a value of the type cannot be written so."""
    if of.kind in NUMERIC:
        number_format(of.kind, text)
    elif of.kind in TIMES:
        time_format(of.kind, text)
    elif text:
        raise FormatError(f"a value of type {of.kind} takes no format")


def write(value: Any, of: Type, text: str) -> str | None:
    """A known value as a script writes it."""
    check_format(of, text)
    if of.kind in NUMERIC:
        form = number_format(of.kind, text)
        scaled = _scaled(value, of.kind, form)
        return None if scaled is None else _digits(scaled, form)
    if of.kind in TIMES:
        return _write_time(value, time_format(of.kind, text))
    if of.kind is Kind.BOOL:
        return YES if value else NO
    if of.kind is Kind.ENUM and of.enum is not None:
        return of.enum.label_of(value)
    return str(value)


def _scaled(value: Any, kind: Kind, form: NumberFormat) -> int | None:
    """The number as an integer of 10^-decimals, in the unit that the suffix names."""
    power = form.decimals + (2 if form.suffix == "%" else 0)
    if kind in (Kind.INT, Kind.MONEY):
        divisor = (100 if kind is Kind.MONEY else 1) * (_WAN if form.suffix == "万" else 1)
        return divide_half_away(value * 10**power, divisor)
    units = value / _WAN if form.suffix == "万" else value
    scaled = half_away(units * 10.0**power)
    return scaled if scaled is not None and abs(scaled) < WRITABLE else None


def _digits(scaled: int, form: NumberFormat) -> str:
    whole, fraction = divmod(abs(scaled), 10**form.decimals)
    sign = "-" if scaled < 0 else ""
    head = f"{whole:,}" if form.separators else str(whole)
    tail = f".{fraction:0{form.decimals}d}" if form.decimals else ""
    if form.optional == "trailing":
        tail = tail.rstrip("0").rstrip(".")
    elif form.optional == "all" and fraction == 0:
        tail = ""
    return sign + head + tail + form.suffix


def _write_time(value: dt.date, form: str) -> str:
    hour, minute, second = (value.hour, value.minute, value.second) if isinstance(value, dt.datetime) else (0, 0, 0)
    directives = {
        "Y": f"{value.year:04d}", "y": f"{value.year % 100:02d}", "m": f"{value.month:02d}", "d": f"{value.day:02d}",
        "-m": str(value.month), "-d": str(value.day), "H": f"{hour:02d}", "M": f"{minute:02d}", "S": f"{second:02d}", "%": "%",
    }  # fmt: skip
    return _DIRECTIVE.sub(lambda found: directives[found[1]], form)
