"""The banks that are measured: made once, the same for the same sizes, and kept in the machine's folder for temporary files.

A bank is what a warehouse delivers each night: a snapshot of a hundred columns, the snapshot of a month before, holdings, and
the transactions of ninety days in a file a day. Everything is a pure function of the row, so that a bank of ten million
customers begins with that of one million, and is written in parts.
"""

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
VERSION = 2  # of the generators; raise it when one changes
ROW_GROUP, PART = 100_000, 500_000
SHARE_MISSING = 0.3
HISTORY = 90  # days of events
EVENTS_EACH, HOLDINGS_PER_TWO = 5, 3  # of a customer, of two customers
BEFORE = TODAY - dt.timedelta(days=30)  # the earlier snapshot
CUSTOMERS_OF_A_MANAGER, BRANCHES = 500, 400
KINDS = {"card": 700, "login": 200, "transfer_in": 40, "transfer_out": 40, "salary": 20}
MERCHANTS = ("grocery", "dining", "shopping", "transport", "fuel", "travel", "medical", "education")
HOLDINGS = {"deposit": 500, "fund": 250, "wealth": 150, "insurance": 100}
CHANNEL = "channel app { cost: 0 }\n"
CUSTOMER, TXN = f"data/customer/date={TODAY}/*.parquet", "data/txn/*.parquet"
"""Where today's customers and all events lie below a project's folder."""

# what nobody reads, as in every warehouse: the snapshot is far wider than what strategies ask of it
BALANCES = tuple(f"balance_{month:02}" for month in range(1, 25))
COUNTS = tuple(f"count_{number:02}" for number in range(1, 31))
MODELS = tuple(f"model_{number:02}" for number in range(1, 13))
MARKS = tuple(f"mark_{number:02}" for number in range(1, 13))


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


def bank(customers: int, events: int | None = None) -> Path:
    """The folder whose `data/` is the bank of so many customers, with five events each if no number is given."""
    count = EVENTS_EACH * customers if events is None else events
    return kept(f"bank-{customers}-{count}", lambda folder: data(folder, customers, count))


def project(folder: Path, strategies: Mapping[str, str], source: Path | None = None) -> None:
    """Write a project with these strategy files (name → text), over a bank's data."""
    if source is not None:
        (folder / "data").symlink_to(source / "data")
    (folder / "strategies").mkdir(parents=True, exist_ok=True)
    (folder / "strategy.yaml").write_text(yaml.safe_dump(_declaration(), sort_keys=False, allow_unicode=True), "utf-8")
    for name, text in strategies.items():
        (folder / "strategies" / name).write_text(text, "utf-8")


