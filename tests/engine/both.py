"""Evaluate an expression over a few rows with both engines, for tests that say what must come out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from strategy_engine.engine.expressions import Lowering, aggregate, attach, dtype_of, lower
from strategy_engine.engine.rows import World, evaluate
from strategy_engine.language.types import Type
from strategy_engine.semantics import ir

from .bank import CONTACT_DATE, CONTEXT


def column(name: str, of: Type, scope: str = "customer") -> ir.Column:
    """A column that may be missing."""
    return ir.Column(scope=scope, name=name, type=of.or_missing())


def constant(value: Any, of: Type) -> ir.Constant:
    """A constant."""
    return ir.Constant(value=value, type=of)


def values(expr: ir.Expr, rows: Sequence[dict[str, Any]], of: dict[str, Type]) -> list[Any]:
    """What both engines make of the expression for each row of customer columns."""
    frame = pl.DataFrame(rows, schema={name: dtype_of(type_) for name, type_ in of.items()}, orient="row")
    lowered = lower(expr, _by_name, CONTEXT, CONTACT_DATE)
    found = frame.lazy().with_columns(lowered.alias("value")).collect()["value"].to_list()
    expected = [evaluate(expr, World(CONTEXT, CONTACT_DATE, customer=row)) for row in rows]
    assert found == expected
    return found


def _by_name(node: ir.Expr) -> pl.Expr | None:
    return pl.col(node.name) if isinstance(node, ir.Column) else None


def totals(node: ir.Aggregate, customers: Sequence[Sequence[dict[str, Any]]], of: dict[str, Type]) -> list[Any]:
    """What both engines make of the aggregate for each customer's rows of table `txn`."""
    schema = {"key": pl.Int64} | {name: dtype_of(type_) for name, type_ in of.items()}
    flat = [{"key": key} | row for key, rows in enumerate(customers) for row in rows]
    rows = pl.LazyFrame(flat, schema=schema, orient="row")
    low = Lowering(_by_name, CONTEXT, CONTACT_DATE)
    keys = pl.LazyFrame({"key": range(len(customers))}, schema={"key": pl.Int64})
    joined = attach(keys, aggregate(rows, {node: "value"}, "key", low), {node: "value"}, "key")
    found = joined.collect().sort("key")["value"].to_list()
    expected = [evaluate(node, World(CONTEXT, CONTACT_DATE, rows={"txn": mine})) for mine in customers]
    assert found == expected
    return found
