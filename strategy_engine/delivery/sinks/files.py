"""Parquet, CSV and JSON lines: a file a channel."""

from __future__ import annotations

from pathlib import Path

from strategy_engine.catalog.sinks import FileSink
from strategy_engine.delivery.files import WRITERS
from strategy_engine.delivery.sinks.handover import Handover, chosen
from strategy_engine.delivery.sinks.names import file_names
from strategy_engine.delivery.sinks.places import put
from strategy_engine.ledger.moments import reached


def to_files(sink: FileSink, handover: Handover) -> None:
    """Deliver each channel's list as a file, in the order of the lists."""
    write, names = WRITERS[sink.kind], file_names(handover.lists)

    def fill(folder: Path) -> None:
        for channel, rows in handover.lists.items():
            write(chosen(rows, sink.columns), folder / f"{names[channel]}.{sink.kind}", handover.date)
            reached(f"wrote {channel}")

    put(sink, handover, fill)