def data(folder: Path, customers: int, events: int) -> None:
    """Write the two snapshots, the holdings, and so many events."""
    dice = Dice(7)
    for date, columns in ((TODAY, _snapshot(dice, customers)), (BEFORE, _earlier(dice, customers))):
        _write(folder / f"data/customer/date={date}", customers, columns)
    _write(folder / f"data/holding/date={TODAY}", customers * HOLDINGS_PER_TWO // 2, _holdings(dice, customers))
    for day in range(HISTORY):
        _write_events(folder / "data/txn", dice, day, customers, events)


def _write(folder: Path, rows: int, columns: list[pl.Expr]) -> None:
    """The rows in files of half a million."""
    folder.mkdir(parents=True)
    for number, first in enumerate(range(0, rows, PART)):
        frame = _rows(first, min(first + PART, rows)).select(columns)
        frame.collect().write_parquet(folder / f"part-{number:03}.parquet", row_group_size=ROW_GROUP)


def _write_events(folder: Path, dice: Dice, day: int, customers: int, events: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    first, last = (events * edge // HISTORY for edge in (day, day + 1))
    date = TODAY - dt.timedelta(days=HISTORY - 1 - day)
    frame = _rows(first, last).select(_events(dice, date, customers)).collect()
    frame.write_parquet(folder / f"{date}.parquet", row_group_size=ROW_GROUP)


def _rows(first: int, last: int) -> pl.LazyFrame:
    return pl.LazyFrame({"row": pl.int_range(first, last, dtype=pl.UInt64, eager=True)})


# ------------------------------------------------------------------------------------------------ the tables


def _declaration() -> dict[str, Any]:
    columns: dict[str, Any] = {"customer_id": "id", "name": {"type": "text", "pii": True}, "birth": "date"}
    columns |= {"branch": "id", "rm_id": "id?", "consent_sms": "bool", "consent_phone": "bool"}
    columns |= {name: _optional("money", name) for name in MONEY}
    columns |= {name: _optional("date", name) for name in DATES}
    columns |= {name: _optional("percent", name) for name in PERCENTS}
    columns |= dict.fromkeys(BOOLS, "bool")
    columns |= {
        name: {"type": "enum", "values": list(values), "ordered": name in ORDERED, "optional": name in MAY_BE_MISSING}
        for name, values in ENUMS.items()
    }
    columns |= {**dict.fromkeys(BALANCES, "money"), **dict.fromkeys(COUNTS, "int"), **dict.fromkeys(MODELS, "percent")}
    columns |= dict.fromkeys(MARKS, "bool")
    events = {
        "customer_id": "id",
        "at": "datetime",
        "type": {"type": "enum", "values": list(KINDS)},
        "merchant": {"type": "enum", "values": list(MERCHANTS), "optional": True},
        "amount": "money?",
    }
    holdings = {
        "customer_id": "id",
        "kind": {"type": "enum", "values": list(HOLDINGS)},
        "amount": "money",
        "maturity": "date?",
    }
    return {
        "project": "bench",
        "timezone": "Asia/Shanghai",
        "currency": "CNY",
        "ledger": "ledger/",
        "output": "out/",
        "include": ["strategies/**"],
        "data": {
            "customer": _table("snapshot", "data/customer/date={date}/*.parquet", columns),
            "holding": _table("items", "data/holding/date={date}/*.parquet", holdings),
            "txn": {**_table("events", "data/txn/*.parquet", events), "time": "at"},
        },
    }


def _table(kind: str, path: str, columns: dict[str, Any]) -> dict[str, Any]:
    return {"kind": kind, "path": path, "key": "customer_id", "columns": columns}


def _optional(kind: str, name: str) -> str:
    return f"{kind}?" if name in MAY_BE_MISSING else kind


def _snapshot(dice: Dice, customers: int) -> list[pl.Expr]:
    """As a warehouse delivers it: ids and enums as text, money as decimals."""
    managed = dice.chance("rm_id is known", 0.2)
    managers = max(1, customers // CUSTOMERS_OF_A_MANAGER)
    columns = [
        _key(pl.col("row")).alias("customer_id"),
        pl.concat_str(dice.pick("family name", list("王李张刘陈杨黄赵吴周")), dice.pick("given name", list("伟芳娜敏静丽强磊军洋"))).alias(
            "name"
        ),
        _days_ago(6_570 + dice.below("birth", 20_000)).alias("birth"),
        pl.concat_str(pl.lit("B"), dice.below("branch", BRANCHES)).alias("branch"),
        pl.when(managed).then(pl.concat_str(pl.lit("RM"), dice.below("rm_id", managers))).alias("rm_id"),
        dice.chance("consent_sms", 0.6).alias("consent_sms"),
        dice.chance("consent_phone", 0.7).alias("consent_phone"),
    ]
    columns += [_with_gaps(dice, column) for column in _asked(dice)]
    columns += [_money(dice, name).alias(name) for name in BALANCES]
    columns += [dice.below(name, 50).alias(name) for name in COUNTS]
    columns += [(dice.below(name, 10_000) / 10_000).alias(name) for name in MODELS]
    return [*columns, *(dice.chance(name, 0.3).alias(name) for name in MARKS)]


def _asked(dice: Dice) -> list[pl.Expr]:
    """The columns that conditions are about."""
    columns = [_money(dice, name).alias(name) for name in MONEY]
    columns += [_days_ago(dice.below(name, 1500)).alias(name) for name in DATES]
    columns += [dice.uniform(name).alias(name) for name in PERCENTS]
    columns += [dice.chance(name, 0.5).alias(name) for name in BOOLS]
    return [*columns, *(dice.pick(name, values).alias(name) for name, values in ENUMS.items())]


def _earlier(dice: Dice, customers: int) -> list[pl.Expr]:
    """A month before: the same, but that a tenth of the balances have moved."""
    now = {column.meta.output_name(): column for column in _snapshot(dice, customers)}
    moved = {
        name: pl.when(dice.chance(f"{name} has moved", 0.1)).then(_money(dice, f"{name} before")).otherwise(now[name]) for name in MONEY
    }
    return [moved.get(name, column).alias(name) for name, column in now.items()]


def _with_gaps(dice: Dice, column: pl.Expr) -> pl.Expr:
    name = column.meta.output_name()
    return pl.when(~dice.chance(f"{name} is missing", SHARE_MISSING)).then(column) if name in MAY_BE_MISSING else column


def _events(dice: Dice, date: dt.date, customers: int) -> list[pl.Expr]:
    at = pl.lit(dt.datetime.combine(date, dt.time())) + pl.duration(seconds=dice.below("at", 86_400))
    kind = dice.pick("type", KINDS)
    amount = pl.when(kind != "login").then(_money(dice, "amount"))
    merchant = pl.when(kind == "card").then(dice.pick("merchant", MERCHANTS))
    columns = {"at": at.cast(pl.Datetime("us")), "type": kind, "merchant": merchant, "amount": amount}
    return [_key(dice.below("customer", customers)).alias("customer_id"), *(column.alias(name) for name, column in columns.items())]


def _holdings(dice: Dice, customers: int) -> list[pl.Expr]:
    maturity = pl.lit(TODAY) + pl.duration(days=dice.below("maturity", 1_000) - 100)
    return [
        _key(dice.below("holder", customers)).alias("customer_id"),
        dice.pick("holding", HOLDINGS).alias("kind"),
        _money(dice, "held").alias("amount"),
        pl.when(dice.chance("matures", 0.7)).then(maturity).alias("maturity"),
    ]


def _key(row: pl.Expr) -> pl.Expr:
    return (row + 100_000_000).cast(pl.String)


def _money(dice: Dice, stream: str) -> pl.Expr:
    """From a hundred to ten million yuan, as many of each size."""
    cents = (10 ** (dice.uniform(stream) * 5 + 4)).round().cast(pl.Int64)
    return (cents.cast(pl.Decimal(20, 2)) / 100).cast(pl.Decimal(18, 2))


def _days_ago(days: pl.Expr) -> pl.Expr:
    return pl.lit(TODAY) - pl.duration(days=days)
