"""Cohorts: the parts of the customers that strategies speak of by name, and whether customers were in them when they were listed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from pathlib import Path

from strategy_engine.engine.data.scan import DataError, scan
from strategy_engine.engine.day.opening import merged
from strategy_engine.plan.reads import PAST_ACTIONS, reads
from strategy_engine.semantics import ir
from strategy_engine.semantics.model import Model, Strategy
from strategy_engine.semantics.walk import expressions


def named_cohorts(model: Model, strategies: Iterable[Strategy]) -> tuple[str, ...]:
    """The cohorts that the strategies name in `cohort:`, themselves or through what they name there, in the model's order.

    Without those that rest on past actions: the review does not look up what had been listed before each day.
    """
    named = {node.name for strategy in strategies for node in _under(strategy.cohort, model) if isinstance(node, ir.Derived)}
    cohorts = [definition for name, definition in model.derived.items() if name in named and definition.kind == "cohort"]
    return tuple(cohort.name for cohort in cohorts if not any(_reads_actions(node, model) for node in _under(cohort.expr, model)))


def readable(cohorts: Iterable[str], model: Model, folder: Path, as_of: dt.date) -> tuple[str, ...]:
    """Those of the cohorts whose tables are there: the kpis of what another system has listed may be known where a run's data are not."""
    wanted = {name: reads(model, [model.derived[name].expr]) for name in cohorts}
    tables, zone = model.project.tables, model.project.timezone
    absent = set()
    for name, columns in merged(*wanted.values()).items():
        if name in tables and not tables[name].dated:
            try:
                scan(tables[name], folder, as_of, columns, zone)
            except DataError:
                absent.add(name)
    return tuple(name for name, read in wanted.items() if not absent & {*read})


def _under(expr: ir.Expr, model: Model) -> Iterator[ir.Expr]:
    """All that the expression is made of, what it names included."""
    seen: set[str] = set()
    pending = [expr]
    while pending:
        for node in expressions(pending.pop()):
            yield node
            if isinstance(node, ir.Derived) and node.name not in seen:
                seen.add(node.name)
                pending.append(model.derived[node.name].expr)


def _reads_actions(node: ir.Expr, model: Model) -> bool:
    return isinstance(node, ir.Aggregate) and node.rows.table == PAST_ACTIONS and PAST_ACTIONS not in model.project.data


def column_of(cohort: str) -> str:
    """The observations' column that tells who was in the cohort."""
    return f"cohort {cohort}"
