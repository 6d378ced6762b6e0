"""Arithmetic and moved dates in the solver's terms: linear where they are, else bounded."""

from __future__ import annotations

import operator
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from strategy_engine.language.types import Kind, Type
from strategy_engine.proofs.logic import Logic, Meaning, Pair, Term, Value, both, chosen, either, implied, negated, z3
from strategy_engine.proofs.replay import given_on
from strategy_engine.proofs.scene import ANY_DAY, Scene
from strategy_engine.proofs.values import DAY, REALS, possible
from strategy_engine.semantics import ir
from strategy_engine.semantics.walk import expressions

COMPARISONS: dict[str, Callable[[Any, Any], Any]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}

_MONTH = Fraction(1461, 48)  # days, on average; so many months from a day differ from it by less than SLACK
SLACK = 4


def real(term: Term) -> Term:
    """The same number, to calculate with."""
    return z3.ToReal(term) if z3.is_int(term) else term


def rounded(expr: ir.Expr, inputs: tuple[ir.Expr, ...], there: Logic, exact: Term, scene: Scene) -> Meaning:
    """A whole number near the exact one: what is computed in double precision and rounded lies no further than 2 from it."""
    made = scene.anything(expr.type, there)
    if isinstance(made, Value):
        scene.facts.hold(both(real(made.term) - exact <= 2, exact - real(made.term) <= 2))
    return scene.approximated(expr, inputs, made)


# ------------------------------------------------------------------------------------------------ + - * /


def arithmetic(expr: ir.Arithmetic, scene: Scene) -> Meaning:
    """A sum, difference, product or quotient."""
    left, right = scene.value(expr.left), scene.value(expr.right)
    there = both(left.known, right.known)
    if expr.op in "+-":
        return Value(there, left.term + right.term if expr.op == "+" else left.term - right.term)
    inputs = (expr.left, expr.right)
    if expr.op == "/":
        return _quotient(expr, left, right, there, scene)
    fixed = [side for side in inputs if isinstance(side, ir.Constant)]
    exact = real(left.term) * real(right.term)
    if not fixed:
        return _hard(expr, inputs, there, (right.term == 1, left.term), scene)
    if expr.type.kind in REALS:
        return Value(there, exact)
    if expr.left.type.kind in REALS or expr.right.type.kind in REALS:
        return rounded(expr, inputs, there, exact, scene)
    return Value(there, left.term * right.term)


def _quotient(expr: ir.Arithmetic, left: Value, right: Value, there: Logic, scene: Scene) -> Meaning:
    inputs = (expr.left, expr.right)
    whole = expr.type.kind not in REALS
    if isinstance(expr.right, ir.Constant) and expr.right.value:
        exact = real(left.term) / real(right.term)
        return rounded(expr, inputs, there, exact, scene) if whole else Value(there, exact)
    return _hard(expr, inputs, both(there, right.term != 0), (right.term == 1000, real(left.term) / 1000), scene)


def _hard(expr: ir.Expr, inputs: tuple[ir.Expr, ...], there: Logic, easy: tuple[Logic, Term], scene: Scene) -> Meaning:
    """A product or quotient of two columns: any value, but an easy one where the solver is asked for a customer."""
    made = scene.anything(expr.type, there)
    condition, result = easy
    if isinstance(made, Value):
        near = made.term == result if expr.type.kind in REALS else made.term == z3.ToInt(real(result))
        scene.facts.easy.append(both(condition, near))
    return scene.approximated(expr, inputs, made)


# ------------------------------------------------------------------------------------------------ rows of a decision table


def collected(function: str, rows: list[tuple[Logic, Meaning]], of: Type) -> Meaning:
    """How many rows match, or the sum of what they give."""
    zero, one = (z3.RealVal(0), z3.RealVal(1)) if of.kind in REALS else (z3.IntVal(0), z3.IntVal(1))
    total = zero
    for holds, output in rows:
        if function == "count":
            total = total + chosen(holds, one, zero)
        elif isinstance(output, Value):
            total = total + chosen(both(holds, output.known), output.term, zero)
    return Value(True, total)


def extreme(function: str, rows: list[tuple[Logic, Meaning]]) -> Meaning:
    """The smallest or largest of what the matching rows give; missing where none is known."""
    found = Value(False, z3.IntVal(0))
    for place, (holds, output) in enumerate(rows):
        if isinstance(output, Value):
            counts = both(holds, output.known)
            beats = output.term < found.term if function == "min" else output.term > found.term
            taken = counts if place == 0 else both(counts, either(negated(found.known), beats))
            found = Value(either(found.known, counts), output.term if place == 0 else chosen(taken, output.term, found.term))
    return found


# ------------------------------------------------------------------------------------------------ moved dates


def shifted(expr: ir.Shift, scene: Scene) -> Meaning:
    """A date or datetime moved by a duration."""
    value, by = scene.value(expr.value), expr.by
    daily = expr.value.type.kind is Kind.DATE
    if by.days is not None:
        moved = value.term + expr.sign * by.days * (1 if daily else DAY)
        return Value(both(value.known, _fits(expr, moved)), moved)
    if by.minutes is not None:
        moved = value.term * (DAY if daily else 1) + expr.sign * by.minutes * 60_000_000
        return Value(both(value.known, _fits(expr, moved)), moved)
    return _about(expr, value, scene)


def _fits(expr: ir.Shift, moved: Term) -> Logic:
    """A day beyond the calendar is missing; the as-of date never comes near its ends."""
    return True if calendar(expr) else possible(moved, expr.type)


def _about(expr: ir.Shift, value: Value, scene: Scene) -> Meaning:
    """By months, years or workdays: a day within a few of the average."""
    made = scene.anything(expr.type, value.known if calendar(expr) else both(value.known, scene.maybe()))
    if not isinstance(made, Value):
        return made
    unit = 1 if expr.type.kind is Kind.DATE else DAY
    way = (made.term - value.term) * expr.sign
    if expr.by.months is not None:
        days = int(expr.by.months * _MONTH)
        scene.facts.hold(implied(made.known, both(way >= (days - SLACK) * unit, way <= (days + SLACK) * unit)))
    else:
        scene.facts.hold(implied(made.known, way >= 0))
    found = scene.approximated(expr, (expr.value, ir.Today(type=expr.value.type)), made)
    settle(expr, made, scene)
    return found


def calendar(expr: ir.Expr) -> bool:
    """Whether the expression hangs on nothing but the as-of date, and stays within some centuries of it."""
    parts = list(expressions(expr))
    moved = [each.by for each in parts if isinstance(each, ir.Shift)]
    near = all(abs(by.count) <= _NEAR.get(by.unit, 0) for by in moved) and len(moved) < 5
    return near and isinstance(parts[-1], ir.Today | ir.ContactDate) and all(isinstance(each, ir.Shift) for each in parts[:-1])


_NEAR = {"day": 36_500, "week": 5_200, "month": 1_200, "year": 100, "hour": 876_000, "minute": 52_560_000, "workday": 26_000}
"""A century."""


def settle(expr: ir.Expr, made: Meaning, scene: Scene) -> None:
    """Say what a function of the as-of date gives on the day that shown customers are seen on."""
    if scene.moment or not calendar(expr) or isinstance(made, Pair):
        return
    number = given_on(ANY_DAY, expr, scene.facts)
    if number is not None:
        scene.facts.hold(implied(scene.today == ANY_DAY.toordinal(), both(made.known, made.term == number)))
