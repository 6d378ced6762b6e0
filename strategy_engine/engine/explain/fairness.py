"""Fairness of the outcome: how often customers of each group of a sensitive column were chosen.

The ratio of a group is its rate to that of the group with the highest one. Below four fifths it is generally taken as a sign of adverse
impact (Uniform Guidelines on Employee Selection Procedures, 29 CFR 1607.4 D): a rule of thumb, not a verdict. Groups and counts that are
so small that people could be known by them are left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import polars as pl

from strategy_engine.engine.day.names import KEY
from strategy_engine.record import record
from strategy_engine.semantics.ir import Column, Expr
from strategy_engine.semantics.model import Model

FEW = 10
"""Of fewer people, or fewer of them chosen, nothing is told."""
GROUPED = ("enum", "bool")


@record
class Group:
    """Customers who share a value (None: missing). customers, chosen: None where they are few.      rate: of its customers, the chosen.
    ratio: to the highest rate."""

    value: str | None
    customers: int | None
    chosen: int | None
    rate: float | None
    ratio: float | None


@record
class Outcome:
    """The groups of a sensitive column, by what a strategy (None: any of them) has listed. lowest: the smallest ratio of two or more."""

    column: str
    strategy: str | None
    groups: tuple[Group, ...]
    lowest: float | None


def sensitive_columns(model: Model) -> dict[str, Expr]:
    """The columns of the snapshot whose groups can be told apart, by name."""
    columns = model.project.snapshot.columns
    found = ((name, each) for name, each in columns.items() if each.sensitive and each.type in GROUPED)
    return {name: Column("customer", name, type=each.value_type) for name, each in found}


def outcomes(columns: Iterable[str], people: pl.DataFrame, contacts: pl.DataFrame, strategies: Iterable[str]) -> Iterator[Outcome]:
    """Of each column the outcome of all strategies, then of each that has listed anybody. `people` have a column for each; `contacts` are
    `#key` and `strategy`."""
    chosen = contacts.unique()
    for column in columns:
        sizes = dict(people.group_by(column).len().iter_rows())
        listed = chosen.join(people.select(KEY, column), on=KEY)
        yield _outcome(column, None, sizes, listed.unique(KEY))
        by_strategy = listed.partition_by("strategy", as_dict=True)
        yield from (_outcome(column, name, sizes, by_strategy[(name,)]) for name in strategies if (name,) in by_strategy)


def _outcome(column: str, strategy: str | None, sizes: dict[str | None, int], listed: pl.DataFrame) -> Outcome:
    counts: dict[str | None, int] = dict(listed.group_by(column).len().iter_rows())
    rates = {value: counts.get(value, 0) / size for value, size in sizes.items() if _told(size, counts.get(value, 0))}
    highest = max(rates.values(), default=0.0)
    groups = []
    for value in sorted(sizes, key=lambda each: (each is None, each or "")):
        rate, many = rates.get(value), sizes[value] >= FEW
        count = counts.get(value, 0) if rate is not None else None
        ratio = rate / highest if rate is not None and highest else None
        groups.append(Group(value, sizes[value] if many else None, count, rate, ratio))
    ratios = [group.ratio for group in groups if group.ratio is not None]
    return Outcome(column, strategy, tuple(groups), min(ratios) if len(ratios) > 1 else None)


def _told(customers: int, chosen: int) -> bool:
    return customers >= FEW and (chosen == 0 or chosen >= FEW)
