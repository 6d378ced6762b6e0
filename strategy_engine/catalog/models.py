"""The project file `strategy.yaml` as models.

The models are strict: unknown keys and wrong types are refused. What one field alone cannot tell is checked by
`misfits`. `project_file.py` turns what pydantic finds into diagnostics with places in the file.
"""

from __future__ import annotations

import datetime as dt
import re
import zoneinfo
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, PrivateAttr, StrictBool, StrictInt, model_validator
from pydantic_core import PydanticCustomError

from strategy_engine.catalog.base import Misfit, Model
from strategy_engine.catalog.sinks import DATE, Sink, SinkName, destination_misfits
from strategy_engine.diagnostics.model import suggest
from strategy_engine.language.types import CENTS, EnumType, Kind, Type

COLUMN_KINDS = ("id", "text", "bool", "int", "number", "money", "percent", "date", "datetime", "enum")
NUMBER_KINDS = ("int", "number", "money", "percent")
TIME_KINDS = ("date", "datetime")
# What a table of each kind cannot do without, apart from its path.
NEEDS = {
    "snapshot": ("key", "columns"),
    "reference": ("key", "columns"),
    "events": ("key", "time", "columns"),
    "items": ("key", "columns"),
    "links": ("key", "other", "columns"),
    "series": ("time", "columns"),
    "list": ("key",),
}


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


# What can be done about each breach. A row without a key cannot be used, a column that is not there has no rows to leave out;
# an absent file is read as an empty table, but never the snapshot's.
_OF_VALUES = (Breach.MISSING_COLUMN, Breach.WRONG_TYPE, Breach.UNKNOWN_ENUM, Breach.BELOW_MIN, Breach.MISSING_VALUE)
TOLERABLE: dict[Breach, tuple[Tolerance, ...]] = {
    Breach.MISSING_FILE: (Tolerance.MISSING,),
    Breach.MISSING_COLUMN: (Tolerance.MISSING,),
    Breach.WRONG_TYPE: (Tolerance.DROP, Tolerance.MISSING),
    Breach.UNKNOWN_ENUM: (Tolerance.DROP, Tolerance.MISSING),
    Breach.MISSING_KEY: (Tolerance.DROP,),
    Breach.DUPLICATE_KEY: (Tolerance.DROP,),
    Breach.BELOW_MIN: (Tolerance.DROP, Tolerance.MISSING),
    Breach.MISSING_VALUE: (Tolerance.DROP, Tolerance.MISSING),
    Breach.EMPTY_SNAPSHOT: (Tolerance.MISSING,),
}


def _values(given: Any) -> Any:
    """`[a, b]` is short for values without labels; a value or label is always text."""
    if isinstance(given, list):
        names = _names(given)
        if len(set(names)) < len(names):
            twice = next(name for name in names if names.count(name) > 1)
            raise ValueError(f"the value `{twice}` stands twice")
        return dict.fromkeys(names)
    if isinstance(given, dict):
        labels = _names(label for label in given.values() if label is not None)
        if len(set(labels)) < len(labels):
            twice = next(label for label in labels if labels.count(label) > 1)
            raise ValueError(f"two values have the label `{twice}`")
        return {str(value): None if label is None else str(label) for value, label in given.items()}
    return given


def _names(given: Iterable[Any]) -> list[str]:
    """The texts of values or labels."""
    names = []
    for name in given:
        if isinstance(name, (dict, list)):
            raise ValueError("a value of an enum, and its label, must be text")  # noqa: TRY004 -- pydantic takes no TypeError
        names.append(str(name))
    return names


