"""Where the columns of a Parquet file lie, from the index at its end, so that only what matters need be read.

The index is a structure in Thrift's compact protocol (https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md,
fields: https://parquet.apache.org/docs/file-format/metadata). Polars does not tell what stands in it, and pyarrow would be another forty
megabytes for this page.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Collection, Iterator
from typing import Any, BinaryIO

from strategy_engine.record import record

MAGIC = b"PAR1"
END = 8  # bytes: the length of the index, and the magic
# numbers of fields: of the file, a row group, a column in it, what is told of that, and of its values
ROW_GROUPS, COLUMNS, OTHER_FILE, TOLD = 4, 1, 1, 3
KIND, PATH, LENGTH, PAGES, DICTIONARY, VALUES = 1, 3, 7, 9, 11, 12
MISSING, LARGEST = 3, 5
BYTES_OF = {1: 4, 2: 8}  # integers by their kind
TRUE, FALSE, BYTE, INTEGERS, DOUBLE, BINARY, LISTS, STRUCT = 1, 2, 3, (4, 5, 6), 7, 8, (9, 10), 12


@record
class Floor:
    """Row groups are left out whose every cell of the column has a smaller number, as the file holds it."""

    column: str
    number: int


def pieces(file: BinaryIO, columns: Collection[str], floor: Floor | None = None) -> list[range] | None:
    """The stretches of bytes of these columns, and that of the index; None where the file is no such file, or keeps columns elsewhere."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - END))
    end = file.read(END)
    if len(end) < END or end[4:] != MAGIC:
        return None
    start = size - END - int.from_bytes(end[:4], "little")
    if start < len(MAGIC):
        return None
    file.seek(start)
    try:
        found = sorted(_of_columns(_Compact(file.read(size - END - start)).struct(), columns, floor), key=lambda piece: piece.start)
    except (LookupError, TypeError, ValueError, RecursionError, struct.error):
        return None
    return [*_joined(found), range(start, size)] if all(0 < piece.start <= piece.stop <= start for piece in found) else None


def _of_columns(index: dict[int, Any], columns: Collection[str], floor: Floor | None) -> Iterator[range]:
    for group in index[ROW_GROUPS]:
        if any(OTHER_FILE in column for column in group[COLUMNS]):
            raise ValueError("a column in another file")
        all_told = {tuple(name.decode() for name in column[TOLD][PATH]): column[TOLD] for column in group[COLUMNS]}
        if floor is not None and _is_below(all_told.get((floor.column,), {}), floor.number):
            continue
        for path, told in all_told.items():
            if path[0] in columns:
                start = min(told[PAGES], told.get(DICTIONARY) or told[PAGES])
                yield range(start, start + told[LENGTH])


def _is_below(told: dict[int, Any], number: int) -> bool:
    """Whether every cell of a column of integers surely has a smaller number."""
    values, length = told.get(VALUES, {}), BYTES_OF.get(told.get(KIND, 0))
    largest = values.get(LARGEST)
    if values.get(MISSING) != 0 or largest is None or len(largest) != length:
        return False
    return int.from_bytes(largest, "little", signed=True) < number


def _joined(stretches: list[range]) -> Iterator[range]:
    """Neighbours as one."""
    waiting: range | None = None
    for stretch in stretches:
        if waiting is not None and waiting.stop == stretch.start:
            waiting = range(waiting.start, stretch.stop)
            continue
        if waiting is not None:
            yield waiting
        waiting = stretch
    if waiting is not None:
        yield waiting


class _Compact:
    """Reads values of the compact protocol one after another: structures as their fields by number."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.place = 0

    def struct(self) -> dict[int, Any]:
        fields: dict[int, Any] = {}
        number = 0
        while head := self._byte():
            kind = head & 15
            number = number + (head >> 4) if head >> 4 else self._integer()
            fields[number] = kind == TRUE if kind in (TRUE, FALSE) else self._value(kind)
        return fields

    def _value(self, kind: int) -> Any:
        if kind in INTEGERS:
            return self._integer()
        if kind == BINARY:
            return self._bytes(self._natural())
        if kind == STRUCT:
            return self.struct()
        if kind in LISTS:
            head = self._byte()
            length = head >> 4 if head >> 4 < 15 else self._natural()
            return [self._value(head & 15) for _ in range(length)]
        if kind in (TRUE, FALSE, BYTE):
            return self._byte()
        if kind == DOUBLE:
            return struct.unpack("<d", self._bytes(8))[0]
        raise ValueError(f"a value of kind {kind}")

    def _byte(self) -> int:
        self.place += 1
        return self.content[self.place - 1]

    def _bytes(self, length: int) -> bytes:
        self.place += length
        if self.place > len(self.content):
            raise ValueError("cut off")
        return self.content[self.place - length : self.place]

    def _natural(self) -> int:
        """Seven bits a byte, the lowest first."""
        value = shift = 0
        while True:
            byte = self._byte()
            value |= (byte & 127) << shift
            if byte < 128:
                return value
            shift += 7

    def _integer(self) -> int:
        """Signs are in the lowest bit."""
        value = self._natural()
        return (value >> 1) ^ -(value & 1)
