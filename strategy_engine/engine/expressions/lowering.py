"""From a typed expression to a `pl.Expr`: the entry, and what every node's lowering is given.

A node is one function registered with `lowered`; the modules beside this one hold them by family. Nodes that no single
row of a frame can tell (`FEATURES`) stand for columns that the caller has computed before: `names` gives them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import singledispatch

import polars as pl

from strategy_engine.engine.expressions.dtypes import literal
from strategy_engine.engine.rows import World, children, evaluate
from strategy_engine.language.functions import Context
from strategy_engine.record import record
from strategy_engine.semantics import ir

Naming = Callable[[ir.Expr], pl.Expr | None]
"""The column (or constant) that stands for a node, None to lower the node itself. Asked first, for every node."""

FEATURES = (ir.Column, ir.Derived, ir.Reference, ir.SeriesValue, ir.InList, ir.Aggregate, ir.Population, ir.Ago)
"""The nodes that `names` must know."""


class UnnamedFeatureError(LookupError):
    """A node stands for a column that the caller did not name."""


@record
class Lowering:
    """The naming of features, and the day."""

    names: Naming
    context: Context
    contact_date: dt.date

    def __call__(self, expr: ir.Expr) -> pl.Expr:
        """The expression over the caller's frame. A constant expression has length one."""
        named = self.names(expr)
        if named is not None:
            return named
        if isinstance(expr, FOLDED) and is_constant(expr):
            return literal(evaluate(expr, World(self.context, self.contact_date)), expr.type)
        return lowered(expr, self)

    def named(self, names: Naming) -> Lowering:
        """The same day with other names."""
        return replace(self, names=names)


@singledispatch
def lowered(expr: ir.Expr, low: Lowering) -> pl.Expr:  # noqa: ARG001 - the nodes' functions use it
    """The node's lowering; `low(part)` lowers a part."""
    if isinstance(expr, FEATURES):
        raise UnnamedFeatureError(f"no column stands for {expr}")
    raise TypeError(f"no lowering for {type(expr).__name__}")


def lower(expr: ir.Expr, names: Naming, context: Context, contact_date: dt.date | None = None) -> pl.Expr:
    """The expression over a frame in which `names` knows every feature; `contact_date` is today unless given."""
    return Lowering(names, context, contact_date or context.today)(expr)


def features(expr: ir.Expr) -> Iterator[ir.Expr]:
    """The features that the expression reads, outermost only; a feature may come several times."""
    if isinstance(expr, FEATURES):
        yield expr
        return
    for child in children(expr):
        yield from features(child)


# Computed once instead of for every row; bounds that are plain literals also reach the readers' statistics.
FOLDED = (ir.Today, ir.ContactDate, ir.Convert, ir.Call, ir.Arithmetic, ir.Negate, ir.Shift)
_KNOWN_BEFORE = (ir.Constant, ir.Today, ir.ContactDate)


def is_constant(expr: ir.Expr) -> bool:
    """Whether the expression is the same for all customers of a day."""
    if isinstance(expr, FEATURES):
        return False
    return isinstance(expr, _KNOWN_BEFORE) or all(map(is_constant, children(expr)))
