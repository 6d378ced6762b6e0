"""Action lists as files: `OUT/DATE/actions.parquet`, `OUT/DATE/channels/CHANNEL.*`, `OUT/DATE/manifest.json`.

The same lists give the same bytes.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import polars as pl

from strategy_engine.delivery.spreadsheets import write_csv, write_xlsx

ACTIONS, CHANNELS, MANIFEST = "actions.parquet", "channels", "manifest.json"
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
) -> None:
    """Write a day's lists into an empty folder, which the ledger puts in its place.

    `lists` are by channel, in the format `form` (a key of `WRITERS`). A name that the file system would misread is escaped.
    """
    write = WRITERS[form]
    (folder / CHANNELS).mkdir()
    write_parquet(actions, folder / ACTIONS, date)
    for channel, rows in sorted(lists.items()):
        write(rows, folder / CHANNELS / f"{file_name(channel)}.{form}", date)
    text = json.dumps(manifest, ensure_ascii=False, sort_keys=True, indent=2)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")


def file_name(channel: str) -> str:
    """The channel's name as a file's, without what leads to other folders or hides the file."""
    escaped = "".join(f"%{ord(char):02X}" if char in '/\\:*?"<>|%' or ord(char) < 32 else char for char in channel)
    return f"%2E{escaped[1:]}" if escaped.startswith(".") else escaped
