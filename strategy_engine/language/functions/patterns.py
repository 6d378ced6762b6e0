"""`matches`: whether a text has a shape.

Patterns are the part of regular expressions that Python's `re` and Rust's `regex` read alike: characters, `.`, classes such as `[0-9a-f]`
and `[^ ]`, `\\d \\w \\s` (ASCII) and their capitals, escaped punctuation, `( )`, `|`, and the repeats `* + ? {2} {2,} {2,5}`. A pattern
describes the whole text, so `^` and `$` are not needed, and not allowed. Options, back references, look-around, lazy and possessive repeats
are not of the language.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from strategy_engine.language.functions.registry import Example, Parameter, function

_CLASSES = {"d": "0-9", "w": "A-Za-z0-9_", "s": r"\t\n\x0b\x0c\r "}
_PUNCTUATION = r"""\.+*?()|[]{}^$-/&~#!"%',:;<=>@_` """
_REPEAT = re.compile(r"[*+?]|\{([0-9]{1,3})(,([0-9]{1,3})?)?\}")


class PatternError(ValueError):
    """What is wrong with a pattern."""


class _Reader:
    """Reads a pattern once, from left to right, and writes it so that both engines mean the same by it."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.at = 0

    def alternatives(self, depth: int = 0) -> str:
        """Everything up to the end, or to the parenthesis that closes the group."""
        parts: list[str] = []
        while self.at < len(self.pattern) and not (depth and self.pattern[self.at] == ")"):
            if self.pattern[self.at] == "|":
                self.at += 1
                parts.append("|")
            else:
                parts.append(self.atom(depth) + self.repeat())
        return "".join(parts)

    def take(self) -> str:
        """The next character."""
        if self.at >= len(self.pattern):
            raise PatternError("the pattern ends too soon")
        self.at += 1
        return self.pattern[self.at - 1]

    def atom(self, depth: int) -> str:
        """One character, class or group."""
        character = self.take()
        if character == "(":
            return self.group(depth)
        if character == "[":
            return self.character_class()
        if character == "\\":
            name, negated = self.escape()
            return f"[{'^' if negated else ''}{name}]" if name in _CLASSES.values() else name
        if character in "^$":
            raise PatternError(f"a pattern describes the whole text; leave out `{character}`")
        if character in "*+?{":
            raise PatternError(f"there is nothing for `{character}` to repeat")
        if character in ")]}":
            raise PatternError(f"`{character}` closes nothing; write `\\{character}` for the character")
        return character if character == "." else _outside(character)

    def group(self, depth: int) -> str:
        """What stands in parentheses."""
        if self.pattern.startswith("?:", self.at):
            self.at += 2
        elif self.pattern.startswith("?", self.at):
            raise PatternError("options and look-around `(?…)` are not supported")
        if depth >= 20:
            raise PatternError("parentheses are nested too deeply")
        inner = self.alternatives(depth + 1)
        if self.at >= len(self.pattern):
            raise PatternError("`(` is not closed")
        self.at += 1
        return f"(?:{inner})"

    def escape(self) -> tuple[str, bool]:
        """What stands after a backslash: text for the inside of a class, or one escaped character."""
        character = self.take()
        if character.lower() in _CLASSES:
            return _CLASSES[character.lower()], character.isupper()
        if character not in _PUNCTUATION:
            raise PatternError(f"`\\{character}` is not supported")
        return _outside(character), False

    def character_class(self) -> str:
        """What stands in square brackets."""
        negated = self.pattern.startswith("^", self.at)
        self.at += negated
        parts: list[str] = []
        while (character := self.take()) != "]":
            low = self.class_member(character)
            if len(low) == 1 and self.pattern.startswith("-", self.at) and not self.pattern.startswith("-]", self.at):
                self.at += 1
                high = self.class_member(self.take())
                if len(high) != 1 or high < low:
                    raise PatternError(f"`{low}-{high}` is no range")
                parts.append(f"{_literal(low)}-{_literal(high)}")
            else:
                parts.append(_literal(low) if len(low) == 1 else low)
        if not parts:
            raise PatternError("`[]` holds no character")
        return f"[{'^' if negated else ''}{''.join(parts)}]"

    def class_member(self, character: str) -> str:
        """One character, or the inside of a class such as `\\d`."""
        if character == "[":
            raise PatternError("write `\\[` for the character within square brackets")
        if character != "\\":
            return character
        following = self.take()
        if following in _CLASSES:
            return _CLASSES[following]
        if following not in _PUNCTUATION:
            raise PatternError(f"`\\{following}` is not supported within square brackets")
        return following

    def repeat(self) -> str:
        """How often the atom before may stand."""
        found = _REPEAT.match(self.pattern, self.at)
        if found is None:
            return ""
        self.at = found.end()
        low, high = found.group(1), found.group(3)
        if low is not None and high is not None and int(high) < int(low):
            raise PatternError(f"`{found.group()}` ends below its start")
        if _REPEAT.match(self.pattern, self.at):
            raise PatternError(f"`{self.pattern[self.at]}` follows another repeat; lazy and possessive repeats are not supported")
        return found.group()


def _outside(character: str) -> str:
    """A character outside square brackets."""
    return "\\" + character if character in r"\.+*?()|[]{}^$" else character


def _literal(character: str) -> str:
    """A character within square brackets: ASCII punctuation is escaped, since `&&` and the like mean sets in Rust."""
    return "\\" + character if character in "\\]^[-&~" else character


@lru_cache(maxsize=1024)
def translate(pattern: str) -> str:
    """The pattern as both engines read it. Raises PatternError."""
    return _Reader(pattern).alternatives()


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(translate(pattern))


def check_pattern(pattern: Any) -> str | None:
    """What is wrong with a pattern, or None."""
    try:
        translate(pattern)
    except PatternError as error:
        return str(error)
    return None


function(
    name="matches",
    zh="符合格式",
    group="text",
    parameters=(Parameter("text", "text"), Parameter("pattern", "text", constant=True, check=check_pattern)),
    returns="bool",
    doc="Whether the whole text has the shape of the pattern: characters, `.`, classes `[0-9a-f]`, `\\d \\w \\s` (ASCII), `( )`, `|`, and "
    "the repeats `* + ? {2,5}`. Neither `^` and `$` nor options, look-around, back references and lazy repeats.",
    examples=(
        Example("matches('2026Q4', '[0-9]{4}Q[1-4]')", True),
        Example("matches('x2026Q4', '[0-9]{4}Q[1-4]')", False),
        Example("matches(split_part('x', '-', 2), '.*')", None),
    ),
    python=lambda text, pattern: _compiled(pattern).fullmatch(text) is not None,
    polars=lambda _pl, text, pattern: text.str.contains(f"^(?:{translate(pattern)})$"),
)
