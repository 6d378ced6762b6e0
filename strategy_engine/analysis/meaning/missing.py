"""Who is not selected because a value is missing: what surprises most in a condition."""

from __future__ import annotations

from collections.abc import Iterator

from strategy_engine.analysis.meaning.voice import Voice
from strategy_engine.language.functions.registry import Missing, find
from strategy_engine.language.types import Kind
from strategy_engine.semantics import ir
from strategy_engine.semantics.walk import children

MOST = 4
Names = dict[str, None]
"""Names in the order in which they were met."""


def who_is_left_out(voice: Voice, condition: ir.Expr) -> Iterator[str]:
    """A sentence on the columns without which nobody meets the condition, and one on those without which a part of it is unknown."""
    sure = _sure(voice, condition, False)
    perhaps = [name for name in _open(voice, condition) if name not in sure]
    if sure:
        yield voice.say("cohort.missing", names=voice.listed(list(sure)[:MOST], "or"))
    if perhaps:
        yield voice.say("cohort.perhaps", names=voice.listed(perhaps[:MOST], "or"))


def attribute_missing(voice: Voice, value: ir.Expr) -> str:
    """When an attribute is missing, where that comes from its columns."""
    names = list(_strict(voice, value))
    return voice.say("attribute.missing", names=voice.listed(names[:MOST], "or")) if names else ""


def _sure(voice: Voice, node: ir.Expr, negated: bool) -> Names:
    """What must be known for the condition (or its opposite) to hold."""
    match node:
        case ir.Not(value=inner):
            return _sure(voice, inner, not negated)
        case ir.And(parts=parts) | ir.Or(parts=parts):
            found = [_sure(voice, part, negated) for part in parts]
            if isinstance(node, ir.And) != negated:
                return {name: None for each in found for name in each}
            return {name: None for name in found[0] if all(name in each for each in found)}
        case ir.IsKnown():
            return {}
        case ir.Derived() if node.type.kind is Kind.BOOL and node.name in voice.model.derived:
            return _sure(voice, voice.model.derived[node.name].expr, negated)
        case ir.Default(options=(first, ir.Constant(value=False))) if not negated:
            return _sure(voice, first, negated)
    return _strict(voice, node)


def _strict(voice: Voice, node: ir.Expr) -> Names:
    """What must be known for the value to be known."""
    if isinstance(node, ir.Column | ir.Derived | ir.Reference | ir.SeriesValue):
        if isinstance(node, ir.Column) and node.scope != "customer":
            return {}
        if isinstance(node, ir.Derived) and voice.model.derived[node.name].kind != "attribute":
            return {}  # a cohort's own columns are told; whether a table has gaps is for a proof to say, not for its type
        if isinstance(node, ir.Reference):
            return _strict(voice, node.via)
        return {voice.noun(node): None} if node.type.optional and not isinstance(node, ir.SeriesValue) else {}
    if isinstance(node, ir.Call):
        entry = find(node.function)
        if entry is None or entry.missing is not Missing.GIVES_MISSING:
            return {}
    elif not isinstance(node, ir.Compare | ir.InSet | ir.InWindow | ir.Convert | ir.Arithmetic | ir.Shift | ir.Negate | ir.Population):
        return {}
    return {name: None for child in children(node) for name in _strict(voice, child)}


def _open(voice: Voice, node: ir.Expr) -> Names:
    """All that a part of the condition needs to be known, but for what the condition asks about by itself."""
    asked = {voice.noun(each.value) for each in _walk(node) if isinstance(each, ir.IsKnown)}
    clauses = [each for each in _walk(node) if not isinstance(each, ir.And | ir.Or | ir.Not | ir.Default | ir.IsKnown)]
    return {name: None for each in clauses for name in _strict(voice, each) if name not in asked}


def _walk(node: ir.Expr) -> Iterator[ir.Expr]:
    """The connectives of a condition and its clauses."""
    yield node
    if isinstance(node, ir.And | ir.Or | ir.Not):
        for child in children(node):
            yield from _walk(child)
