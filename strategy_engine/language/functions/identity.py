"""Numbers that identify people and cards: resident identity numbers, phone numbers, card numbers."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

from strategy_engine.language.functions import civil
from strategy_engine.language.functions.registry import Example, Parameter, function

_NUMBER = (Parameter("number", "text"),)
_GONE = "split_part('x', '-', 2)"

_ID_SHAPE = "[0-9]{17}[0-9Xx]"
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECK = "10X98765432"  # the check character for a weighted sum of 0, 1, … 10 modulo 11

# GB/T 2260: the first two digits of a division's code.
PROVINCES = {
    "11": "北京", "12": "天津", "13": "河北", "14": "山西", "15": "内蒙古", "21": "辽宁", "22": "吉林", "23": "黑龙江", "31": "上海",
    "32": "江苏", "33": "浙江", "34": "安徽", "35": "福建", "36": "江西", "37": "山东", "41": "河南", "42": "湖北", "43": "湖南",
    "44": "广东", "45": "广西", "46": "海南", "50": "重庆", "51": "四川", "52": "贵州", "53": "云南", "54": "西藏", "61": "陕西",
    "62": "甘肃", "63": "青海", "64": "宁夏", "65": "新疆", "71": "台湾", "81": "香港", "82": "澳门",
}  # fmt: skip


def _birth(number: str) -> dt.date | None:
    """The date of birth in a valid identity number, else None: it decides what is valid."""
    if not re.fullmatch(_ID_SHAPE, number):
        return None
    total = sum(weight * int(digit) for weight, digit in zip(_ID_WEIGHTS, number, strict=False))
    if _ID_CHECK[total % 11] != number[17].upper():
        return None
    return civil.make(int(number[6:10]), int(number[10:12]), int(number[12:14]))


def _digit_expr(pl: Any, text: Any, start: int, length: int = 1) -> Any:
    return text.str.slice(start, length).cast(pl.Int64, strict=False)


def _birth_expr(pl: Any, number: Any) -> Any:
    shaped = pl.when(number.str.contains(f"^(?:{_ID_SHAPE})$")).then(number)
    total = pl.sum_horizontal([_digit_expr(pl, shaped, place) * weight for place, weight in enumerate(_ID_WEIGHTS)], ignore_nulls=False)
    check = pl.when(shaped.str.slice(17, 1).is_in(["X", "x"])).then(pl.lit(10)).otherwise(_digit_expr(pl, shaped, 17))
    birth = civil.make_expr(pl, _digit_expr(pl, shaped, 6, 4), _digit_expr(pl, shaped, 10, 2), _digit_expr(pl, shaped, 12, 2))
    # The check character stands for (1 - total) modulo 11.
    return pl.when((total + check) % 11 == 1).then(birth)


def _identity(
    name: str,
    zh: str,
    returns: str,
    doc: str,
    gives: Any,
    python: Callable[[str, dt.date], Any],
    polars: Callable[[Any, Any, Any], Any],
) -> None:
    """What a valid identity number says; `python` and `polars` receive the number and the birth in it."""

    def read(number: str) -> Any:
        birth = _birth(number)
        return None if birth is None else python(number, birth)

    def read_expr(pl: Any, number: Any) -> Any:
        birth = _birth_expr(pl, number)
        return pl.when(birth.is_not_null()).then(polars(pl, number, birth))

    function(
        name=name,
        zh=zh,
        group="identity",
        parameters=_NUMBER,
        returns=returns,
        doc=f"{doc}; missing where `id_card_valid` does not hold.",
        examples=(
            Example(f"{name}('11010519491231002X')", gives),
            Example(f"{name}('110105194912310021')", None),
            Example(f"{name}({_GONE})", None),
        ),
        python=read,
        polars=read_expr,
    )


function(
    name="id_card_valid",
    zh="身份证有效",
    group="identity",
    parameters=_NUMBER,
    returns="bool",
    doc="Whether the text is a resident identity number by GB 11643-1999: 17 digits with a real date of birth, and the check character of "
    "ISO 7064 MOD 11-2 (`x` is read as `X`). Whether it was ever given to anyone, nobody can tell from it.",
    examples=(
        Example("id_card_valid('11010519491231002X')", True),
        Example("id_card_valid('110105194912310021')", False),
        Example(f"id_card_valid({_GONE})", None),
    ),
    python=lambda number: _birth(number) is not None,
    polars=lambda pl, number: pl.when(number.is_not_null()).then(_birth_expr(pl, number).is_not_null()),
)
_identity(
    "id_card_birth",
    "身份证生日",
    "date?",
    "The date of birth in a resident identity number",
    dt.date(1949, 12, 31),
    lambda _number, birth: birth,
    lambda _pl, _number, birth: birth,
)
_identity(
    "id_card_gender",
    "身份证性别",
    "text?",
    "`male` or `female`, as the 17th digit of a resident identity number says (odd is male)",
    "female",
    lambda number, _birth: "male" if int(number[16]) % 2 else "female",
    lambda pl, number, _birth: pl.when(_digit_expr(pl, number, 16) % 2 == 1).then(pl.lit("male")).otherwise(pl.lit("female")),
)
_identity(
    "id_card_region",
    "身份证地区码",
    "text?",
    "The six-digit code of the division (GB/T 2260) where a resident identity number was first registered",
    "110105",
    lambda number, _birth: number[:6],
    lambda _pl, number, _birth: number.str.head(6),
)
_identity(
    "id_card_province",
    "身份证省份",
    "text?",
    "The province (GB/T 2260, short name) where a resident identity number was first registered, missing for a code that none has",
    "北京",
    lambda number, _birth: PROVINCES.get(number[:2]),
    lambda pl, number, _birth: number.str.head(2).replace_strict(
        list(PROVINCES), list(PROVINCES.values()), default=None, return_dtype=pl.String
    ),
)

# ------------------------------------------------------------------------------------------------ phones

_MOBILE = "1[3-9][0-9]{9}"


def _phone(text: str) -> str | None:
    bare = re.sub("[ -]", "", text)
    bare = re.sub("^([+]86|0086)", "", bare)
    return bare if re.fullmatch(_MOBILE, bare) else None


def _phone_expr(pl: Any, text: Any) -> Any:
    bare = text.str.replace_all("[ -]", "").str.replace("^([+]86|0086)", "")
    return pl.when(bare.str.contains(f"^(?:{_MOBILE})$")).then(bare)


function(
    name="phone_valid",
    zh="手机号有效",
    group="identity",
    parameters=_NUMBER,
    returns="bool",
    doc="Whether the text is a mobile number of mainland China: 11 digits that begin with 13 to 19, and nothing else.",
    examples=(
        Example("phone_valid('13800138000')", True),
        Example("phone_valid('+8613800138000')", False),
        Example(f"phone_valid({_GONE})", None),
    ),
    python=lambda number: re.fullmatch(_MOBILE, number) is not None,
    polars=lambda _pl, number: number.str.contains(f"^(?:{_MOBILE})$"),
)
function(
    name="phone_normal",
    zh="手机号规整",
    group="identity",
    parameters=_NUMBER,
    returns="text?",
    doc="The 11 digits of a mobile number of mainland China, without +86 or 0086, blanks and hyphens; missing where there is none.",
    examples=(Example("phone_normal('+86 138-0013-8000')", "13800138000"), Example("phone_normal('010-12345678')", None)),
    python=_phone,
    polars=_phone_expr,
)


# ------------------------------------------------------------------------------------------------ cards

_CARD = "[0-9]{12,19}"
_LONGEST_CARD = 19


def _luhn(number: str) -> bool:
    if not re.fullmatch(_CARD, number):
        return False
    digits = [int(digit) for digit in reversed(number)]
    return (sum(digits[0::2]) + sum(sum(divmod(2 * digit, 10)) for digit in digits[1::2])) % 10 == 0


def _luhn_expr(pl: Any, number: Any) -> Any:
    padded = pl.when(number.str.contains(f"^(?:{_CARD})$")).then(number).str.pad_start(_LONGEST_CARD, "0")
    digits = [_digit_expr(pl, padded, _LONGEST_CARD - 1 - place) for place in range(_LONGEST_CARD)]
    # A doubled digit counts with the sum of its own digits: 2d, less 9 where it has two.
    terms = [digit if place % 2 == 0 else 2 * digit - 9 * (digit >= 5).cast(pl.Int64) for place, digit in enumerate(digits)]
    right = pl.sum_horizontal(terms, ignore_nulls=False) % 10 == 0
    return pl.when(number.is_not_null()).then(right.fill_null(False))


function(
    name="luhn_valid",
    zh="卡号有效",
    group="identity",
    parameters=_NUMBER,
    returns="bool",
    doc="Whether the text is a card number of 12 to 19 digits whose check digit is right by the Luhn formula (ISO/IEC 7812-1).",
    examples=(
        Example("luhn_valid('4111111111111111')", True),
        Example("luhn_valid('4111111111111112')", False),
        Example(f"luhn_valid({_GONE})", None),
    ),
    python=_luhn,
    polars=_luhn_expr,
)
