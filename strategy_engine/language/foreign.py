"""Words and signs of other languages (SQL, spreadsheets, everyday Chinese) in the place of an operator, and what is written instead."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

from strategy_engine.diagnostics.model import Diagnostic
from strategy_engine.language import ast
from strategy_engine.language.syntax_errors import ForeignWord
from strategy_engine.source.file import Locate

SIGNS = {
    "&&": "and",
    "&": "and",
    "||": "or",
    "!": "not",
    "<>": "!=",
    "≠": "!=",
    "//": "#",
    "--": "#",
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
    "—": "..",
    "~": "..",
    ";": ",",
}
# Folded; where `…` stands for something, no mend is certain.
WORDS = {
    **dict.fromkeys(("and", "并且", "而且", "且是", "同时", "和", "与", "并"), "and"),
    **dict.fromkeys(("or", "或者", "或是"), "or"),
    "not": "!=",
    "not in": "not in",
    "in": "in",
    **dict.fromkeys(("to", "至", "到"), ".."),
    **dict.fromkeys(("then", "那么", "那"), "then"),
    **dict.fromkeys(("except", "除了", "但不含"), "and not"),
    **dict.fromkeys(("大于", "高于", "超过", "多于", "晚于", "gt"), ">"),
    **dict.fromkeys(("小于", "低于", "少于", "不足", "早于", "lt"), "<"),
    **dict.fromkeys(("大于等于", "大于或等于", "不小于", "不低于", "不少于", "至少", "不早于", "gte", "ge"), ">="),
    **dict.fromkeys(("小于等于", "小于或等于", "不大于", "不高于", "不超过", "至多", "不晚于", "lte", "le"), "<="),
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
    "not like": 'not contains(…, "…")',
}
_WORD = re.compile(r"not\s+(?:in|like)\b|is\s+not\s+null\b|is\s+null\b|is\s+empty\b|is\s+not\b|[^\W\d]+", re.IGNORECASE)
_BETWEEN = re.compile(r"(between|介于)\s*([^\s,()]+)\s*(?:and|和|与|至|到|且)\s*([^\s,()]+)", re.IGNORECASE)
_SHOUTED_NOT = re.compile(r"\bNOT\s+$")
_POWERS = {"w": "万", "k": "千", "m": "百万", "e": "亿", "万": "万", "千": "千", "亿": "亿", "百万": "百万"}


def foreign(text: str, place: int, locate: Locate, wanted: set[str]) -> ForeignWord | None:
    """What stands at the place, or began a character or a word before it, where it is of another language."""
    alone = text[place : place + 1] == "|" and "|" not in (text[place - 1 : place], text[place + 1 : place + 2])
    if alone and wanted & {"COMPARE", "KIND"} and "VBAR" not in wanted:
        return ForeignWord(locate(place, place + 1), "|", "or")
    for start, found in _signs(text, place):
        ends_line = found == ";" and not text[start + 1 :].partition("\n")[0].strip()
        return ForeignWord(locate(start, start + len(found)), found, "" if ends_line else SIGNS[found])
    if between := _BETWEEN.match(text, place):
        return ForeignWord(locate(place, between.end()), between[1], f"in [{between[2]}..{between[3]}]")
    word = _WORD.match(text, place)
    known = " ".join(word[0].casefold().split()) if word else ""
    if word is not None and known in WORDS and WORDS[known] != word[0] and "COMPARE" in wanted:
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


NOTHING = frozenset({"null", "none", "nil", "na", "空", "空值"})
_CHINESE_NUMBER = re.compile("[零〇一二两三四五六七八九十百千万亿]+")
_CHINESE_WORDS = re.compile("|".join(sorted((word for word in WORDS if not word.isascii() and len(word) > 1), key=len, reverse=True)))


def name_hint(word: str) -> str | None:
    """What was meant by a name that is none: a number in characters, a missing value, a condition without blanks."""
    if _CHINESE_NUMBER.fullmatch(word):
        return "numbers are written in digits, such as `5万`"
    if word.casefold() in ("high", "medium", "low", "urgent", "高", "中", "低", "紧急"):
        return "a rank is a number, such as `priority: 10`; the larger goes first"
    if word.casefold() in ("once", "twice", "一次") or re.fullmatch(r"每[天日周月年]\d*次?", word):
        return "a limit begins with its amount: `1 contact per calendar week per customer`, `1 次 每 自然 周 每 客户`"
    if word.casefold() in NOTHING:
        return "a value that may be missing is asked `is missing` or `is known`"
    spaced = " ".join(_CHINESE_WORDS.sub(lambda found: f" {WORDS[found[0]]} ", word).split())
    return f"words are parted by blanks: `{spaced}`" if spaced != word else None


_YEAR_BEFORE = re.compile(r"\d{4}年\s*$")
_NUMBER_BEFORE = re.compile(r"[¥￥$]?\d[\d_.,]*(?:[万亿千]|百万)?\s*$")
_NUMBERS = (
    (re.compile(r"(\d{1,3}(?:,\d{3})+(?:\.\d+)?[万亿千]?)(?!\d)"), lambda found: found[1].replace(",", "")),
    (re.compile(r"(\d[\d_.]*\s*(?:[万亿千]|百万)?)\s*(?:元|块钱?|圆|人民币|RMB|CNY)", re.IGNORECASE), lambda found: found[1].strip()),
    (re.compile(r"[¥￥$]\s*(\d[\d_.,]*(?:[万亿千]|百万)?)"), lambda found: found[1].replace(",", "")),
    (re.compile(r"(\d[\d_.]*)\s+(百万|[万千亿])"), lambda found: found[1] + found[2]),
    (re.compile(r"(\d+(?:\.\d+)?)([wkme])(?!\w)", re.IGNORECASE), lambda found: found[1] + _POWERS[found[2].lower()]),
    (re.compile(r"(\d{4})(?:年|[./])(\d{1,2})(?:月|[./])(\d{1,2})日?"), lambda found: f"{found[1]}-{found[2]:0>2}-{found[3]:0>2}"),
)


def foreign_number(text: str, place: int, locate: Locate) -> ForeignWord | None:
    """The number, amount or date that the place is in or behind, where it is written as elsewhere."""
    reach = max(place - 40, 0)
    before = _NUMBER_BEFORE.search(text, reach, place) or _YEAR_BEFORE.search(text, reach, place)
    for start in dict.fromkeys((before.start() if before else place, place)):
        for pattern, mend in _NUMBERS:
            if (found := pattern.match(text, start)) is not None and found.end() > place:
                return ForeignWord(locate(start, found.end()), found[0], mend(found), guess=found[0][-1:] in "mMeE")
    return None


def meant_as_date(node: ast.Arithmetic, problems: list[Diagnostic]) -> ast.Date | None:
    """`2026-1-5` and `2026/01/05`: a year with a month and a day is no subtraction and no division; tells."""
    if node.op not in "-/" or not (isinstance(node.left, ast.Arithmetic) and node.left.op == node.op):
        return None
    parts = [part.raw for part in (node.left.left, node.left.right, node.right) if isinstance(part, ast.Number) and part.raw.isdecimal()]
    if len(parts) < 3 or not (1900 <= int(parts[0]) <= 2100 and 1 <= int(parts[1]) <= 12 and 1 <= int(parts[2]) <= 31):
        return None
    wanted = f"{parts[0]}-{parts[1]:0>2}-{parts[2]:0>2}"
    problems.append(ForeignWord(node.span, node.op.join(parts), wanted))
    return ast.Date(node.span, dt.date(2000, 1, 1))
