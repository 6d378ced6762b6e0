"""Imports: what other systems have listed, so that a bank's past campaigns can be reviewed. A table beside the days, which no run reads."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

import polars as pl
from polars.exceptions import PolarsError

from strategy_engine.diagnostics.model import Diagnostic, diagnostic, listed
from strategy_engine.ledger.findings import LedgerError
from strategy_engine.ledger.ledger import Ledger
from strategy_engine.ledger.tables import IMPORTED, SCHEMAS, in_order

ALSO = {"customer": "customer_id", "date": "run_date", "campaign": "strategy", "group": "arm"}
"""By which other names a file may tell a column."""
ARMS = {
    **dict.fromkeys(("control", "ctrl", "对照", "对照组", "空白组"), "control"),
    **dict.fromkeys(("treated", "treatment", "实验组", "触达组"), "treated"),
}
"""What others call controls and those who are none."""
NEEDED = ("customer_id", "run_date", "strategy")
READERS: dict[str, Callable[[Path], pl.LazyFrame]] = {
    ".csv": partial(pl.scan_csv, infer_schema=False),  # an id of digits keeps its leading noughts
    ".parquet": pl.scan_parquet,
    ".jsonl": pl.scan_ndjson,
    ".ndjson": pl.scan_ndjson,
}


@diagnostic
class CannotImport(Diagnostic):
    """A file of past actions cannot be taken in

    `strategy ledger import FILE` reads CSV, Parquet or JSON lines with a row an action: `customer_id` (or `customer`), `date` and
    `strategy`; where they are known also `channel`, `benefit`, `arm` (`control` for controls; `treated` where it is left out), `product`,
    `step`, `assignee` and `action_id`. A file is taken in whole or not at all.

    Example: a file whose dates read `11/20/2026`.

    Instead: dates as `2026-11-20`.
    """

    code = "S0624"
    exit_code = 3
    path: str
    problem: str
    hint: str | None = None

    @property
    def message(self) -> str:
        return f"cannot import `{self.path}`: {self.problem}"

    @property
    def help(self) -> str | None:
        return self.hint


def read(path: Path) -> pl.DataFrame:
    """The actions of a file, without their source. Raises LedgerError where it is no such file."""
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise _refused(path, f"`{path.suffix}` is no format that it reads", f"it reads {listed(tuple(READERS))}")
    try:
        rows = reader(path).collect()
    except (OSError, PolarsError) as error:
        raise _refused(path, str(error).splitlines()[0].lower()) from error
    rows = rows.rename({old: new for old, new in ALSO.items() if old in rows.columns and new not in rows.columns})
    absent = [name for name in NEEDED if name not in rows.columns]
    if absent:
        raise _refused(path, f"no column {_quoted(_said(name) for name in absent)}", f"its columns: {_quoted(rows.columns)}")
    return _checked(path, _typed(path, rows))


def _said(name: str) -> str:
    """The column as a file calls it."""
    return "date" if name == "run_date" else name


def _quoted(names: Iterable[str]) -> str:
    return listed(tuple(f"`{name}`" for name in names))


def _refused(path: Path, problem: str, hint: str | None = None) -> LedgerError:
    return LedgerError(CannotImport(None, str(path), problem, hint))


def _typed(path: Path, rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with the table's columns. An action without an id is known by its day, strategy, customer and step."""
    wanted = {name: dtype for name, dtype in SCHEMAS[IMPORTED].items() if name != "source"}
    try:
        rows = rows.select(_held_as(name, dtype, rows.schema[name]) for name, dtype in wanted.items() if name in rows.columns)
    except PolarsError as error:
        raise _refused(path, str(error).splitlines()[0].lower(), "dates are written as 2026-11-20, steps as whole numbers") from error
    rows = rows.with_columns(pl.lit(None, dtype=dtype).alias(name) for name, dtype in wanted.items() if name not in rows.columns)
    by_itself = pl.concat_str("run_date", "strategy", "customer_id", "step", separator="/")
    arm = pl.col("arm").str.to_lowercase().replace_strict(ARMS, default=pl.col("arm")).fill_null("treated")
    return rows.with_columns(arm, pl.col("step").fill_null(1)).with_columns(pl.coalesce("action_id", by_itself).alias("action_id"))


def _held_as(name: str, dtype: pl.DataType, there: pl.DataType) -> pl.Expr:
    if dtype == pl.Date and there == pl.String:
        return pl.col(name).str.to_date("%Y-%m-%d", strict=True)
    return pl.col(name).cast(dtype)


def _checked(path: Path, rows: pl.DataFrame) -> pl.DataFrame:
    if not rows.height:
        raise _refused(path, "it has no rows")
    for name in NEEDED:
        missing = rows.with_row_index("row", 1).filter(pl.col(name).is_null() | (pl.col(name).cast(pl.String) == ""))
        if missing.height:
            raise _refused(path, f"`{_said(name)}` is missing in {missing.height:,} rows, first in row {missing.item(0, 'row')}")
    twice = rows.filter(pl.col("action_id").is_duplicated())
    if twice.height:
        customer, date, strategy = twice.select("customer_id", "run_date", "strategy").row(0)
        raise _refused(
            path,
            f"{twice.height:,} rows are not told apart, such as those of customer {customer} on {date} by {strategy}",
            "give each an `action_id`, or each step of a journey its `step`",
        )
    return rows


def take_in(ledger: Ledger, rows: pl.DataFrame, source: str, path: Path) -> pl.DataFrame:
    """Put the rows in the place of all that the source gave before, in one go, without customers who are forgotten; what was put.

    To be called under the lock. Raises LedgerError, having changed nothing, where another source has given one of the actions.
    """
    others = ledger.store.read(IMPORTED).filter(pl.col("source") != source).select("action_id", other="source")
    twice = rows.lazy().join(others, on="action_id").collect()
    if twice.height:
        other = twice.item(0, "other")
        problem = f"{twice.height:,} of its actions were taken in from `{other}` before"
        raise _refused(path, problem, f"what is the same file goes by the same name: `--source {other}`")
    stones = ledger.tombstones()
    gone = stones.among(rows.get_column("customer_id").unique().to_list()) if stones is not None and stones.hashes else []
    fresh = rows.filter(~pl.col("customer_id").is_in(gone)).with_columns(pl.lit(source).alias("source"))
    ledger.store.replace(IMPORTED, in_order(IMPORTED, fresh), "source", source)
    return fresh


def forget(ledger: Ledger, customer: str) -> None:
    """Remove a customer from what was imported. To be called under the lock."""
    ledger.store.remove(IMPORTED, "customer_id", customer)
