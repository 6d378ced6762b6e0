"""Expressions in the solver's terms: what the row interpreter computes for one customer, for all of them at once.

`encoded(expression, scene)` follows `engine/rows/interpret.py` node by node. What the solver cannot say is any value of its type, so that
what is proved of no customer, or of all, is true all the same; what it finds must be replayed.
"""

from __future__ import annotations

from functools import singledispatch

from strategy_engine.language.types import BOOL, CENTS, Kind, Type
from strategy_engine.proofs import calls, numbers
from strategy_engine.proofs.logic import (
    UNKNOWN,
    Logic,
    Meaning,
    Pair,
    Value,
    all_of,
    any_of,
    both,
    decided,
    either,
    equal,
    known,
    negated,
    opposite,
    picked,
)
from strategy_engine.proofs.scene import Facts, Scene
from strategy_engine.proofs.values import DAY, term_of, variable
from strategy_engine.semantics import ir
from strategy_engine.semantics.model import Model


def scene_of(model: Model) -> Scene:
    """The scene of today, with nothing encoded yet."""
    return Scene(Facts(model), (), encoded)


@singledispatch
def encoded(expr: ir.Expr, scene: Scene) -> Meaning:
    """The meaning of an expression: anything, for a node of which nothing is known."""
    return scene.anything(expr.type, scene.maybe())


# ------------------------------------------------------------------------------------------------ leaves


@encoded.register
def _constant(expr: ir.Constant, scene: Scene) -> Meaning:
    if expr.value is None:
        return _nothing(expr.type)
    if expr.type.kind is Kind.BOOL:
        return decided(True, bool(expr.value))
    return Value(True, term_of(expr.value, expr.type, scene.facts.texts))


def _nothing(of: Type) -> Meaning:
    """A value that is always missing."""
    return UNKNOWN if of.kind is Kind.BOOL else Value(False, variable("nothing", of.kind))


@encoded.register
def _column(expr: ir.Column, scene: Scene) -> Meaning:
    return scene.leaf(expr.scope, expr.name, expr.type)


@encoded.register
def _derived(expr: ir.Derived, scene: Scene) -> Meaning:
    definition = scene.facts.model.derived[expr.name]
    earlier = scene.moment and definition.remembered is not None
    return scene.of(definition.remembered if earlier and definition.remembered is not None else definition.expr)


@encoded.register
def _reference(expr: ir.Reference, scene: Scene) -> Meaning:
    there = both(known(scene.of(expr.via)), scene.maybe())
    return scene.outside(scene.anything(expr.type, there), None, expr.type)


@encoded.register
def _series_value(expr: ir.SeriesValue, scene: Scene) -> Meaning:
    return scene.leaf("series", f"{expr.table}.{expr.column}", expr.type)


@encoded.register
def _in_list(expr: ir.InList, scene: Scene) -> Meaning:
    return scene.leaf("list", expr.table, BOOL)


@encoded.register
def _today(_expr: ir.Today, scene: Scene) -> Meaning:
    return Value(True, scene.today)


@encoded.register
def _contact_date(_expr: ir.ContactDate, scene: Scene) -> Meaning:
    return Value(True, scene.today + scene.facts.model.project.contact_offset)


# ------------------------------------------------------------------------------------------------ values of values


@encoded.register
def _convert(expr: ir.Convert, scene: Scene) -> Meaning:
    old, new = expr.value.type.kind, expr.type.kind
    if old is Kind.BOOL or new is Kind.BOOL:
        return scene.of(expr.value)
    value = scene.value(expr.value)
    if old is Kind.INT and new in (Kind.NUMBER, Kind.PERCENT):
        return Value(value.known, numbers.real(value.term))
    if old is Kind.INT and new is Kind.MONEY:
        return Value(value.known, value.term * CENTS)
    if old is Kind.MONEY and new is Kind.NUMBER:
        return Value(value.known, numbers.real(value.term) / CENTS)
    if old in (Kind.NUMBER, Kind.PERCENT) and new is Kind.MONEY:
        return numbers.rounded(expr, (expr.value,), value.known, value.term * CENTS, scene)
    if old is Kind.DATE and new is Kind.DATETIME:
        return Value(value.known, value.term * DAY)
    if old is Kind.DATETIME and new is Kind.DATE:
        return Value(value.known, value.term / DAY)  # of whole numbers: the day that it lies in
    if old is Kind.ENUM and new in (Kind.TEXT, Kind.ID) and expr.value.type.enum is not None:
        return _words(value, expr.value.type, scene)
    if old is new is Kind.ENUM and expr.value.type.enum != expr.type.enum:  # which number their values differently
        return scene.approximated(expr, (expr.value,), scene.anything(expr.type, both(value.known, scene.maybe())))
    return value if _held_alike(old, new) else scene.approximated(expr, (expr.value,), scene.anything(expr.type, value.known))


def _held_alike(old: Kind, new: Kind) -> bool:
    kinds = {old, new}
    return old is new or kinds <= {Kind.ID, Kind.TEXT} or kinds <= {Kind.NUMBER, Kind.PERCENT}


def _words(value: Value, of: Type, scene: Scene) -> Meaning:
    """The text of an enum's value."""
    text = Type(Kind.TEXT)
    words = [term_of(word, text, scene.facts.texts) for word in of.enum.values] if of.enum is not None else []
    return picked([(value.term == place, Value(value.known, word)) for place, word in enumerate(words)])


