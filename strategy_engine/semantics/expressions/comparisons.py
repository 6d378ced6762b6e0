"""Comparisons, membership, intervals and windows of time."""

from __future__ import annotations

from strategy_engine.language import ast
from strategy_engine.language.foreign import NOTHING
from strategy_engine.language.types import BOOL, DATE, NUMERIC, TEXTS, TIMES, Kind
from strategy_engine.semantics import ir
from strategy_engine.semantics.context import Context, Scope, failed
from strategy_engine.semantics.expressions.fit import common, convert, fit
from strategy_engine.semantics.expressions.infer import describe, infer, is_error, rule
from strategy_engine.semantics.expressions.lookup import enum_word, lookup
from strategy_engine.semantics.expressions.never import decided
from strategy_engine.semantics.expressions.windows import period_window
from strategy_engine.semantics.shape_errors import ListOfEnds, NeverHolds, PercentAsNumber
from strategy_engine.semantics.type_errors import Incomparable, NeedsQuotes, NoOrder, WrongType
from strategy_engine.source.file import Span

_ORDERED = {Kind.INT, Kind.NUMBER, Kind.PERCENT, Kind.MONEY, Kind.DATE, Kind.DATETIME, Kind.TEXT, Kind.ID}
_MEASURED = {Kind.NUMBER, Kind.PERCENT, Kind.MONEY, Kind.DATE, Kind.DATETIME}
_MIRROR = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}


@rule(ast.Compared)
def compared(node: ast.Compared, scope: Scope, context: Context) -> ir.Expr:
    """A chain `a <= b < c` is the conjunction of its links."""
    links = []
    left = node.first
    for op, right in node.rest:
        links.append(_link(left, op, right, scope, context))
        left = right
    if len(links) == 1:
        return links[0]
    return ir.And(tuple(links), type=BOOL.or_missing(any(link.type.optional for link in links)), span=node.span)


def _link(left: ast.Expr, op: str, right: ast.Expr, scope: Scope, context: Context) -> ir.Expr:
    first, second = operands(left, right, scope, context)
    return compare(first, op, second, left.span.to(right.span), context, raw=right)


def operands(left: ast.Expr, right: ast.Expr, scope: Scope, context: Context) -> tuple[ir.Expr, ir.Expr]:
    """Both sides typed; a bare word on one side is a value of the enum on the other, or a text that lacks its quotes."""
    if _unknown_word(left, scope, context):
        if _unknown_word(right, scope, context):  # the first one is to blame: the second may be a value of what it was to be
            return infer(left, scope, context), failed(right.span)
        second = infer(right, scope, context)
        return _word_or(left, second, scope, context), second
    first = infer(left, scope, context)
    return first, _word_or(right, first, scope, context)


def _word_or(node: ast.Expr, other: ir.Expr, scope: Scope, context: Context) -> ir.Expr:
    if isinstance(node, ast.Name) and node.text.casefold() in NOTHING and _unknown_word(node, scope, context):
        return infer(node, scope, context)  # neither a value nor a text
    word = enum_word(node, other.type, scope, context)
    if word is not None:
        return word
    if (is_error(other) or other.type.kind in TEXTS) and isinstance(node, ast.Name) and _unknown_word(node, scope, context):
        return failed(node.span) if is_error(other) else context.report(NeedsQuotes(node.span, node.text))
    return infer(node, scope, context)


def _unknown_word(node: ast.Expr, scope: Scope, context: Context) -> bool:
    """Whether it is a bare word that names nothing."""
    return isinstance(node, ast.Name) and len(node.parts) == 1 and lookup(node, scope, context) is None


def compare(left: ir.Expr, op: str, right: ir.Expr, span: Span, context: Context, raw: ast.Expr | None = None) -> ir.Expr:
    """`left op right`, both held alike; reports what cannot be compared."""
    if is_error(left, right):
        return ir.Constant(None, type=left.type if is_error(left) else right.type, span=span)
    if isinstance(raw, ast.Number) and left.type.kind is Kind.PERCENT and not raw.percent and raw.value >= 2:
        return context.report(PercentAsNumber(raw.span, raw.raw))
    pair = common(left, right)
    if pair is None:
        return context.report(Incomparable(span, describe(left), describe(right), _hint(left, right)))
    first, second = pair
    if op not in ("==", "!=") and not _has_order(first):
        return context.report(NoOrder(span, op, describe(left)))
    verdict = decided(first, op, second, context)
    if verdict is not None:
        context.report(NeverHolds(span, verdict[0], verdict[1]))
    return ir.Compare(op, first, second, type=BOOL.or_missing(first.type.optional or second.type.optional), span=span)


def _has_order(value: ir.Expr) -> bool:
    if value.type.kind is Kind.ENUM:
        return value.type.enum is not None and value.type.enum.ordered
    return value.type.kind in _ORDERED


