"""The tongue of what people are told: English as it is written beside each diagnostic, or Chinese from the catalogue `chinese.txt`.

A finished English text is held against the templates of its section (a diagnostic's code, or `commands`) and said with the Chinese beside
the one that fits; a text that fits none stays English. See docs/decisions/messages-in-chinese.md.
"""

from __future__ import annotations

import functools
import os
import re
from collections.abc import Mapping
from pathlib import Path
from string import Formatter
from typing import NamedTuple

from strategy_engine.diagnostics.kept import as_data, from_data
from strategy_engine.diagnostics.model import Diagnostic, Label

ENGLISH, CHINESE = "en", "zh"
VARIABLE = "STRATEGY_LANG"
CATALOGUE = Path(__file__).with_name("chinese.txt")

COMMON = "all"
"""The section whose templates hold for every code."""

PHRASES, COMMANDS, SUMMARY = "phrases", "commands", "summary"

_asked: str | None = None


def choose(tongue: str | None) -> None:
    """Tell everything in this tongue from now on; None leaves it to the environment."""
    global _asked  # the tongue of a process is one, as its locale is
    _asked = tongue


def chosen(*, asked: bool = False) -> str:
    """The tongue that was asked for, else that of the environment; with `asked`, what machines read: English unless asked for."""
    if _asked is not None or asked:
        return _asked or ENGLISH
    # the first of the locale's variables that is set decides, as it does for other programs
    names = (VARIABLE, "LC_ALL", "LC_MESSAGES", "LANG")
    first = next(filter(None, map(os.environ.get, names)), ENGLISH)
    return CHINESE if first.lower().startswith(CHINESE) else ENGLISH


def said(text: str, section: str = COMMANDS) -> str:
    """An English text in the chosen tongue."""
    return text if chosen() == ENGLISH else in_chinese(text, section) or text


def translated(found: Diagnostic, *, asked: bool = False) -> Diagnostic:
    """The finding as it is told in the chosen tongue."""
    if chosen(asked=asked) == ENGLISH:
        return found
    code, severity, span, message, hint, labels, fix = as_data(found)

    def told(text: str) -> str:
        return in_chinese(text, code) or text

    places = [Label(place, told(text)) for place, text in labels]
    return from_data([code, severity, span, told(message), hint and told(hint), places, fix])


# ------------------------------------------------------------------------------------------------ the catalogue


class Pair(NamedTuple):
    """An English template and its Chinese.

    Holes are `{name}` for what passes through as it is (the user's words), `{name:n}` for a number, `{name:q}` for a word without
    backticks, `{name:l}` for a list of the user's words, and `{name:p}` for a phrase of the program, which is said in Chinese, too.
    """

    english: str
    chinese: str


@functools.cache
def catalogue() -> Mapping[str, tuple[Pair, ...]]:
    """The pairs of each section. A section has its names in brackets; two lines are a pair; blank lines and `#` are for people."""
    pairs: dict[str, list[Pair]] = {}
    sections: list[str] = []
    english = ""
    for line in CATALOGUE.read_text("utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        if line.startswith("[") and line.endswith("]"):
            sections = line[1:-1].split()
        elif not english:
            english = line
        else:
            for section in sections:
                pairs.setdefault(section, []).append(Pair(english, line))
            english = ""
    return {section: tuple(found) for section, found in pairs.items()}


def in_chinese(text: str, section: str) -> str | None:
    """The text in Chinese; None where no template of the section fits."""
    pairs = catalogue()
    for pair in (*pairs.get(section, ()), *(pairs[COMMON] if section != PHRASES else ())):
        if (match := _pattern(pair.english).fullmatch(text)) is not None and (filled := _filled(pair, match)) is not None:
            return filled
    return None


def _filled(pair: Pair, match: re.Match[str]) -> str | None:
    """The Chinese with its holes filled; None where a phrase is not known."""
    words = {}
    for _, name, kind, _ in Formatter().parse(pair.english):
        if name is None:
            continue
        word = {"p": phrase, "l": _listed}.get(kind or "", str)(match[name])
        if word is None:
            return None
        words[name] = word
    return _spaced("".join(text + words.get(name or "", "") for text, name, _, _ in Formatter().parse(pair.chinese)))


def _spaced(text: str) -> str:
    """A sentence with a blank between a Chinese character and what stands in backticks."""
    parts = _QUOTED.split(text)
    for place in range(1, len(parts), 2):
        before, after = parts[place - 1], parts[place + 1]
        parts[place] = (" " if _HAN.match(before[-1:]) else "") + parts[place] + (" " if _HAN.match(after) else "")
    return "".join(parts)


_QUOTED = re.compile(r"(`[^`]*`)")
_HAN = re.compile("[\u4e00-\u9fff]")
_HOLES = {"p": "(?:[^`]|`[^`]*`)*?", "n": r"\d[\d,.]*", "q": "[^`]*"}


@functools.cache
def _pattern(template: str) -> re.Pattern[str]:
    parts = []
    for text, name, kind, _ in Formatter().parse(template):
        parts.append(re.escape(text))
        if name is not None:  # what stands in backticks is the user's: no phrase begins or ends inside
            parts.append(f"(?P<{name}>{_HOLES.get(kind or '', '.*?')})")
    return re.compile("".join(parts), re.DOTALL)


def phrase(text: str) -> str | None:
    """A phrase of the program in Chinese; what has no word outside backticks passes through."""
    if not any(part[:1] != "`" and re.search("[A-Za-z]", part) for part in _QUOTED.split(text)):
        return _listed(text)
    return in_chinese(text, PHRASES)


def _listed(text: str) -> str:
    """A list of the user's words, with the signs between them in Chinese."""
    parts = _QUOTED.split(text)
    return "".join(part if part[:1] == "`" else _joined(part) for part in parts)


def _joined(text: str) -> str:
    text = re.sub(r" and (\d+) more$", r" 等（另有 \1 个）", text)
    return text.replace(", ", "、").replace(" or ", " 或 ").replace(" and ", " 和 ")
