"""The project file `strategy.yaml` as models.

The models are strict: unknown keys and wrong types are refused. `project_file.py` turns what pydantic finds into
diagnostics with places in the file.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from strategy_engine.language.types import CENTS, EnumType, Kind, Type

COLUMN_KINDS = ("id", "text", "bool", "int", "number", "money", "percent", "date", "datetime", "enum")


class Model(BaseModel):
    """Base of all: nothing unknown passes, nothing changes afterwards."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True, ignored_types=(cached_property,))


class Breach(StrEnum):
    """The ways in which data can break its declaration."""

    MISSING_FILE = "missing_file"
    MISSING_COLUMN = "missing_column"
    WRONG_TYPE = "wrong_type"
    UNKNOWN_ENUM = "unknown_enum"
    MISSING_KEY = "missing_key"
    DUPLICATE_KEY = "duplicate_key"
    BELOW_MIN = "below_min"
    MISSING_VALUE = "missing_value"
    EMPTY_SNAPSHOT = "empty_snapshot"


class Tolerance(StrEnum):
    """What to do about a breach instead of ending the run: leave the row out, or read the value as missing."""

    DROP = "drop"
    MISSING = "missing"


def _values(given: Any) -> Any:
    """`[a, b]` is short for values without labels; a value or label is always text."""
    if isinstance(given, list):
        return {str(value): None for value in given}
    if isinstance(given, dict):
        return {str(value): None if label is None else str(label) for value, label in given.items()}
    return given


class Column(Model):
    """A declared column."""

    type: Literal["id", "text", "bool", "int", "number", "money", "percent", "date", "datetime", "enum"]
    optional: bool = False
    label: str | None = None
    pii: bool = False
    sensitive: bool = False
    min: Decimal | int | float | None = None
    values: Annotated[dict[str, str | None], BeforeValidator(_values)] | None = None
    ordered: bool = False
    of: str | None = None
    source: str | None = None  # the column's name in the file, where it differs

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, given: Any) -> Any:
        """`date?` is short for {type: date, optional: true}; a `?` may also end a written-out type."""
        if isinstance(given, str):
            given = {"type": given}
        if isinstance(given, dict) and isinstance(given.get("type"), str) and given["type"].endswith("?"):
            given = {**given, "type": given["type"].removesuffix("?"), "optional": True}
        return given

    @model_validator(mode="after")
    def _consistent(self) -> Column:
        if self.type == "enum" and not self.values:
            raise ValueError("an enum needs `values`")
        if self.type != "enum" and (self.values or self.ordered):
            raise ValueError("`values` and `ordered` belong to an enum")
        if self.of is not None and self.type != "id":
            raise ValueError("`of` belongs to an id that refers to a reference table")
        if self.min is not None and self.type not in ("int", "number", "money", "percent"):
            raise ValueError("`min` belongs to a number")
        return self

    @cached_property
    def value_type(self) -> Type:
        """The column's type in the language."""
        enum = None
        if self.values is not None:
            enum = EnumType(tuple(self.values), tuple(self.values.values()), self.ordered)
        return Type(Kind(self.type), self.optional, enum, self.of)

    @property
    def minimum(self) -> float | int | None:
        """`min` in the units in which the engines hold the column."""
        if self.min is None:
            return None
        if self.type == "money":
            return round(Decimal(str(self.min)) * CENTS)
        return int(self.min) if self.type == "int" else float(self.min)


class Table(Model):
    """A declared table; `name` is filled in from its key under `data:`."""

    name: str = Field(default="", exclude=True)
    kind: Literal["snapshot", "reference", "events", "items", "links", "series", "list"]
    path: str
    format: Literal["parquet", "csv", "ipc", "delta"] | None = None
    key: str | None = None
    other: str | None = None
    time: str | None = None
    columns: dict[str, Column] = Field(default_factory=dict)
    label: str | None = None
    max_age: Annotated[int, Field(ge=0)] | None = None  # days; the oldest earlier snapshot that `ago` may use

    @model_validator(mode="after")
    def _consistent(self) -> Table:
        needs = {
            "snapshot": ["key"],
            "reference": ["key"],
            "events": ["key", "time"],
            "items": ["key"],
            "links": ["key", "other"],
            "series": ["time"],
            "list": ["key"],
        }[self.kind]
        for field in needs:
            if getattr(self, field) is None:
                raise ValueError(f"a table of kind `{self.kind}` needs `{field}`")
        for field in ("key", "other", "time"):
            column = getattr(self, field)
            if column is not None and self.kind != "list" and column not in self.columns:
                raise ValueError(f"`{field}: {column}` names no column of the table")
        if self.kind != "list" and not self.columns:
            raise ValueError("a table needs `columns`")
        return self

    @property
    def dated(self) -> bool:
        """Whether there is one file, or folder, a date."""
        return "{date}" in self.path


class Feedback(Model):
    """Where it is told what became of an action."""

    from_: str = Field(alias="from")
    match: list[str]
    outcome: str


class Calendar(Model):
    """Days off that fall on weekdays, and weekend days that are worked instead."""

    holidays: list[dt.date] = Field(default_factory=list)
    workdays: list[dt.date] = Field(default_factory=list)


class Project(Model):
    """The project file."""

    project: str
    language: Literal[1] = 1
    timezone: str = "Asia/Shanghai"
    currency: str = "CNY"
    ledger: str = "ledger/"
    output: str = "out/"
    include: list[str] = Field(default_factory=list)
    import_: list[str] = Field(default_factory=list, alias="import")
    params: dict[str, Any] = Field(default_factory=dict)
    data: dict[str, Table]
    feedback: Feedback | None = None
    calendar: Calendar = Field(default_factory=Calendar)
    contact_offset: int = 0  # days from the as-of date to the day on which the lists are worked
    household: str | None = None  # the snapshot column that holds a household's id
    columns: list[str] = Field(default_factory=list)  # extra snapshot columns that every channel list carries
    on_breach: dict[Breach, Tolerance] = Field(default_factory=dict)
    max_age: Annotated[int, Field(ge=0)] = 31  # days; the oldest earlier snapshot that `ago` may use

    @model_validator(mode="after")
    def _consistent(self) -> Project:
        snapshots = [name for name, table in self.data.items() if table.kind == "snapshot"]
        if len(snapshots) != 1:
            found = ", ".join(f"`{name}`" for name in snapshots) or "none"
            raise ValueError(f"exactly one table must be of kind `snapshot`; found {found}")
        for name, table in self.data.items():
            for column_name, column in table.columns.items():
                if column.of is not None and (column.of not in self.data or self.data[column.of].kind != "reference"):
                    raise ValueError(f"column `{name}.{column_name}` refers to `{column.of}`, which is no reference table")
        return self

    @cached_property
    def tables(self) -> dict[str, Table]:
        """The declared tables, each knowing its name."""
        return {name: table.model_copy(update={"name": name}) for name, table in self.data.items()}

    @cached_property
    def snapshot(self) -> Table:
        """The table with one row a customer."""
        return next(table for table in self.tables.values() if table.kind == "snapshot")
