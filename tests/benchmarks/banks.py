"""The banks that are measured: made once, the same for the same sizes, and kept in the machine's folder for temporary files."""

from __future__ import annotations

import datetime as dt
import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import polars as pl
import yaml
from conditions import BOOLS, DATES, ENUMS, MAY_BE_MISSING, MONEY, ORDERED, PERCENTS, TODAY

from strategy_engine.demo.dice import Dice

KEPT = Path(tempfile.gettempdir()) / "strategy-engine-bench"
VERSION = 1  # of the generators; raise it when one changes
ROW_GROUP = 100_000
SHARE_MISSING = 0.3
HISTORY = 120  # days of events
KINDS = {"card": 700, "login": 200, "transfer_in": 40, "transfer_out": 40, "salary": 20}
MERCHANTS = ("grocery", "dining", "shopping", "transport", "fuel", "travel", "medical", "education")
CHANNEL = "channel app { cost: 0 }\n"


def kept(name: str, make: Callable[[Path], None]) -> Path:
    """The folder of that name, made where it is not there yet; it appears when it is whole."""
    folder = KEPT / f"{name}-v{VERSION}"
    if not folder.exists():
        making = folder.with_name(f"{folder.name}.making")
        shutil.rmtree(making, ignore_errors=True)
        making.mkdir(parents=True)
        make(making)
        making.rename(folder)
    return folder


def project(folder: Path, strategies: Mapping[str, str]) -> None:
    """Write a project with these strategy files (name → text)."""
    (folder / "strategies").mkdir(parents=True, exist_ok=True)
    (folder / "strategy.yaml").write_text(yaml.safe_dump(_declaration(), sort_keys=False, allow_unicode=True), "utf-8")
    for name, text in strategies.items():
        (folder / "strategies" / name).write_text(text, "utf-8")


def data(folder: Path, customers: int, events: int) -> None:
    """Write the snapshot, and so many events of its customers."""
    (folder / "data").mkdir()
    dice = Dice(7)
    _rows(customers).select(_snapshot(dice)).collect().write_parquet(folder / "data/customer.parquet", row_group_size=ROW_GROUP)
    _rows(events).select(_events(dice, customers)).collect().write_parquet(folder / "data/txn.parquet", row_group_size=ROW_GROUP)


def _rows(count: int) -> pl.LazyFrame:
    return pl.LazyFrame({"row": pl.int_range(count, dtype=pl.UInt64, eager=True)})


# ------------------------------------------------------------------------------------------------ the tables


def _declaration() -> dict[str, Any]:
    columns: dict[str, Any] = {"customer_id": "id"}
    columns |= {name: _optional("money", name) for name in MONEY}
    columns |= {name: _optional("date", name) for name in DATES}
    columns |= {name: _optional("percent", name) for name in PERCENTS}
    columns |= dict.fromkeys(BOOLS, "bool")
    columns |= {
        name: {"type": "enum", "values": list(values), "ordered": name in ORDERED, "optional": name in MAY_BE_MISSING}
        for name, values in ENUMS.items()
    }
    events = {
        "customer_id": "id",
        "at": "datetime",
        "type": {"type": "enum", "values": list(KINDS)},
        "merchant": {"type": "enum", "values": list(MERCHANTS), "optional": True},
        "amount": "money?",
    }
    return {
        "project": "bench",
        "timezone": "Asia/Shanghai",
        "currency": "CNY",
        "output": "out/",
        "include": ["strategies/**"],
        "data": {
            "customer": {"kind": "snapshot", "path": "data/customer.parquet", "key": "customer_id", "columns": columns},
            "txn": {"kind": "events", "path": "data/txn.parquet", "key": "customer_id", "time": "at", "columns": events},
        },
    }


def _optional(kind: str, name: str) -> str:
    return f"{kind}?" if name in MAY_BE_MISSING else kind


def _snapshot(dice: Dice) -> list[pl.Expr]:
    """As a warehouse delivers it: ids and enums as text, money as decimals."""
    columns = [_key(pl.col("row")).alias("customer_id")]
    columns += [_money(dice, name).alias(name) for name in MONEY]
    columns += [_days_ago(dice.below(name, 1500)).alias(name) for name in DATES]
    columns += [dice.uniform(name).alias(name) for name in PERCENTS]
    columns += [dice.chance(name, 0.5).alias(name) for name in BOOLS]
    columns += [dice.pick(name, values).alias(name) for name, values in ENUMS.items()]
    return [_with_gaps(dice, column) for column in columns]


def _with_gaps(dice: Dice, column: pl.Expr) -> pl.Expr:
    name = column.meta.output_name()
    return pl.when(~dice.chance(f"{name} is missing", SHARE_MISSING)).then(column) if name in MAY_BE_MISSING else column


def _events(dice: Dice, customers: int) -> list[pl.Expr]:
    at = pl.lit(dt.datetime.combine(TODAY, dt.time())) - pl.duration(seconds=dice.below("at", HISTORY * 86_400))
    kind = dice.pick("type", KINDS)
    amount = pl.when(kind != "login").then(_money(dice, "amount"))
    merchant = pl.when(kind == "card").then(dice.pick("merchant", MERCHANTS))
    columns = {"at": at.cast(pl.Datetime("us")), "type": kind, "merchant": merchant, "amount": amount}
    return [_key(dice.below("customer", customers)).alias("customer_id"), *(column.alias(name) for name, column in columns.items())]


def _key(row: pl.Expr) -> pl.Expr:
    return (row + 100_000_000).cast(pl.String)


def _money(dice: Dice, stream: str) -> pl.Expr:
    """From a hundred to ten million yuan, as many of each size."""
    cents = (10 ** (dice.uniform(stream) * 5 + 4)).round().cast(pl.Int64)
    return (cents.cast(pl.Decimal(20, 2)) / 100).cast(pl.Decimal(18, 2))


def _days_ago(days: pl.Expr) -> pl.Expr:
    return pl.lit(TODAY) - pl.duration(days=days)
