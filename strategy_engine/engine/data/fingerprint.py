"""What exactly a run has read: a hash of each table's files, the same for the same bytes on any machine."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

import xxhash

from strategy_engine.engine.data.locate import is_remote
from strategy_engine.engine.data.pieces import pieces

CHUNK = 1 << 20


def fingerprints(folder: Path, paths: Sequence[str], columns: Collection[str]) -> list[dict[str, Any]]:
    """Of each of a table's files, in file order, the fingerprint of the table up to its end; the last is that of the table.

    `files`, `bytes` and `xxhash64` (seed 0; over names below the project and contents: of a Parquet file, of these columns and its index).
    A Delta table is hashed by the names and sizes of its current data files, which never change once written. What lies in an object store
    is not read twice, so its `xxhash64` is None.
    """
    if any(is_remote(path) for path in paths):
        return [{"files": number, "bytes": None, "xxhash64": None} for number, _ in enumerate(paths, 1)]
    digest = xxhash.xxh64(seed=0)
    count = size = 0
    found = []
    for path in paths:
        place = folder / path
        for name, length in _delta_files(place) if place.is_dir() else [(path, place.stat().st_size)]:
            digest.update(f"{name}\0{length}\0".encode())
            count, size = count + 1, size + length
        if place.is_file():
            _update_with_content(digest, place, columns)
        found.append({"files": count, "bytes": size, "xxhash64": digest.hexdigest()})
    return found


def _update_with_content(digest: xxhash.xxh64, file: Path, columns: Collection[str]) -> None:
    """Feed what is read of a file to the hash, a bit at a time."""
    with file.open("rb") as stream:
        for stretch in pieces(stream, columns) or [range(file.stat().st_size)]:
            stream.seek(stretch.start)
            for start in range(stretch.start, stretch.stop, CHUNK):
                digest.update(stream.read(min(CHUNK, stretch.stop - start)))


def _delta_files(place: Path) -> list[tuple[str, int]]:
    """Name and size of the files that make up the current version of a Delta table."""
    import polars as pl
    from deltalake import DeltaTable

    actions = pl.DataFrame(DeltaTable(place).get_add_actions(flatten=True)).select("path", "size_bytes")
    return sorted((str(name), int(length)) for name, length in actions.iter_rows())
