"""Lists that people open in a spreadsheet. A text that the program would run as a formula is disarmed."""

from __future__ import annotations

import datetime as dt
import importlib
from pathlib import Path
from typing import Any

import polars as pl

DANGEROUS = r"^[=+\-@\t\r\n＝＋－＠]"
"""How a text begins that a spreadsheet takes for a formula; some take full-width signs for the others."""


class PackageAbsentError(Exception):
    """A format needs a package that is not installed."""

    def __init__(self, form: str, package: str, extra: str) -> None:
        super().__init__(f"writing {form} needs the package `{package}`; install it with `pip install 'strategy-engine[{extra}]'`")


def disarmed(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with an apostrophe before every text that begins like a formula; numbers and dates are left as they are."""
    text = pl.selectors.string()
    return frame.with_columns(pl.when(text.str.contains(DANGEROUS)).then(pl.lit("'") + text).otherwise(text).name.keep())


def write_csv(frame: pl.DataFrame, path: Path, _date: dt.date) -> None:
    """CSV in UTF-8 with the mark by which spreadsheets know it."""
    disarmed(frame).write_csv(path, include_bom=True, datetime_format="%Y-%m-%dT%H:%M:%S", line_terminator="\r\n")


def workbook(path: Path, date: dt.date) -> Any:
    """A workbook to be written to (a context) that says it was made on the run's date, so that its bytes are those of its sheets alone."""
    try:
        xlsxwriter: Any = importlib.import_module("xlsxwriter")
    except ImportError as error:
        raise PackageAbsentError("xlsx", "xlsxwriter", "excel") from error
    # in memory: it would otherwise write a dozen scratch files for every workbook
    options = {"strings_to_formulas": False, "strings_to_urls": False, "nan_inf_to_errors": True, "in_memory": True}
    made = xlsxwriter.Workbook(path, options)
    made.set_properties({"created": dt.datetime.combine(date, dt.time())})
    return made


def write_xlsx(frame: pl.DataFrame, path: Path, date: dt.date) -> None:
    """A list as a workbook of one sheet."""
    with workbook(path, date) as made:
        disarmed(frame).write_excel(made, worksheet="actions", autofit=False)
