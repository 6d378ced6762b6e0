"""Arguments for any function of the library: seeded, by parameter type, with the edges of every type."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import polars as pl

from strategy_engine.language.functions import Context, Function, Parameter
from strategy_engine.language.types import BOOL, DATE, DATETIME, INT, MONEY, NUMBER, PERCENT, TEXT, EnumType, Kind, Type

TODAY = dt.date(2026, 11, 20)
PLAIN = Context(today=TODAY)
HOLIDAYS = Context(
    today=dt.date(2026, 2, 16),
    holidays=frozenset(dt.date(2026, 2, day) for day in range(15, 24)) | {dt.date(2026, 10, 1), dt.date(2026, 10, 2), dt.date(2025, 1, 1)},
    extra_workdays=frozenset(
        {dt.date(2026, 2, 14), dt.date(2026, 2, 28), dt.date(2026, 10, 10), dt.date(2026, 2, 15), dt.date(2026, 10, 2)}
    ),
)
LEAP_DAY = Context(today=dt.date(2024, 2, 29))
LAST_YEAR = Context(today=dt.date(9999, 12, 1))

TIER = Type(Kind.ENUM, enum=EnumType(("mass", "gold", "platinum"), ("大众", "金葵花", None), ordered=True))
DTYPES: dict[Kind, Any] = {
    Kind.TEXT: pl.String,
    Kind.BOOL: pl.Boolean,
    Kind.INT: pl.Int64,
    Kind.NUMBER: pl.Float64,
    Kind.PERCENT: pl.Float64,
    Kind.MONEY: pl.Int64,
    Kind.DATE: pl.Date,
    Kind.DATETIME: pl.Datetime("us"),
    Kind.ENUM: pl.Enum(["mass", "gold", "platinum"]),
}
HELD: dict[Kind, type] = {
    Kind.TEXT: str,
    Kind.BOOL: bool,
    Kind.INT: int,
    Kind.NUMBER: float,
    Kind.PERCENT: float,
    Kind.MONEY: int,
    Kind.DATE: dt.date,
    Kind.DATETIME: dt.datetime,
    Kind.ENUM: str,
}

TEXTS = (
    "", " ", "a", "A", "abc", "aaaa", "a-b-c", "a/b", "-", "--", "零售部/代发组", "金葵花", "😀", "👨‍👩‍👧-中", "e\u0301é", "straße",
    "İstanbul", "ΑΣ", "ﬁ", "\u3000全角　ＡＢＣ１２３！\u3000", "\t x \n", "line\nbreak", "\x1c", "\xa0", "x.y*z", "$1", "${0}", "\\1",
    "^$", "[a]", "'", '"', "x" * 70, "欧阳锋", "王小明", "上官", "司马相如", "爱新觉罗启星", "a@b.cn", "wang.xm@bank.cn", "@", "a@",
    "@b", "a@b@c", "x\n@y\nz", "13800138000", "+8613800138000", "0086 138-0013-8000", "+86+8613800138000", "12800138000",
    "１３８00138000", "138001380001", "11010519491231002X", "11010519491231002x", "110105194912310021", "440524188001010014",
    "110101202402290015", "11010120230229001X", "99010519491231002X", "1101051949123100２X", "11010519491231002X\n",
    "4111111111111111", "4111111111111112", "6222021234567890123", "0000000000000", "12345678901", "٤١١١١١١١١١١١١١١١", "0", "-0", "1",
    "+1.50", "1.", ".5", ".", "1e5", "1e", "1e400", "-1e309", "1e-400", "inf", "nan", "NaN", "1_000", "1,000", " 12 ", "0x10", "１２",
    "9007199254740993", "0.1", "123456789012345678901234567890", "1.7976931348623157e308", "1e301", "12\n", "2026-11-21",
    "2026/11/21", "20261121", "2026-1-1", "2026-02-29", "2024-02-29", "0000-01-01", "0001-01-01", "9999-12-31", "2026-13-01",
    "2026-11/21", " 2026-11-21 ", "2026-11-21T08:30", "2026-11-21 08:30:15", "2026-11-21T24:00", "2026-11-21T23:59:60",
    "0001-01-01T00:00", "2026-02-30 10:00", "9999-12-31 23:59:59",
)  # fmt: skip
INTS = (0, 1, -1, 2, -2, 3, 5, 7, -7, 10, 12, 24, 28, 29, 30, 31, 60, 99, 100, 360, 365, 366, -366, 1900, 2000, 2024, 2026, 9999, 10000)
WILD_INTS = (2**63 - 1, -(2**63), 2**63 - 2, -(2**63) + 1, 2**62, 2**53 + 1, -(2**53) - 1, 10**18, 922337203685477550, 2**31, -(2**31) - 1)
MONEYS = (0, 1, -1, 49, 50, 51, -50, 99, 100, 149, 150, -150, 12345, 1_000_000, 499_999, 500_000, 50_000_000, 123_456_789_012)
NUMBERS = (
    0.0, -0.0, 0.5, -0.5, 1.0, -1.0, 1.5, 2.5, -2.5, 1.005, 2.675, 0.285, 1.255, -1.005, 0.1, 0.2, 0.3, 0.15, 0.05, 0.7, 1e-9, 5e-10,
    1e-7, 0.035, 0.49999999999999994, 2.4999999999999996, 3.0, 12.0, 39.9042, 116.4074, 31.2304, 121.4737, 89.999, 90.0, -90.0, 180.0,
    -180.0, 179.999, 1e6, 4194303.9999999995, 4194304.0, 4194304.1, 123456.789, 99999.995, 30.0, 365.0,
)  # fmt: skip
WILD_NUMBERS = (
    1e15, 1e16, 4503599627370495.5, 4503599627370496.5, 9007199254740993.0, 9.2233720368547748e18, -9.2233720368547758e18, 9.3e18,
    1e22, 1e100, -1e100, 1e290, 9.9e299, -1e300, 5e-324, 2.2e-308, 689.9, 690.0, 700.0, 710.0, -745.2, -1e10,
)  # fmt: skip
PERCENTS = (0.0, 1e-9, 1e-7, 1e-6, 0.0001, 0.0025, 0.03, 0.035, 0.042, 0.07, 0.12, 0.36, 0.5, 0.85, 1.0, 2.0, -0.01, -0.5, -1.0, -1.5)
DATES = tuple(
    dt.date.fromisoformat(text)
    for text in (
        "2026-11-20", "2026-11-21", "2026-11-22", "2024-02-29", "2000-02-29", "1900-02-28", "2023-02-28", "2026-02-28", "2026-03-01",
        "2026-01-31", "2026-12-31", "2027-01-01", "1970-01-01", "1969-12-31", "1949-12-31", "2026-02-13", "2026-02-14", "2026-02-15",
        "2026-02-16", "2026-02-23", "2026-02-24", "2026-09-30", "2026-10-01", "2026-10-10", "2025-01-01", "2024-12-31", "2026-11-19",
        "2028-02-29",
    )
)  # fmt: skip
WILD_DATES = (
    dt.date.min,
    dt.date(1, 1, 2),
    dt.date(1, 3, 1),
    dt.date(4, 2, 29),
    dt.date(9996, 2, 29),
    dt.date(9999, 12, 1),
    dt.date(9999, 12, 31),
)


def value(kind: Kind, dice: random.Random, wild: bool) -> Any:
    """One value held as its kind, from the edges or from the middle."""
    edge = dice.random() < 0.7
    if kind is Kind.TEXT:
        return dice.choice(TEXTS) if edge else "".join(dice.choices("abAB019 -@/.中金卡é😀\n", k=dice.randrange(25)))
    if kind is Kind.BOOL:
        return dice.random() < 0.5
    if kind is Kind.ENUM:
        return dice.choice(("mass", "gold", "platinum"))
    if kind is Kind.INT:
        return dice.choice(INTS + WILD_INTS * wild) if edge else dice.choice((dice.randint(-40, 400), dice.randint(-5000, 5000)))
    if kind is Kind.MONEY:
        return dice.choice(MONEYS + WILD_INTS * wild) if edge else dice.choice((dice.randint(-(10**5), 10**5), dice.randint(0, 10**13)))
    if kind is Kind.NUMBER:
        plain = dice.choice((dice.uniform(-200, 200), round(dice.uniform(-1e6, 1e6), dice.randrange(5)), dice.gauss(0, 1e9)))
        return dice.choice(NUMBERS + WILD_NUMBERS * wild) if edge else plain
    if kind is Kind.PERCENT:
        return (
            dice.choice(PERCENTS + (1e300, -1e300, 1e-300) * wild)
            if edge
            else dice.choice((dice.uniform(0, 1), round(dice.uniform(0, 0.3), 4)))
        )
    date = dice.choice(DATES + WILD_DATES * wild) if edge else dt.date(1950, 1, 1) + dt.timedelta(days=dice.randrange(36500))
    if kind is Kind.DATE:
        return date
    clock = dice.choice(
        (dt.time(0), dt.time(8, 30), dt.time(23, 59, 59, 999999), dt.time(dice.randrange(24), dice.randrange(60), dice.randrange(60)))
    )
    return dt.datetime.combine(date, clock)


# Constants that a generated value would rarely hit. Others come from `value`, as far as the parameter's check allows.
CONSTANTS: dict[tuple[str, str], tuple[Any, ...]] = {
    ("round", "digits"): (0, 1, 2, 3, 6, 9, 12, -1, -2, -4, -12),
    ("pad_left", "length"): (0, 3, 20),
    ("pad_right", "length"): (0, 3, 20),
    ("pad_left", "fill"): ("0", "中", " "),
    ("pad_right", "fill"): ("0", "中", " "),
    ("split_part", "separator"): ("-", "/", "@", "ab", "中", "\n"),
    ("interest", "basis"): (360, 365, 366),
    ("mask", "first"): (0, 1, 3, 6),
    ("mask", "last"): (0, 1, 4),
    ("matches", "pattern"): (
        "", ".*", "[0-9]+", r"\d{4}-\d{2}-\d{2}", r"[^\d]*", r"\w+@\w+[.]cn", r"\s*", r"\S+", r"(a|b|-)*c?", r"1[3-9]\d{9}",
        "[一-龥]{2,4}", r"\$1|\\1|\[a\]", r"[\w.-]+", r"[a&&b~~c]+", r"[\^$.]+", "(?:a/b|😀)", ".", r"\W*", r"[^a-z]{3,}", r"x{70}",
        "a||b", "(|a)+", r"[\-a]+", r"[-a]+", r"[a-]+",
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Case:
    """One way to call a function: the types of its arguments, its constants, its context, and rows of arguments."""

    types: tuple[Type, ...]
    constants: dict[int, Any]
    context: Context
    rows: list[tuple[Any, ...]]
    wild: bool


_SETTLES = {"T": (TEXT, NUMBER, INT, MONEY, DATE, DATETIME, BOOL, TIER), "N": (INT, NUMBER, MONEY, PERCENT), "time": (DATE, DATETIME)}
_ANY = (TEXT, NUMBER, MONEY, PERCENT, DATE, DATETIME, BOOL, TIER, INT)
_PLAIN = {
    "text": TEXT,
    "number": NUMBER,
    "int": INT,
    "money": MONEY,
    "percent": PERCENT,
    "bool": BOOL,
    "date": DATE,
    "datetime": DATETIME,
    "enum": TIER,
}


def _type_rows(parameters: tuple[Parameter, ...]) -> Iterator[tuple[Type, ...]]:
    """Tuples of argument types that together try every type that the parameters accept."""
    choices = {**_SETTLES, "any": _ANY}
    turns = max(len(choices.get(parameter.accepts, (TEXT,))) for parameter in parameters)
    for turn in range(turns):
        yield tuple(
            # The types of `T` and `N` go together; those of the others need not.
            _PLAIN[p.accepts]
            if p.accepts in _PLAIN
            else choices[p.accepts][(turn + place * (p.accepts in ("any", "time"))) % len(choices[p.accepts])]
            for place, p in enumerate(parameters)
        )


def _constant(function: Function, parameter: Parameter, kind: Kind, dice: random.Random) -> Any:
    while True:
        choices = CONSTANTS.get((function.name, parameter.name))
        candidate = dice.choice(choices) if choices else value(kind, dice, wild=False)
        if parameter.check is None or parameter.check(candidate) is None:
            return candidate


def cases(function: Function, rows: int = 200) -> Iterator[Case]:
    """Cases that try every type, both counts of a variadic function, usual and wild values, with and without missing ones."""
    dice = random.Random(function.name)  # noqa: S311 - the same values every time
    shapes = [function.parameters]
    if function.variadic:
        shapes.append((*function.parameters, function.parameters[-1], function.parameters[-1]))
    contexts = (PLAIN, HOLIDAYS, LEAP_DAY, LAST_YEAR) if function.context else (PLAIN,)
    repeats = 1 + max((len(CONSTANTS.get((function.name, p.name), ())) for p in function.parameters if p.constant), default=0)
    for parameters in shapes:
        for types in _type_rows(parameters):
            for turn, context in enumerate(contexts * max(repeats, 2)):
                wild = turn % 2 == 1 or context is LAST_YEAR
                constants = {
                    place: _constant(function, parameter, types[place].kind, dice)
                    for place, parameter in enumerate(parameters)
                    if parameter.constant
                }
                yield Case(types, constants, context, [_row(types, constants, dice, wild) for _ in range(rows)], wild)


def _row(types: tuple[Type, ...], constants: dict[int, Any], dice: random.Random, wild: bool) -> tuple[Any, ...]:
    """A row of arguments; now and then two of them are alike, or one is missing."""
    row: list[Any] = []
    for place, type_ in enumerate(types):
        if place in constants:
            row.append(constants[place])
        elif dice.random() < 0.08:
            row.append(None)
        elif row and dice.random() < 0.15 and types[place - 1].kind is type_.kind and place - 1 not in constants:
            row.append(row[-1])
        elif row and type_.kind is Kind.TEXT and isinstance(row[0], str) and row[0] and dice.random() < 0.5:
            start = dice.randrange(len(row[0]))
            row.append(row[0][start : start + dice.randint(0, 3)])
        else:
            row.append(value(type_.kind, dice, wild))
    return tuple(row)
