"""Windows of time."""

from __future__ import annotations

from strategy_engine.language import ast
from strategy_engine.language.types import DATE, DATETIME, TIMES, Duration, Kind
from strategy_engine.semantics import ir
from strategy_engine.semantics.context import Context, Scope
from strategy_engine.semantics.expressions.fit import convert
from strategy_engine.semantics.expressions.infer import describe, infer, is_error
from strategy_engine.semantics.type_errors import BadWindow, WrongType

_ONE_DAY = Duration(1, "day")
_TODAY: ir.Expr = ir.Today(type=DATE)


def _shifted(by: Duration, sign: int) -> ir.Expr:
    return _TODAY if by.count == 0 else ir.Shift(_TODAY, by, sign, type=DATE)


def period_window(period: ast.Period) -> ir.Window:
    """`last N days` is the N calendar days that end with today, `next N days` today and the N-1 days after it.

    Months and years reach to the same day of the other month, which itself is left out: `last 3 months` on 20 November begins on
    21 August. Hours and minutes count back from the end of today (forward: from its beginning).
    """
    length, back = period.duration, period.direction == "last"
    sign, near = (-1 if back else 1), _TODAY
    if length.minutes is not None:
        near = ir.Convert(_shifted(_ONE_DAY, 1) if back else _TODAY, type=DATETIME)
        far: ir.Expr = ir.Shift(near, length, sign, type=DATETIME)
        closed = (True, False)
    elif length.months is not None:
        far, closed = _shifted(length, sign), (not back, back)
    else:
        days = length.days
        by = Duration(length.count - 1, length.unit) if days is None else Duration(days - 1, "day")
        far, closed = _shifted(by, sign), (True, True)
    low, high = (far, near) if back else (near, far)
    return ir.Window(low, high, *closed, type=near.type, span=period.span)


def window(node: ast.Value, scope: Scope, context: Context) -> ir.Window | None:
    """What stands after `within`, as a window of dates or times; None where it is none, which is told."""
    if isinstance(node, ast.Period):
        if node.duration.count == 0:
            context.report(BadWindow(node.span, "a window of nothing holds nothing", "write at least 1"))
            return None
        return period_window(node)
    if isinstance(node, ast.Interval):
        return _interval(node, scope, context)
    if isinstance(node, ast.Since):
        return _since(node, scope, context)
    length = f"{node.value}" if isinstance(node, ast.DurationLiteral) else ""
    hint = f"write `last {length}` or `next {length}`" if length else None
    context.report(BadWindow(node.span, "this window does not say in which direction it lies", hint))
    return None


def _interval(node: ast.Interval, scope: Scope, context: Context) -> ir.Window | None:
    ends = [infer(end, scope, context) for end in (node.low, node.high)]
    if is_error(*ends):
        return None
    for end in ends:
        if end.type.kind not in TIMES:
            context.report(WrongType(end.span or node.span, "the end of a window", "a date", describe(end)))
            return None
    kind = DATETIME if any(end.type.kind is Kind.DATETIME for end in ends) else DATE
    low, high = (convert(end, kind) for end in ends)
    return ir.Window(low, high, node.low_closed, node.high_closed, type=kind, span=node.span)


def _since(node: ast.Since, scope: Scope, context: Context) -> ir.Window | None:
    if node.after != "contact" or not scope.kpi:
        hint = "`within 14 days after contact` belongs into a kpi's measure"
        context.report(BadWindow(node.span, f"a window after `{node.after}` has no meaning here", hint))
        return None
    contact = ir.ContactDate(type=DATE)
    return ir.Window(contact, ir.Shift(contact, node.duration, 1, type=DATE), type=DATE, span=node.span)
