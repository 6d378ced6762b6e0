"""Excel workbooks for those who make the calls: one for each branch or relationship manager, a sheet a channel, in the order to call."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from strategy_engine.catalog.sinks import WorkbookSink
from strategy_engine.delivery.sinks.handover import Handover, chosen
from strategy_engine.delivery.sinks.names import file_names, sheet_names
from strategy_engine.delivery.sinks.places import put
from strategy_engine.delivery.sinks.titles import NOBODY, in_chinese, in_words, titles
from strategy_engine.delivery.spreadsheets import disarmed, workbook
from strategy_engine.ledger.moments import reached
from strategy_engine.semantics.model import Model

MOST_ROWS = 1_048_575  # below the header; what is more goes on in a further sheet
LONGEST_TEXT = 32_767  # characters in a cell
NARROWEST, WIDEST = 6, 60  # characters
SAMPLE = 1_000  # rows that the widths of columns are taken from
PIXELS = 7  # a character's width, with five on top for the cell
_WIDE = r"[\x{1100}-\x{115f}\x{2e80}-\x{a4cf}\x{ac00}-\x{d7a3}\x{f900}-\x{faff}\x{fe30}-\x{fe6f}\x{ff00}-\x{ff60}\x{1f300}-\x{3fffd}]"

Book = Mapping[str, pl.DataFrame]
"""The rows of a workbook, by channel."""


def to_workbooks(sink: WorkbookSink, handover: Handover) -> None:
    """Deliver a workbook for each value of the column `by`, or for each channel."""
    books = _by_value(handover, sink.by) if sink.by is not None else {name: {name: rows} for name, rows in handover.lists.items()}
    names = file_names(books)

    def fill(folder: Path) -> None:
        for name, book in books.items():
            _write(sink, handover, book, folder / f"{names[name]}.xlsx")
            reached(f"wrote {name}")

    put(sink, handover, fill)


def _by_value(handover: Handover, by: str) -> dict[str, Book]:
    """The rows of each value, the values in order; rows without one are kept apart, last."""
    books: dict[str | None, dict[str, pl.DataFrame]] = {}
    for channel, rows in handover.lists.items():
        value = pl.col(by).cast(pl.String) if by in rows.columns else pl.lit(None, dtype=pl.String)
        keyed = rows.with_columns(value.alias("#book"))
        for (key,), part in keyed.partition_by("#book", as_dict=True).items():
            books.setdefault(key, {})[channel] = part.drop("#book")
    nobody = books.pop(None, None)
    found: dict[str, Book] = {str(key): books[key] for key in sorted(books, key=str)}
    if nobody is not None:
        name = NOBODY[in_chinese(handover.model)]
        while name in found:
            name += "_"
        found[name] = nobody
    return found


def _write(sink: WorkbookSink, handover: Handover, book: Book, path: Path) -> None:
    channels, parts = handover.model.channels, _parts(book)
    names = sheet_names(parts, lambda part: channels[part[0]].shown if part[0] in channels else part[0])
    with workbook(path, handover.date) as made:
        for part, rows in parts.items():
            _write_sheet(made, names[part], chosen(rows, sink.columns), handover.model)


def _parts(book: Book) -> dict[tuple[str, int], pl.DataFrame]:
    """Each channel's rows in the order of the calls, as many as a sheet takes at a time, by channel and number."""
    ordered = {channel: rows.sort("rank", "action_id") for channel, rows in book.items()}
    return {
        (channel, number): rows.slice(start, MOST_ROWS)
        for channel, rows in ordered.items()
        for number, start in enumerate(range(0, rows.height, MOST_ROWS))
    }


def _write_sheet(made: Any, sheet: str, rows: pl.DataFrame, model: Model) -> None:
    """A sheet with readable headers that stay in sight, wide enough columns, and a filter on each."""
    shown = titles(model, rows.columns)
    texts = pl.selectors.string()
    rows = disarmed(in_words(rows, model).rename(shown)).with_columns(texts.str.slice(0, LONGEST_TEXT))
    rows.write_excel(
        made,
        worksheet=sheet,
        autofilter=True,
        freeze_panes=(1, 0),
        table_style="Table Style Light 1",
        header_format={"bold": True, "bottom": 1, "valign": "vcenter"},
        column_widths=_widths(rows),
        dtype_formats={pl.Date: "yyyy-mm-dd", pl.Datetime: "yyyy-mm-dd hh:mm", pl.Decimal: "#,##0.00"},
    )


def _widths(rows: pl.DataFrame) -> dict[Any, int]:
    """The width of each column in pixels: that of its longest text, where a Chinese character is as wide as two others."""
    dated = pl.selectors.datetime()
    texts = rows.head(SAMPLE).with_columns(dated.dt.strftime("%Y-%m-%d %H:%M")).cast(pl.String)
    headers = pl.DataFrame({name: [f"{name} ▼"] for name in rows.columns}, schema=texts.schema)
    length = pl.all().str.len_chars() + pl.all().str.count_matches(_WIDE)
    (longest,) = pl.concat([headers, texts]).select(length.max()).rows()
    return {name: min(max(width, NARROWEST), WIDEST) * PIXELS + 5 for name, width in zip(rows.columns, longest, strict=True)}
