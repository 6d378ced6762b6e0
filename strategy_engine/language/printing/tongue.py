"""The words of the language in one of the two tongues."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum

from strategy_engine.language import words
from strategy_engine.language.functions.registry import find
from strategy_engine.language.types import Duration
from strategy_engine.record import record


class Language(StrEnum):
    """The tongue of the keywords; names, values and labels stay as they are."""

    EN = "en"
    ZH = "zh"


def _back(table: Mapping[str, str]) -> dict[str, str]:
    """English to Chinese; of several Chinese words the first."""
    found: dict[str, str] = {}
    for chinese, english in table.items():
        if not chinese.isascii():
            found.setdefault(english, chinese)
    return found


# Words that stand in expressions and values; the dots are where something is put in
_ZH = {
    "and": "且", "or": "或", "not": "非", "in": "属于", "not in": "不属于", "is missing": "为空", "is known": "非空",
    "if": "如果", "then": "则", "else": "否则", "where": "其中", "by": "按", "true": "真", "false": "假",
    "desc": "降序", "asc": "升序", "rolling": "滚动", "uplift": "增量", "ramp": "放量", "offers": "提供", "on": "通过",
    "per": "每", "unless": "若未", "only if": "若", "next step": "再", "then no": "再无", "given": "给定", "share of": "占比",
    "pause": "暂停", "is blocked by": "受阻于", "on day": "于", "last": "近", "next": "未来", "none": "none",
}  # fmt: skip
_EN = {"only if": "if", "on day": "on", "next step": "then"}
_UNITS = _back(words.UNITS) | {"workday": "个工作日"}


@record
class Tongue:
    """How the words of a language are written."""

    language: Language

    @property
    def chinese(self) -> bool:
        return self.language is Language.ZH

    def word(self, english: str) -> str:
        """A keyword inside a value."""
        return _ZH[english] if self.chinese else _EN.get(english, english)

    def kind(self, kind: str) -> str:
        return _KINDS.get(kind, kind) if self.chinese else kind

    def key(self, key: str, kind: str) -> str:
        """The key of a field in a declaration of that kind."""
        if not self.chinese:
            return key
        if key == "limit" and kind == "channel":
            return "产能"
        if key == "on" and kind == "test":
            return "日期"
        return _KEYS.get(key, key)

    def entry_key(self, key: str) -> str:
        """The key of an entry in braces: `else` and days are words of the language, all others the bank's."""
        if not self.chinese:
            return key
        return f"第{key.removeprefix('day ')}天" if key.startswith("day ") else "否则" if key == "else" else key

    def name(self, name: str) -> str:
        """The first part of a name."""
        return _NAMES.get(name, name) if self.chinese else name

    def call(self, function: str) -> str:
        """The name of a function."""
        if not self.chinese:
            return function
        known = find(function)
        return _CALLS.get(function) or (known.zh if known is not None else function)

    def subject(self, name: str) -> str:
        """Of whom a limit counts."""
        return _SUBJECTS.get(name, name) if self.chinese else name

    def counted(self, counted: str, amount: Decimal | None) -> str:
        """What a limit counts."""
        if self.chinese:
            return _COUNTED.get(counted, counted)
        return counted.removesuffix("s") if counted in ("contacts", "pieces") and amount == 1 else counted

    def hit(self, word: str) -> str:
        return _HITS.get(word, word) if self.chinese else word

    def unit(self, unit: str) -> str:
        return {"month": "月"}.get(unit, _UNITS[unit]) if self.chinese else unit

    def duration(self, duration: Duration) -> str:
        if self.chinese:
            return f"{duration.count}{_UNITS[duration.unit]}"
        return f"{duration.count} {duration.unit}{'' if duration.count == 1 else 's'}"


_KINDS, _KEYS, _NAMES, _CALLS = (_back(table) for table in (words.KINDS, words.KEYS, words.NAMES, words.CALLS))
_SUBJECTS, _COUNTED, _HITS = (_back(table) for table in (words.SUBJECTS, words.COUNTED, words.HITS))
