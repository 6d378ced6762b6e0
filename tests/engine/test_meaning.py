"""What single expressions must give, in both engines."""

from __future__ import annotations

import datetime as dt
from itertools import product
from typing import Any

import polars as pl
import pytest

from strategy_engine.engine.expressions import UnnamedFeatureError, lower
from strategy_engine.language.types import BOOL, DATE, DATETIME, INT, MONEY, NUMBER, PERCENT, TEXT, Duration, Type
from strategy_engine.semantics import ir

from .bank import CONTEXT, TYPES
from .both import column, constant, values

A, B = column("a", BOOL), column("b", BOOL)
TABLE = [{"a": a, "b": b} for a, b in product((True, False, None), repeat=2)]
LARGEST = 2**63 - 1


def one(expr: ir.Expr, **row: tuple[Any, Type]) -> Any:
    """The value for one row; a second row of nothing stands by, as a frame of one row can behave differently."""
    given = {name: value for name, (value, _) in row.items()}
    return values(expr, [given, dict.fromkeys(given)], {name: of for name, (_, of) in row.items()} | {"_": INT})[0]


def compute(op: str, left: ir.Expr, right: ir.Expr, of: Type) -> ir.Arithmetic:
    return ir.Arithmetic(op=op, left=left, right=right, type=of)


# ------------------------------------------------------------------------------------------------ three-valued logic


def test_kleene_and() -> None:
    assert values(ir.And(parts=(A, B)), TABLE, {"a": BOOL, "b": BOOL}) == [True, False, None, False, False, False, None, False, None]


def test_kleene_or() -> None:
    assert values(ir.Or(parts=(A, B)), TABLE, {"a": BOOL, "b": BOOL}) == [True, True, True, True, False, None, True, None, None]


def test_kleene_not() -> None:
    assert values(ir.Not(value=A), TABLE[::3], {"a": BOOL, "b": BOOL}) == [False, True, None]


def test_an_unknown_condition_chooses_neither() -> None:
    choice = ir.Choice(condition=A, then=constant(1, INT), otherwise=constant(2, INT), type=INT)
    assert values(choice, TABLE[::3], {"a": BOOL, "b": BOOL}) == [1, 2, None]


def test_a_known_side_decides_a_window() -> None:
    window = ir.Window(low=column("low", INT), high=column("high", INT), high_closed=False, type=INT)
    inside = ir.InWindow(value=constant(5, INT), window=window)
    rows = [{"low": None, "high": 5}, {"low": None, "high": 6}, {"low": 5, "high": 6}, {"low": 6, "high": None}]
    assert values(inside, rows, {"low": INT, "high": INT}) == [False, None, True, False]


@pytest.mark.parametrize(
    ("hit", "gives"), [("first", ["x", "y", "x"]), ("unique", [None, "y", "x"]), ("any", [None, "y", "x"]), ("count", [2, 1, 1])]
)
def test_an_unknown_row_of_a_table_does_not_match(hit: str, gives: list[Any]) -> None:
    of = INT if hit == "count" else TEXT
    table = ir.Decision(hit=hit, rows=((A, constant("x", TEXT)), (B, constant("y", TEXT))), type=of)
    assert values(table, [TABLE[0], TABLE[7] | {"b": True}, TABLE[2]], {"a": BOOL, "b": BOOL}) == gives


# ------------------------------------------------------------------------------------------------ arithmetic


def test_integers_that_do_not_fit_are_missing() -> None:
    big, less = column("big", INT), column("less", INT)
    row = {"big": (LARGEST, INT), "less": (-LARGEST - 1, INT)}
    assert one(compute("+", big, constant(1, INT), INT), **row) is None
    assert one(compute("-", less, constant(1, INT), INT), **row) is None
    assert one(compute("*", big, constant(2, INT), INT), **row) is None
    assert one(ir.Negate(value=less, type=INT), **row) is None
    assert one(ir.Convert(value=big, type=MONEY), **row) is None


