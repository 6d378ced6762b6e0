"""Random conditions as trees, written out from the same tree in the strategy language, in Polars by hand, and in SQL for DuckDB.

The writers share nothing but the tree. The Polars side is what somebody who knows Polars well would write for a snapshot
with money in cents (Int64) and enums as `pl.Enum`; its `sum()` counts what is surely true, as the language does. The SQL is over
the files as they are: money as decimals, enums as texts, which DuckDB compares by their dictionaries.
"""

from __future__ import annotations

import datetime as dt
import operator
import random
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import reduce

import polars as pl

TODAY = dt.date(2026, 11, 20)
MEASURED = 0.12
CENTS = 100

MONEY = {"aum": False, "deposit_balance": False, "fund_balance": False, "loan_balance": False, "credit_limit": True}
DATES = {"open_date": False, "payroll_since": True, "last_login": True, "risk_expiry": True}
PERCENTS = ("p_fund", "p_wealth", "p_loan", "p_churn")  # all may be missing
BOOLS = ("has_payroll", "is_merchant", "has_mortgage", "has_card", "app_active", "do_not_contact")
ORDERED = {"tier": ("mass", "gold", "platinum", "diamond", "private"), "max_risk": ("R1", "R2", "R3", "R4", "R5")}
UNORDERED = {
    "lifecycle": ("new", "growing", "mature", "declining", "lost"),
    "occupation": ("office", "worker", "self_employed", "civil_servant", "professional", "teacher", "homemaker", "student", "retired"),
}
ENUMS = {**ORDERED, **UNORDERED}
DTYPES = {name: pl.Enum(values) for name, values in ENUMS.items()}
MAY_BE_MISSING = (*(name for table in (MONEY, DATES) for name, optional in table.items() if optional), *PERCENTS, "max_risk")

