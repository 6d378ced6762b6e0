"""Expressions as text on one line, with the parentheses that they need.

The tree does not keep the parentheses that an author wrote. They stand where the reading depends on them, and around every `and`
inside an `or` and every `??` inside a comparison, so that nobody has to know which of the two binds tighter.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from strategy_engine.language import ast, words
from strategy_engine.language.printing.tongue import Tongue

# How tightly things bind, loosest first: the levels of the grammar's rules
SOURCE, EXPR, OR, AND, NOT, COMPARISON, DEFAULT, SUM, PRODUCT, UNARY, ATOM = range(11)

_PLAIN = re.compile(r"[^\W\d]\w*")
_TEXT = re.compile(r'(?:[^"\\\n{]|\\.|\{\{|\{(?:[^"{}\n]|"[^"\n]*")*\})*')
_PIECES = re.compile(r'\\.|\{\{|\}\}|\{(?:[^"{}\n]|"[^"\n]*")*\}|.', re.DOTALL)
_CONTROLS = {"\n": "\\n", "\t": "\\t"}

_PRINT: dict[type[Any], tuple[int, Callable[[Any, Tongue], str]]] = {}
"""How each kind of node is printed, and how tightly that binds."""


def expression(node: ast.Expr, tongue: Tongue, level: int = SOURCE) -> str:
    """The node as text; in parentheses where it binds more loosely than `level`."""
    text = _PRINT[type(node)][1](node, tongue)
    return f"({text})" if binds(node) < level else text


def binds(node: ast.Expr) -> int:
    """How tightly a node holds together what is in it."""
    if isinstance(node, ast.Arithmetic):
        return PRODUCT if node.op in "*/" else SUM
    if isinstance(node, ast.Connective):
        return AND if node.op == "and" else OR
    return _PRINT[type(node)][0]


def _prints(kind: type[Any], level: int) -> Callable[[Callable[[Any, Tongue], str]], Callable[[Any, Tongue], str]]:
    def add(write: Callable[[Any, Tongue], str]) -> Callable[[Any, Tongue], str]:
        _PRINT[kind] = (level, write)
        return write

    return add


# ------------------------------------------------------------------------------------------------ names and texts


def word(name: str) -> str:
    """A part of a name, in backticks where it would be read as something else."""
    return name if _PLAIN.fullmatch(name) and name not in words.RESERVED else f"`{name}`"


def quoted(value: str) -> str:
    """A value as a text in quotation marks."""
    text = "".join(f"\\{char}" if char in '"\\' else _CONTROLS.get(char, char) for char in value)
    return f'"{text if _TEXT.fullmatch(text) else _without_holes(text)}"'


def script(raw: str) -> str:
    """A script as it stood between its quotation marks, of whatever sort these were."""
    text = "".join('\\"' if piece == '"' else _CONTROLS.get(piece, piece) for piece in _PIECES.findall(raw))
    return f'"{text if _TEXT.fullmatch(text) else _without_holes(text)}"'


def _without_holes(text: str) -> str:
    """A lone brace, which begins no placeholder."""
    return re.sub(r"\\.|\{", lambda found: "\\{" if found[0] == "{" else found[0], text)


@_prints(ast.Name, ATOM)
def name(node: ast.Name, tongue: Tongue) -> str:
    first, *rest = node.parts
    return ".".join((tongue.name(word(first)), *map(word, rest)))


@_prints(ast.Text, ATOM)
def _text(node: ast.Text, _tongue: Tongue) -> str:
    return quoted(node.value)


# ------------------------------------------------------------------------------------------------ literals


@_prints(ast.Number, ATOM)
def _number(node: ast.Number, _tongue: Tongue) -> str:
    return "".join(node.raw.split())


@_prints(ast.Boolean, ATOM)
def _boolean(node: ast.Boolean, tongue: Tongue) -> str:
    return tongue.word("true" if node.value else "false")


@_prints(ast.Date, ATOM)
def _date(node: ast.Date, _tongue: Tongue) -> str:
    return node.value.isoformat()


@_prints(ast.DateTime, ATOM)
def _datetime(node: ast.DateTime, _tongue: Tongue) -> str:
    return node.value.isoformat(timespec="seconds" if node.value.second else "minutes")


@_prints(ast.DurationLiteral, ATOM)
def _duration(node: ast.DurationLiteral, tongue: Tongue) -> str:
    return tongue.duration(node.value)


@_prints(ast.ListLiteral, ATOM)
def _list(node: ast.ListLiteral, tongue: Tongue) -> str:
    return f"[{', '.join(expression(item, tongue, EXPR) for item in node.items)}]"


@_prints(ast.Interval, ATOM)
def interval(node: ast.Interval, tongue: Tongue) -> str:
    low, high = (expression(end, tongue, EXPR) for end in (node.low, node.high))
    dots = ".." if " " not in low + high else " .. "
    return f"{'[' if node.low_closed else '('}{low}{dots}{high}{']' if node.high_closed else ')'}"


# ------------------------------------------------------------------------------------------------ operators


@_prints(ast.Minus, UNARY)
def _minus(node: ast.Minus, tongue: Tongue) -> str:
    return f"-{expression(node.value, tongue, UNARY)}"


@_prints(ast.Arithmetic, SUM)
def _arithmetic(node: ast.Arithmetic, tongue: Tongue) -> str:
    level = binds(node)
    return f"{expression(node.left, tongue, level)} {node.op} {expression(node.right, tongue, level + 1)}"


@_prints(ast.DefaultTo, DEFAULT)
def _default(node: ast.DefaultTo, tongue: Tongue) -> str:
    return " ?? ".join(expression(option, tongue, SUM) for option in node.options)


@_prints(ast.Compared, COMPARISON)
def _compared(node: ast.Compared, tongue: Tongue) -> str:
    return " ".join((expression(node.first, tongue, SUM), *(f"{op} {expression(value, tongue, SUM)}" for op, value in node.rest)))


@_prints(ast.Contained, COMPARISON)
def _contained(node: ast.Contained, tongue: Tongue) -> str:
    within = period(node.container, tongue) if isinstance(node.container, ast.Period) else expression(node.container, tongue, SUM)
    return f"{expression(node.item, tongue, SUM)} {tongue.word('not in' if node.negated else 'in')} {within}"


@_prints(ast.Presence, COMPARISON)
def _presence(node: ast.Presence, tongue: Tongue) -> str:
    return f"{expression(node.value, tongue, SUM)} {presence(node.known, tongue)}"


def presence(known: bool, tongue: Tongue) -> str:
    """`is known` or `is missing`."""
    return tongue.word("is known" if known else "is missing")


@_prints(ast.Negated, NOT)
def _negated(node: ast.Negated, tongue: Tongue) -> str:
    return f"{tongue.word('not')} {expression(node.value, tongue, NOT)}"


@_prints(ast.Connective, OR)
def _connective(node: ast.Connective, tongue: Tongue) -> str:
    return f" {tongue.word(node.op)} ".join(parts(node, tongue))


def parts(node: ast.Connective, tongue: Tongue) -> list[str]:
    """What `and` or `or` joins, each part as text."""
    return [expression(part, tongue, NOT) for part in node.parts]


@_prints(ast.If, EXPR)
def _if(node: ast.If, tongue: Tongue) -> str:
    condition, then = expression(node.condition, tongue, OR), expression(node.then, tongue, OR)
    otherwise = expression(node.otherwise, tongue, EXPR)
    return f"{tongue.word('if')} {condition} {tongue.word('then')} {then} {tongue.word('else')} {otherwise}"


# ------------------------------------------------------------------------------------------------ calls and related rows


@_prints(ast.Call, ATOM)
def _call(node: ast.Call, tongue: Tongue) -> str:
    given = [_argument(argument, number, node, tongue) for number, argument in enumerate(node.arguments)]
    return f"{'.'.join(map(word, tongue.call(node.function).split('.')))}({', '.join(given)})"


def _argument(argument: ast.Argument, number: int, call: ast.Call, tongue: Tongue) -> str:
    then = "then no" if argument.absent else "next step" if number and call.function == "sequence" else None
    label = f"{word(argument.label)}: " if argument.label else ""
    return f"{f'{tongue.word(then)} ' if then else ''}{label}{expression(argument.value, tongue)}"


@_prints(ast.Related, SOURCE)
def _related(node: ast.Related, tongue: Tongue) -> str:
    return " ".join(related_clauses(node, tongue))


def related_clauses(node: ast.Related, tongue: Tongue) -> list[str]:
    """What rows are asked for, and each clause: `where …` (first, where there is one), `within …`, `by …`."""
    clauses = [expression(node.base, tongue, EXPR)]
    if node.where is not None:
        clauses.append(f"{tongue.word('where')} {expression(node.where, tongue, EXPR)}")
    if node.within is not None:
        clauses.append(_within(node.within, tongue))
    if node.by is not None:
        clauses.append(f"{tongue.word('by')} {name(node.by, tongue)}")
    return clauses


def _within(window: ast.Expr, tongue: Tongue) -> str:
    if tongue.chinese and isinstance(window, ast.Period):
        return period(window, tongue)
    if tongue.chinese and isinstance(window, ast.DurationLiteral):
        return f"{tongue.duration(window.value)}内"
    if tongue.chinese and isinstance(window, ast.Since) and window.after == "contact":
        return f"触达后{tongue.duration(window.duration)}内"
    return f"within {span(window, tongue)}"


def span(window: ast.Expr, tongue: Tongue) -> str:
    """A stretch of time, as `within:` has it."""
    return expression(window, tongue)


@_prints(ast.Period, SOURCE)
def period(node: ast.Period, tongue: Tongue) -> str:
    """`last 7 days`, `近7天`."""
    return f"{tongue.word(node.direction)}{'' if tongue.chinese else ' '}{tongue.duration(node.duration)}"


@_prints(ast.Since, SOURCE)
def _since(node: ast.Since, tongue: Tongue) -> str:
    return f"{tongue.duration(node.duration)} after {'.'.join(map(word, node.after.split('.')))}"


@_prints(ast.Share, SOURCE)
def _share(node: ast.Share, tongue: Tongue) -> str:
    return f"{tongue.word('share of')} {expression(node.of, tongue)}"
