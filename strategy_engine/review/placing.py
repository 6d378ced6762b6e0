"""Placing a measure in time: its days become columns of the observation, so that all days of listings are measured together."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from strategy_engine.engine.expressions import FEATURES
from strategy_engine.language.types import DATE, Kind
from strategy_engine.plan.tree import rewrite
from strategy_engine.semantics import ir
from strategy_engine.semantics.model import Kpi, Model
from strategy_engine.semantics.walk import expressions

NUMBER, LISTED, CONTACT = "#number", "#listed", "#contact"
"""Of an observation: its number, and the days on which it was listed and contacted."""

_CUSTOMER = "customer"


def placed(expr: ir.Expr, model: Model, after: str) -> ir.Expr:
    """The expression with its days as columns, and its rows bounded by what could be seen.

    Rows in a window around the contact are seen as far as they are known by now; all others as of the day of the listing. `before.` is
    that day, too; `after.` becomes the scope of that name, since each kpi has its own day.
    """

    def change(node: ir.Expr | ir.Rows) -> ir.Expr | ir.Rows | None:
        match node:
            case ir.ContactDate():
                return ir.Column(_CUSTOMER, CONTACT, type=DATE)
            case ir.Today():
                return ir.Column(_CUSTOMER, LISTED, type=DATE)
            case ir.Column(scope="before", name=name):
                return ir.Column(_CUSTOMER, name, type=node.type)
            case ir.Column(scope="after", name=name):
                return ir.Column(after, name, type=node.type)
            case ir.Rows(time=str()) if not node.future:
                return _seen(node, model, inside)
        return None

    def inside(expr: ir.Expr) -> ir.Expr:
        return rewrite(expr, change)

    return inside(expr)


def _seen(rows: ir.Rows, model: Model, inside: Callable[[ir.Expr], ir.Expr]) -> ir.Rows:
    """The rows with all inside them placed; where no window ties them to the contact, those up to the day of the listing."""
    where = None if rows.where is None else inside(rows.where)
    if not _around_contact(rows):
        column = ir.Column("row", rows.time or "", type=model.project.data[rows.table].columns[rows.time or ""].value_type)
        day = column if column.type.kind is Kind.DATE else ir.Convert(column, type=DATE)
        seen = ir.Compare("<=", day, ir.Column(_CUSTOMER, LISTED, type=DATE))
        where = seen if where is None else ir.And((where, seen))
    window = None if rows.window is None else replace(rows.window, low=_end(rows.window.low, inside), high=_end(rows.window.high, inside))
    return replace(rows, where=where, window=window, future=True)


def _end(end: ir.Expr | None, inside: Callable[[ir.Expr], ir.Expr]) -> ir.Expr | None:
    return None if end is None else inside(end)


def _around_contact(rows: ir.Rows) -> bool:
    return rows.window is not None and any(isinstance(node, ir.ContactDate) for node in expressions(rows.window))


# ------------------------------------------------------------------------------------------------ when a kpi can be told


def horizon(kpi: Kpi) -> tuple[ir.Expr, ...]:
    """The days on which the kpi's observation is over, of which the last counts: after `at:`, else at the ends of its windows."""
    contact = ir.ContactDate(type=DATE)
    if kpi.at is not None:
        return (ir.Shift(contact, kpi.at, 1, type=DATE),)
    return tuple(dict.fromkeys(_ends(kpi.measure))) or (contact,)


def _ends(expr: ir.Expr) -> Iterator[ir.Expr]:
    for node in expressions(expr):
        if isinstance(node, ir.Aggregate) and _around_contact(node.rows) and node.rows.window is not None:
            high = node.rows.window.high
            if high is not None and not any(isinstance(part, FEATURES) for part in expressions(high)):
                yield high
