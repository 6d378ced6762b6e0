"""Files behind a web server that notes which bytes are asked for, and which pieces of a Parquet file these are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pyarrow.parquet as pq

Chunk = tuple[int, str]
"""The number of a row group, and a column."""


@dataclass
class Served:
    """A folder under an address. `asked`: by file, the stretches of bytes that were read, but for those at its end, where its index is."""

    folder: Path
    address: str = ""
    asked: dict[str, list[range]] = field(default_factory=dict)

    def chunks_read(self, name: str) -> set[Chunk]:
        """The pieces of a Parquet file of which any byte was read."""
        asked = self.asked.get(name, [])
        return {chunk for chunk, place in chunks(self.folder / name).items() if any(_meet(place, stretch) for stretch in asked)}


def chunks(path: Path) -> dict[Chunk, range]:
    """Where the pieces of a Parquet file lie."""
    found: dict[Chunk, range] = {}
    index = pq.ParquetFile(path).metadata
    for group in range(index.num_row_groups):
        for number in range(index.num_columns):
            column = index.row_group(group).column(number)
            start = min(place for place in (column.dictionary_page_offset, column.data_page_offset) if place is not None)
            found[group, column.path_in_schema] = range(start, start + column.total_compressed_size)
    return found


def _meet(one: range, other: range) -> bool:
    return one.start < other.stop and other.start < one.stop


@contextmanager
def serve(folder: Path) -> Iterator[Served]:
    """Serve a folder on this machine."""
    served = Served(folder)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:  # as the server calls it
            name = self.path.strip("/")
            content = (folder / name).read_bytes()
            stretch = self._stretch(len(content))
            if stretch.stop < len(content):
                served.asked.setdefault(name, []).append(stretch)
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {stretch.start}-{stretch.stop - 1}/{len(content)}")
            self.send_header("Content-Length", str(len(stretch)))
            self.end_headers()
            self.wfile.write(content[stretch.start : stretch.stop])

        def _stretch(self, length: int) -> range:
            """What is asked for: `bytes=5-9`, or the last so many, `bytes=-5`."""
            first, last = re.fullmatch(r"bytes=(\d*)-(\d*)", self.headers["Range"]).groups()  # type: ignore[union-attr]
            return range(int(first), int(last) + 1) if first else range(max(0, length - int(last)), length)

        def log_message(self, *_: object) -> None:
            """Nothing is printed."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    served.address = f"http://127.0.0.1:{server.server_port}"
    try:
        yield served
    finally:
        server.shutdown()