COMPARE: dict[str, Callable[[pl.Expr, pl.Expr], pl.Expr]] = {
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


@dataclass(frozen=True)
class Condition:
    """A condition in all spellings; in SQL where DuckDB is asked."""

    text: str
    polars: pl.Expr
    sql: str = ""


@dataclass(frozen=True)
class Named:
    """An attribute or cohort that several conditions share."""

    kind: str
    name: str
    value: Condition

    @property
    def declared(self) -> str:
        return f"{self.kind} {self.name} = {self.value.text}"


def attributes() -> list[Named]:
    """Derived values as banks have them: ages of things, shares of the money."""

    def days_since(column: str) -> Condition:
        return Condition(f"days_between({column}, today)", (pl.lit(TODAY) - pl.col(column)).dt.total_days(), f"({_day(TODAY)} - {column})")

    def share(part: str, whole: str) -> Condition:
        quotient = pl.col(part) / pl.col(whole)
        return Condition(f"{part} / {whole}", pl.when(quotient.is_finite()).then(quotient), f"({part} / nullif({whole}, 0))")

    values = {
        "days_idle": days_since("last_login"),
        "days_open": days_since("open_date"),
        "idle_share": share("deposit_balance", "aum"),
        "fund_share": share("fund_balance", "aum"),
        "debt_ratio": share("loan_balance", "aum"),
        "limit_use": share("loan_balance", "credit_limit"),
        "invested": Condition("aum - deposit_balance", pl.col("aum") - pl.col("deposit_balance"), "(aum - deposit_balance)"),
        "best_offer": Condition(
            "max(p_fund ?? 0%, p_wealth ?? 0%)",
            pl.max_horizontal(pl.col("p_fund", "p_wealth").fill_null(0.0)),
            "greatest(coalesce(p_fund, 0), coalesce(p_wealth, 0))",
        ),
    }
    return [Named("attribute", name, value) for name, value in values.items()]


DAY_ATTRIBUTES, SHARE_ATTRIBUTES = ("days_idle", "days_open"), ("idle_share", "fund_share", "debt_ratio", "limit_use", "best_offer")


class Author:
    """Writes conditions, always the same ones for a seed. `measures`: further derived columns, with the comparisons to make of them, of
    which every eighth or so is one where there are any."""

    def __init__(self, seed: int, measures: Mapping[str, tuple[str, ...]] | None = None) -> None:
        self._random = random.Random(seed)  # noqa: S311 - nothing is kept secret with it
        self._measures = measures or {}
        self.cohorts: list[Named] = []

    def cohort(self, name: str) -> Named:
        """A cohort that later conditions may name."""
        made = Named("cohort", name, self.condition())
        self.cohorts.append(made)
        return made

    def condition(self) -> Condition:
        """Three to seven comparisons: mostly all of them, some as alternatives, some turned round."""
        pick = self._random
        parts = [self._part() for _ in range(pick.randint(2, 4))]
        return self._joined(parts, "and" if pick.random() < 0.85 else "or")

    def _part(self) -> Condition:
        kind = self._random.random()
        if kind < 0.2:
            return self._joined([self._leaf(), self._leaf()], "or")
        if kind < 0.3:
            inner = self._joined([self._leaf(), self._leaf()], "and")
            return Condition(f"not {inner.text}", ~inner.polars, f"NOT {inner.sql}")
        return self._leaf()

    @staticmethod
    def _joined(parts: list[Condition], word: str) -> Condition:
        joined = reduce(lambda a, b: a & b if word == "and" else a | b, (part.polars for part in parts))
        text, sql = ("(" + f" {word} ".join(each) + ")" for each in ([part.text for part in parts], [part.sql for part in parts]))
        return Condition(text, joined, sql)

    # -------------------------------------------------------------------------------------------- comparisons

    def _leaf(self) -> Condition:
        if self._measures and self._random.random() < MEASURED:
            return self._measure()
        leaves = (self._money, self._money, self._percent, self._percent, self._date, self._ordered, self._enum, self._flag, self._flag)
        rarer = (self._interval, self._missing, self._between_columns, self._days, self._share, self._default, self._named)
        return self._random.choice(leaves + rarer)()

    def _compared(self, name: str, op: str, written: str, value: pl.Expr, sql: str = "") -> Condition:
        return Condition(f"{name} {op} {written}", COMPARE[op](pl.col(name), value), f"{name} {op} {sql}")

    def _against_percent(self, name: str, op: str, percent: int) -> Condition:
        return self._compared(name, op, f"{percent}%", pl.lit(percent / 100), f"{percent / 100}::DOUBLE")

    def _op(self) -> str:
        return self._random.choice(("<", "<=", ">", ">="))

    def _yuan(self) -> int:
        return self._random.choice((1, 2, 5)) * 10 ** self._random.randint(3, 6)

    def _money(self) -> Condition:
        yuan = self._yuan()
        return self._compared(self._random.choice(list(MONEY)), self._op(), str(yuan), pl.lit(yuan * CENTS), str(yuan))

    def _percent(self) -> Condition:
        percent = self._random.randint(5, 95)
        return self._against_percent(self._random.choice(PERCENTS), self._op(), percent)

    def _date(self) -> Condition:
        days = self._random.choice((7, 30, 60, 90, 180, 365, 730))
        day = TODAY - dt.timedelta(days=days)
        return self._compared(self._random.choice(list(DATES)), self._op(), f"today - {days} days", pl.lit(day), _day(day))

    def _ordered(self) -> Condition:
        name = self._random.choice(list(ORDERED))
        value = self._random.choice(ORDERED[name])
        op = self._op()
        return Condition(f"{name} {op} {value}", COMPARE[op](pl.col(name), pl.lit(value, dtype=DTYPES[name])), _ranked(name, op, value))

    def _enum(self) -> Condition:
        name = self._random.choice(list(ENUMS))
        count = self._random.choice((1, 1, 2, 3))
        values = self._random.sample(ENUMS[name], count)
        if count == 1:
            op = self._random.choice(("==", "!="))
            return self._compared(name, op, values[0], pl.lit(values[0], dtype=DTYPES[name]), f"'{values[0]}'")
        within = pl.col(name).is_in(pl.Series(values, dtype=DTYPES[name]).implode())
        return Condition(f"{name} in [{', '.join(values)}]", within, _one_of(name, values))

    def _flag(self) -> Condition:
        name = self._random.choice(BOOLS)
        return (
            Condition(name, pl.col(name), name) if self._random.random() < 0.7 else Condition(f"not {name}", ~pl.col(name), f"NOT {name}")
        )

    def _interval(self) -> Condition:
        name, low = self._random.choice(list(MONEY)), self._yuan()
        bounds = (pl.lit(low * CENTS), pl.lit(low * 10 * CENTS))
        within = pl.col(name).is_between(*bounds, closed="left")
        return Condition(f"{name} in [{low}..{low * 10})", within, f"({name} >= {low} AND {name} < {low * 10})")

    def _missing(self) -> Condition:
        name = self._random.choice(MAY_BE_MISSING)
        if self._random.random() < 0.3:
            return Condition(f"{name} is missing", pl.col(name).is_null(), f"{name} IS NULL")
        return Condition(f"{name} is known", pl.col(name).is_not_null(), f"{name} IS NOT NULL")

    def _between_columns(self) -> Condition:
        left, right = self._random.sample(list(MONEY), 2)
        return self._compared(left, self._op(), right, pl.col(right), right)

    def _days(self) -> Condition:
        days = self._random.choice((30, 60, 90, 365))
        return self._compared(self._random.choice(DAY_ATTRIBUTES), self._op(), str(days), pl.lit(days), str(days))

    def _share(self) -> Condition:
        percent = self._random.randint(5, 95)
        return self._compared(
            self._random.choice(SHARE_ATTRIBUTES), self._op(), f"{percent}%", pl.lit(percent / 100), f"{percent / 100}::DOUBLE"
        )

    def _measure(self) -> Condition:
        name = self._random.choice(list(self._measures))
        op, value = self._random.choice(self._measures[name]).split()
        if value == "true":
            return Condition(name, pl.col(name))
        number = int(value.rstrip("%").replace("元", "")) * (CENTS if value.endswith("元") else 1) / (100 if value.endswith("%") else 1)
        return self._compared(name, op, value.rstrip("元"), pl.lit(number if value.endswith("%") else int(number)))

    def _default(self) -> Condition:
        name, op, percent = self._random.choice(PERCENTS), self._op(), self._random.randint(5, 95)
        compared = COMPARE[op](pl.col(name).fill_null(0.0), pl.lit(percent / 100))
        return Condition(f"({name} ?? 0%) {op} {percent}%", compared, f"coalesce({name}, 0) {op} {percent / 100}::DOUBLE")

    def _named(self) -> Condition:
        if not self.cohorts:
            return self._flag()
        named = self._random.choice(self.cohorts).name
        return Condition(named, pl.col(named), named)


# ------------------------------------------------------------------------------------------------ pieces of SQL


def _day(day: dt.date) -> str:
    return f"DATE '{day}'"


def _one_of(name: str, values: Iterable[str]) -> str:
    return f"{name} IN ({', '.join(repr(value) for value in values)})"


def _ranked(name: str, op: str, value: str) -> str:
    """A comparison in the order of an enum: what is on that side of the value."""
    place, compare = ORDERED[name].index(value), getattr(operator, {"<": "lt", "<=": "le", ">": "gt", ">=": "ge"}[op])
    there = [other for rank, other in enumerate(ORDERED[name]) if compare(rank, place)]
    return _one_of(name, there) if there else f"({name} IS NULL AND NULL)"
