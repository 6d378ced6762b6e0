"""A bank of awkward values: customers, rows and days that both engines must read alike."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from random import Random
from typing import Any

from strategy_engine.engine.rows import OTHER, World, standing
from strategy_engine.language.functions import Context
from strategy_engine.language.types import BOOL, DATE, DATETIME, ID, INT, MONEY, NUMBER, PERCENT, TEXT, Duration, EnumType, Kind, Type
from strategy_engine.semantics.ir import Expr, Population

TIER = EnumType(("mass", "gold", "platinum", "diamond"), ("大众", "金葵花", None, "钻石"), ordered=True)
CHANNEL = EnumType(("sms", "app", "rm call"))

TODAY = dt.date(2026, 11, 21)
CONTEXT = Context(TODAY, frozenset({dt.date(2026, 10, 1), dt.date(2026, 10, 2), dt.date(2027, 1, 1)}), frozenset({dt.date(2026, 10, 10)}))
CONTACT_DATE = dt.date(2026, 11, 23)
EARLIER = {Duration(30, "day"): dt.date(2026, 10, 22), Duration(12, "month"): dt.date(2025, 11, 21)}

TYPES: dict[str, Type] = {
    "text": TEXT, "id": ID, "bool": BOOL, "int": INT, "number": NUMBER, "percent": PERCENT, "money": MONEY, "date": DATE,
    "datetime": DATETIME, "tier": Type(Kind.ENUM, enum=TIER), "channel": Type(Kind.ENUM, enum=CHANNEL),
}  # fmt: skip

_BIG = 2**63 - 1
VALUES: dict[Kind, list[Any]] = {
    Kind.TEXT: ["", "a", "A", "金葵花", "😀", "a-b", " 张三　", "Zürich", "100%", "{x}", "0123456789", "é", "\n", "ß"],
    Kind.ID: ["1", "2", "b1", "b2", "", "客户"],
    Kind.BOOL: [True, False],
    Kind.INT: [0, 1, -1, 2, 3, 7, 12, 100, -250, 10**6, 2**53 + 1, _BIG, -_BIG - 1, 5, 31],
    Kind.NUMBER: [
        0.0, -0.0, 1.0, -1.0, 0.5, 1.5, 2.5, -2.5, 0.1, 0.2, 1e-9, 1e-300, 1e300, -1e300, 1e18, 1e17, 12.34, 33.333, 3.0, 49.0,
        1.7976931348623157e308,
    ],
    Kind.PERCENT: [0.0, 1.0, 0.85, 0.032, -0.03, 0.005, 0.123456, 1e-7],
    Kind.MONEY: [0, 1, -1, 50, 99, 100, 5_000_000, 123_456, -123_450, 10**15, _BIG, -_BIG - 1, 5, 49, 12_345_678_900],
    Kind.DATE: [
        TODAY, dt.date(2024, 2, 29), dt.date(2023, 2, 28), dt.date(2026, 1, 31), dt.date(2026, 12, 31), dt.date(1, 1, 1),
        dt.date(9999, 12, 31), dt.date(1970, 1, 1), dt.date(2026, 11, 22), dt.date(2026, 11, 14), dt.date(2026, 10, 10),
        dt.date(1958, 3, 30), dt.date(2026, 9, 30),
    ],
    Kind.DATETIME: [
        dt.datetime(2026, 11, 21), dt.datetime(2026, 11, 21, 23, 59, 59, 999_999), dt.datetime(2026, 11, 20, 8, 30),
        dt.datetime(2024, 2, 29, 12), dt.datetime(2026, 11, 15), dt.datetime(2026, 11, 14, 23, 59, 59), dt.datetime(2026, 11, 22),
        dt.datetime(1, 1, 1), dt.datetime(1969, 12, 31, 23, 59), dt.datetime(9999, 12, 31, 23, 59, 59, 999_999),
        dt.datetime(2026, 10, 31, 7, 5, 9), dt.datetime(2025, 11, 30, 1),
    ],
}  # fmt: skip


def values_of(type_: Type) -> list[Any]:
    """The awkward values of a type."""
    return list(type_.enum.values) if type_.enum is not None else VALUES[type_.kind]


def columns(extra: dict[str, Type] | None = None) -> dict[str, Type]:
    """A table's columns: each type as it is, and optional (`text`, `text_maybe`, …)."""
    return TYPES | {f"{name}_maybe": type_.or_missing() for name, type_ in TYPES.items()} | (extra or {})


