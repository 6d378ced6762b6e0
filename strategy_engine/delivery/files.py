"""Action lists as files: `OUT/DATE/actions.parquet`, `OUT/DATE/channels/CHANNEL.*`, `OUT/DATE/manifest.json`.

Where there are sinks and the format has no types, also `OUT/DATE/typed/CHANNEL.parquet`, which they are served from.

The same lists give the same bytes.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import polars as pl

from strategy_engine.delivery.spreadsheets import write_csv, write_xlsx

ACTIONS, CHANNELS, TYPED, MANIFEST = "actions.parquet", "channels", "typed", "manifest.json"
ROW_GROUP = 250_000  # rows; fixed, so that the bytes do not depend on the machine

Writer = Callable[[pl.DataFrame, Path, dt.date], None]


def write_parquet(frame: pl.DataFrame, path: Path, _date: dt.date) -> None:
    """Parquet without anything that changes from run to run."""
    frame.rechunk().write_parquet(path, compression="zstd", compression_level=3, statistics=True, row_group_size=ROW_GROUP)


def write_jsonl(frame: pl.DataFrame, path: Path, _date: dt.date) -> None:
    """A JSON document a line; decimals as text, so that no reader rounds them."""
    frame.with_columns(pl.selectors.decimal().cast(pl.String)).write_ndjson(path)


WRITERS: dict[str, Writer] = {"parquet": write_parquet, "csv": write_csv, "xlsx": write_xlsx, "jsonl": write_jsonl}


def write_lists(
    folder: Path,
    date: dt.date,
    actions: pl.DataFrame,
    lists: Mapping[str, pl.DataFrame],
    manifest: Mapping[str, Any],
    *,
    form: str = "parquet",
    typed: bool = False,
) -> None:
    """Write a day's lists into an empty folder, which the ledger puts in its place.

    `lists` are by channel, in the format `form` (a key of `WRITERS`), and with `typed` as Parquet besides. A name that the file system
    would misread is escaped.
    """
    write_parquet(actions, folder / ACTIONS, date)
    for place, kind in {CHANNELS: form, TYPED: "parquet"}.items():
        if place == CHANNELS or (typed and form != kind):
            (folder / place).mkdir()
            for channel, rows in sorted(lists.items()):
                WRITERS[kind](rows, folder / place / f"{file_name(channel)}.{kind}", date)
    text = json.dumps(manifest, ensure_ascii=False, sort_keys=True, indent=2)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")


def file_name(channel: str) -> str:
    """The channel's name as a file's, without what leads to other folders or hides the file."""
    escaped = "".join(f"%{ord(char):02X}" if char in '/\\:*?"<>|%' or ord(char) < 32 else char for char in channel)
    return f"%2E{escaped[1:]}" if escaped.startswith(".") else escaped


def channel_of(path: str) -> str:
    """The channel whose list lies at a path, which `file_name` was used for."""
    return re.sub(r"%([0-9A-F]{2})", lambda escaped: chr(int(escaped[1], 16)), Path(path).stem)
