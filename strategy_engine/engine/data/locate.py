"""Where a table's files lie, and for which dates there are any.

A table's `path` is relative to the project's folder. `{date}` in it stands for the as-of date (ISO), the rest may be a
glob (`*`, `**`, `?`, `[…]`). What matches is sorted by name, and that order is the *file order* wherever rows have one.
An address with a scheme (`s3://…`) goes to polars as it is: it cannot be listed from here.
"""

from __future__ import annotations

import datetime as dt
import glob
import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from strategy_engine.catalog.models import Table

DATE = "{date}"
FORMATS = {".parquet": "parquet", ".pq": "parquet", ".csv": "csv", ".arrow": "ipc", ".ipc": "ipc", ".feather": "ipc"}
COMPRESSED = {".gz", ".zst"}  # CSV only; polars unpacks them itself
# how each piece of a glob reads as a regular expression; what is no such piece is literal
GLOB_PIECES = re.compile(r"(\{date\}|\*\*/|\*|\?|\[[^]]+\])")
PIECE_PATTERNS = {"**/": "(?:.*/)?", "*": "[^/]*", "?": "[^/]"}


def is_remote(path: str) -> bool:
    """Whether the path is the address of an object store."""
    return "://" in path


def pattern_of(table: Table, date: dt.date) -> str:
    """The table's path for a date; it may still be a glob."""
    return table.path.replace(DATE, table.as_of(date).isoformat())


def files(table: Table, folder: Path, date: dt.date) -> list[str]:
    """The files of a table for a date, relative to the project's folder (or as addressed), in file order."""
    pattern = pattern_of(table, date)
    if is_remote(pattern):
        return [pattern]
    # a name that exists as it is written is no glob, whatever brackets it holds
    found = [pattern] if (folder / pattern).exists() else _glob(pattern, folder)
    return sorted(file for path in found for file in _files_within(table, folder, path))


def format_of(table: Table, folder: Path, path: str) -> str | None:
    """The format of a file: as declared, else by its suffix; None where neither tells."""
    if table.format is not None:
        return table.format
    suffixes = [suffix.lower() for suffix in PurePosixPath(path).suffixes]
    if suffixes and suffixes[-1] in COMPRESSED:
        suffixes.pop()
    if suffixes and suffixes[-1] in FORMATS:
        return FORMATS[suffixes[-1]]
    return "delta" if (folder / path / "_delta_log").is_dir() else None


def dates(table: Table, folder: Path) -> list[dt.date]:
    """The dates for which a dated table has files, ascending; none for an undated one or one in an object store."""
    if not table.dated or is_remote(table.path):
        return []
    listed = _glob(table.path.replace(DATE, "????-??-??"), folder)
    reader = re.compile(_as_regex(table.path))
    found = {date for path in listed for date in _date_in(reader, path)}
    return sorted(found)


def earlier_date(table: Table, folder: Path, wanted: dt.date, max_age: int) -> dt.date | None:
    """The date of the nearest snapshot on or before `wanted` that is at most `max_age` days older.

    None where there is no such snapshot. An undated table has one state only, so it never has an earlier one. A table in
    an object store is taken at its word: the wanted date itself.
    """
    if not table.dated:
        return None
    if is_remote(table.path):
        return wanted
    wanted = table.as_of(wanted)
    oldest = wanted - dt.timedelta(days=max_age)
    return max((date for date in dates(table, folder) if oldest <= date <= wanted), default=None)


def _files_within(table: Table, folder: Path, path: str) -> list[str]:
    """The path itself, or, for a folder that is no Delta table, the data files anywhere in it."""
    if not (folder / path).is_dir() or format_of(table, folder, path) == "delta":
        return [PurePosixPath(path).as_posix()]
    # a writer's own notes (`_SUCCESS`, `.part-0.crc`) are no data
    names = (name for name in _glob("**", folder / path) if not PurePosixPath(name).name.startswith(("_", ".")))
    within = (str(PurePosixPath(path, name)) for name in names)
    return [file for file in within if (folder / file).is_file() and format_of(table, folder, file) is not None]


def _glob(pattern: str, folder: Path) -> list[str]:
    """What matches, relative to the folder (or absolute, as the pattern), hidden files aside, which `Path.glob` would find."""
    return [Path(path).as_posix() for path in glob.glob(pattern, root_dir=folder, recursive=True)]  # noqa: PTH207


def _as_regex(path: str) -> str:
    """The path as a regular expression whose first group is the date; the date stands the same wherever it repeats."""
    pieces: list[str] = []
    for piece in GLOB_PIECES.split(path):
        if piece == DATE:
            pieces.append("(?P=date)" if any("?P<date>" in earlier for earlier in pieces) else r"(?P<date>\d{4}-\d{2}-\d{2})")
        elif piece.startswith("["):
            pieces.append(piece.replace("[!", "[^", 1))
        else:
            pieces.append(PIECE_PATTERNS.get(piece) or re.escape(piece))
    return "".join(pieces)


def _date_in(reader: re.Pattern[str], path: str) -> Iterator[dt.date]:
    """The date that a listed path stands for, if it is one of the calendar."""
    match = reader.fullmatch(path)
    if match:
        try:
            yield dt.date.fromisoformat(match["date"])
        except ValueError:  # 2026-02-30 is a folder's name, not a day
            return
