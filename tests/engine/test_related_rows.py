"""Aggregates, population, time and traces: what they must give, in both engines."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import polars as pl
import pytest

from strategy_engine.engine.expressions import dtype_of
from strategy_engine.engine.expressions import standing as lowered_standing
from strategy_engine.engine.rows import World, standing, trace, unknown_because
from strategy_engine.language.types import BOOL, DATE, DATETIME, INT, MONEY, NUMBER, TEXT, Duration, Type
from strategy_engine.semantics import ir

from .bank import CONTACT_DATE, CONTEXT, TODAY, TYPES
from .both import column, constant, totals

AT, OK = column("at", DATETIME, "row"), column("ok", BOOL, "row")
LATE = dt.datetime.combine(TODAY, dt.time(23, 59, 59, 999_999))


def aggregate(function: str, of: Type, value: Type | None = None, rows: ir.Rows | None = None) -> ir.Aggregate:
    return ir.Aggregate(
        function=function,
        rows=rows or ir.Rows(table="txn", time="at"),
        value=None if value is None else column("v", value, "row"),
        type=of,
    )


def over(node: ir.Aggregate, *customers: Sequence[tuple[Any, ...]]) -> list[Any]:
    """The aggregate for customers whose rows are given as (value, time = now, ok = True)."""
    names = ("v", "at", "ok")
    filled = [[dict(zip(names, (*row, *(LATE, True)[len(row) - 1 :]), strict=True)) for row in rows] for rows in customers]
    of = node.value.type if node.value is not None else INT
    return totals(node, filled, {"v": of, "at": DATETIME, "ok": BOOL})


@pytest.mark.parametrize(
    ("function", "gives"),
    [("count", 0), ("sum", 0), ("distinct", 0), ("exists", False), *dict.fromkeys(("min", "max", "avg", "first", "last")).items()],
)
def test_of_no_rows(function: str, gives: Any) -> None:
    """Whether the customer has none, or none that counts."""
    value = None if function == "exists" else MONEY
    rows = ir.Rows(table="txn", time="at", where=OK)
    node = aggregate(function, BOOL if value is None else MONEY, value, rows)
    assert over(node, [], [(1, LATE, False)], [(1, LATE, None)]) == [gives] * 3


def test_missing_values_are_skipped() -> None:
    rows = [(1,), (None,), (4,), (None,)]
    assert over(aggregate("count", INT), rows) == [4]
    assert over(aggregate("count", INT, INT), rows) == [2]
    assert over(aggregate("sum", INT, INT), rows, [(None,)]) == [5, 0]
    assert over(aggregate("avg", NUMBER, INT), rows) == [2.5]
    assert over(aggregate("distinct", INT, INT), [*rows, (1,)]) == [2]


def test_average_of_money_rounds_half_away_from_zero() -> None:
    assert over(aggregate("avg", MONEY, MONEY), [(1,), (2,)], [(-1,), (-2,)], [(1,), (1,), (2,)]) == [2, -2, 1]


def test_a_sum_that_does_not_fit_is_missing_not_zero() -> None:
    assert over(aggregate("sum", MONEY, MONEY), [(2**63 - 1,), (1,)], [(2**63 - 1,), (1,), (-1,)], []) == [None, 2**63 - 1, 0]


def test_sums_of_numbers_do_not_depend_on_the_order() -> None:
    node = aggregate("sum", NUMBER, NUMBER)
    assert over(node, [(1e17,), (1.0,), (-1e17,)], [(1.0,), (1e17,), (-1e17,)], [(0.1,)] * 10) == [1.0, 1.0, 1.0]
    assert over(node, [(1e18,), (-1e18,)], [(-1e300,)]) == [None, None]


@pytest.mark.parametrize(
    ("of", "values", "first", "last"),
    [
        (MONEY, (5, -3, 9), -3, 9),
        (TEXT, ("b", "a", "c"), "a", "c"),
        (NUMBER, (0.5, -1.5, 2.5), -1.5, 2.5),
        (BOOL, (True, False, True), False, True),
        (TYPES["tier"], ("gold", "mass", "diamond"), "mass", "diamond"),
    ],
)
def test_ties_of_first_and_last(of: Type, values: tuple[Any, ...], first: Any, last: Any) -> None:
    """Among equal times first takes the smallest value and last the largest; missing values and other times do not count."""
    middle = LATE - dt.timedelta(days=1)
    rows = [(value, middle) for value in values]
    edges = [(None, LATE), (None, middle - dt.timedelta(days=1))]
    assert over(aggregate("first", of, of), [*rows, edges[1]]) == [first]
    assert over(aggregate("last", of, of), [*rows, edges[0]]) == [last]


def test_the_last_time_itself() -> None:
    node = replace(aggregate("last", DATETIME), value=AT)
    assert over(node, [(1, LATE), (2, dt.datetime(2026, 1, 1))]) == [LATE]


def days(count: int, *, future: bool = False) -> ir.Rows:
    """last or next so many days."""
    by = Duration(count - 1, "day")
    today = ir.Today(type=DATE)
    moved = ir.Shift(value=today, by=by, sign=1 if future else -1, type=DATE)
    return ir.Rows(
        table="txn", time="at", future=future, window=ir.Window(low=today if future else moved, high=moved if future else today, type=DATE)
    )


def test_windows_go_by_calendar_days() -> None:
    """last 7 days: from midnight six days ago to the end of today; what lies ahead is only seen by `next`."""
    first = dt.datetime.combine(TODAY - dt.timedelta(days=6), dt.time())
    rows = [(1, first - dt.timedelta(microseconds=1)), (2, first), (4, LATE), (8, LATE + dt.timedelta(microseconds=1)), (16, None)]
    assert over(aggregate("sum", INT, INT, days(7)), rows) == [6]
    assert over(aggregate("sum", INT, INT, days(2, future=True)), rows) == [12]
    assert over(aggregate("sum", INT, INT), rows) == [7]


def test_open_ends_and_moments() -> None:
    window = ir.Window(low=constant(LATE, DATETIME), high=None, low_closed=False, type=DATETIME)
    rows = ir.Rows(table="txn", time="at", future=True, window=window)
    assert over(aggregate("count", INT, None, rows), [(1, LATE), (1, LATE + dt.timedelta(microseconds=1)), (1, None)]) == [1]


# ------------------------------------------------------------------------------------------------ population


def standings(function: str, people: list[tuple[int | None, str | None]], *, grouped: bool) -> list[Any]:
    """What both engines make of (value, group) of everyone."""
    of = {"v": INT, "g": TEXT}
    node = ir.Population(function=function, value=column("v", INT), by=column("g", TEXT) if grouped else None, type=NUMBER)
    frame = pl.DataFrame(people, schema={name: dtype_of(type_) for name, type_ in of.items()}, orient="row")
    found = frame.select(lowered_standing(node, pl.col("v"), pl.col("g") if grouped else None)).to_series().to_list()
    worlds = [World(CONTEXT, CONTACT_DATE, customer={"v": v, "g": g}) for v, g in people]
    assert found == [standing(node, world, worlds) for world in worlds]
    return found


def test_percentile_and_rank() -> None:
    people = [(10, "a"), (20, "a"), (20, "b"), (None, "b"), (30, None)]
    assert standings("percentile", people, grouped=False) == [0.25, 0.75, 0.75, None, 1.0]
    assert standings("percentile", people, grouped=True) == [0.5, 1.0, 1.0, None, None]
    assert standings("rank", people, grouped=False) == [4, 2, 2, None, 1]
    assert standings("rank", people, grouped=True) == [2, 1, 1, None, None]


# ------------------------------------------------------------------------------------------------ traces


def test_a_trace_tells_which_missing_column_made_a_condition_unknown() -> None:
    rich = ir.Compare(op=">", left=column("aum", MONEY), right=constant(100, MONEY))
    young = ir.Compare(op="<", left=column("age", INT), right=constant(30, INT))
    world = World(CONTEXT, CONTACT_DATE, customer={"age": 20}, derived={"rich": rich})
    traced = trace(ir.And(parts=(ir.Derived(name="rich", type=BOOL), young)), world)
    assert traced.value is None
    assert [child.value for child in traced.children] == [None, True]
    assert traced.children[0].children[0].expr == rich
    assert [leaf.expr for leaf in unknown_because(traced)] == [column("aum", MONEY)]


def test_a_trace_goes_back_in_time() -> None:
    then = World(CONTEXT, CONTACT_DATE, customer={"aum": 5})
    world = World(CONTEXT, CONTACT_DATE, customer={"aum": 9}, earlier=lambda _back: then)
    traced = trace(ir.Ago(value=column("aum", MONEY), back=Duration(30, "day"), type=MONEY), world)
    assert (traced.value, traced.children[0].value) == (5, 5)
