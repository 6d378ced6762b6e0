"""Types of the language, and how each value is held by both engines.

| type     | held as (row interpreter)         | held as (Polars)            |
|----------|-----------------------------------|-----------------------------|
| id, text | str                               | String                      |
| bool     | bool                              | Boolean                     |
| int      | int                               | Int64                       |
| number   | float                             | Float64                     |
| percent  | float, 0.85 for 85 %              | Float64                     |
| money    | int, hundredths of the currency   | Int64                       |
| date     | datetime.date                     | Date                        |
| datetime | datetime.datetime, bank's zone    | Datetime("us"), no zone     |
| enum     | str, one of the type's values     | Enum(values)                |
| duration | Duration (only as a constant)     | -                           |

Missing is None and null. A float NaN in the data is read as missing, so neither engine ever meets one.
"""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from typing import NamedTuple

from strategy_engine.record import record


class Kind(StrEnum):
    """The kinds of values."""

    ID = "id"
    TEXT = "text"
    BOOL = "bool"
    INT = "int"
    NUMBER = "number"
    MONEY = "money"
    PERCENT = "percent"
    DATE = "date"
    DATETIME = "datetime"
    ENUM = "enum"
    DURATION = "duration"
    ERROR = "error"  # what could not be typed; fits everything, so that one mistake is told once


NUMERIC = frozenset({Kind.INT, Kind.NUMBER, Kind.PERCENT, Kind.MONEY})
PLAIN_NUMBERS = frozenset({Kind.INT, Kind.NUMBER, Kind.PERCENT})
TEXTS = frozenset({Kind.ID, Kind.TEXT})
TIMES = frozenset({Kind.DATE, Kind.DATETIME})

CENTS = 100  # money is held in hundredths


@record
class EnumType:
    """The values of an enum in their order, each with an optional label (a second name)."""

    values: tuple[str, ...]
    labels: tuple[str | None, ...] = ()
    ordered: bool = False

    def value_of(self, word: str) -> str | None:
        """The value that a word names, itself or by its label."""
        if word in self.values:
            return word
        for value, label in zip(self.values, self.labels, strict=False):
            if label is not None and label == word:
                return value
        return None

    def label_of(self, value: str) -> str:
        """What people read: the label, or the value where it has none."""
        for candidate, label in zip(self.values, self.labels, strict=False):
            if candidate == value and label is not None:
                return label
        return value


@record
class Type:
    """A kind, whether the value may be missing, the enum's values, and the table an id refers to."""

    kind: Kind
    optional: bool = False
    enum: EnumType | None = None
    of: str | None = None

    def __str__(self) -> str:
        return self.kind.value + ("?" if self.optional else "")

    @property
    def numeric(self) -> bool:
        return self.kind in NUMERIC

    def or_missing(self, missing: bool = True) -> Type:
        """This type, optional where `missing` holds."""
        return replace(self, optional=True) if missing and not self.optional else self

    def known(self) -> Type:
        """This type without the possibility of being missing."""
        return replace(self, optional=False) if self.optional else self


class Duration(NamedTuple):
    """A length of time: exactly one of the parts that the unit fills; months and years are calendar months."""

    count: int  # type: ignore[assignment]  # hides tuple.count, which nobody needs here
    unit: str  # day, week, month, year, hour, minute, workday

    @property
    def days(self) -> int | None:
        """The number of days of a day or week duration, else None."""
        return {"day": self.count, "week": 7 * self.count}.get(self.unit)

    @property
    def months(self) -> int | None:
        """The number of months of a month or year duration, else None."""
        return {"month": self.count, "year": 12 * self.count}.get(self.unit)

    @property
    def minutes(self) -> int | None:
        """The number of minutes of an hour or minute duration, else None."""
        return {"minute": self.count, "hour": 60 * self.count}.get(self.unit)

    def __str__(self) -> str:
        return f"{self.count} {self.unit}{'' if self.count == 1 else 's'}"


BOOL = Type(Kind.BOOL)
INT = Type(Kind.INT)
NUMBER = Type(Kind.NUMBER)
MONEY = Type(Kind.MONEY)
PERCENT = Type(Kind.PERCENT)
TEXT = Type(Kind.TEXT)
ID = Type(Kind.ID)
DATE = Type(Kind.DATE)
DATETIME = Type(Kind.DATETIME)
DURATION = Type(Kind.DURATION)
ERROR = Type(Kind.ERROR)
