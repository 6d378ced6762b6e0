"""What a check of rows came to, kept while the files stay as they are.

A bank's events of months ago are read each night and never change. Whoever runs several days hands one `Checked` from each to the next, and
only files that were not there, or were others, are checked again. A file is known by its name and content, not by its time.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from strategy_engine.engine.data.fingerprint import Mark

LAST = "last"
"""The total that is a day: the last one of events, so that a later date knows whether any lies after it."""
SINCE = "since"
"""Another: the first day whose rows were counted; the very first where all were. Of what was found whole, every later part is."""

Totals = dict[str, Any]


@dataclass
class Block:
    """Files of a table that follow one another, from the file numbered `first` to before `end`.

    marks: of its files; None where they have none.
    totals: what was counted in its rows.      customers: by column, whom its rows name.
    """

    first: int
    end: int
    marks: tuple[Mark | None, ...]
    totals: Totals
    customers: dict[str, Named] = field(default_factory=dict)


@dataclass
class Named:
    """Whom rows name (`key`), and how often (`len`), from a day on."""

    since: dt.date
    frame: pl.DataFrame


@dataclass
class Checked:
    """The blocks of each table as they were last checked, and what they were checked for. Of a customer it holds an id for each column of a
    table that names customers and grows, twice at most."""

    tables: dict[str, tuple[object, list[Block]]] = field(default_factory=dict)

    def blocks(
        self,
        table: str,
        asked: object,
        marks: Sequence[Mark | None],
        count: Callable[[int, int], Totals],
        *,
        holds: Callable[[Totals], bool],
        whole: bool,
    ) -> list[Block]:
        """The table's files in blocks, whose totals are known.

        asked: what they are checked for.      marks: of each file.      count: the totals of some files.
        holds: whether totals that were counted on another day still say it.      whole: whether only those of all files say anything.
        """
        known = self._unchanged(table, asked, marks, holds)
        if whole and known and known[-1].end < len(marks):
            known = []
        blocks = [_together(known)] if known else []
        done, last = (known[-1].end if known else 0), len(marks) - 1
        # the last file is most likely the one that grows
        for first, end in [(done, len(marks))] if whole else [(done, last), (max(done, last), len(marks))]:
            if first < end:
                blocks.append(Block(first, end, tuple(marks[first:end]), count(first, end)))
        self.tables[table] = (asked, blocks)
        return blocks

    def _unchanged(self, table: str, asked: object, marks: Sequence[Mark | None], holds: Callable[[Totals], bool]) -> list[Block]:
        """The blocks that are as they were, up to the first that is not."""
        before, blocks = self.tables.get(table, (None, []))
        found: list[Block] = []
        for block in blocks if before == asked else []:
            if block.end > len(marks) or not _alike(block.marks, marks[block.first : block.end]) or not holds(block.totals):
                break
            found.append(block)
        return found


def _alike(before: Sequence[Mark | None], now: Sequence[Mark | None]) -> bool:
    """Whether what was counted in files still says of them what is asked."""
    return all(old is not None and new is not None and old.stands_for(new) for old, new in zip(before, now, strict=True))


def summed(blocks: Sequence[Block]) -> Totals:
    """The totals of all blocks."""
    return {name: _sum(name, [block.totals[name] for block in blocks]) for name in blocks[0].totals}


def _sum(name: str, values: list[Any]) -> Any:
    return max((day for day in values if day is not None), default=None) if name in (LAST, SINCE) else sum(values)


def _together(blocks: list[Block]) -> Block:
    """Blocks that follow one another as one."""
    if len(blocks) == 1:
        return blocks[0]
    columns = [name for name in blocks[0].customers if all(name in block.customers for block in blocks)]
    customers = {name: _named_together([block.customers[name] for block in blocks]) for name in columns}
    marks = tuple(mark for block in blocks for mark in block.marks)
    return Block(blocks[0].first, blocks[-1].end, marks, summed(blocks), customers)


def _named_together(parts: Sequence[Named]) -> Named:
    frame = pl.concat([part.frame for part in parts]).group_by("key").agg(pl.col("len").sum())
    return Named(max(part.since for part in parts), frame)
