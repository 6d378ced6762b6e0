"""What a condition says of single values, read off without a solver: most pairs of rows and cohorts are apart by one of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from strategy_engine.record import record
from strategy_engine.semantics import ir


@record
class Range:
    """The values that something can have: between the ends (None is open), or one of those named."""

    low: Any = None
    high: Any = None
    low_closed: bool = True
    high_closed: bool = True
    named: frozenset[Any] | None = None


Box = Mapping[ir.Expr, Range]
"""The ranges of the values that a true condition compares with constants. What is compared is known, or it would not be true."""


def box_of(condition: ir.Expr) -> Box:
    """The box of a condition."""
    found: dict[ir.Expr, Range] = {}
    for value, within in _ranges(condition):
        before = found.get(value)
        found[value] = within if before is None else _met(before, within)
    return found


def apart(one: Box, other: Box) -> bool:
    """Whether no value lies in both, so that the conditions are never true together."""
    smaller, larger = (one, other) if len(one) <= len(other) else (other, one)
    return any(value in larger and _empty(_met(within, larger[value])) for value, within in smaller.items())


def _ranges(condition: ir.Expr, *, holds: bool = True) -> Iterator[tuple[ir.Expr, Range]]:
    """What is so of single values where the condition is true; or, unless it `holds`, false."""
    if isinstance(condition, ir.Not):
        yield from _ranges(condition.value, holds=not holds)
    elif isinstance(condition, ir.And if holds else ir.Or):
        for part in condition.parts:
            yield from _ranges(part, holds=holds)
    elif isinstance(condition, ir.IsKnown):
        yield condition, Range(named=frozenset([holds]))
    elif isinstance(condition, ir.Column | ir.Derived | ir.InList):
        yield condition, Range(named=frozenset([holds]))
        yield _known(condition)
    elif isinstance(condition, ir.Compare):
        if isinstance(condition.right, ir.Constant) and condition.right.value is not None:
            within = _compared(condition, condition.op if holds else _OPPOSITE[condition.op], condition.right.value)
            yield from ((condition.left, within), _known(condition.left)) if within is not None else ()
    elif isinstance(condition, ir.InSet):
        within = _named(condition, holds=holds)
        yield from ((condition.value, within), _known(condition.value)) if within is not None else ()
    elif isinstance(condition, ir.InWindow) and holds:
        yield from _windowed(condition)


_OPPOSITE = {"==": "!=", "!=": "==", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}


def _known(value: ir.Expr) -> tuple[ir.Expr, Range]:
    """What is compared is known."""
    return ir.IsKnown(value), Range(named=frozenset([True]))


def _named(condition: ir.InSet, *, holds: bool) -> Range | None:
    options = frozenset(option.value for option in condition.options)
    enum = condition.value.type.enum
    if holds:
        return Range(named=options)
    return None if enum is None else Range(named=frozenset(enum.values) - options)


def _compared(condition: ir.Compare, op: str, value: Any) -> Range | None:
    enum = condition.left.type.enum
    if op == "==":
        return Range(named=frozenset([value]))
    if enum is not None:
        place = enum.values.index(value)
        kept = {"<": enum.values[:place], "<=": enum.values[: place + 1], ">": enum.values[place + 1 :], ">=": enum.values[place:]}
        return Range(named=frozenset(kept.get(op, (each for each in enum.values if each != value))))
    if op in ("<", "<="):
        return Range(high=value, high_closed=op == "<=")
    if op in (">", ">="):
        return Range(low=value, low_closed=op == ">=")
    return None


def _windowed(condition: ir.InWindow) -> Iterator[tuple[ir.Expr, Range]]:
    window = condition.window
    ends = [end.value if isinstance(end, ir.Constant) else None for end in (window.low, window.high)]
    if condition.value.type.enum is None:
        yield condition.value, Range(ends[0], ends[1], window.low_closed, window.high_closed)


def _met(one: Range, other: Range) -> Range:
    """What lies in both."""
    low, low_closed = _inner(one.low, one.low_closed, other.low, other.low_closed, larger=True)
    high, high_closed = _inner(one.high, one.high_closed, other.high, other.high_closed, larger=False)
    named = one.named if other.named is None else other.named if one.named is None else one.named & other.named
    return Range(low, high, low_closed, high_closed, named)


def _inner(one: Any, one_closed: bool, other: Any, other_closed: bool, *, larger: bool) -> tuple[Any, bool]:
    if one is None or other is None:
        return (other, other_closed) if one is None else (one, one_closed)
    if one == other:
        return one, one_closed and other_closed
    first = (one > other) is larger
    return (one, one_closed) if first else (other, other_closed)


def _empty(within: Range) -> bool:
    if within.named is not None:
        return not any(_inside(value, within) for value in within.named)
    if within.low is None or within.high is None:
        return False
    return bool(within.low > within.high or (within.low == within.high and not (within.low_closed and within.high_closed)))


def _inside(value: Any, within: Range) -> bool:
    if isinstance(value, str):  # enums have no ends here, and texts are not compared
        return True
    above = within.low is None or value > within.low or (within.low_closed and value == within.low)
    return above and (within.high is None or value < within.high or (within.high_closed and value == within.high))
