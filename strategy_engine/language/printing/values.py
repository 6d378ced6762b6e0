"""The values of fields as text: pieces that stand on one line, or are broken between where they are too long for it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, cast

from strategy_engine.language import ast
from strategy_engine.language.printing.expressions import (
    DEFAULT,
    EXPR,
    OR,
    expression,
    name,
    parts,
    presence,
    related_clauses,
    script,
    word,
)
from strategy_engine.language.printing.tongue import Tongue

_KEY = re.compile(r"[^\W\d]\w*|(?:\w+|\*)/(?:\w+|\*)|day \d+|第\d+天|\d+")

Pieces = list[str]
"""A value in the pieces between which a line may be broken; joined by blanks they are the whole."""


def pieces(value: ast.Value, tongue: Tongue, key: str = "") -> Pieces:
    """The value of a field of that key."""
    write = _PIECES.get(type(value))
    if write is not None:
        return write(value, tongue, key)
    if isinstance(value, ast.Text) and key == "script":
        return [script(value.raw)]
    if isinstance(value, ast.Text) and key == "label" and word(value.value) == value.value:
        return [value.value]
    if isinstance(value, ast.Connective):
        return _joined(value, tongue)
    if isinstance(value, ast.Related):
        return _rows(value, tongue)
    return [expression(cast("ast.Expr", value), tongue)]  # every other shape has an entry


def _joined(value: ast.Connective, tongue: Tongue) -> Pieces:
    first, *rest = parts(value, tongue)
    return [first, *(f"{tongue.word(value.op)} {part}" for part in rest)]


def _rows(value: ast.Related, tongue: Tongue) -> Pieces:
    first, *clauses = related_clauses(value, tongue)
    if isinstance(value.where, ast.Connective):
        condition = _joined(value.where, tongue)
        clauses[:1] = [f"{tongue.word('where')} {condition[0]}", *condition[1:]]
    return [first, *clauses]


def is_expression(value: ast.Value) -> bool:
    """Whether the value is an expression, or chooses one with `by`."""
    return type(value) not in _PIECES or isinstance(value, ast.By)


def line(value: ast.Value, tongue: Tongue, key: str = "") -> str:
    """The value on one line."""
    return " ".join(pieces(value, tongue, key))


def key_text(key: str) -> str:
    """A key, in backticks where it would be read as something else."""
    return key if _KEY.fullmatch(key) else f"`{key}`"


# ------------------------------------------------------------------------------------------------ braces and lists


def _comma_separated(items: Pieces) -> Pieces:
    return [f"{item}," for item in items[:-1]] + items[-1:]


def _entries(entries: tuple[ast.Entry, ...], tongue: Tongue, key: str) -> Pieces:
    return _comma_separated([f"{key_text(tongue.entry_key(each.key))}: {line(each.value, tongue, key)}" for each in entries])


def mapping(value: ast.Mapping, tongue: Tongue, key: str) -> Pieces:
    """`{a: 1, b: 2}`."""
    inside = _entries(value.entries, tongue, key)
    if not inside:
        return ["{}"]
    inside[0] = f"{{{inside[0]}"
    inside[-1] += "}"
    return inside


def _by(value: ast.By, tongue: Tongue, key: str) -> Pieces:
    return [f"{tongue.word('by')} {name(value.selector, tongue)} {{", *_entries(value.entries, tongue, key), "}"]


def _many(value: ast.Many, tongue: Tongue, key: str) -> Pieces:
    return _comma_separated([line(item, tongue, key) for item in value.items])


def _terms(value: ast.Terms, tongue: Tongue, key: str) -> Pieces:
    return [f"{name(value.name, tongue)} {{", *_entries(value.terms.entries, tongue, key), "}"]


def _range(value: ast.Range, tongue: Tongue, key: str) -> Pieces:
    low, high = (expression(end, tongue, EXPR) for end in (value.low, value.high))
    ramp = [] if value.ramp is None else [f"{tongue.word('ramp')} {' '.join(mapping(value.ramp, tongue, key))}"]
    return [f"{low} .. {high}", *ramp]


def _ordered(value: ast.Ordered, tongue: Tongue, _key: str) -> Pieces:
    return [f"{expression(value.value, tongue, EXPR)} {tongue.word('desc' if value.descending else 'asc')}"]


def _ladder(value: ast.Ladder, tongue: Tongue, _key: str) -> Pieces:
    return [_alternatives(value.options, tongue)]


def _alternatives(names: tuple[ast.Name, ...], tongue: Tongue) -> str:
    return f" {tongue.word('else')} ".join(name(each, tongue) for each in names)


# ------------------------------------------------------------------------------------------------ plans, limits, targets


def plan(value: ast.Plan, tongue: Tongue, _key: str) -> Pieces:
    """`a else b, then c after 2 days unless opened`."""
    then = f"{tongue.word('next step')} "
    return _comma_separated([f"{then if number else ''}{step(each, tongue)}" for number, each in enumerate(value.steps)])


def step(value: ast.Step, tongue: Tongue) -> str:
    """One step of a channel plan, without its `then`."""
    said = [_alternatives(value.channels, tongue)]
    if value.after is not None:
        said.append(f"{tongue.duration(value.after)}后" if tongue.chinese else f"after {tongue.duration(value.after)}")
    if value.on_day is not None:
        said.append(f"第{value.on_day}天" if tongue.chinese else f"on day {value.on_day}")
    if value.unless is not None:
        said.append(f"{tongue.word('unless')} {_dotted(value.unless)}")
    if value.only_if is not None:
        said.append(f"{tongue.word('only if')} {expression(value.only_if, tongue, OR)}")
    return " ".join(said)


def _dotted(text: str) -> str:
    return ".".join(map(word, text.split(".")))


def _quota(value: ast.Quota, tongue: Tongue, _key: str) -> Pieces:
    amount = value.amount.value if isinstance(value.amount, ast.Number) else None
    said = [expression(value.amount, tongue)]
    if value.counted is not None:
        said.append(tongue.counted(_dotted(value.counted), amount))
    said += _per(value.per, tongue)
    if value.channels:
        said.append(f"{tongue.word('on')} {', '.join(name(each, tongue) for each in value.channels)}")
    return [" ".join(said)]


def _per(groups: tuple[ast.Per, ...], tongue: Tongue) -> list[str]:
    per, said = tongue.word("per"), []
    for each in groups:
        if each.name is not None:
            first, *rest = map(word, each.name.parts)
            said.append(f"{per} {'.'.join((tongue.subject(first), *rest))}")
        elif each.duration is not None:
            said.append(f"{per} {tongue.word('rolling')} {tongue.duration(each.duration)}")
        else:
            said.append(f"{per} {tongue.unit(each.window or 'day')}")
    return said


def _pause(value: ast.Pause, tongue: Tongue, _key: str) -> Pieces:
    outcome = f"{value.count} {_dotted(value.outcome)}" if value.count != 1 else _dotted(value.outcome)
    after = f"于 {outcome} 后" if tongue.chinese else f"after {outcome}"
    said = [tongue.duration(value.duration), *_per(value.per, tongue), after]
    if value.within is not None:
        said.append(f"within {tongue.duration(value.within)}")
    return [" ".join(said)]


def _targets(value: ast.Targets, tongue: Tongue, _key: str) -> Pieces:
    return _comma_separated([target(each, tongue) for each in value.items])


def target(value: ast.Target, tongue: Tongue) -> str:
    """One KPI with what is wanted of it."""
    said = [name(value.kpi, tongue)]
    if value.uplift:
        said.append(tongue.word("uplift"))
    if value.op is not None and value.value is not None:
        said.append(f"{value.op} {expression(value.value, tongue)}")
    if value.otherwise is not None:
        consequence = tongue.word("pause") if value.otherwise == "pause" else _dotted(value.otherwise)
        said.append(f"{tongue.word('else')} {consequence}")
    return " ".join(said)


def _hit(value: ast.Hit, tongue: Tongue, _key: str) -> Pieces:
    collect = f"({tongue.hit(value.collect)})" if value.collect is not None else ""
    return [f"{tongue.hit(value.policy)}{collect}"]


def _expect(value: ast.Expect, tongue: Tongue, _key: str) -> Pieces:
    said = [expression(value.condition, tongue, EXPR)]
    if value.offers is not None:
        said.append(f"{tongue.word('offers')} {name(value.offers, tongue)}")
    if value.channel is not None:
        said.append(f"{tongue.word('on')} {name(value.channel, tongue)}")
    if value.blocker is not None:
        said.append(f"{tongue.word('is blocked by')} {name(value.blocker, tongue)}")
    if value.day is not None:
        said.append(f"{tongue.word('on day')} {expression(value.day, tongue)}")
    return [" ".join(said)]


def given_head(given: ast.Given, tongue: Tongue) -> str:
    """The table of a given row, and the day from which it is so."""
    table = name(given.table, tongue)
    return table if given.day is None else f"{table} {tongue.word('on day')} {expression(given.day, tongue)}"


_PIECES: dict[type[Any], Callable[[Any, Tongue, str], Pieces]] = {
    ast.Mapping: mapping,
    ast.By: _by,
    ast.Range: _range,
    ast.Ordered: _ordered,
    ast.Terms: _terms,
    ast.Ladder: _ladder,
    ast.Many: _many,
    ast.Plan: plan,
    ast.Quota: _quota,
    ast.Pause: _pause,
    ast.Targets: _targets,
    ast.Hit: _hit,
    ast.Expect: _expect,
}


# ------------------------------------------------------------------------------------------------ cells of tables


def cell(value: ast.Cell, tongue: Tongue) -> str:
    """A condition on the column above."""
    if value.kind == "any":
        return "-"
    tests = ", ".join(_test(test, tongue) for test in value.tests)
    return f"{tongue.word('not')} {tests}" if value.kind == "none_of" else tests


def _test(test: Any, tongue: Tongue) -> str:
    if isinstance(test, ast.Bound):
        return f"{test.op} {expression(test.value, tongue, DEFAULT)}"
    if isinstance(test, ast.PresenceTest):
        return presence(test.known, tongue)
    return expression(test, tongue, DEFAULT)
