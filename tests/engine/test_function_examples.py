"""Every example of the function library is read, typed and evaluated by both engines, and gives what it says."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from strategy_engine.catalog.models import Project
from strategy_engine.diagnostics.model import has_errors
from strategy_engine.engine.expressions import lower
from strategy_engine.engine.rows import World, evaluate
from strategy_engine.language.fragments import parse_fragment
from strategy_engine.language.functions import Context as Day
from strategy_engine.language.functions import Example, load_library
from strategy_engine.language.types import CENTS, Kind
from strategy_engine.semantics import ir
from strategy_engine.semantics.context import CUSTOMER, Context
from strategy_engine.semantics.expressions import infer
from strategy_engine.semantics.names import Names
from strategy_engine.semantics.walk import expressions
from strategy_engine.source.file import Span

TODAY = dt.date(2026, 11, 20)
VALUES = {"mass": "大众", "gold": "金葵花", "platinum": "白金", "private": "私行"}
TIER = {"type": "enum", "values": VALUES, "ordered": True}
CUSTOMERS = {"kind": "snapshot", "path": "-", "key": "id", "columns": {"id": "id", "tier": TIER}}
PROJECT = Project.model_validate({"project": "examples", "data": {"customer": CUSTOMERS}})
CUSTOMER_ROW = {"id": "1", "tier": "gold"}  # the customer of the examples that need one
FRAME = pl.DataFrame(CUSTOMER_ROW, schema={"id": pl.String, "tier": pl.Enum(list(VALUES))})
EXAMPLES = [(function.name, example) for function in load_library().values() for example in function.examples]


def typed(text: str) -> ir.Expr:
    tree, problems = parse_fragment(text, "expr", lambda start, end: Span("", start, end))
    context = Context(Names(PROJECT), problems)
    expression = infer(tree, CUSTOMER, context) if tree is not None else None
    assert not has_errors(context.diagnostics), [each.message for each in context.diagnostics]
    assert expression is not None
    return expression


def shown(value: Any, expression: ir.Expr) -> Any:
    """Money as the examples write it: a decimal text."""
    if expression.type.kind is Kind.MONEY and value is not None:
        return f"{Decimal(value) / CENTS:.2f}"
    return value


@pytest.mark.parametrize(("name", "example"), EXAMPLES, ids=[f"{name}-{example.expression}" for name, example in EXAMPLES])
def test_example(name: str, example: Example) -> None:
    expression = typed(example.expression)
    assert any(isinstance(node, ir.Call) and node.function == name for node in nodes(expression))
    day = Day(TODAY)
    assert shown(evaluate(expression, World(day, TODAY, CUSTOMER_ROW)), expression) == example.gives
    column = lower(expression, lambda node: pl.col(node.name) if isinstance(node, ir.Column) else None, day)
    assert shown(FRAME.select(column.alias("value"))["value"][0], expression) == example.gives


def nodes(expression: ir.Expr) -> list[ir.Expr]:
    return list(expressions(expression))
