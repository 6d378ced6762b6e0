"""Text. Lengths and positions are in Unicode code points and count from 1; `A` and `a` differ unless said otherwise."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from strategy_engine.language.functions.exact import known_expr
from strategy_engine.language.functions.registry import Example, Parameter, function

# Unicode's White_Space, the ideographic space of full-width typing included; Python's own strip() has four control characters more.
BLANKS = "\t\n\x0b\x0c\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
LONGEST = 1_000_000  # positions beyond are all alike; keeps sums within 64 bits
_TEXT = Parameter("text", "text")
_GONE = "split_part('x', '-', 2)"  # an expression that gives missing text
_FULL_WIDTH = {chr(code + 0xFEE0): chr(code) for code in range(0x21, 0x7F)} | {"\u3000": " "}


def _text(
    name: str,
    zh: str,
    doc: str,
    examples: tuple[Example, ...],
    python: Callable[..., Any],
    polars: Callable[..., Any],
    returns: str = "text",
    parameters: tuple[Parameter, ...] = (),
    variadic: bool = False,
) -> None:
    """A function whose first parameter is a text."""
    rest = "" if not parameters else ", " + ", ".join("1" if p.accepts == "int" else "'x'" for p in parameters)
    function(
        name=name,
        zh=zh,
        group="text",
        parameters=(_TEXT, *parameters),
        returns=returns,
        doc=doc,
        examples=(*examples, Example(f"{name}({_GONE}{rest})", None)),
        python=python,
        polars=polars,
        variadic=variadic,
    )


def _not_empty(value: Any) -> str | None:
    return None if value else "must not be empty"


def _cut(count: int) -> int:
    return max(0, min(count, LONGEST))


# ------------------------------------------------------------------------------------------------ the whole text

_text(
    "length",
    "长度",
    "How many characters the text has.",
    (Example("length('金葵花')", 3), Example("length('')", 0)),
    len,
    lambda pl, text: text.str.len_chars().cast(pl.Int64),
    returns="int",
)
_text(
    "upper",
    "转大写",
    "The text in capitals (letters as of Unicode 14).",
    (Example("upper('a')", "A"), Example("upper('straße')", "STRASSE")),
    lambda text: text.upper(),
    lambda _pl, text: text.str.to_uppercase(),
)
_text(
    "lower",
    "转小写",
    "The text in small letters (letters as of Unicode 14).",
    (Example("lower('VIP客户')", "vip客户"),),
    lambda text: text.lower(),
    lambda _pl, text: text.str.to_lowercase(),
)
_text(
    "trim",
    "去空白",
    "The text without the blanks around it, full-width ones included.",
    (Example("trim('  a b\u3000')", "a b"), Example("trim('')", "")),
    lambda text: text.strip(BLANKS),
    lambda _pl, text: text.str.strip_chars(BLANKS),
)
_text(
    "is_blank",
    "是否空白",
    "Whether the text is empty or nothing but blanks.",
    (Example("is_blank(' ')", True), Example("is_blank('a')", False)),
    lambda text: not text.strip(BLANKS),
    lambda _pl, text: text.str.strip_chars(BLANKS) == "",
    returns="bool",
)
_text(
    "half_width",
    "转半角",
    "The text with full-width Latin letters, digits and punctuation (U+FF01 to U+FF5E, U+3000) made half-width.",
    (Example("half_width('ＶＩＰ１２')", "VIP12"),),
    lambda text: "".join(_FULL_WIDTH.get(character, character) for character in text),
    lambda _pl, text: text.str.replace_many(list(_FULL_WIDTH), list(_FULL_WIDTH.values())),
)
_text(
    "digits",
    "取数字",
    "The digits 0 to 9 of the text, in their order, without anything else.",
    (Example("digits('+86 138-0013-8000')", "8613800138000"), Example("digits('无')", "")),
    lambda text: "".join(character for character in text if character in "0123456789"),
    lambda _pl, text: text.str.replace_all("[^0-9]", ""),
)
_text(
    "is_chinese",
    "是否汉字",
    "Whether the text is made of Chinese characters only (U+4E00 to U+9FFF), at least one.",
    (Example("is_chinese('王小明')", True), Example("is_chinese('Wang')", False), Example("is_chinese('')", False)),
    lambda text: bool(text) and all("\u4e00" <= character <= "\u9fff" for character in text),
    lambda _pl, text: text.str.contains("^[\u4e00-\u9fff]+$"),
    returns="bool",
)
_text(
    "reverse",
    "反转",
    "The characters from last to first.",
    (Example("reverse('123')", "321"),),
    lambda text: text[::-1],
    lambda _pl, text: text.str.split("").list.reverse().list.join(""),
)
function(
    name="concat",
    zh="拼接",
    group="text",
    parameters=(Parameter("text", "text"), Parameter("others", "text")),
    variadic=True,
    returns="text",
    doc="The texts one after the other; missing where one of them is missing.",
    examples=(Example("concat('零售部', '/', '代发组')", "零售部/代发组"), Example(f"concat('a', {_GONE})", None)),
    python=lambda *texts: "".join(texts),
    polars=lambda pl, *texts: pl.concat_str(texts, ignore_nulls=False),
)


# ------------------------------------------------------------------------------------------------ what it holds

_text(
    "contains",
    "包含",
    "Whether the part stands anywhere in the text; an empty part does.",
    (Example("contains('金葵花卡', '葵花')", True), Example("contains('abc', 'B')", False)),
    lambda text, part: part in text,
    lambda _pl, text, part: text.str.contains(part, literal=True),
    returns="bool",
    parameters=(Parameter("part", "text"),),
)
_text(
    "starts_with",
    "开头是",
    "Whether the text begins with the prefix.",
    (Example("starts_with('gold card', 'gold')", True), Example("starts_with('gold card', 'card')", False)),
    lambda text, prefix: text.startswith(prefix),
    lambda _pl, text, prefix: text.str.starts_with(prefix),
    returns="bool",
    parameters=(Parameter("prefix", "text"),),
)
_text(
    "ends_with",
    "结尾是",
    "Whether the text ends with the suffix.",
    (Example("ends_with('a@bank.cn', '.cn')", True), Example("ends_with('a', 'ba')", False)),
    lambda text, suffix: text.endswith(suffix),
    lambda _pl, text, suffix: text.str.ends_with(suffix),
    returns="bool",
    parameters=(Parameter("suffix", "text"),),
)
_text(
    "contains_any",
    "包含任一",
    "Whether one or more of the parts stand in the text.",
    (Example("contains_any('信用卡还款', '还款', '消费')", True), Example("contains_any('转账', '还款', '消费')", False)),
    lambda text, *parts: any(part in text for part in parts),
    lambda pl, text, *parts: known_expr(pl, pl.any_horizontal([text.str.contains(part, literal=True) for part in parts]), text, *parts),
    returns="bool",
    parameters=(Parameter("parts", "text"),),
    variadic=True,
)
_text(
    "occurrences",
    "出现次数",
    "How often the part stands in the text, without overlaps; 0 for an empty part.",
    (Example("occurrences('a-b-c', '-')", 2), Example("occurrences('aaa', 'aa')", 1)),
    lambda text, part: text.count(part) if part else 0,
    lambda pl, text, part: (
        pl.when(part == "")
        .then(text.str.len_bytes().cast(pl.Int64) * 0)
        .otherwise((text.str.split(part).list.len().cast(pl.Int64) - 1).clip(0))
    ),
    returns="int",
    parameters=(Parameter("part", "text"),),
)
_text(
    "position",
    "位置",
    "Where the part first stands in the text, counted from 1; 0 where it does not.",
    (Example("position('金葵花', '葵')", 2), Example("position('abc', 'x')", 0)),
    lambda text, part: text.find(part) + 1,
    lambda pl, text, part: known_expr(
        pl,
        pl.when(text.str.contains(part, literal=True))
        .then(pl.when(part == "").then(pl.lit(1)).otherwise(text.str.split(part).list.first().str.len_chars().cast(pl.Int64) + 1))
        .otherwise(pl.lit(0))
        .cast(pl.Int64),
        text,
        part,
    ),
    returns="int",
    parameters=(Parameter("part", "text"),),
)


# ------------------------------------------------------------------------------------------------ parts of it

_COUNT = (Parameter("count", "int"),)
_text(
    "left",
    "左取",
    "The first so many characters; all of a shorter text, none where the count is not above 0.",
    (Example("left('330106199001011234', 6)", "330106"), Example("left('ab', 9)", "ab")),
    lambda text, count: text[: _cut(count)],
    lambda _pl, text, count: text.str.head(count.clip(0, LONGEST)),
    parameters=_COUNT,
)
_text(
    "right",
    "右取",
    "The last so many characters; all of a shorter text, none where the count is not above 0.",
    (Example("right('6222021234', 4)", "1234"), Example("right('ab', 0)", "")),
    lambda text, count: text[max(0, len(text) - _cut(count)) :],
    lambda _pl, text, count: text.str.tail(count.clip(0, LONGEST)),
    parameters=_COUNT,
)
_text(
    "substring",
    "截取",
    "So many characters from the position `start` on, which counts from 1 (a smaller one is read as 1).",
    (Example("substring('19900101', 5, 2)", "01"), Example("substring('ab', 3, 2)", "")),
    lambda text, start, count: text[_cut(start - 1) : _cut(start - 1) + _cut(count)],
    # A null count would mean: to the end.
    lambda pl, text, start, count: known_expr(
        pl, text.str.slice(start.clip(1, LONGEST + 1) - 1, count.clip(0, LONGEST)), text, start, count
    ),
    parameters=(Parameter("start", "int"), Parameter("count", "int")),
)


def _split_part(text: str, separator: str, part: int) -> str | None:
    parts = text.split(separator)
    return parts[part - (part > 0)] if part and -len(parts) <= part <= len(parts) else None


def _split_part_expr(pl: Any, text: Any, separator: str, part: Any) -> Any:
    # An empty text is one empty part, whatever the engine makes of it.
    parts = pl.when(text == "").then(pl.lit([""])).otherwise(text.str.split(separator))
    place = part.clip(-LONGEST, LONGEST)
    return pl.when(part != 0).then(parts.list.get(pl.when(place > 0).then(place - 1).otherwise(place), null_on_oob=True))


_text(
    "split_part",
    "分段取",
    "The so-many-th of the parts that the separator makes, counted from 1, or from the end with -1; missing where there is no such part.",
    (
        Example("split_part('零售部/代发组', '/', 2)", "代发组"),
        Example("split_part('a@b.cn', '@', -1)", "b.cn"),
        Example("split_part('a', '/', 2)", None),
    ),
    _split_part,
    _split_part_expr,
    returns="text?",
    parameters=(Parameter("separator", "text", constant=True, check=_not_empty), Parameter("part", "int")),
)


# ------------------------------------------------------------------------------------------------ changed


def _replace_expr(pl: Any, text: Any, old: Any, new: Any) -> Any:
    # Joining one list with a column of texts would take the column's first only: the text is made as long as the column.
    as_long = pl.concat_str([text, new.str.slice(0, 0)])
    return known_expr(pl, pl.when(old == "").then(text).otherwise(as_long.str.split(old).list.join(new)), text, old, new)


_text(
    "replace",
    "替换",
    "The text with every `old` made `new`, from left to right without overlaps; an empty `old` changes nothing.",
    (Example("replace('138-0013-8000', '-', '')", "13800138000"), Example("replace('aaa', 'aa', 'b')", "ba")),
    lambda text, old, new: text.replace(old, new) if old else text,
    _replace_expr,
    parameters=(Parameter("old", "text"), Parameter("new", "text")),
)


def _one_character(value: Any) -> str | None:
    return None if len(value) == 1 else "must be one character"


def _a_width(value: Any) -> str | None:
    return None if 0 <= value <= 1000 else "must be 0 to 1000"


for _name, _zh, _side, _gives in (("pad_left", "左补齐", "front", "007"), ("pad_right", "右补齐", "end", "700")):
    _text(
        _name,
        _zh,
        f"The text filled up at the {_side} to the length; a longer text stays as it is.",
        (Example(f"{_name}('7', 3, '0')", _gives), Example(f"{_name}('1234', 3, '0')", "1234")),
        lambda text, length, fill, left=_name == "pad_left": text.rjust(length, fill) if left else text.ljust(length, fill),
        lambda _pl, text, length, fill, left=_name == "pad_left": (text.str.pad_start if left else text.str.pad_end)(length, fill),
        parameters=(
            Parameter("length", "int", constant=True, check=_a_width),
            Parameter("fill", "text", constant=True, default=" ", check=_one_character),
        ),
    )