def _hint(left: ir.Expr, right: ir.Expr) -> str | None:
    kinds = {left.type.kind, right.type.kind}
    if {Kind.MONEY, Kind.PERCENT} == kinds:
        return "a percentage is one of something: `… > 50% * aum`"
    if Kind.MONEY in kinds and kinds & {Kind.INT, Kind.NUMBER}:
        return "as_money(…) makes money of a number, as_number(…) a number of money"
    if Kind.DURATION in kinds and kinds & TIMES:
        return "compare with a date: `last_login < today - 60 days`"
    if Kind.MONEY in kinds and isinstance(right, ir.Constant) and right.type.kind is Kind.DURATION and right.value.unit == "week":
        return "`w` is weeks; ten thousands are written `50万`"
    if Kind.DURATION in kinds:
        return "count days with days_between(a, b), and compare with a number"
    if kinds & TIMES and kinds & TEXTS:
        return "dates stand without quotation marks: 2026-11-20"
    if kinds & NUMERIC and kinds & TEXTS:
        return "numbers stand without quotation marks; to_number(…) makes one of a text"
    return None


# ------------------------------------------------------------------------------------------------ in


@rule(ast.Contained)
def contained(node: ast.Contained, scope: Scope, context: Context) -> ir.Expr:
    item = infer(node.item, scope, context)
    container = node.container
    if isinstance(container, ast.Period):
        inside = _in_period(item, container, node, context)
    elif isinstance(container, ast.Interval):
        inside = in_interval(item, container, scope, context)
    elif isinstance(container, ast.ListLiteral):
        inside = in_list(item, container.items, node.span, scope, context)
    else:
        wanted = "a list `[a, b]`, an interval `[a..b)` or a period `last 7 days`"
        return context.report(WrongType(container.span, "what stands after `in`", wanted, "something else"))
    if is_error(inside) or not node.negated:
        return inside
    return ir.Not(inside, type=inside.type, span=node.span)


def _in_period(item: ir.Expr, period: ast.Period, node: ast.Contained, context: Context) -> ir.Expr:
    if is_error(item):
        return item
    if item.type.kind not in TIMES:
        return context.report(WrongType(node.item.span, "what lies in a period", "a date", describe(item)))
    window = period_window(period)
    held = item if window.type.kind is item.type.kind else convert(item, window.type)
    return ir.InWindow(held, window, type=BOOL.or_missing(item.type.optional), span=node.span)


def in_interval(item: ir.Expr, interval: ast.Interval, scope: Scope, context: Context) -> ir.Expr:
    """Whether the item lies between the interval's ends."""
    ends = []
    for end in (interval.low, interval.high):
        value = enum_word(end, item.type, scope, context)
        ends.append(value if value is not None else infer(end, scope, context))
    if is_error(item, *ends):
        return ir.Constant(None, type=next(e.type for e in (item, *ends) if is_error(e)), span=interval.span)
    held = item
    if item.type.kind is Kind.DATETIME and all(end.type.kind is Kind.DATE for end in ends):
        held = convert(item, DATE)
    for bound in ends:
        pair = common(held, bound)
        if pair is None:
            return context.report(Incomparable(bound.span or interval.span, describe(item), describe(bound), _hint(item, bound)))
        held = pair[0]
    low, high = (fit(bound, held.type) or convert(bound, held.type) for bound in ends)
    if not _has_order(held):
        return context.report(NoOrder(interval.span, "..", describe(item)))
    _check_ends(low, high, interval, context)
    window = ir.Window(low, high, interval.low_closed, interval.high_closed, type=held.type, span=interval.span)
    optional = held.type.optional or low.type.optional or high.type.optional
    return ir.InWindow(held, window, type=BOOL.or_missing(optional), span=interval.span)


def _check_ends(low: ir.Expr, high: ir.Expr, interval: ast.Interval, context: Context) -> None:
    if not (isinstance(low, ir.Constant) and isinstance(high, ir.Constant)):
        return
    a, b = low.value, high.value
    if low.type.enum is not None:
        a, b = low.type.enum.values.index(a), low.type.enum.values.index(b)
    if a > b or (a == b and not (interval.low_closed and interval.high_closed)):
        reason = "the interval's ends are the wrong way round" if a > b else "the interval is empty"
        context.report(NeverHolds(interval.span, False, reason))


def in_list(item: ir.Expr, options: tuple[ast.Expr, ...], span: Span, scope: Scope, context: Context) -> ir.Expr:
    """Whether the item equals one of the options; constants make a set, anything else a disjunction."""
    tests = []
    for option in options:
        value = _word_or(option, item, scope, context)
        tests.append(compare(item, "==", value, option.span, context, raw=option))
    if is_error(item, *tests):
        return ir.Constant(None, type=next(e.type for e in (item, *tests) if is_error(e)), span=span)
    if not tests:
        context.report(NeverHolds(span, False, "the list is empty"))
        return ir.Constant(False, type=BOOL, span=span)
    pairs = [test for test in tests if isinstance(test, ir.Compare)]
    constants = tuple(pair.right for pair in pairs if isinstance(pair.right, ir.Constant))
    if len(constants) == len(tests) and len({pair.left for pair in pairs}) == 1:
        _check_amounts(item, constants, span, context)
        return ir.InSet(pairs[0].left, constants, type=BOOL.or_missing(item.type.optional), span=span)
    return ir.Or(tuple(tests), type=BOOL.or_missing(any(test.type.optional for test in tests)), span=span)


def _check_amounts(item: ir.Expr, options: tuple[ir.Constant, ...], span: Span, context: Context) -> None:
    """Two rising amounts or dates in a list are nearly always meant as ends."""
    if len(options) == 2 and item.type.kind in _MEASURED and options[0].value < options[1].value:
        context.report(ListOfEnds(span, describe(item)))


def mirrored(op: str) -> str:
    """The sign with its sides exchanged."""
    return _MIRROR[op]
