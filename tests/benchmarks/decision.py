"""What row engines are measured on: a cohort of seven tests, and a decision table of twelve rows of which the first hit counts.

All spellings are made from the same tests: here that of the strategy language, beside each engine its own (`rivals.py`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
import yaml

from strategy_engine.demo.dice import Dice

TIERS = {"basic": 30, "silver": 30, "gold": 20, "platinum": 15, "private": 5}
DATE = dt.date(2026, 11, 20)
CENTS = 100


@dataclass(frozen=True)
class Test:
    """A comparison of a column with a value; `in` has several of them, `is` a truth."""

    column: str
    op: str
    value: Any


@dataclass(frozen=True)
class Row:
    """A row of the table: what it asks for, and what it gives."""

    action: str
    priority: int
    tiers: tuple[str, ...] = ()
    aum_from: int | None = None
    aum_below: int | None = None
    younger_than: int | None = None
    idle_over: int | None = None

    def tests(self) -> Iterator[Test]:
        """The cells that are filled."""
        if self.tiers:
            yield Test("tier", "in", self.tiers)
        if self.aum_from is not None:
            yield Test("aum", ">=", self.aum_from)
        if self.aum_below is not None:
            yield Test("aum", "<", self.aum_below)
        if self.younger_than is not None:
            yield Test("age", "<", self.younger_than)
        if self.idle_over is not None:
            yield Test("days_since_login", ">", self.idle_over)


COHORT = (
    Test("aum", ">=", 500_000),
    Test("age", ">=", 30),
    Test("age", "<=", 55),
    Test("tier", "in", ("gold", "platinum", "private")),
    Test("days_since_login", ">", 30),
    Test("has_payroll", "is", True),
    Test("opted_out", "is", False),
)
ROWS = (
    Row("rm_call", 100, ("private",), aum_from=5_000_000),
    Row("rm_email", 90, ("private",), aum_from=1_000_000, aum_below=5_000_000),
    Row("invest_review", 80, ("private",)),
    Row("winback_call", 75, ("platinum",), aum_from=1_000_000, idle_over=60),
    Row("upgrade_private", 70, ("platinum",), aum_from=1_000_000),
    Row("fund_offer", 65, ("platinum",), aum_from=500_000),
    Row("card_offer", 60, ("platinum",)),
    Row("upgrade_platinum", 55, ("gold",), aum_from=500_000),
    Row("reactivate", 50, ("gold",), idle_over=90),
    Row("td_offer", 40, ("gold",)),
    Row("student_card", 20, ("silver", "basic"), younger_than=30),
    Row("nothing", 0),
)


# ------------------------------------------------------------------------------------------------ in the strategy language


def strategies() -> str:
    """A strategy for the cohort, and one for each action of the table."""
    named = [("cohort", " and ".join(map(_test, COHORT))), *((row.action, f"decision.action == {row.action}") for row in ROWS)]
    written = [f'strategy {name} {{ owner: "bench"  cohort: {condition}  channel: app }}' for name, condition in named]
    return "\n".join(["channel app { cost: 0 }", _table(), *written])


def _table() -> str:
    columns = ("tier", "aum", "age", "days_since_login")
    lines = [f"  | {' | '.join(columns)} | => action | priority |"]
    for row in ROWS:
        cells = (_cell([test for test in row.tests() if test.column == column]) for column in columns)
        lines.append(f"  | {' | '.join(cells)} | => {row.action} | {row.priority} |")
    return "\n".join(["table decision {", "  hit: first", *lines, "}"])


def _cell(tests: list[Test]) -> str:
    match tests:
        case []:
            return "-"
        case [Test(op="in", value=values)]:
            return ", ".join(values)
        case [Test() as test]:
            return f"{test.op} {test.value}"
        case [low, high]:
            return f"[{low.value}..{high.value})"
    raise ValueError(f"no cell says {tests}")


def _test(test: Test) -> str:
    match test.op:
        case "in":
            return f"{test.column} in [{', '.join(test.value)}]"
        case "is":
            return test.column if test.value else f"not {test.column}"
    return f"{test.column} {test.op} {test.value}"


# ------------------------------------------------------------------------------------------------ the customers


def write(folder: Path, customers: int) -> None:
    """A project of these strategies with so many customers."""
    (folder / "data").mkdir(parents=True)
    (folder / "strategies").mkdir()
    _customers(customers).write_parquet(folder / "data/customer.parquet", row_group_size=100_000)
    (folder / "strategies/all.strategy").write_text(strategies(), "utf-8")
    (folder / "strategy.yaml").write_text(yaml.safe_dump(_declaration(), sort_keys=False), "utf-8")


def _declaration() -> dict[str, Any]:
    columns = {
        "customer_id": "id",
        "aum": "money",
        "age": "int",
        "tier": {"type": "enum", "values": list(TIERS)},
        "days_since_login": "int",
        "has_payroll": "bool",
        "opted_out": "bool",
    }
    table = {"kind": "snapshot", "path": "data/customer.parquet", "key": "customer_id", "columns": columns}
    return {"project": "decision", "output": "out/", "include": ["strategies/**"], "data": {"customer": table}}


def _customers(count: int) -> pl.DataFrame:
    """Money as decimals, the tier as text: as a warehouse delivers them."""
    dice = Dice(7)
    cents = (10 ** (dice.uniform("aum") * 4 + 5)).round().cast(pl.Int64)
    return (
        pl.LazyFrame({"row": pl.int_range(count, dtype=pl.UInt64, eager=True)})
        .select(
            (pl.col("row") + 100_000_000).cast(pl.String).alias("customer_id"),
            (cents.cast(pl.Decimal(20, 2)) / CENTS).cast(pl.Decimal(18, 2)).alias("aum"),
            (dice.below("age", 72).cast(pl.Int64) + 18).alias("age"),
            dice.pick("tier", TIERS).alias("tier"),
            dice.below("login", 365).cast(pl.Int64).alias("days_since_login"),
            dice.chance("payroll", 0.55).alias("has_payroll"),
            dice.chance("opted out", 0.12).alias("opted_out"),
        )
        .collect()
    )
