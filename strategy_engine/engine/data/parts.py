"""A table's files as lazy frames of what stands in them, unconverted.

Files of one table may differ in their columns and types from day to day (an integer column widened, a column added).
Neighbours of equal schema are read as one part, and each part is converted for itself.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path

import polars as pl

from strategy_engine.catalog.models import Table
from strategy_engine.diagnostics.model import suggest
from strategy_engine.engine.data import locate
from strategy_engine.engine.data.breaches import DataBreach, MissingFile, PackageAbsent, UnreadableFile
from strategy_engine.record import record

# A damaged file can make a reader give up in any way at all, a panic of its Rust code (no `Exception`) included
READING_FAILS = (Exception, pl.exceptions.PanicException)
NEAREST_DATES = 3
_SECOND = re.compile(r"(.*)_duplicated_\d+")


@record
class Part:
    """Files of one schema, in file order. The frame holds their cells as they are; a CSV file's are all text.

    blank_lines: whether a row of missing values may be but a blank line.      statistics: whether the files mostly tell of each stretch of
    a column what lies in it, so that a question about cells need not read them.
    """

    frame: pl.LazyFrame
    schema: dict[str, pl.DataType]
    paths: tuple[str, ...]
    blank_lines: bool = False
    statistics: bool = False


def open_parts(table: Table, folder: Path, date: dt.date) -> tuple[list[Part], list[DataBreach]]:
    """The parts of a table for a date. Only file headers are read."""
    paths = locate.files(table, folder, date)
    if not paths:
        return [], [_missing(table, folder, date)]
    opened: list[tuple[str, str, dict[str, pl.DataType]]] = []
    diagnostics: list[DataBreach] = []
    for path in paths:
        form = locate.format_of(table, folder, path)
        if form is None:
            diagnostics.append(UnreadableFile(None, table.name, path, "neither its suffix nor `format:` tells what it is"))
            continue
        try:
            schema = dict(_scan(form, folder, [path]).collect_schema())
        except READING_FAILS as error:
            diagnostics.append(unreadable(table, folder, [path], error))
            continue
        if form == "csv" and any("\ufffd" in name for name in schema):
            diagnostics.append(UnreadableFile(None, table.name, path, "invalid utf-8 in the header"))
            continue
        if form == "csv" and (twice := _column_given_twice(schema)):
            diagnostics.append(UnreadableFile(None, table.name, path, f"the column `{twice}` stands twice in its header"))
            continue
        if not schema:
            diagnostics.append(UnreadableFile(None, table.name, path, "it has no columns"))
            continue
        opened.append((path, form, schema))
    groups = groupby(opened, key=lambda file: (file[1], list(file[2].items()), file[1] == "delta" and file[0]))
    return [_part(list(group), folder) for _, group in groups], diagnostics


def _column_given_twice(schema: dict[str, pl.DataType]) -> str | None:
    """The first column whose name stands twice in the header; the reader gives the second a name of its own."""
    named = (_SECOND.fullmatch(name) for name in schema)
    return next((match[1] for match in named if match and match[1] in schema), None)


def unreadable(table: Table, folder: Path, paths: Sequence[str], error: BaseException) -> DataBreach:
    """The diagnostic for a reader that gave up."""
    if isinstance(error, ImportError):
        return PackageAbsent(None, table.name, "deltalake")
    lines = str(error).strip().splitlines()
    reason = lines[0] if lines else type(error).__name__
    # the folder is named only where it lies below the reader's own: messages must not depend on the machine
    reason = reason.replace(f"{folder}/", "")
    return UnreadableFile(None, table.name, paths[0] if len(paths) == 1 else table.path, reason)


def _part(files: list[tuple[str, str, dict[str, pl.DataType]]], folder: Path) -> Part:
    """The files, all of one format and schema, as one part."""
    paths = [path for path, _, _ in files]
    _, form, schema = files[0]
    return Part(_scan(form, folder, paths), schema, tuple(paths), blank_lines=form == "csv", statistics=form in ("parquet", "delta"))


def among(parts: Sequence[Part], table: Table, folder: Path, paths: Sequence[str]) -> list[Part]:
    """What of the parts lies in these files."""
    return [part for each in parts if (part := _among(each, table, folder, frozenset(paths))) is not None]


def _among(part: Part, table: Table, folder: Path, paths: frozenset[str]) -> Part | None:
    theirs = [path for path in part.paths if path in paths]
    if len(theirs) == len(part.paths):
        return part
    return (
        replace(part, frame=_scan(str(locate.format_of(table, folder, theirs[0])), folder, theirs), paths=tuple(theirs)) if theirs else None
    )


def _scan(form: str, folder: Path, paths: list[str]) -> pl.LazyFrame:
    """The files of one format, lazily."""
    if any(locate.is_remote(path) for path in paths):
        sources, as_glob = paths, True
    else:
        sources, as_glob = [str(folder / path) for path in paths], False
    match form:
        case "parquet":
            return pl.scan_parquet(sources, glob=as_glob, hive_partitioning=False)
        case "ipc":
            return pl.scan_ipc(sources, glob=as_glob, hive_partitioning=False)
        case "csv":
            return pl.scan_csv(sources, glob=as_glob, infer_schema=False)
        case _:
            return pl.scan_delta(sources[0])


def _missing(table: Table, folder: Path, date: dt.date) -> DataBreach:
    """What to say of a table without files: the nearest dates that have some, or a file that is named alike."""
    by_distance = sorted(locate.dates(table, folder), key=lambda there: (abs(there - date), there))
    nearest = tuple(sorted(by_distance[:NEAREST_DATES]))
    path = locate.pattern_of(table, date)
    parent = (folder / path).parent
    alike = None
    if not nearest and "*" not in path and parent.is_dir():
        alike = suggest(Path(path).name, (file.name for file in parent.iterdir()))
    return MissingFile(None, table.name, path, date if table.dated else None, nearest, alike)