def test_a_chain_of_sums_is_exact_on_the_way() -> None:
    plus_one = compute("+", column("big", INT), constant(1, INT), INT)
    assert one(compute("-", plus_one, constant(1, INT), INT), big=(LARGEST, INT)) == LARGEST


@pytest.mark.parametrize(("a", "op", "b"), [(1e308, "*", 10.0), (-1e308, "-", 1e308), (1.0, "/", 0.0), (0.0, "/", 0.0)])
def test_no_infinity_comes_out(a: float, op: str, b: float) -> None:
    assert one(compute(op, column("a", NUMBER), constant(b, NUMBER), NUMBER), a=(a, NUMBER)) is None


def test_an_infinity_does_not_vanish_in_a_divisor() -> None:
    huge = compute("*", column("a", NUMBER), column("a", NUMBER), NUMBER)
    assert one(compute("/", constant(1.0, NUMBER), huge, NUMBER), a=(1e200, NUMBER)) is None


def test_division_by_a_constant_is_a_division() -> None:
    """Polars multiplies by the reciprocal, which gives 0.9999999999999999 and 0.35000000000000003."""
    assert one(compute("/", column("a", NUMBER), constant(49.0, NUMBER), NUMBER), a=(49.0, NUMBER)) == 1.0
    assert one(ir.Convert(value=column("a", MONEY), type=NUMBER), a=(35, MONEY)) == 0.35


@pytest.mark.parametrize(("cents", "rate", "gives"), [(50, 0.01, 1), (-50, 0.01, -1), (49, 0.01, 0), (150, 0.01, 2), (12_345, 0.5, 6173)])
def test_money_rounds_half_away_from_zero(cents: int, rate: float, gives: int) -> None:
    assert one(compute("*", column("a", MONEY), constant(rate, PERCENT), MONEY), a=(cents, MONEY)) == gives


def test_ratios_and_parts_of_money() -> None:
    assert one(compute("/", column("a", MONEY), column("b", MONEY), NUMBER), a=(100, MONEY), b=(300, MONEY)) == 1 / 3
    assert one(compute("/", column("a", MONEY), constant(3, INT), MONEY), a=(200, MONEY)) == 67
    assert one(compute("/", column("a", MONEY), constant(0, INT), MONEY), a=(200, MONEY)) is None
    assert one(compute("*", column("a", MONEY), constant(3, INT), MONEY), a=(2**53 + 1, MONEY)) == 3 * (2**53 + 1)


# ------------------------------------------------------------------------------------------------ dates


@pytest.mark.parametrize(
    ("start", "by", "sign", "gives"),
    [
        (dt.date(2026, 1, 31), Duration(1, "month"), 1, dt.date(2026, 2, 28)),
        (dt.date(2024, 1, 31), Duration(1, "month"), 1, dt.date(2024, 2, 29)),
        (dt.date(2024, 2, 29), Duration(1, "year"), -1, dt.date(2023, 2, 28)),
        (dt.date(2026, 3, 31), Duration(13, "month"), -1, dt.date(2025, 2, 28)),
        (dt.date(2026, 11, 20), Duration(1, "workday"), 1, dt.date(2026, 11, 23)),
        (dt.date(2026, 11, 21), Duration(1, "workday"), -1, dt.date(2026, 11, 20)),
        (dt.date(2026, 9, 30), Duration(1, "workday"), 1, dt.date(2026, 10, 5)),
        (dt.date(2026, 10, 9), Duration(1, "workday"), 1, dt.date(2026, 10, 10)),
        (dt.date(9999, 12, 31), Duration(1, "day"), 1, None),
        (dt.date(1, 1, 1), Duration(1, "month"), -1, None),
        (dt.date(2026, 1, 1), Duration(10**12, "week"), 1, None),
    ],
)
def test_moved_dates(start: dt.date, by: Duration, sign: int, gives: dt.date | None) -> None:
    assert one(ir.Shift(value=column("a", DATE), by=by, sign=sign, type=DATE), a=(start, DATE)) == gives


