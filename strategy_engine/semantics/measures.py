"""What a kpi's measure is made of: sums over the customers acted on, and a formula over those sums.

Only sums can be added up over channels, days and arms, and only of a smooth formula of sums is it known how sure a figure is (the
delta method). So a measure combines `sum`, `avg`, `count` and `share of` by `+ - * /`; anything else is refused where it is declared.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence

from strategy_engine.language.types import CENTS, Kind
from strategy_engine.record import record
from strategy_engine.semantics import ir
from strategy_engine.semantics.walk import children

OVER_CUSTOMERS = "customers"
"""The rows of an aggregate over the customers acted on."""


@record
class Part:
    """A sum over the customers acted on: of the known values, or (`counts`) of how many are known. A condition counts as 0 or 1."""

    value: ir.Expr
    counts: bool = False


@record
class Total:
    """The sum of a part, by its place among the parts."""

    place: int


@record
class Number:
    """A constant; money in hundredths."""

    value: float


@record
class Combined:
    """Two formulas combined by `+ - * /`."""

    op: str
    left: Formula
    right: Formula


Formula = Total | Number | Combined


@record
class Measure:
    """A measure taken apart.

    formula: over the sums of the parts.      single: the value of each customer where the measure is a plain average or share of it;
    of such a one more can be said than of a ratio of sums.      share: whether that value is a condition.      money: whether the formula
    gives hundredths of the currency.
    """

    parts: tuple[Part, ...]
    formula: Formula
    single: ir.Expr | None
    share: bool
    money: bool


class NotSummedError(Exception):
    """A part of a measure that no sum over customers tells; `span` says where."""

    def __init__(self, node: ir.Expr) -> None:
        super().__init__(type(node).__name__)
        self.span = node.span


def measure_of(expr: ir.Expr, *, share: bool) -> Measure:
    """The measure of a kpi. Raises NotSummedError where it is not made of sums."""
    if share or not _aggregates(expr):
        parts = (Part(expr), Part(expr, counts=True))
        average = Combined("/", Total(0), Total(1))
        return Measure(parts, average, expr, share, expr.type.kind is Kind.MONEY)
    taken = _TakenApart([])
    formula = taken.formula(expr)
    plain = isinstance(expr, ir.Aggregate) and expr.function == "avg"
    return Measure(tuple(taken.parts), formula, expr.value if plain else None, share=False, money=expr.type.kind is Kind.MONEY)  # type: ignore[attr-defined]


def _aggregates(expr: ir.Expr) -> bool:
    """Whether the expression sums over customers somewhere."""
    if isinstance(expr, ir.Aggregate):
        return expr.rows.table == OVER_CUSTOMERS
    return any(map(_aggregates, children(expr)))


@record
class _TakenApart:
    parts: list[Part]

    def formula(self, node: ir.Expr) -> Formula:
        match node:
            case ir.Aggregate(function="sum", rows=ir.Rows(table="customers"), value=ir.Expr() as value):
                return self._total(Part(value))
            case ir.Aggregate(function="avg", rows=ir.Rows(table="customers"), value=ir.Expr() as value):
                return Combined("/", self._total(Part(value)), self._total(Part(value, counts=True)))
            case ir.Aggregate(function="count", rows=ir.Rows(table="customers"), value=ir.Expr() as value):
                return self._total(Part(value, counts=True))
            case ir.Arithmetic(op=op, left=left, right=right):
                return Combined(op, self.formula(left), self.formula(right))
            case ir.Negate(value=value):
                return Combined("-", Number(0.0), self.formula(value))
            case ir.Convert(value=value):
                return Combined("*", self.formula(value), Number(_scale(value.type.kind, node.type.kind)))
            case ir.Constant(value=int() | float() as number):
                return Number(float(number))
        raise NotSummedError(node)

    def _total(self, part: Part) -> Total:
        if part not in self.parts:
            self.parts.append(part)
        return Total(self.parts.index(part))


def _scale(of: Kind, to: Kind) -> float:
    """By what a number is multiplied to be held as the other kind: money is held in hundredths."""
    return (CENTS if to is Kind.MONEY else 1.0) / (CENTS if of is Kind.MONEY else 1.0)


# ------------------------------------------------------------------------------------------------ the formula's value


Linear = tuple[float, tuple[float, ...]]
"""A value, and its derivative by each of the sums."""


def value_of(formula: Formula, sums: Sequence[float]) -> Linear | None:
    """The formula's value and gradient at the sums; None where it divides by nothing."""
    match formula:
        case Total(place=place):
            return sums[place], tuple(float(place == other) for other in range(len(sums)))
        case Number(value=value):
            return value, (0.0,) * len(sums)
        case Combined(op=op, left=left, right=right):
            a, b = value_of(left, sums), value_of(right, sums)
            return None if a is None or b is None else _COMBINE[op](a, b)


def _sum(sign: Callable[[float, float], float]) -> Callable[[Linear, Linear], Linear]:
    return lambda a, b: (sign(a[0], b[0]), tuple(map(sign, a[1], b[1])))


def _product(a: Linear, b: Linear) -> Linear:
    return a[0] * b[0], tuple(left * b[0] + right * a[0] for left, right in zip(a[1], b[1], strict=True))


def _quotient(a: Linear, b: Linear) -> Linear | None:
    if b[0] == 0:
        return None
    value = a[0] / b[0]
    return value, tuple((left - value * right) / b[0] for left, right in zip(a[1], b[1], strict=True))


_COMBINE: dict[str, Callable[[Linear, Linear], Linear | None]] = {
    "+": _sum(operator.add),
    "-": _sum(operator.sub),
    "*": _product,
    "/": _quotient,
}


def grows(measure: Measure) -> bool:
    """Whether the figure grows with the number of customers, as a bare sum does, so that it is compared by customer."""
    sums = [1.0 + place for place in range(len(measure.parts))]  # any point will do: the formula is homogeneous or of no fixed degree
    once, twice = value_of(measure.formula, sums), value_of(measure.formula, [2 * each for each in sums])
    return once is not None and twice is not None and abs(once[0] - twice[0]) > 1e-9 * max(1.0, abs(once[0]))
