"""What exactly a run has read: a hash of each table's files, the same for the same bytes on any machine."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import xxhash

from strategy_engine.engine.data.locate import is_remote
from strategy_engine.engine.data.pieces import Floor, pieces
from strategy_engine.record import record

CHUNK = 1 << 20


@record
class Mark:
    """What is known of a file: hashes of its name, size and index, and of the contents that are read (None where none are)."""

    index: str
    content: str | None

    def stands_for(self, later: Mark) -> bool:
        """Whether what was counted in the file still says of it what is asked now, when less may be read."""
        return self.index == later.index and later.content in (None, self.content)


def marks_of(folder: Path, paths: Sequence[str], columns: Collection[str], floors: Mapping[str, Floor]) -> list[Mark | None]:
    """The mark of each of a table's files; None of what lies in an object store, which is not read twice.

    Of a Parquet file the columns are read, but for the row groups below its floor. A Delta table is known by the names and sizes of its
    current data files, which never change once written.
    """
    return [None if is_remote(path) else _mark(folder / path, path, columns, floors.get(path)) for path in paths]


def fingerprint(folder: Path, paths: Sequence[str], marks: Sequence[Mark | None]) -> dict[str, Any]:
    """Of a table's files: `files`, `bytes`, and `xxhash64` (seed 0) over their marks."""
    known = [mark for mark in marks if mark is not None]
    if len(known) < len(marks):
        return {"files": len(paths), "bytes": None, "xxhash64": None}
    sizes = [length for path in paths for _, length in _files(folder / path, path)]
    return {"files": len(sizes), "bytes": sum(sizes), "xxhash64": _hash(f"{mark.index}{mark.content}".encode() for mark in known)}


def _mark(place: Path, path: str, columns: Collection[str], floor: Floor | None) -> Mark:
    names = [f"{name}\0{length}\0".encode() for name, length in _files(place, path)]
    if place.is_dir():
        return Mark(_hash(names), None)
    with place.open("rb") as stream:
        *data, index = pieces(stream, columns, floor) or [range(place.stat().st_size)]
        content = _hash(bit for stretch in data for bit in _bits(stream, stretch)) if data else None
        return Mark(_hash([*names, *_bits(stream, index)]), content)


def _bits(stream: BinaryIO, stretch: range) -> Iterator[bytes]:
    """The bytes of a stretch, some at a time."""
    stream.seek(stretch.start)
    for start in range(stretch.start, stretch.stop, CHUNK):
        yield stream.read(min(CHUNK, stretch.stop - start))


def _hash(contents: Iterable[bytes]) -> str:
    digest = xxhash.xxh64(seed=0)
    for content in contents:
        digest.update(content)
    return digest.hexdigest()


def _files(place: Path, path: str) -> list[tuple[str, int]]:
    """Name and size of the file, or of those that make up a Delta table."""
    return _delta_files(place) if place.is_dir() else [(path, place.stat().st_size)]


def _delta_files(place: Path) -> list[tuple[str, int]]:
    """Name and size of the files that make up the current version of a Delta table."""
    import polars as pl
    from deltalake import DeltaTable

    actions = pl.DataFrame(DeltaTable(place).get_add_actions(flatten=True)).select("path", "size_bytes")
    return sorted((str(name), int(length)) for name, length in actions.iter_rows())