def test_a_date_moved_by_hours_counts_from_its_midnight() -> None:
    moved = ir.Shift(value=column("a", DATE), by=Duration(25, "hour"), sign=-1, type=DATETIME)
    assert one(moved, a=(dt.date(2026, 3, 1), DATE)) == dt.datetime(2026, 2, 27, 23)


def test_months_keep_the_time_of_day() -> None:
    moved = ir.Shift(value=column("a", DATETIME), by=Duration(1, "month"), sign=1, type=DATETIME)
    assert one(moved, a=(dt.datetime(2026, 1, 31, 8, 30), DATETIME)) == dt.datetime(2026, 2, 28, 8, 30)


# ------------------------------------------------------------------------------------------------ enums, scripts


def test_ordered_enums_compare_by_rank() -> None:
    tier = TYPES["tier"]
    at_least = ir.Compare(op=">=", left=column("a", tier), right=constant("platinum", tier))
    rows = [{"a": word} for word in (*tier.enum.values, None)] if tier.enum is not None else []
    assert values(at_least, rows, {"a": tier}) == [False, False, True, True, None]


@pytest.mark.parametrize(
    ("value", "of", "form", "gives"),
    [
        (123_450, MONEY, "", "1,234.50"), (123_400, MONEY, "", "1,234"), (-5, MONEY, "", "-0.05"), (123_456_700, MONEY, "万", "123.46万"),
        (1234, INT, "", "1234"), (1_234_567, INT, ",", "1,234,567"), (3.14159, NUMBER, "", "3.1416"), (3.0, NUMBER, "", "3"),
        (-0.00001, NUMBER, "", "0"), (1234.5, NUMBER, ",.2", "1,234.50"), (0.032, PERCENT, "", "3.2%"), (0.85, PERCENT, ".1%", "85.0%"),
        (1e300, NUMBER, "", None), (True, BOOL, "", "是"), ("gold", TYPES["tier"], "", "金葵花"),
        ("platinum", TYPES["tier"], "", "platinum"),
        (dt.date(2026, 1, 5), DATE, "", "2026-01-05"), (dt.date(2026, 1, 5), DATE, "%-m月%-d日", "1月5日"),
        (dt.datetime(2026, 1, 5, 8, 30), DATETIME, "", "2026-01-05 08:30"), ("张三", TEXT, "", "张三"), (None, TEXT, "", None),
    ],
)  # fmt: skip
def test_scripts(value: Any, of: Type, form: str, gives: str | None) -> None:
    hole = ir.Hole(value=column("a", of), format=form, type=TEXT)
    written = one(ir.Template(parts=("您", hole, "!"), type=TEXT), a=(value, of))
    assert written == (None if gives is None else f"您{gives}!")


# ------------------------------------------------------------------------------------------------ the lowering itself


def test_a_feature_without_a_column_is_an_error() -> None:
    with pytest.raises(UnnamedFeatureError):
        lower(ir.InList(table="vip", type=BOOL), lambda _node: None, CONTEXT)


def test_nested_expressions_grow_by_their_length() -> None:
    """Each of these formulas uses its input several times; the whole must not double at each level."""

    def size(depth: int) -> int:
        expr: ir.Expr = column("a", NUMBER)
        for _ in range(depth):
            third = compute("/", expr, constant(3.0, NUMBER), NUMBER)
            known = ir.Call(function="round", arguments=(third, constant(2, INT)), type=NUMBER)
            expr = ir.Default(options=(known, constant(0.0, NUMBER)), type=NUMBER)
        return len(str(lower(expr, lambda node: pl.col("a") if isinstance(node, ir.Column) else None, CONTEXT)))

    assert size(8) - size(6) <= 2 * (size(6) - size(4))
