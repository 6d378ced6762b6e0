"""For notebooks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from strategy_engine.diagnostics.model import has_errors
from strategy_engine.refusals import StrategyError

if TYPE_CHECKING:
    import polars as pl


def compile_expression(
    text: str,
    schema: Mapping[str, Any],
    dtypes: Mapping[str, pl.DataType] | None = None,
    *,
    today: str | dt.date | None = None,
) -> pl.Expr:
    """An expression of the language as a Polars expression, for a notebook.

    schema: column name to declared type as in a project file: `"money"`, `"date?"`, `{"type": "enum", "values": [...]}`.
    dtypes: the frame's `schema`, where its columns are held as files hold them (money as decimals or floats, enums as text);
    left out, they are held as the engine does (money in Int64 hundredths, enums as `pl.Enum`). Without `today`, an
    expression that needs it is computed for the day of the call. Raises StrategyError where the expression is wrong, ValueError where the
    schema is.

        frame.filter(compile_expression("aum >= 50万", {"aum": "money"}, frame.schema))
    """
    from strategy_engine.engine.notebook import compile_for_frame

    day = dt.date.fromisoformat(today) if isinstance(today, str) else today or dt.datetime.now().astimezone().date()
    compiled, diagnostics = compile_for_frame(text, schema, dtypes, day)
    if compiled is None or has_errors(diagnostics):
        raise StrategyError(diagnostics, 1)
    return compiled