CUSTOMER = columns({"branch": ID.or_missing()})
EVENT = columns({"at": DATETIME})
ITEM = columns({"due": DATE.or_missing()})
LINK = columns()
MARKET = columns()
BRANCH = columns()
TABLES: dict[str, tuple[dict[str, Type], str | None]] = {"txn": (EVENT, "at"), "holding": (ITEM, "due"), "family": (LINK, None)}
HIT = columns()

_EVENT_TIMES = [TODAY - dt.timedelta(days=days) for days in (0, 0, 1, 6, 7, 29, 30, 365, -1, -2, 400)]


def _row(random: Random, of: dict[str, Type]) -> dict[str, Any]:
    return {name: None if type_.optional and random.random() < 0.3 else random.choice(values_of(type_)) for name, type_ in of.items()}


def _event(random: Random) -> dict[str, Any]:
    moment = dt.time(random.choice([0, 8, 23]), random.choice([0, 59]))
    return _row(random, EVENT) | {"at": dt.datetime.combine(random.choice(_EVENT_TIMES), moment)}


def _item(random: Random) -> dict[str, Any]:
    return _row(random, ITEM) | {"due": random.choice([None, *_EVENT_TIMES, *VALUES[Kind.DATE]])}


def _link(random: Random, ids: list[str]) -> dict[str, Any]:
    return _row(random, LINK) | {"other_id": random.choice([*ids, "gone"])}


class Bank:
    """Customers by id, today and on the earlier days (when some were not there yet), with all that belongs to them."""

    def __init__(self, size: int, seed: int) -> None:
        random = Random(seed)  # noqa: S311 - the same customers in every run
        ids = [f"c{number}" for number in range(size)]
        self.days = {
            day: {one: _row(random, CUSTOMER) for one in ids if day == TODAY or random.random() < 0.7} for day in (TODAY, *EARLIER.values())
        }
        for row in (row for day in self.days.values() for row in day.values()):
            row["branch"] = random.choice([None, "b1", "b2", "b3"])
        self.branches = {"b1": _row(random, BRANCH), "b2": _row(random, BRANCH)}
        self.market = {day: None if day == dt.date(2025, 11, 21) else _row(random, MARKET) for day in self.days}
        self.vips = {one for one in ids if random.random() < 0.5}
        self.hits = {one: _row(random, HIT) for one in ids}
        self.rows: dict[str, dict[str, list[dict[str, Any]]]] = {
            "txn": {one: [_event(random) for _ in range(random.choice([0, 1, 2, 5, 9]))] for one in ids},
            "holding": {one: [_item(random) for _ in range(random.choice([0, 1, 3]))] for one in ids},
            "family": {one: [_link(random, ids) for _ in range(random.choice([0, 1, 2]))] for one in ids},
        }


class Worlds:
    """Every customer's world, by day; they know each other, today and earlier."""

    def __init__(self, bank: Bank, derived: Mapping[str, Expr]) -> None:
        self.bank, self.derived = bank, derived
        self._days: dict[dt.date, dict[str, World]] = {}
        self._standings: dict[tuple[Population, dt.date], dict[str, Any]] = {}

    def of(self, day: dt.date) -> dict[str, World]:
        """The worlds of the customers who were there that day."""
        if day not in self._days:
            self._days[day] = {one: self._world(one, day) for one in self.bank.days[day]}
        return self._days[day]

    def _world(self, one: str, day: dt.date) -> World:
        bank = self.bank
        rows = {table: by_customer[one] for table, by_customer in bank.rows.items()}
        rows["family"] = [row | {OTHER: bank.days[day].get(row["other_id"])} for row in rows["family"]]
        return World(
            context=Context(day, CONTEXT.holidays, CONTEXT.extra_workdays),
            contact_date=contact_date(day),
            customer=bank.days[day][one],
            rows=rows,
            references={"branches": bank.branches},
            series={"market": bank.market[day]},
            lists={"vip": one in bank.vips},
            derived=self.derived,
            population=lambda node: self._standing(node, day)[one],
            earlier=lambda back: self.of(EARLIER[back]).get(one),
            scopes={"hit.salary": bank.hits[one]},
        )

    def _standing(self, node: Population, day: dt.date) -> dict[str, Any]:
        if (node, day) not in self._standings:
            everyone = self.of(day)
            self._standings[node, day] = {one: standing(node, world, everyone.values()) for one, world in everyone.items()}
        return self._standings[node, day]


def contact_date(day: dt.date) -> dt.date:
    """Two days later."""
    return day + (CONTACT_DATE - TODAY)
