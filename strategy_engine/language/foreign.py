"""Words and signs of other languages (SQL, spreadsheets, everyday Chinese) in the place of an operator, and what is written instead."""

from __future__ import annotations

import re
from collections.abc import Iterator

from strategy_engine.language.syntax_errors import ForeignWord
from strategy_engine.source.file import Locate

SIGNS = {
    "&&": "and",
    "&": "and",
    "||": "or",
    "!": "not",
    "<>": "!=",
    "≠": "!=",
    "≥": ">=",
    "≤": "<=",
    "=<": "<=",
    "===": "==",
    "!==": "!=",
    "**": "power(…)",
    "^": "power(…)",
    "×": "*",
    "÷": "/",
    "...": "..",
    "…": "..",
    "～": "..",
    "~": "..",
    ";": ",",
}
# Folded; where `…` stands for something, no mend is certain.
WORDS = {
    **dict.fromkeys(("and", "并且", "而且", "且是", "同时", "和", "与", "并"), "and"),
    **dict.fromkeys(("or", "或者", "或是"), "or"),
    "not": "not",
    "in": "in",
    **dict.fromkeys(("大于", "高于", "超过", "多于", "gt"), ">"),
    **dict.fromkeys(("小于", "低于", "少于", "不足", "lt"), "<"),
    **dict.fromkeys(("大于等于", "大于或等于", "不小于", "不低于", "不少于", "至少", "gte", "ge"), ">="),
    **dict.fromkeys(("小于等于", "小于或等于", "不大于", "不高于", "不超过", "至多", "lte", "le"), "<="),
    **dict.fromkeys(("等于", "为", "eq", "equals"), "=="),
    **dict.fromkeys(("不等于", "不是", "不为", "ne"), "!="),
    **dict.fromkeys(("between", "介于"), "in [… .. …]"),
    "is null": "is missing",
    "is not null": "is known",
    "is empty": "is missing",
    "is not": "!=",
    "like": 'contains(…, "…")',
    "包含": 'contains(…, "…")',
    "contains": 'contains(…, "…")',
}
_WORD = re.compile(r"is\s+not\s+null\b|is\s+null\b|is\s+empty\b|is\s+not\b|[^\W\d]+", re.IGNORECASE)
_BETWEEN = re.compile(r"(between|介于)\s*([^\s,()]+)\s*(?:and|和|与|至|到|且)\s*([^\s,()]+)", re.IGNORECASE)
_SHOUTED_NOT = re.compile(r"\bNOT\s+$")
_GROUPED = re.compile(r",\d{3}(?!\d)")
_PERIOD_ARGUMENT = re.compile(r",\s*(?:last|next|近|未来)\s*\d+\s*[^\W\d]+\s*$")
_POWERS = {"w": "万", "k": "千", "m": "百万", "e": "亿", "万": "万", "千": "千", "亿": "亿", "百万": "百万"}


def foreign(text: str, place: int, locate: Locate, wanted: set[str]) -> ForeignWord | None:
    """What stands at the place, or began a character or a word before it, where it is of another language."""
    alone = text[place : place + 1] == "|" and "|" not in (text[place - 1 : place], text[place + 1 : place + 2])
    if alone and wanted & {"COMPARE", "KIND"} and "VBAR" not in wanted:
        return ForeignWord(locate(place, place + 1), "|", "or")
    for start, found in _signs(text, place):
        return ForeignWord(locate(start, start + len(found)), found, SIGNS[found])
    if between := _BETWEEN.match(text, place):
        return ForeignWord(locate(place, between.end()), between[1], f"in [{between[2]}..{between[3]}]")
    word = _WORD.match(text, place)
    known = " ".join(word[0].casefold().split()) if word else ""
    if word is not None and known in WORDS and "COMPARE" in wanted:
        return ForeignWord(locate(place, word.end()), word[0], WORDS[known])
    if before := _SHOUTED_NOT.search(text, 0, place):
        return ForeignWord(locate(before.start(), before.start() + 3), "NOT", "not")
    return None


def _signs(text: str, place: int) -> Iterator[tuple[int, str]]:
    """The known signs, the nearest and longest first (`==` may have been read when `=` is met)."""
    for start in (place, place - 1, place - 2):
        for length in (3, 2, 1):
            found = text[start : start + length]
            if start >= 0 and start + length > place and len(found) == length and found in SIGNS:
                yield start, found


_CHINESE_NUMBER = re.compile("[零〇一二两三四五六七八九十百千万亿]+")
_CHINESE_WORDS = re.compile("|".join(sorted((word for word in WORDS if not word.isascii() and len(word) > 1), key=len, reverse=True)))


def name_hint(word: str) -> str | None:
    """What was meant by a name that is none: a number in characters, a missing value, a condition without blanks."""
    if _CHINESE_NUMBER.fullmatch(word):
        return "numbers are written in digits, such as `5万`"
    if word.casefold() in ("null", "none", "nil", "na", "空", "空值"):
        return "a value that may be missing is asked `is missing` or `is known`"
    spaced = " ".join(_CHINESE_WORDS.sub(lambda found: f" {WORDS[found[0]]} ", word).split())
    return f"words are parted by blanks: `{spaced}`" if spaced != word else None


def number_hint(text: str, place: int) -> str | None:
    """How a number is written, where the place is in or behind one that is written as elsewhere."""
    before, here = text[:place], text[place : place + 8]
    digits = re.search(r"(\d[\d_.]*)(\s*)$", before)
    if digits and _GROUPED.match(here):
        return f"digits are not grouped by commas: `{digits[1]}{here[1:4]}`, or with `_` between them"
    if re.match(r"元|块|圆|人民币|RMB|CNY", here, re.IGNORECASE) and re.search(r"[\d万亿千]\s*$", before):
        return "amounts of money have no unit: `5万`, not `5万元`"
    if here[:1] in ("¥", "￥", "$"):
        return "amounts of money have no sign: `5万`, not `¥5万`"
    if digits and digits[2] and (power := re.match(r"百万|[万千亿]", here)):
        return f"no blank stands inside a number: `{digits[1]}{power[0]}`"
    if (short := re.match(r"(\d+(?:\.\d+)?)([wkme])(?!\w)", here, re.IGNORECASE)) is not None:
        return f"`{short[0]}` is written `{short[1]}{_POWERS[short[2].lower()]}`"
    if _PERIOD_ARGUMENT.search(before):
        return "a window stands behind `within`, without a comma: `count(txn within last 7 days)`"
    return None
