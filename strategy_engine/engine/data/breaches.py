"""The diagnostics of the data contract: one class for each way in which data breaks its declaration.

A breach is an error unless the project's `on_breach` tolerates it; then it is a warning that says what was done instead.
Example keys and values are already masked where the column is personal.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import field
from typing import ClassVar

from strategy_engine.catalog.models import Breach, Tolerance
from strategy_engine.diagnostics.model import Diagnostic, Severity, diagnostic, did_you_mean, suggest

MASK = "***"
FORMS = {
    "bool": "a bool is true or false, or 1 or 0",
    "date": "a date is written 2026-11-20",
    "datetime": "a date and time is written 2026-11-20T08:30 or 2026-11-20 08:30:00",
    "money": "money is written 1234.50, without separators and currency",
    "percent": "a percentage is written 0.85 for 85 %",
    "int": "a whole number is written 1234",
    "number": "a number is written 1234.5",
}


@diagnostic
class DataBreach(Diagnostic):
    """Base of all: the table, and what `on_breach` made of it."""

    breach: ClassVar[Breach | None] = None  # its name under `on_breach`; None where nothing can be tolerated

    table: str
    tolerated: Tolerance | None = field(default=None, kw_only=True)

    def __post_init__(self) -> None:
        if self.tolerated is not None:
            # the class says how bad it is in general, the finding how bad it is in this project
            object.__setattr__(self, "severity", Severity.WARNING)

    @property
    def effect(self) -> str:
        """What was done about a tolerated breach, as the end of the message."""
        if self.tolerated is None:
            return ""
        return "; left out" if self.tolerated is Tolerance.DROP else "; read as missing"


@diagnostic
class CellBreach(DataBreach):
    """Base of those that sit in cells: how many rows, and one of them by its key and, where it helps, its value."""

    column: str
    count: int
    key: str | None = None
    value: str | None = None

    @property
    def where(self) -> str:
        """The column and its table, as the user names them."""
        return f"`{self.table}.{self.column}`"

    @property
    def example(self) -> str:
        """One of the rows, in a few words."""
        parts = [f"`{self.value}`" if self.value is not None else "", f"in the row of `{self.key}`" if self.key is not None else ""]
        shown = " ".join(part for part in parts if part)
        return f", e.g. {shown}" if shown else ""


def rows(count: int) -> str:
    """A number of rows in words."""
    return f"{count:,} row" if count == 1 else f"{count:,} rows"


@diagnostic
class MissingFile(DataBreach):
    """A table that a strategy reads has no file, or none for the as-of date.

    Why it matters: a run on yesterday's file, or on none, would look like any other run.
    Example: `data/customer_2026-11-25.csv` where the folder ends with 2026-11-22.
    Instead: wait for the file, run for a date that is there, or correct `path:`. `on_breach: {missing_file: missing}` reads
    every table but the snapshot as empty.
    """

    code = "S0501"
    breach = Breach.MISSING_FILE
    path: str
    date: dt.date | None = None
    nearest: tuple[dt.date, ...] = ()
    suggestion: str | None = None

    @property
    def message(self) -> str:
        at = f" for {self.date}" if self.date else ""
        return f"no file `{self.path}` of table `{self.table}`{at}" + ("; read as empty" if self.tolerated else "")

    @property
    def help(self) -> str | None:
        if self.nearest:
            return "the nearest dates that exist: " + ", ".join(map(str, self.nearest))
        return did_you_mean(self.suggestion)


@diagnostic
class MissingColumn(DataBreach):
    """A column that the table declares, and a strategy reads, is not in the file.

    Why it matters: conditions on the column would be unknown for everybody.
    Example: the file calls it `customer_tier`, the declaration `tier`.
    Instead: correct the declaration, e.g. with `source: customer_tier`. `on_breach: {missing_column: missing}` reads the column as
    missing throughout.
    """

    code = "S0502"
    breach = Breach.MISSING_COLUMN
    column: str
    source: str
    path: str
    suggestion: str | None = None

    @property
    def message(self) -> str:
        named = f" (`source: {self.source}`)" if self.source != self.column else ""
        return f"no column `{self.column}`{named} of table `{self.table}` in `{self.path}`{self.effect}"

    @property
    def help(self) -> str | None:
        return did_you_mean(self.suggestion)


@diagnostic
class WrongType(CellBreach):
    """Cells are filled with what their declared type cannot hold.

    Why it matters: such a cell would count as missing without a word.
    Example: `12,5` in a column of type money; `yes` in a bool.
    Instead: correct the data or the type. `on_breach: {wrong_type: missing}` reads these cells as missing, `drop` leaves their
    rows out.
    """

    code = "S0503"
    breach = Breach.WRONG_TYPE
    expected: str = ""
    found: str | None = None  # the file's type of the whole column, where no cell of it can fit

    @property
    def message(self) -> str:
        if self.found is not None:
            return f"{self.where} is {self.expected}, but the file holds {self.found}{self.effect}"
        return f"{self.where} holds what is no {self.expected} in {rows(self.count)}{self.example}{self.effect}"

    @property
    def help(self) -> str | None:
        return FORMS.get(self.expected)


@diagnostic
class UnknownEnumValue(CellBreach):
    """A column of type enum holds values that it does not declare.

    Why it matters: no condition and no row of a decision table was written for them.
    Example: `golden` where `gold` is declared.
    Instead: declare the value (or a label, which is accepted as well), or correct the data. `on_breach: {unknown_enum: missing}`
    reads these cells as missing, `drop` leaves their rows out.
    """

    code = "S0504"
    breach = Breach.UNKNOWN_ENUM
    declared: tuple[str, ...] = ()

    @property
    def message(self) -> str:
        return f"{self.where} holds values that it does not declare in {rows(self.count)}{self.example}{self.effect}"

    @property
    def help(self) -> str | None:
        alike = suggest(self.value, self.declared) if self.value is not None and self.value != MASK else None
        return did_you_mean(alike) or "declared are " + ", ".join(f"`{value}`" for value in self.declared)


@diagnostic
class MissingKey(CellBreach):
    """Rows without the key that says whose they are.

    Why it matters: nothing can be offered to nobody, and an event without a customer is lost.
    Example: an empty `customer_id`.
    Instead: correct the data. `on_breach: {missing_key: drop}` leaves these rows out.
    """

    code = "S0505"
    breach = Breach.MISSING_KEY

    @property
    def message(self) -> str:
        return f"{self.where} is the key, and missing in {rows(self.count)}{self.effect}"


@diagnostic
class DuplicateKey(CellBreach):
    """A snapshot or reference table has a key in several rows, or a series a time.

    Why it matters: a customer would be listed twice, and which of the values holds is a matter of luck.
    Example: customer 17 in two files of the same date.
    Instead: correct the data. `on_breach: {duplicate_key: drop}` keeps the first row of a key in file order (files by name).
    """

    code = "S0506"
    breach = Breach.DUPLICATE_KEY

    @property
    def message(self) -> str:
        return f"{self.where} repeats an earlier row's key in {rows(self.count)}{self.example}{self.effect}"


@diagnostic
class BelowMinimum(CellBreach):
    """Values below the column's `min`.

    Why it matters: a negative balance where none can be is a fault upstream, and passes every `<` condition.
    Example: -1 in `aum: {type: money, min: 0}`.
    Instead: correct the data or `min`. `on_breach: {below_min: missing}` reads these cells as missing, `drop` leaves their rows out.
    """

    code = "S0507"
    breach = Breach.BELOW_MIN
    minimum: str = ""

    @property
    def message(self) -> str:
        return f"{self.where} is below its `min` of {self.minimum} in {rows(self.count)}{self.example}{self.effect}"


@diagnostic
class MissingValue(CellBreach):
    """A column that is not declared optional has missing values.

    Why it matters: `check` promised that conditions on it are never unknown.
    Example: an empty `birth` where the type is `date`, not `date?`.
    Instead: declare it optional, or correct the data. `on_breach: {missing_value: missing}` takes the values as missing, `drop` leaves
    the rows out.
    """

    code = "S0508"
    breach = Breach.MISSING_VALUE

    @property
    def message(self) -> str:
        return f"{self.where} is not optional, and missing in {rows(self.count)}{self.example}{self.effect}"


@diagnostic
class EmptySnapshot(DataBreach):
    """The snapshot has no rows (any more).

    Why it matters: a run over nobody ends well and lists nobody; the cause is nearly always a failed delivery.
    Example: a file that holds the header only.
    Instead: deliver the file again. `on_breach: {empty_snapshot: missing}` lets the run go on with no customers.
    """

    code = "S0509"
    breach = Breach.EMPTY_SNAPSHOT
    path: str

    @property
    def message(self) -> str:
        return f"the snapshot `{self.table}` has no rows in `{self.path}`" + ("; the run has no customers" if self.tolerated else "")


@diagnostic
class FutureEvents(CellBreach):
    """Events dated after the as-of date.

    Why it matters: they are not seen (but by `next` windows), so that a rerun of an old date gives what it gave then.
    Example: a run for 2026-11-20 over a file that goes to 2026-11-22.
    Instead: nothing, for a rerun; otherwise look at the clock of the source.
    """

    code = "S0510"
    severity = Severity.NOTE
    date: dt.date = dt.date.min

    @property
    def message(self) -> str:
        return f"{rows(self.count)} of `{self.table}` after the as-of date {self.date} by `{self.column}`, seen by `next` windows only"


@diagnostic
class UnknownCustomers(CellBreach):
    """Rows of events, items or links whose customer is not in the snapshot.

    Why it matters: they reach nobody. A few are usual (closed accounts); many mean that two deliveries do not fit.
    Example: a transaction of customer 99, who left the bank.
    Instead: nothing, for a few.
    """

    code = "S0511"
    severity = Severity.NOTE

    @property
    def message(self) -> str:
        return f"{self.where} names customers that are not in the snapshot in {rows(self.count)}{self.example}"


@diagnostic
class UnreadableFile(DataBreach):
    """A file is there but cannot be read.

    Why it matters: half a file would be taken for the whole.
    Example: a parquet file cut off in transfer; a CSV file in GBK; a file without permission to read.
    Instead: deliver the file again; CSV files must be UTF-8.
    """

    code = "S0512"
    path: str
    reason: str

    @property
    def message(self) -> str:
        return f"cannot read `{self.path}` of table `{self.table}`: {self.reason}"

    @property
    def help(self) -> str | None:
        return "CSV files are read as UTF-8; convert the file, e.g. from GBK" if "utf-8" in self.reason.lower() else None


@diagnostic
class PackageAbsent(DataBreach):
    """The format of a table needs a package that is not installed.

    Why it matters: the table cannot be read at all.
    Example: a Delta table without the package `deltalake`.
    Instead: install the package.
    """

    code = "S0513"
    package: str

    @property
    def message(self) -> str:
        return f"reading table `{self.table}` needs the package `{self.package}`"

    @property
    def help(self) -> str | None:
        return f"install it with `pip install {self.package}`"
