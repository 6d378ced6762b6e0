"""Whole shapes that people bring from SQL, spreadsheets and memos, and what the language writes instead."""

from __future__ import annotations

import re
from typing import NamedTuple

from strategy_engine.language import words

_REACH = 200  # characters before the place that are looked at
_VALUES = r"[^\[\](){}\n#]*"
_KIND = "|".join([*words.KINDS, *words.KINDS.values()])
_UNIT = r"(?:天|日|周|个?月|年|小时|分钟|个?工作日|[a-z])"


class _Habit(NamedTuple):
    """What stands before the place where reading stopped and what stands there (patterns), and what to say, with their groups."""

    before: str
    here: str
    said: str


_HABITS = (
    _Habit(
        r",\s*(?:last|next|近|未来)\s*\d+\s*[^\W\d]+\s*$",
        r"\)",
        "a window stands behind `within`, without a comma: `count(txn within last 7 days)`",
    ),
    _Habit(r"", rf"(?P<way>last|next|近|未来)\s*(?P<count>\d+)(?!\s*{_UNIT})", "a period has a unit: `{way} {count} days`"),
    _Habit(r"\b(?:within|after|rolling)\s+$", rf"(?P<count>\d+)(?!\s*{_UNIT})", "a duration has a unit: `{count} days`"),
    _Habit(r"\b(?:count|COUNT|计数)\s*\($", r"\*", "`count` takes the rows of a table: `count(txn)`, `count(txn where …)`"),
    _Habit(rf"\b[iI][fF]\s*\((?P<asked>{_VALUES})$", r",", "a choice is written `if {asked} then … else …`"),
    _Habit(
        rf"(?:\b(?:in|IN)\s*|属于\s*)\((?P<some>{_VALUES})$",
        rf"(?P<more>,{_VALUES})",
        "a list stands in square brackets: `[{some}{more}]`",
    ),
    _Habit(
        r"(?:\b(?:in|IN)\s+|属于\s*)(?P<some>\w+)\s*$",
        r"(?P<more>(?:,\s*\w+\s*)+)",
        "a list stands in square brackets: `[{some}{more}]`",
    ),
    _Habit(
        r"(?:channel|渠道)\s*:\s*(?P<one>\w+)\s+$",
        r"(?:or|或)\s+(?P<other>\w+)",
        "what to take where the first does not go stands behind `else`: `{one} else {other}`",
    ),
    _Habit(
        r"(?:channel|渠道)\s*:\s*(?P<one>\w+)\s+$",
        r"(?:and|且)\s+(?P<other>\w+)",
        "one goes after the other: `{one}, then {other} after 2 days`",
    ),
    _Habit(
        r"(?:limit|频控|产能|keep|每日上限)\s*:[^\n\d}]*$",
        r"\d|$|[^\W\d]",
        "a limit begins with its amount: `limit: 3 contacts per rolling 7 days per customer`",
    ),
    _Habit(
        rf"^\s*(?P<kind>{_KIND})\s+(?P<name>\w+)\s*(?:\"[^\"\n]*\"\s*)?$",
        r":",
        "the short form has `=`: `{kind} {name} = …`; the long one has braces",
    ),
    _Habit(
        rf"^\s*(?:{_KIND})\s+(?P<name>\w+)\s*$",
        r"-?(?P<more>\w+)",
        "a name is one word, `{name}_{more}`; a title stands in quotation marks",
    ),
    _Habit(rf"^\s*(?:{_KIND})\s+$", r"\d\w*", "a name begins with a letter"),
    _Habit(r"[:,]\s*$", r"[\"'](?P<name>\w+)[\"']", "a name stands without quotation marks: `{name}`"),
    _Habit(
        r"\)\s*(?P<way>last|next|近|未来)\s*(?P<length>\d+\s*\w+)\s*$",
        r"",
        "a window stands inside the parentheses: `count(txn within {way} {length})`",
    ),
    _Habit(r"(?P<share>\d+)%\s*$", r"of\s+(?P<whole>\w+)", "a part of something is a product: `{share}% * {whole}`"),
    _Habit(r"\b(?:top|TOP|Top|前)\s*$", r"(?P<count>\d+)", "the first {count} are those with `rank(aum) <= {count}`"),
    _Habit(
        r"(?P<what>[\w.]+)\s*(?:==|=|!=|<=|>=|<|>)\s*[\w.%]+\s+(?P<word>and|or|且|或)\s+$",
        r"(?P<sign>[<>=!]=?)",
        "what is compared is named on both sides of `{word}`: `{word} {what} {sign} …`",
    ),
)


def habit_hint(text: str, place: int) -> str | None:
    """What to say of the shape in which the place where reading stopped stands, if it is one that people bring along."""
    before = text[max(text.rfind("\n", 0, place) + 1, place - _REACH) : place]
    for habit in _HABITS:
        first = re.search(habit.before, before)
        then = re.compile(habit.here).match(text, place)
        if first is not None and then is not None:
            return habit.said.format(**{name: found.strip() for name, found in (first.groupdict() | then.groupdict()).items()})
    return None


_FUNCTIONS = {
    **dict.fromkeys(("if", "iif", "ifs", "如果"), "a choice is written `if … then … else …`"),
    **dict.fromkeys(("and", "or"), "`and` and `or` stand between what they join: `a and b`"),
    **dict.fromkeys(("isblank", "isnull", "isna"), "it is asked behind the value: `x is missing`, `x is known`"),
    **dict.fromkeys(("ifnull", "nvl", "iferror"), "what to take for a missing value stands behind `??`: `x ?? 0`"),
    **dict.fromkeys(("countif", "countifs"), "rows are counted with `count(txn where …)`"),
    **dict.fromkeys(("sumif", "sumifs"), "rows are added up with `sum(txn.amount where …)`"),
    **dict.fromkeys(("vlookup", "xlookup", "lookup"), "a reference table is asked through its column: `branch.region`"),
    **dict.fromkeys(("now", "sysdate", "getdate", "curdate", "current_date"), "the date is `today`, without parentheses"),
    **dict.fromkeys(("datediff", "dateadd"), "dates are compared with `today - 30 days`; days_between(a, b) counts"),
    "weekly": "a day of the week is a state: `when: weekday(today) == 1`",
    "daily": "a strategy without a trigger is open every day",
    **dict.fromkeys(("没有", "无"), "rows that are not there are asked with `非 存在(…)`"),
    **dict.fromkeys(("有", "持有"), "rows are asked with `存在(…)`"),
}


def function_hint(name: str) -> str | None:
    """What is written instead of a function that other programs have."""
    return _FUNCTIONS.get(name.casefold())
