"""Sinks: where each day's channel lists are delivered, as declared under `sinks:` in the project file.

Whether channels and columns exist is checked where the strategies are known (`semantics/sinks.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from strategy_engine.catalog.base import Misfit, Model

DATE = "{date}"
STORES = ("s3", "gs", "az")
"""The schemes of addresses in object stores."""
LONGEST_NAME = 63  # bytes; PostgreSQL cuts longer names off without a word


def _name(name: str) -> str:
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", name):
        raise PydanticCustomError("sink_name", "letters, digits and `_`")
    return name


def _filled(names: Any) -> Any:
    if isinstance(names, list) and not names:
        raise PydanticCustomError("empty", "at least one name")
    return names


SinkName = Annotated[str, AfterValidator(_name)]
Names = Annotated[list[str], BeforeValidator(_filled)]


class _Sink(Model):
    """What every sink may say: which channels' lists, and which of their columns; all where nothing is said."""

    called: ClassVar[str] = "the sink"

    channels: Names | None = None
    """Which channels' lists; all where nothing is said."""
    columns: Names | None = None
    """Which of their columns; all where nothing is said."""

    def misfits(self) -> Iterator[Misfit]:
        for key in ("channels", "columns"):
            names = getattr(self, key) or []
            for index, name in enumerate(names):
                if name in names[:index]:
                    yield Misfit(f"`{name}` stands twice in `{key}`", (key, index))


class FileSink(_Sink):
    """A folder a date, here or in an object store, with a file a channel."""

    kind: Literal["parquet", "csv", "jsonl"]
    """The format of the files."""
    path: str
    """A folder, or an address such as `s3://bucket/folder/{date}/`; `{date}` is the as-of date."""

    @property
    def store(self) -> str | None:
        """The scheme of an address in an object store; None of a folder."""
        scheme, separator, _ = self.path.partition("://")
        return scheme if separator and scheme != "file" else None

    @property
    def destination(self) -> PurePosixPath:
        """Where it delivers, so that two destinations can be compared."""
        return _place(self.path)

    def misfits(self) -> Iterator[Misfit]:
        yield from super().misfits()
        scheme, separator, rest = self.path.partition("://")
        if separator and scheme not in ("file", *STORES):
            yield Misfit(f"`path` leads to `{scheme}://`, which is none of {', '.join(f'`{each}://`' for each in STORES)}", ("path",))
            return
        bucket, *steps = (rest if separator else self.path).split("/")
        if separator and (not steps or (scheme != "file" and not bucket)):
            yield Misfit("`path` is no address such as `s3://bucket/folder/{date}/`", ("path",))
        if "@" in bucket:
            yield Misfit("`path` names a user; keys belong into the environment", ("path",))
        if separator and DATE in bucket:
            yield Misfit("`{date}` cannot be part of a bucket's name", ("path",))
        elif DATE not in self.path:
            yield Misfit("`path` needs `{date}`: each date is delivered to a folder of its own", ("path",))
        if odd := [each for each in re.findall(r"\{[^}]*\}", self.path) if each != DATE]:
            yield Misfit(f"`path` may hold `{{date}}`, and nothing else in braces; found `{odd[0]}`", ("path",), "date")
        if ".." in (bucket, *steps) or any(ord(char) < 32 for char in self.path):
            yield Misfit("`path` must lead straight to a folder, without `..`", ("path",))


class WorkbookSink(FileSink):
    """Excel workbooks: one for each value of the column `by`, or one a channel."""

    kind: Literal["xlsx"]  # type: ignore[assignment]  # pydantic tells the kinds apart by it
    by: str | None = None
    """The column for each value of which there is a workbook."""


class TableSink(_Sink):
    """A table in PostgreSQL, whose address an environment variable holds."""

    kind: Literal["postgresql"]
    url_env: str
    """The environment variable that holds the database's address."""
    table: str
    """Its name, or SCHEMA.NAME."""

    @property
    def table_name(self) -> tuple[str | None, str]:
        """The schema, where one is named, and the table."""
        schema, _, name = self.table.rpartition(".")
        return schema or None, name

    def misfits(self) -> Iterator[Misfit]:
        yield from super().misfits()
        if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", self.url_env):
            message = "`url_env` must name the environment variable that holds the address, such as `CRM_URL`"
            yield Misfit(message, ("url_env",))
        parts = self.table.split(".")
        if len(parts) > 2 or not all(part.isidentifier() and len(part.encode()) <= LONGEST_NAME for part in parts):
            yield Misfit("`table` must be a name such as `actions` or `crm.actions`, of at most 63 bytes", ("table",))


Sink = Annotated[FileSink | WorkbookSink | TableSink, Field(discriminator="kind")]


def destination_misfits(sinks: Mapping[str, Sink], taken: Mapping[str, str]) -> Iterator[Misfit]:
    """Sinks that would overwrite each other, or what else has its place (`taken`, paths by what they are of)."""
    tables: dict[tuple[str, str], str] = {}
    places: dict[str, PurePosixPath] = {}
    for name, sink in sinks.items():
        if isinstance(sink, TableSink):
            other = tables.setdefault((sink.url_env, sink.table), name)
            if other != name:
                yield Misfit(f"the sinks `{other}` and `{name}` write to the same table", ("sinks", name, "table"))
            continue
        mine = sink.destination
        for other, theirs in places.items():
            if _overlap(mine, theirs):
                yield Misfit(f"the sinks `{other}` and `{name}` write to the same folder", ("sinks", name, "path"))
                break
        for what, path in taken.items():
            if _overlap(mine, _place(path)):
                yield Misfit(f"a delivery replaces its whole folder, and this one is that of {what}", ("sinks", name, "path"))
                break
        places[name] = mine


def _overlap(one: PurePosixPath, other: PurePosixPath) -> bool:
    return one.is_relative_to(other) or other.is_relative_to(one)


def _place(path: str) -> PurePosixPath:
    """A path so that two may be compared: without `.` and doubled slashes, an address as its parts."""
    scheme, separator, rest = path.partition("://")
    if separator and scheme != "file":
        return PurePosixPath(f"{scheme}:", rest.strip("/"))
    return PurePosixPath(rest if separator else path.replace("\\", "/"))