@encoded.register
def _call(expr: ir.Call, scene: Scene) -> Meaning:
    return calls.encoded(expr, scene)


@encoded.register
def _arithmetic(expr: ir.Arithmetic, scene: Scene) -> Meaning:
    return numbers.arithmetic(expr, scene)


@encoded.register
def _negate(expr: ir.Negate, scene: Scene) -> Meaning:
    value = scene.value(expr.value)
    return Value(value.known, -value.term)


@encoded.register
def _shift(expr: ir.Shift, scene: Scene) -> Meaning:
    return numbers.shifted(expr, scene)


@encoded.register
def _default(expr: ir.Default, scene: Scene) -> Meaning:
    options = [scene.of(option) for option in expr.options]
    return picked([(known(option), option) for option in options])


@encoded.register
def _choice(expr: ir.Choice, scene: Scene) -> Meaning:
    test = scene.condition(expr.condition)
    return picked([(test.true, scene.of(expr.then)), (test.false, scene.of(expr.otherwise))])


# ------------------------------------------------------------------------------------------------ conditions


@encoded.register
def _compare(expr: ir.Compare, scene: Scene) -> Meaning:
    left, right = scene.of(expr.left), scene.of(expr.right)
    if isinstance(left, Pair) or isinstance(right, Pair):
        same = equal(left, right)
        return decided(both(known(left), known(right)), same if expr.op == "==" else negated(same))
    there = both(left.known, right.known)
    if expr.left.type.kind in (Kind.ID, Kind.TEXT) and expr.op not in ("==", "!="):
        return scene.approximated(expr, (expr.left, expr.right), scene.anything(BOOL, there))
    return decided(there, numbers.COMPARISONS[expr.op](left.term, right.term))


@encoded.register
def _in_set(expr: ir.InSet, scene: Scene) -> Meaning:
    value = scene.of(expr.value)
    return decided(known(value), either(*(equal(value, scene.of(option)) for option in expr.options)))


@encoded.register
def _in_window(expr: ir.InWindow, scene: Scene) -> Meaning:
    value, window, sides = scene.value(expr.value), expr.window, []
    for end, closed, op in ((window.low, window.low_closed, ">"), (window.high, window.high_closed, "<")):
        if end is not None:
            limit = scene.value(end)
            inside = numbers.COMPARISONS[op + "=" if closed else op](value.term, limit.term)
            sides.append(decided(both(value.known, limit.known), inside))
    return all_of(sides) if sides else decided(value.known, True)


@encoded.register
def _and(expr: ir.And, scene: Scene) -> Meaning:
    return all_of([scene.condition(part) for part in expr.parts])


@encoded.register
def _or(expr: ir.Or, scene: Scene) -> Meaning:
    return any_of([scene.condition(part) for part in expr.parts])


@encoded.register
def _not(expr: ir.Not, scene: Scene) -> Meaning:
    return opposite(scene.condition(expr.value))


@encoded.register
def _is_known(expr: ir.IsKnown, scene: Scene) -> Meaning:
    return decided(True, known(scene.of(expr.value)))


# ------------------------------------------------------------------------------------------------ rows, population and time


@encoded.register
def _aggregate(expr: ir.Aggregate, scene: Scene) -> Meaning:
    if expr.function == "exists":
        return scene.outside(decided(True, scene.maybe()), False, BOOL)
    always = expr.function in ("count", "sum", "distinct")
    found = scene.anything(expr.type, True if always else scene.maybe())
    if isinstance(found, Value) and expr.function in ("count", "distinct"):
        scene.facts.hold(found.term >= 0)
    return scene.outside(found, 0 if always else None, expr.type)


@encoded.register
def _population(expr: ir.Population, scene: Scene) -> Meaning:
    there = both(known(scene.of(expr.value)), True if expr.by is None else known(scene.of(expr.by)))
    found = scene.anything(expr.type, there)
    if isinstance(found, Value):
        low, high = (0, 1) if expr.function == "percentile" else (1, None)
        scene.facts.hold(both(found.term > 0 if expr.function == "percentile" else found.term >= low, high is None or found.term <= high))
    return found


@encoded.register
def _ago(expr: ir.Ago, scene: Scene) -> Meaning:
    then = scene.back(expr.back)
    return picked([(then.there(), then.of(expr.value))])


@encoded.register
def _decision(expr: ir.Decision, scene: Scene) -> Meaning:
    rows = [(scene.condition(condition).true, scene.of(output)) for condition, output in expr.rows]
    if not rows and expr.hit not in ("count", "sum"):
        return _nothing(expr.type)
    if expr.hit == "first":
        return picked(rows)
    if expr.hit in ("unique", "any"):
        return _agreed(expr, rows)
    if expr.hit in ("count", "sum"):
        return numbers.collected(expr.hit, rows, expr.type)
    return numbers.extreme(expr.hit, rows)


def _agreed(expr: ir.Decision, rows: list[tuple[Logic, Meaning]]) -> Meaning:
    """One value, where all rows that match give it: under `unique` there must be one of them."""
    clashes = []
    for place, (holds, output) in enumerate(rows):
        for other, value in rows[:place]:
            if expr.hit == "unique":
                clashes.append(both(holds, other))
            else:
                same = either(equal(output, value), both(negated(known(output)), negated(known(value))))
                clashes.append(both(holds, other, negated(same)))
    agreed = negated(either(*clashes))
    return picked([(both(agreed, holds), output) for holds, output in rows])
