"""From one type to another: text to numbers and dates, money to numbers, anything to text."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from strategy_engine.language.functions import civil, exact
from strategy_engine.language.functions.registry import Example, Parameter, function
from strategy_engine.language.functions.text import BLANKS
from strategy_engine.language.types import CENTS, Kind, Type

_TEXT = (Parameter("text", "text"),)
_NUMBER = "[+-]?(?:[0-9]+[.]?[0-9]*|[.][0-9]+)(?:[eE][+-]?[0-9]{1,4})?"
_DATE = "[0-9]{4}(?:-[0-9]{2}-|/[0-9]{2}/|[0-9]{2})[0-9]{2}"
_DATETIME = "[0-9]{4}-[0-9]{2}-[0-9]{2}[T ](?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9])?"


# ------------------------------------------------------------------------------------------------ text to something


def _to_number(text: str) -> float | None:
    trimmed = text.strip(BLANKS)
    if not re.fullmatch(_NUMBER, trimmed):
        return None
    value = float(trimmed)
    return value if abs(value) <= exact.HUGE else None


def _to_number_expr(pl: Any, text: Any) -> Any:
    trimmed = text.str.strip_chars(BLANKS)
    value = trimmed.cast(pl.Float64, strict=False)
    return pl.when(trimmed.str.contains(f"^(?:{_NUMBER})$") & (value.abs() <= exact.HUGE)).then(value)


function(
    name="to_number",
    zh="转数值",
    group="convert",
    parameters=_TEXT,
    returns="number?",
    doc="The number that the text writes (`12`, `-1.5`, `2e3`, blanks around it), or missing where it writes none, or writes commas.",
    examples=(Example("to_number(' 12.50 ')", 12.5), Example("to_number('1,200')", None), Example("to_number('')", None)),
    python=_to_number,
    polars=_to_number_expr,
)


def _to_date(text: str) -> dt.date | None:
    trimmed = text.strip(BLANKS)
    if not re.fullmatch(_DATE, trimmed):
        return None
    digits = re.sub("[-/]", "", trimmed)
    return civil.make(int(digits[:4]), int(digits[4:6]), int(digits[6:]))


def _digits_expr(pl: Any, text: Any, pattern: str) -> Any:
    """The digits of a text of that shape; null for another shape."""
    return pl.when(text.str.contains(f"^(?:{pattern})$")).then(text.str.replace_all("[^0-9]", ""))


def _number_at(pl: Any, digits: Any, start: int, length: int) -> Any:
    return digits.str.slice(start, length).cast(pl.Int64, strict=False)


def _to_date_expr(pl: Any, text: Any) -> Any:
    digits = _digits_expr(pl, text.str.strip_chars(BLANKS), _DATE)
    return civil.make_expr(pl, _number_at(pl, digits, 0, 4), _number_at(pl, digits, 4, 2), _number_at(pl, digits, 6, 2))


function(
    name="to_date",
    zh="转日期",
    group="convert",
    parameters=_TEXT,
    returns="date?",
    doc="The date that the text writes as 2026-11-21, 2026/11/21 or 20261121, or missing where it writes none.",
    examples=(Example("to_date('20261121')", dt.date(2026, 11, 21)), Example("to_date('2026-02-29')", None), Example("to_date('x')", None)),
    python=_to_date,
    polars=_to_date_expr,
)


def _to_datetime(text: str) -> dt.datetime | None:
    trimmed = text.strip(BLANKS)
    if not re.fullmatch(_DATETIME, trimmed) or _to_date(trimmed[:10]) is None:
        return None
    return dt.datetime.fromisoformat(trimmed)


def _to_datetime_expr(pl: Any, text: Any) -> Any:
    digits = _digits_expr(pl, text.str.strip_chars(BLANKS), _DATETIME)
    date = civil.make_expr(pl, _number_at(pl, digits, 0, 4), _number_at(pl, digits, 4, 2), _number_at(pl, digits, 6, 2))
    minutes = _number_at(pl, digits, 8, 2) * 60 + _number_at(pl, digits, 10, 2)
    seconds = minutes * 60 + _number_at(pl, digits, 12, 2).fill_null(0)
    return (date.cast(pl.Datetime("us")).to_physical() + seconds * 1_000_000).cast(pl.Datetime("us"))


function(
    name="to_datetime",
    zh="转时间",
    group="convert",
    parameters=_TEXT,
    returns="datetime?",
    doc="The datetime that the text writes as 2026-11-21T08:30 or 2026-11-21 08:30:15, or missing where it writes none.",
    examples=(
        Example("to_datetime('2026-11-21 08:30')", dt.datetime(2026, 11, 21, 8, 30)),
        Example("to_datetime('2026-11-21 24:00')", None),
    ),
    python=_to_datetime,
    polars=_to_datetime_expr,
)


# ------------------------------------------------------------------------------------------------ numbers and money

function(
    name="as_number",
    zh="转为数",
    group="convert",
    parameters=(Parameter("money", "money"),),
    returns="number",
    doc="The money as a plain number in whole currency units.",
    examples=(Example("as_number(as_money(12.5))", 12.5), Example("as_number(as_money(to_number('x')))", None)),
    python=lambda money: float(money) / CENTS,
    polars=lambda pl, money: exact.divide_expr(money.cast(pl.Float64), float(CENTS)),
)
function(
    name="as_money",
    zh="转为金额",
    group="convert",
    parameters=(Parameter("number", "number"),),
    returns="money",
    doc="So many units of the currency as money, rounded half away from zero to the cent.",
    examples=(Example("as_money(12.345)", "12.35"), Example("as_money(-0.005)", "-0.01"), Example("as_money(to_number('x'))", None)),
    python=lambda number: exact.whole_or_none(exact.round_half_away(number * CENTS)) if abs(number) <= exact.HUGE else None,
    polars=lambda pl, number: exact.whole_expr(pl, exact.round_half_away_expr(number * float(CENTS))),
)
function(
    name="to_int",
    zh="转整数",
    group="convert",
    parameters=(Parameter("number", "number"),),
    returns="int",
    doc="The number without its decimals, as a whole number.",
    examples=(Example("to_int(2.9)", 2), Example("to_int(-2.9)", -2), Example("to_int(to_number('x'))", None)),
    python=exact.whole_or_none,
    polars=exact.whole_expr,
)


# ------------------------------------------------------------------------------------------------ anything to text

_DECIMALS = 1_000_000  # numbers are written with up to six decimals


def _number_text(value: float) -> str | None:
    """Up to six decimals without trailing zeros, like 1234.5; missing beyond 64 bits."""
    size = abs(value)
    if size >= 2.0**63:
        return None
    whole = int(size)
    decimals = int(exact.round_half_away((size - whole) * _DECIMALS))
    whole, decimals = whole + decimals // _DECIMALS, decimals % _DECIMALS
    text = f"{whole}.{decimals:06}".rstrip("0").rstrip(".")
    return "-" + text if value < 0 and text != "0" else text


def _number_text_expr(pl: Any, value: Any) -> Any:
    size = value.abs()
    floor = size.floor()
    decimals = exact.round_half_away_expr((size - floor) * float(_DECIMALS)).cast(pl.Int64, strict=False)
    whole = floor.cast(pl.Int64, strict=False) + decimals // _DECIMALS
    padded = (decimals % _DECIMALS).cast(pl.String).str.pad_start(6, "0")
    text = pl.concat_str([whole.cast(pl.String), pl.lit("."), padded]).str.strip_chars_end("0").str.strip_chars_end(".")
    signed = pl.when((value < 0) & (text != "0")).then(pl.concat_str([pl.lit("-"), text])).otherwise(text)
    return pl.when(size < 2.0**63).then(signed)


def _money_text(value: int) -> str:
    return f"{'-' if value < 0 else ''}{abs(value) // CENTS}.{abs(value) % CENTS:02}"


def _money_text_expr(pl: Any, value: Any) -> Any:
    # The digits of the number itself, so that the smallest integer needs no positive twin.
    digits = value.cast(pl.String).str.strip_prefix("-").str.pad_start(3, "0")
    sign = pl.when(value < 0).then(pl.lit("-")).otherwise(pl.lit(""))
    length = digits.str.len_chars().cast(pl.Int64)
    return pl.concat_str([sign, digits.str.head(length - 2), pl.lit("."), digits.str.tail(2)])


def _to_text(types: tuple[Type, ...], value: Any) -> str | None:
    kind = types[0].kind
    if kind is Kind.MONEY:
        return _money_text(value)
    if kind is Kind.PERCENT:
        text = _number_text(value * 100.0)
        return None if text is None else text + "%"
    if kind is Kind.NUMBER:
        return _number_text(value)
    if kind is Kind.BOOL:
        return "true" if value else "false"
    if kind is Kind.DATETIME:
        return str(value.isoformat(timespec="minutes"))
    return value.isoformat() if kind is Kind.DATE else str(value)


def _to_text_expr(pl: Any, types: tuple[Type, ...], value: Any) -> Any:
    kind = types[0].kind
    if kind is Kind.MONEY:
        return _money_text_expr(pl, value)
    if kind is Kind.PERCENT:
        return pl.concat_str([_number_text_expr(pl, value * 100.0), pl.lit("%")])
    if kind is Kind.NUMBER:
        return _number_text_expr(pl, value)
    if kind is Kind.DATETIME:
        return value.dt.strftime("%Y-%m-%dT%H:%M")
    return value.dt.strftime("%Y-%m-%d") if kind is Kind.DATE else value.cast(pl.String)


function(
    name="to_text",
    zh="转文本",
    group="convert",
    parameters=(Parameter("value", "any"),),
    returns="text",
    typed=True,
    doc="The value as text: 1234.5 (up to six decimals), 12.50 (money), 85% (percent), true, 2026-11-21, 2026-11-21T08:30, gold (an enum).",
    examples=(
        Example("to_text(0.1)", "0.1"),
        Example("to_text(as_money(12.5))", "12.50"),
        Example("to_text(2026-11-21)", "2026-11-21"),
        Example("to_text(85%)", "85%"),
        Example("to_text(to_date('x'))", None),
    ),
    python=_to_text,
    polars=_to_text_expr,
)


# ------------------------------------------------------------------------------------------------ enums

_ENUM = (Parameter("value", "enum"),)


def _enum_table(types: tuple[Type, ...], returned: str) -> dict[str, Any]:
    """What each value of the enum becomes: its label or its place."""
    enum = types[0].enum
    if enum is None:
        return {}
    return {value: enum.label_of(value) if returned == "label" else place for place, value in enumerate(enum.values, start=1)}


for _name, _zh, _returns, _doc, _gives in (
    ("label", "标签文字", "text", "What people read for the enum's value: its label, or the value itself where it has none.", "金葵花"),
    ("rank_of", "所处等级", "int", "The place of the value among the enum's values in their order, 1 for the first (lowest).", 2),
):
    function(
        name=_name,
        zh=_zh,
        group="convert",
        parameters=_ENUM,
        returns=_returns,
        typed=True,
        doc=_doc,
        examples=(Example(f"{_name}(tier)", _gives), Example(f"{_name}(missing_if(tier, gold))", None)),
        python=lambda types, value, what=_name: _enum_table(types, what)[value],
        polars=lambda pl, types, value, what=_name, kind="String" if _returns == "text" else "Int64": value.cast(pl.String).replace_strict(
            list(_enum_table(types, what)), list(_enum_table(types, what).values()), default=None, return_dtype=getattr(pl, kind)
        ),
    )
