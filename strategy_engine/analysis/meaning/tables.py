"""Decision tables, grids, and attributes that choose."""

from __future__ import annotations

from collections.abc import Iterator

from strategy_engine.analysis.meaning.voice import Voice
from strategy_engine.language.types import EnumType
from strategy_engine.semantics import ir
from strategy_engine.semantics.walk import children

SHOWN = 12
"""Rows that are told; of longer tables the first."""

_LEAVES = (ir.Column, ir.Derived, ir.Reference, ir.SeriesValue, ir.Aggregate, ir.Population, ir.Ago, ir.InList, ir.Call, ir.Arithmetic)


def table(voice: Voice, name: str) -> list[str]:
    """A decision table: its size, inputs and outputs, how rows are chosen, and the rows."""
    outputs = {key: each for key, each in voice.model.derived.items() if each.kind == "table" and key.split(".")[0] == name}
    decisions = {key: each.expr for key, each in outputs.items() if isinstance(each.expr, ir.Decision)}
    if not decisions:
        return []
    first = next(iter(decisions.values()))
    names = {key: key.split(".", 1)[1] if "." in key else name for key in decisions}
    inputs = dict.fromkeys(voice.noun(leaf) for condition, _ in first.rows for leaf in _inputs(condition)) or [voice.say("always")]
    about = voice.say("table", count=len(first.rows), inputs=voice.listed(inputs), outputs=voice.listed(names.values()))
    rows = []
    for place, (condition, _) in enumerate(first.rows[:SHOWN]):
        given = [f"{names[key]} = {voice.noun(each.rows[place][1])}" for key, each in decisions.items()]
        rows.append("- " + voice.say("table.row", c=_case(voice, condition), outputs=voice.say("comma").join(given)))
    if len(first.rows) > SHOWN:
        rows.append(voice.say("more", count=len(first.rows) - SHOWN))
    hit = voice.say(f"hit.{first.hit}")
    if first.hit not in ("sum", "count") and first.type.optional:
        hit += voice.say("blank") + voice.say("hit.none")
    return [f"{about}\n" + "\n".join(rows), hit]


def branches(voice: Voice, expr: ir.Decision | ir.Choice) -> str:
    """The branches of a `by` or `if` as a list."""
    lines = []
    if isinstance(expr, ir.Decision):
        for condition, value in expr.rows[:SHOWN]:
            lines.append("- " + _branch(voice, condition, voice.noun(value)))
        if len(expr.rows) > SHOWN:
            lines.append(voice.say("more", count=len(expr.rows) - SHOWN))
        return "\n".join(lines)
    rest: ir.Expr = expr
    while isinstance(rest, ir.Choice):
        lines.append("- " + voice.say("where.branch", c=voice.text(voice.clause(rest.condition)), a=voice.noun(rest.then)))
        rest = rest.otherwise
    lines.append("- " + voice.say("otherwise", a=voice.noun(rest)))
    if expr.condition.type.optional:
        lines.append("- " + voice.say("choice.unknown"))
    return "\n".join(lines)


def _branch(voice: Voice, condition: ir.Expr, value: str) -> str:
    if isinstance(condition, ir.Constant):
        return voice.say("otherwise", a=value)
    return voice.say("where.branch", c=voice.text(voice.clause(condition)), a=value)


def _case(voice: Voice, condition: ir.Expr) -> str:
    return voice.say("table.any") if isinstance(condition, ir.Constant) else voice.text(voice.clause(condition))


def _inputs(node: ir.Expr) -> Iterator[ir.Expr]:
    if isinstance(node, _LEAVES):
        yield node
        return
    for child in children(node):
        yield from _inputs(child)


def grid(voice: Voice, name: str) -> list[str]:
    """A grid: its two sides, its merged cells, and who owns which."""
    found, definition = voice.model.grids.get(name), voice.model.derived.get(name)
    if found is None or definition is None:
        return []
    down, across = _axes(definition.expr)
    sides = [voice.noun(axis) if axis is not None else "" for axis in (down, across)]
    axes = [_values(voice, axis, values) for axis, values in ((down, found.rows), (across, found.columns))]
    merged = [cell for cell in found.cells if "/" not in cell]
    paragraphs = [
        voice.say("grid", rows=sides[0], columns=sides[1], count=len(found.cells)),
        voice.say("grid.axes", rows=axes[0], columns=axes[1]),
    ]
    if merged:
        paragraphs.append(voice.say("grid.merged", cells=voice.listed(merged)))
    owners = [voice.say("grid.owner", cell=cell, owner=owner) for cell, owner in found.owners.items()]
    return [*paragraphs, voice.say("blank").join(owners)]


def _axes(expr: ir.Expr) -> tuple[ir.Expr | None, ir.Expr | None]:
    """The two enums that the cells' conditions compare."""
    if isinstance(expr, ir.Decision) and isinstance(expr.rows[0][0], ir.And):
        down, across = (part.left if isinstance(part, ir.Compare) else None for part in expr.rows[0][0].parts)
        return down, across
    return None, None


def _values(voice: Voice, axis: ir.Expr | None, values: tuple[str, ...]) -> str:
    enum = axis.type.enum if axis is not None and axis.type.enum is not None else EnumType(values)
    return voice.listed(voice.value_name(value, enum.label_of(value)) for value in values)
