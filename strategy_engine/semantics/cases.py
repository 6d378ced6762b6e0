"""`by selector { key: value … }` over any key."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from strategy_engine.diagnostics.model import suggest
from strategy_engine.language import ast
from strategy_engine.language.types import BOOL, INT, TEXT, TEXTS, Kind, Type
from strategy_engine.semantics import ir
from strategy_engine.semantics.context import Context, Scope
from strategy_engine.semantics.expressions.fit import common, convert, fit
from strategy_engine.semantics.expressions.infer import describe, infer, is_error
from strategy_engine.semantics.lints import MissingElse
from strategy_engine.semantics.model import Cases
from strategy_engine.semantics.name_errors import RepeatedKey, UnknownEnumValue
from strategy_engine.semantics.type_errors import Incomparable, WrongType

T = TypeVar("T")
Leaf = Callable[[ast.Value], T | None]


def cases(value: ast.Value, scope: Scope, context: Context, leaf: Leaf[T]) -> Cases[T]:
    """A value, or a tree of `by`, flattened to guarded leaves; `leaf` reads what stands at the ends (None: it was wrong)."""
    return Cases(tuple(_branches(value, None, scope, context, leaf)))


def _branches(value: ast.Value, guard: ir.Expr | None, scope: Scope, context: Context, leaf: Leaf[T]) -> list[tuple[ir.Expr | None, T]]:
    if not isinstance(value, ast.By):
        found = leaf(value)
        return [] if found is None else [(guard, found)]
    selector = infer(value.selector, scope, context)
    if is_error(selector):
        return []
    if selector.type.kind not in (Kind.ENUM, Kind.BOOL, Kind.INT, *TEXTS):
        wanted = "an enum, a text, a whole number or a condition"
        context.report(WrongType(value.selector.span, "what `by` selects on", wanted, describe(selector)))
        return []
    branches: list[tuple[ir.Expr | None, T]] = []
    otherwise: ast.Entry | None = None
    seen: dict[object, ast.Entry] = {}
    for entry in value.entries:
        if entry.key == "else":
            otherwise = entry
            continue
        test = _guard(selector, entry, context)
        if test is not None:
            _check_repeated(test.right, entry, seen, context)
            branches += _branches(entry.value, _both(guard, test), scope, context, leaf)
    if otherwise is not None:
        branches += _branches(otherwise.value, guard, scope, context, leaf)
    else:
        _warn_open(value, selector, context)
    return branches


def _check_repeated(value: ir.Expr, entry: ast.Entry, seen: dict[object, ast.Entry], context: Context) -> None:
    """A value and its label are one key."""
    before = seen.setdefault(value.value if isinstance(value, ir.Constant) else None, entry)
    if before is not entry and before.key != entry.key:  # the same word twice was told with the keys
        context.report(RepeatedKey(entry.key_span, entry.key, before.key_span))


def _both(outer: ir.Expr | None, inner: ir.Expr) -> ir.Expr:
    if outer is None:
        return inner
    return ir.And((outer, inner), type=BOOL.or_missing(outer.type.optional or inner.type.optional), span=inner.span)


def _guard(selector: ir.Expr, entry: ast.Entry, context: Context) -> ir.Compare | None:
    """`selector == key`."""
    key, kind = entry.key, selector.type.kind
    value: object
    if kind is Kind.ENUM and selector.type.enum is not None:
        value = selector.type.enum.value_of(key)
        if value is None:
            values = selector.type.enum.values
            context.report(UnknownEnumValue(entry.key_span, key, describe(selector).split(" (")[0], values, suggest(key, values)))
            return None
    elif kind is Kind.BOOL:
        value = {"true": True, "真": True, "false": False, "假": False}.get(key)
        if value is None:
            context.report(UnknownEnumValue(entry.key_span, key, "a condition", ("true", "false"), None))
            return None
    elif kind is Kind.INT:
        if not key.isdecimal():
            context.report(WrongType(entry.key_span, "a key here", "a whole number", f"`{key}`"))
            return None
        value = int(key)
    else:
        value = key
    wanted = {Kind.INT: INT, Kind.ID: TEXT, Kind.TEXT: TEXT}.get(kind, selector.type.known())
    constant = ir.Constant(value, type=wanted, span=entry.key_span)
    held = convert(selector, wanted) if kind is Kind.ID else selector
    return ir.Compare("==", held, constant, type=BOOL.or_missing(selector.type.optional), span=entry.key_span)


def _warn_open(value: ast.By, selector: ir.Expr, context: Context) -> None:
    """Without `else` there is no value where the selector is missing or has a value that is not named."""
    named = {entry.key for entry in value.entries}
    enum = selector.type.enum
    left_out: tuple[str, ...] = ()
    if enum is not None:
        covered = {enum.value_of(key) for key in named}
        left_out = tuple(each for each in enum.values if each not in covered)
    elif selector.type.kind is Kind.BOOL:
        left_out = tuple(word for word in ("true", "false") if word not in named)
    else:
        left_out = ("other values",)
    if left_out or selector.type.optional:
        context.report(MissingElse(value.selector.span, value.selector.text, left_out, selector.type.optional))


# ------------------------------------------------------------------------------------------------ as one expression


def by_expression(value: ast.Value, scope: Scope, context: Context, wanted: Callable[[ir.Expr], ir.Expr | None] | None = None) -> ir.Expr:
    """An expression, or a `by` over expressions as one: a decision that takes the first branch whose guard holds.

    `wanted` says how each leaf must be held (None: it does not fit; it has told why).
    """

    def leaf(node: ast.Value) -> ir.Expr | None:
        found = infer(node, scope, context)
        if is_error(found):
            return None
        return wanted(found) if wanted is not None else found

    found = cases(value, scope, context, leaf)
    error = ir.Constant(None, type=Type(Kind.ERROR), span=value.span)
    if not found.branches:
        return error
    if not isinstance(value, ast.By):
        return found.branches[0][1]
    alike = _alike([branch for _, branch in found.branches], context)
    if alike is None:
        return error
    true = ir.Constant(True, type=BOOL)
    rows = tuple((guard or true, each) for (guard, _), each in zip(found.branches, alike, strict=True))
    closed = found.branches[-1][0] is None
    optional = not closed or any(each.type.optional for each in alike)
    return ir.Decision("first", rows, type=alike[0].type.known().or_missing(optional), span=value.span)


def _alike(values: list[ir.Expr], context: Context) -> list[ir.Expr] | None:
    shared = values[0]
    for value in values[1:]:
        pair = common(shared, value)
        if pair is None:
            span = value.span or shared.span
            context.report(Incomparable(span, describe(shared), describe(value), "all branches must be of one type"))
            return None
        shared = pair[0]
    return [fit(value, shared.type) or convert(value, shared.type) for value in values]
