"""Parsing a piece of text that stands somewhere: a YAML scalar, or a placeholder of a script."""

from __future__ import annotations

import re
from typing import Any

from lark.exceptions import UnexpectedInput

from strategy_engine.diagnostics.model import Diagnostic
from strategy_engine.language import quick
from strategy_engine.language.grammar import parser
from strategy_engine.language.normalise import normalise
from strategy_engine.language.recovery import describe, parse_file
from strategy_engine.language.syntax_errors import TooDeep
from strategy_engine.source.file import Locate

DEEPEST = 100

_BRACKETS = re.compile(r'"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\'|#[^\n]*|(?P<open>[(\[{])|(?P<close>[)\]}])')


def parse_fragment(text: str, start: str, locate: Locate) -> tuple[Any, list[Diagnostic]]:
    """Parse `text` by the grammar's rule `start`; None and one diagnostic where it is wrong. The rule `file` recovers from errors."""
    text = normalise(text)
    deep = _too_deep(text, locate)
    if deep is not None:
        return None, [deep]
    lark, builder = parser()
    builder.locate, builder.problems = locate, []
    tree = quick.parse(lark, text, start)
    if tree is not quick.GAVE_UP:
        return tree, builder.problems
    builder.problems = []
    if start == "file":
        tree, diagnostics = parse_file(lark, text, locate)
        return tree, [*diagnostics, *not_inside(builder.problems, diagnostics)]
    try:
        return lark.parse(text, start=start), builder.problems
    except UnexpectedInput as error:
        told = describe(error, text, locate)
        return None, [told, *not_inside(builder.problems, [told])]


def not_inside(problems: list[Diagnostic], told: list[Diagnostic]) -> list[Diagnostic]:
    """The problems with values, without those that are a part of what has been told: `2026年` of `2026年1月1日` is no duration."""
    spans = [each.span for each in told if each.span is not None]
    return [
        each for each in problems if not any(each.span and span.start <= each.span.start and each.span.end <= span.end for span in spans)
    ]


def _too_deep(text: str, locate: Locate) -> Diagnostic | None:
    depth = 0
    for match in _BRACKETS.finditer(text):
        if match.lastgroup == "open":
            depth += 1
            if depth > DEEPEST:
                return TooDeep(locate(match.start(), match.end()), DEEPEST)
        elif match.lastgroup == "close":
            depth = max(depth - 1, 0)
    return None
