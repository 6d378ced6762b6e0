"""One expression of the language for a frame at hand, outside of any project."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Mapping
from typing import Any

import polars as pl
from pydantic import ValidationError

from strategy_engine.catalog.models import Project
from strategy_engine.diagnostics.model import Diagnostic, has_errors
from strategy_engine.engine.data.convert import convert, present
from strategy_engine.engine.expressions import lower
from strategy_engine.language.fragments import parse_fragment
from strategy_engine.language.functions import Context as Day
from strategy_engine.semantics import ir
from strategy_engine.semantics.context import CUSTOMER, Context
from strategy_engine.semantics.expressions import infer
from strategy_engine.semantics.expressions.infer import is_error
from strategy_engine.semantics.names import Names
from strategy_engine.source.file import Span

_NAME = "expression"


def compile_for_frame(
    text: str, schema: Mapping[str, Any], dtypes: Mapping[str, pl.DataType] | None, today: dt.date
) -> tuple[pl.Expr | None, list[Diagnostic]]:
    """The expression over columns declared as in a project file.

    dtypes: the frame's own types, for columns not yet held as `language.types` says. Raises ValueError for a schema that is none.
    """
    tree, diagnostics = parse_fragment(text, "expr", functools.partial(Span, _NAME))
    if tree is None:
        return None, diagnostics
    project = _project(schema)
    context = Context(Names(project), diagnostics)
    typed = infer(tree, CUSTOMER, context)
    if is_error(typed) or has_errors(context.diagnostics):
        return None, context.diagnostics

    def column(node: ir.Expr) -> pl.Expr | None:
        if not isinstance(node, ir.Column):
            return None
        if dtypes is None:
            return pl.col(node.name)
        dtype, type_ = dtypes[node.name], project.snapshot.columns[node.name].value_type
        return convert(present(pl.col(node.name), dtype, type_), dtype, type_, project.timezone)

    return lower(typed, column, Day(today)), context.diagnostics


def _project(schema: Mapping[str, Any]) -> Project:
    key = next(iter(schema), "")
    table = {"kind": "snapshot", "path": "-", "key": key, "columns": dict(schema)}
    try:
        return Project.model_validate({"project": _NAME, "data": {"frame": table}})
    except ValidationError as error:
        raise ValueError(f"the schema is none: {error.errors()[0]['msg']}") from error