def _day(given: Any) -> Any:
    """A date or its text; pydantic would also take a number, as the seconds since 1970."""
    if isinstance(given, dt.date) or (isinstance(given, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", given)):
        return given
    raise PydanticCustomError("date_type", "a day is written as 2026-11-21")


Day = Annotated[dt.date, BeforeValidator(_day)]
Days = Annotated[StrictInt, Field(ge=0)]


class Column(Model):
    """A declared column."""

    called = "the column"

    type: Literal["id", "text", "bool", "int", "number", "money", "percent", "date", "datetime", "enum"]
    """What its values are; a `?` behind it says that they may be missing."""
    optional: StrictBool = False
    """Whether a value may be missing; short: a `?` behind the type."""
    label: str | None = None
    """A second name, as people call it."""
    pii: StrictBool = False
    """Personal data: it leaves only in the list of a channel that names it."""
    sensitive: StrictBool = False
    """What people should not be chosen by, such as gender or an age band: `check` tells where they are. Messages mask its values."""
    min: Decimal | None = None
    """The smallest value that the data may hold."""
    values: Annotated[dict[str, str | None], BeforeValidator(_values)] | None = None
    """The values of an enum, each with its label; or a list of values."""
    ordered: StrictBool = False
    """Whether the values of the enum have the order in which they stand, the lowest first."""
    of: str | None = None
    """The reference table that the id leads to."""
    source: str | None = None
    """The column's name in the file, where it differs."""

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, given: Any) -> Any:
        """`date?` is short for {type: date, optional: true}; a `?` may also end a written-out type."""
        if isinstance(given, str):
            given = {"type": given}
        if isinstance(given, dict) and isinstance(given.get("type"), str) and given["type"].endswith("?"):
            given = {**given, "type": given["type"].removesuffix("?"), "optional": True}
        return given

    def misfits(self) -> Iterator[Misfit]:
        if self.type == "enum" and not self.values:
            yield Misfit("an enum needs `values`", ("type",))
        for key in ("values", "ordered"):
            if self.type != "enum" and getattr(self, key):
                yield Misfit(f"`{key}` belongs to an enum, and the column is of type `{self.type}`", (key,))
        if self.of is not None and self.type != "id":
            yield Misfit("`of` belongs to an id that refers to a reference table", ("of",))
        if self.min is not None and self.type not in NUMBER_KINDS:
            yield Misfit(f"`min` belongs to a number, and the column is of type `{self.type}`", ("min",))

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
            return round(self.min * CENTS)
        return int(self.min) if self.type == "int" else float(self.min)


class Table(Model):
    """A declared table; `name` is filled in from its key under `data:`."""

    called = "the table"

    name: str = Field(default="", exclude=True)
    kind: Literal["snapshot", "reference", "events", "items", "links", "series", "list"]
    """Whether a row is a customer (`snapshot`, one table a project), something that happened (`events`), something owned (`items`),
    a tie between customers (`links`), a day (`series`), what an id leads to (`reference`), or who is on a `list`."""
    path: str
    """File, folder or glob, from the project's folder; `{date}` stands for the as-of date."""
    format: Literal["parquet", "csv", "ipc", "delta"] | None = None
    """The files' format, where their ending does not tell it."""
    key: str | None = None
    """The column that says whose a row is."""
    other: str | None = None
    """The column that says whom a link leads to."""
    time: str | None = None
    """The column with the day or moment of a row."""
    columns: dict[str, Column] = Field(default_factory=dict)
    """The columns that strategies may use, by their names."""
    label: str | None = None
    """What people call the table."""
    max_age: Days | None = None
    """The oldest earlier snapshot that `ago` may use, in days."""
    _held: dt.date | None = PrivateAttr(default=None)

    def held(self, date: dt.date) -> Self:
        """The table as it will be if nothing is delivered after a date: that of every later one is that of the date."""
        table = self.model_copy()
        table._held = date  # noqa: SLF001 - its own kind
        return table

    def as_of(self, date: dt.date) -> dt.date:
        """The date whose files are read for a date."""
        return date if self._held is None else min(date, self._held)

    def misfits(self) -> Iterator[Misfit]:
        for field in NEEDS[self.kind]:
            if not getattr(self, field):
                yield Misfit(f"a table of kind `{self.kind}` needs `{field}`")
        for field in ("key", "other", "time"):
            name = getattr(self, field)
            if name is None or not self.columns:  # a list may do without columns
                continue
            column = self.columns.get(name)
            if column is None:
                yield Misfit(f"`{field}` must name a column of the table; `{name}` is none", (field,), suggest(name, self.columns))
            elif field == "time" and column.type not in TIME_KINDS:
                yield Misfit(f"`time` must name a date or datetime column; `{name}` is of type `{column.type}`", (field,))

    @property
    def dated(self) -> bool:
        """Whether there is one file, or folder, a date."""
        return "{date}" in self.path


class Level(StrEnum):
    """How seriously a project takes a diagnostic."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"
    OFF = "off"


class Feedback(Model):
    """Where it is told what became of an action."""

    from_: str = Field(alias="from")
    """The events table that tells it."""
    match: list[str]
    """The columns by which a row finds its action, such as `action_id`."""
    outcome: str
    """The column with the outcome, an enum."""


class Calendar(Model):
    """Days off that fall on weekdays, and weekend days that are worked instead."""

    holidays: list[Day] = Field(default_factory=list)
    """Weekdays that are off."""
    workdays: list[Day] = Field(default_factory=list)
    """Weekend days that are worked."""


def _timezone_misfits(timezone: str) -> Iterator[Misfit]:
    try:
        zoneinfo.ZoneInfo(timezone)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        known = zoneinfo.available_timezones()
        if known:  # a system without a time zone database cannot tell
            yield Misfit(f"`{timezone}` is no time zone", ("timezone",), suggest(timezone, known) or "Asia/Shanghai")


_Named = tuple[tuple[str | int, ...], str]  # where a name stands, and the name


def _listed(names: list[str], *at: str) -> list[_Named]:
    return [((*at, index), name) for index, name in enumerate(names)]


def _unknown_columns(named: Iterable[_Named], columns: Iterable[str], table: str) -> Iterator[Misfit]:
    known = set(columns)
    for at, name in named:
        if name not in known:
            yield Misfit(f"no column `{name}` in the table `{table}`", at, suggest(name, known))


class Project(Model):
    """The project file."""

    project: str
    """The project's name, which reports and lists bear."""
    language: Literal[1] = 1
    """The version of the language."""
    timezone: str = "Asia/Shanghai"
    """The bank's time zone, to which times with a zone are moved."""
    currency: str = "CNY"
    """The currency of all money."""
    ledger: str = "ledger/"
    """The folder that remembers what earlier days promised to whom."""
    output: str = "out/"
    """The folder of the lists."""
    include: list[str] = Field(default_factory=list)
    """Patterns of the files to read; all below the project's folder where nothing is said."""
    import_: list[str] = Field(default_factory=list, alias="import")
    """Further files or folders of declarations, such as a shared library."""
    params: dict[str, Any] = Field(default_factory=dict)
    """Values for the params that the strategies declare."""
    data: dict[str, Table]
    """The tables, by their names; exactly one is of kind `snapshot`."""
    feedback: Feedback | None = None
    """Where it is told what became of an action."""
    calendar: Calendar = Field(default_factory=Calendar)
    """Days off that fall on weekdays, and weekend days that are worked instead."""
    contact_offset: StrictInt = 0
    """Days from the as-of date to the day on which the lists are worked."""
    household: str | None = None
    """The snapshot column that holds a household's id."""
    columns: list[str] = Field(default_factory=list)
    """Further snapshot columns that every channel list carries."""
    on_breach: dict[Breach, Tolerance] = Field(default_factory=dict)
    """What to do where data breaks its declaration, instead of ending the run."""
    max_age: Days = 31
    """The oldest earlier snapshot that `ago` may use, in days."""
    diagnostics: dict[str, Level] = Field(default_factory=dict)
    """How seriously `check` takes a warning or note, by its code."""
    sinks: dict[SinkName, Sink] = Field(default_factory=dict)
    """Where each day's lists are delivered, by names."""

    def misfits(self) -> Iterator[Misfit]:
        yield from _timezone_misfits(self.timezone)
        snapshots = [name for name, table in self.data.items() if table.kind == "snapshot"]
        if not snapshots:
            yield Misfit("one table must be of kind `snapshot`; found none", ("data",))
        for name in snapshots[1:]:
            yield Misfit(f"only one table may be of kind `snapshot`, and `{snapshots[0]}` is it", ("data", name, "kind"))
        yield from self._table_misfits()
        for breach, tolerance in self.on_breach.items():
            if tolerance not in TOLERABLE[breach]:
                yield Misfit(f"`{breach.value}` can only be `{TOLERABLE[breach][0].value}`", ("on_breach", breach.value))
        if self.feedback is not None:
            yield from self._feedback_misfits(self.feedback)
        if len(snapshots) == 1:
            columns = self.data[snapshots[0]].columns
            yield from _unknown_columns(_listed(self.columns, "columns"), columns, snapshots[0])
            if self.household is not None:
                yield from _unknown_columns([(("household",), self.household)], columns, snapshots[0])
        taken = {f"the table `{name}`": table.path for name, table in self.data.items()}
        yield from destination_misfits(self.sinks, {"`output:`": f"{self.output}/{DATE}", "`ledger:`": self.ledger, **taken})

    def _table_misfits(self) -> Iterator[Misfit]:
        references = [name for name, table in self.data.items() if table.kind == "reference"]
        for name, table in self.data.items():
            if table.name:
                message = "a table has its name from its key; what people read is its `label`"
                yield Misfit(message, ("data", name, "name"), "label")
            for column_name, column in table.columns.items():
                if column.of is not None and column.of not in references:
                    at = ("data", name, "columns", column_name, "of")
                    yield Misfit(f"`of` must name a reference table; `{column.of}` is none", at, suggest(column.of, references))

    def _feedback_misfits(self, feedback: Feedback) -> Iterator[Misfit]:
        events = [name for name, table in self.data.items() if table.kind == "events"]
        if feedback.from_ not in events:
            message = f"`from` must name an events table; `{feedback.from_}` is none"
            yield Misfit(message, ("feedback", "from"), suggest(feedback.from_, events))
            return
        named = [*_listed(feedback.match, "feedback", "match"), (("feedback", "outcome"), feedback.outcome)]
        yield from _unknown_columns(named, self.data[feedback.from_].columns, feedback.from_)

    @cached_property
    def tables(self) -> dict[str, Table]:
        """The declared tables, each knowing its name."""
        return {name: table.model_copy(update={"name": name}) for name, table in self.data.items()}

    def held(self, dates: Mapping[str, dt.date]) -> Self:
        """The project with tables as they were delivered by dates, for all later ones."""
        data = {name: table.held(dates[name]) if name in dates else table for name, table in self.data.items()}
        project = self.model_copy(update={"data": data})
        for known in ("tables", "snapshot"):  # a copy has what was made of the tables before
            vars(project).pop(known, None)
        return project

    @cached_property
    def snapshot(self) -> Table:
        """The table with one row a customer."""
        return next(table for table in self.tables.values() if table.kind == "snapshot")

    @cached_property
    def reads_bad_as_missing(self) -> bool:
        """Whether values that break their declaration are read as missing, so that those of any column may be."""
        return any(self.on_breach.get(breach) is Tolerance.MISSING for breach in _OF_VALUES)
