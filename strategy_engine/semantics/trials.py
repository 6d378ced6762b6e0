"""Test blocks as `strategy test` runs them: what they set up, and what they expect, typed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import field
from typing import Any

from strategy_engine.record import record
from strategy_engine.semantics.ir import Expr
from strategy_engine.source.file import Span

LISTED = "row"
"""The scope of conditions that has a column for each strategy: whether it is listed."""

ACTION_OF = "step."
"""Before a strategy's name the scope of the columns of its action."""


@record
class GivenRow:
    """A row that a test sets up: the values of its columns, held as `language.types` says; what is not given is missing.

    day: from which it is so, and of a row that was given before what changes; None where it always was.
    """

    table: str
    values: Mapping[str, Any]
    day: dt.date | None = field(default=None, kw_only=True)
    span: Span = field(compare=False, repr=False)


@record
class Expectation:
    """What must hold of a day's actions.

    date: the day that it is about.      condition: over `LISTED` and `ACTION_OF`, and the customer.
    strategies: those that it names.      labels: the second names of strategies, by which scopes may go.
    blocker: where the strategies must have been dropped, what did so, as reasons begin with it: `policy contact`.
    """

    text: str = field(compare=False)
    date: dt.date
    condition: Expr
    strategies: tuple[str, ...]
    span: Span = field(compare=False, repr=False)
    labels: Mapping[str, str]
    blocker: str | None = None


@record
class Trial:
    """A test block: its days in order, each of which sees what the earlier ones have listed."""

    title: str
    dates: tuple[dt.date, ...]
    givens: tuple[GivenRow, ...]
    expectations: tuple[Expectation, ...]
    span: Span = field(compare=False, repr=False)
