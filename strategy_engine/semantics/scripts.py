"""Scripts: texts with placeholders `{expression:format}`."""

from __future__ import annotations

import re

from strategy_engine.language import ast
from strategy_engine.language.builder import unescape
from strategy_engine.language.formats import FormatError, check_format
from strategy_engine.language.fragments import parse_fragment
from strategy_engine.language.types import TEXT, Type
from strategy_engine.semantics import ir
from strategy_engine.semantics.context import Context, Scope
from strategy_engine.semantics.expressions.infer import infer, is_error
from strategy_engine.semantics.script_errors import BadFormat, OpenPlaceholder, WideBraces

# `{{` and `}}` are braces; a placeholder may hold quoted texts
_PIECES = re.compile(r"""\{\{|\}\}|\{(?P<hole>(?:[^{}"']|"[^"]*"|'[^']*')*)\}|(?P<open>[{}])|(?P<text>[^{}]+)""", re.DOTALL)
_WIDE = re.compile("｛[^｛｝\n]*｝")
_QUOTED = re.compile(r""""[^"]*"|'[^']*'""")


def script(text: ast.Text, scope: Scope, context: Context) -> ir.Template | None:
    """The text's parts, placeholders typed; None where one of them is wrong."""
    parts: list[str | ir.Hole] = []
    failed = False
    for wide in _WIDE.finditer(text.raw):
        context.report(WideBraces(text.inside(wide.start(), wide.end()), wide[0]))
    for piece in _PIECES.finditer(text.raw):
        hole = piece["hole"]
        if hole is not None:
            typed = _hole(hole, piece.start() + 1, text, scope, context)
            failed = failed or typed is None
            parts.append(typed if typed is not None else "")
        elif piece["open"] is not None:
            context.report(OpenPlaceholder(text.inside(piece.start(), piece.end()), piece[0]))
            failed = True
        else:
            parts.append(unescape(piece[0]) if piece["text"] is not None else piece[0][0])
    if failed:
        return None
    optional = any(isinstance(part, ir.Hole) and part.type.optional for part in parts)
    return ir.Template(_joined(parts), type=TEXT.or_missing(optional), span=text.span)


def _hole(inner: str, offset: int, text: ast.Text, scope: Scope, context: Context) -> ir.Hole | None:
    expression, colon, pattern = _split(inner)
    tree, diagnostics = parse_fragment(expression, "expr", lambda start, end: text.inside(start + offset, end + offset))
    context.diagnostics += diagnostics
    if tree is None:
        return None
    value = infer(tree, scope, context)
    if is_error(value):
        return None
    problem = _bad_format(value.type, pattern) if colon else None
    if problem is not None:
        place = offset + len(expression) + 1
        context.report(BadFormat(text.inside(place, place + len(pattern)), pattern, problem))
        return None
    return ir.Hole(value, pattern, type=TEXT.or_missing(value.type.optional), span=value.span)


def _split(inner: str) -> tuple[str, str, str]:
    """The expression and, behind the first colon outside of quotes, the format."""
    masked = _QUOTED.sub(lambda match: "x" * len(match[0]), inner)
    place = masked.find(":")
    return (inner, "", "") if place < 0 else (inner[:place], ":", inner[place + 1 :])


def _joined(parts: list[str | ir.Hole]) -> tuple[str | ir.Hole, ...]:
    """Neighbouring texts as one."""
    joined: list[str | ir.Hole] = []
    for part in parts:
        if isinstance(part, str) and joined and isinstance(joined[-1], str):
            joined[-1] += part
        elif part != "":
            joined.append(part)
    return tuple(joined)


def _bad_format(of: Type, pattern: str) -> str | None:
    """What is wrong with the format for a value of the type, or None."""
    try:
        check_format(of, pattern)
    except FormatError as error:
        return str(error)
    return None
