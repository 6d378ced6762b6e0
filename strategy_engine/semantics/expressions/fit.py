"""When a value may stand where another type is wanted, and how it is then held."""

from __future__ import annotations

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal

from strategy_engine.language.types import CENTS, DATE, DATETIME, MONEY, NUMBER, PLAIN_NUMBERS, TEXTS, TIMES, Kind, Type
from strategy_engine.semantics import ir


def to_cents(value: Decimal | float | int) -> int:
    """An amount of whole currency units in hundredths, rounded half away from zero."""
    exact = value if isinstance(value, Decimal) else Decimal(str(value))
    return int((exact * CENTS).quantize(Decimal(1), ROUND_HALF_UP))


def convert(expression: ir.Expr, wanted: Type) -> ir.Expr:
    """The expression held as `wanted`, keeping whether it may be missing."""
    target = wanted.known().or_missing(expression.type.optional)
    if expression.type.kind is wanted.kind:
        return expression
    if isinstance(expression, ir.Constant):
        return ir.Constant(_constant(expression, wanted.kind), type=target, span=expression.span)
    return ir.Convert(expression, type=target, span=expression.span)


def _constant(constant: ir.Constant, kind: Kind) -> object:
    value = constant.value
    if value is None:
        return None
    match kind:
        case Kind.MONEY:
            return to_cents(value)
        case Kind.NUMBER | Kind.PERCENT:
            return value / CENTS if constant.type.kind is Kind.MONEY else float(value)
        case Kind.TEXT | Kind.ID:
            return str(value)
        case Kind.DATETIME:
            return dt.datetime.combine(value, dt.time())
        case Kind.DATE:
            return value.date()
    return value


def fit(expression: ir.Expr, wanted: Type) -> ir.Expr | None:
    """The expression as a value of the wanted type, or None where it does not fit.

    A whole number fits a number or percentage; a literal number fits money and a literal whole number an id; ids and texts
    fit each other; a date fits a date and time; a literal text fits an enum that has it.
    """
    have, want = expression.type.kind, wanted.kind
    if Kind.ERROR in (have, want):
        return expression
    if have is Kind.ENUM and want is Kind.ENUM:
        same = expression.type.enum is not None and wanted.enum is not None and expression.type.enum.values == wanted.enum.values
        return expression if same else None
    if have is want:
        return expression
    literal = isinstance(expression, ir.Constant)
    allowed = (
        (have in PLAIN_NUMBERS and want in (Kind.NUMBER, Kind.PERCENT))
        or (have in (Kind.INT, Kind.NUMBER) and want is Kind.MONEY and literal)
        or (have in TEXTS and want in TEXTS)
        or (have is Kind.INT and want is Kind.ID and literal)
        or (have is Kind.DATE and want is Kind.DATETIME)
    )
    if allowed:
        return convert(expression, wanted)
    if want is Kind.ENUM and have is Kind.TEXT and isinstance(expression, ir.Constant) and wanted.enum is not None:
        value = wanted.enum.value_of(expression.value)
        return None if value is None else ir.Constant(value, type=wanted.known(), span=expression.span)
    return None


def common(left: ir.Expr, right: ir.Expr) -> tuple[ir.Expr, ir.Expr] | None:
    """Both held alike, so that they can be compared; None where they cannot. A date meets a date and time by its day."""
    a, b = left.type.kind, right.type.kind
    if a in PLAIN_NUMBERS and b in PLAIN_NUMBERS:
        return (left, right) if a is b else (convert(left, NUMBER), convert(right, NUMBER))
    if a in TIMES and b in TIMES and a is not b:
        return convert(left, DATE), convert(right, DATE)
    for wanted in (left.type, right.type):
        first, second = fit(left, wanted), fit(right, wanted)
        if first is not None and second is not None:
            return first, second
    return None


def money(expression: ir.Expr) -> ir.Expr | None:
    """The expression as money, where it fits."""
    return fit(expression, MONEY)


def moment(expression: ir.Expr) -> ir.Expr | None:
    """The expression as a date and time, where it fits."""
    return fit(expression, DATETIME)
