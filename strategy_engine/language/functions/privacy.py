"""Masks: personal data as scripts, lists and screens may show it. A text too short for its mask is hidden altogether."""

from __future__ import annotations

from typing import Any

from strategy_engine.language.functions.registry import Example, Parameter, function


def _masked(text: str, first: int, last: int) -> str:
    """The text with a star for every character but the first and last few."""
    hidden = len(text) - first - last
    return text[:first] + "*" * hidden + text[first + hidden :] if hidden > 0 else "*" * len(text)


def _masked_expr(pl: Any, text: Any, first: int, last: int) -> Any:
    hidden = text.str.len_chars().cast(pl.Int64) - first - last
    stars = text.str.slice(first, hidden.clip(0)).str.replace_all("(?s).", "*")
    parts = pl.concat_str([text.str.slice(0, first), stars, text.str.slice(first + hidden.clip(0))])
    return pl.when(hidden > 0).then(parts).otherwise(text.str.replace_all("(?s).", "*"))


for _name, _zh, _first, _last, _what, _text, _gives in (
    ("mask_phone", "手机号脱敏", 3, 4, "A phone number with its first 3 and last 4 digits", "13812345678", "138****5678"),
    (
        "mask_id_card",
        "身份证脱敏",
        6,
        4,
        "An identity number with its first 6 (region) and last 4 digits",
        "330106199003071234",
        "330106********1234",
    ),
    (
        "mask_card",
        "卡号脱敏",
        6,
        4,
        "A card number with its first 6 and last 4 digits (PCI DSS 3.4)",
        "6222021234567890123",
        "622202*********0123",
    ),
    ("mask_name", "姓名脱敏", 1, 0, "A name with its first character", "欧阳小明", "欧***"),
):
    function(
        name=_name,
        zh=_zh,
        group="privacy",
        parameters=(Parameter("text", "text"),),
        returns="text",
        doc=f"{_what} shown and a star for each of the others; a text that is no longer than what is shown is hidden altogether.",
        examples=(
            Example(f"{_name}('{_text}')", _gives),
            Example(f"{_name}('1')", "*"),
            Example(f"{_name}(split_part('x', '-', 2))", None),
        ),
        python=lambda text, first=_first, last=_last: _masked(text, first, last),
        polars=lambda pl, text, first=_first, last=_last: _masked_expr(pl, text, first, last),
    )


def _mask_email(text: str) -> str:
    local, at, domain = text.partition("@")
    return f"{local[:1]}***@{domain}" if at and len(local) > 1 else f"***@{domain}" if at else "***"


def _mask_email_expr(pl: Any, text: Any) -> Any:
    local = text.str.extract("(?s)^([^@]*)@", 1)
    shown = pl.when(local.str.len_chars() > 1).then(local.str.head(1)).otherwise(pl.lit(""))
    masked = pl.concat_str([shown, pl.lit("***"), text.str.extract("(?s)^[^@]*(@.*)$", 1)])
    return pl.when(local.is_not_null()).then(masked).when(text.is_not_null()).then(pl.lit("***"))


function(
    name="mask_email",
    zh="邮箱脱敏",
    group="privacy",
    parameters=(Parameter("text", "text"),),
    returns="text",
    doc="A mail address with the first character before the `@`, three stars and the domain; three stars for a text without `@`.",
    examples=(
        Example("mask_email('wang.xm@bank.cn')", "w***@bank.cn"),
        Example("mask_email('x')", "***"),
        Example("mask_email(split_part('x', '-', 2))", None),
    ),
    python=_mask_email,
    polars=_mask_email_expr,
)
function(
    name="mask",
    zh="脱敏",
    group="privacy",
    parameters=(
        Parameter("text", "text"),
        Parameter("first", "int", constant=True, check=lambda count: None if 0 <= count <= 1000 else "must be 0 to 1000"),
        Parameter("last", "int", constant=True, check=lambda count: None if 0 <= count <= 1000 else "must be 0 to 1000"),
    ),
    returns="text",
    doc="The text with its first and last so many characters and a star for each of the others; stars only where that would hide nothing.",
    examples=(
        Example("mask('金卡账户', 1, 1)", "金**户"),
        Example("mask('ab', 1, 1)", "**"),
        Example("mask(split_part('x', '-', 2), 1, 1)", None),
    ),
    python=_masked,
    polars=_masked_expr,
)
_COMPOUND = (
    "欧阳", "上官", "司马", "诸葛", "东方", "皇甫", "尉迟", "公孙", "慕容", "司徒",
    "令狐", "夏侯", "宇文", "长孙", "端木", "独孤", "南宫", "西门", "申屠", "呼延",
    "闻人", "轩辕", "太史", "澹台", "公冶", "钟离", "淳于", "单于", "拓跋",
)  # fmt: skip


def _surname(name: str) -> str | None:
    if not 2 <= len(name) <= 4 or not all("\u4e00" <= character <= "\u9fff" for character in name):
        return None
    return name[:2] if len(name) > 2 and name[:2] in _COMPOUND else name[:1]


def _surname_expr(pl: Any, name: Any) -> Any:
    compound = name.str.contains(f"^(?:{'|'.join(_COMPOUND)}).")
    surname = pl.when(compound).then(name.str.head(2)).otherwise(name.str.head(1))
    return pl.when(name.str.contains("^[\u4e00-\u9fff]{2,4}$")).then(surname)


function(
    name="surname",
    zh="姓氏",
    group="privacy",
    parameters=(Parameter("name", "text"),),
    returns="text?",
    doc="The family name of a Chinese name of two to four characters: the first character, or two for the common compound surnames "
    "(欧阳, 上官, 司马, 诸葛, …) before at least one more; missing for other texts.",
    examples=(Example("surname('王小明')", "王"), Example("surname('欧阳锋')", "欧阳"), Example("surname('Wang')", None)),
    python=_surname,
    polars=_surname_expr,
)
