"""Whether the ledger agrees with itself and with the lists on disk."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import polars as pl

from strategy_engine.diagnostics.model import Diagnostic
from strategy_engine.ledger import durable
from strategy_engine.ledger.findings import Gap, LedgerDamaged, ListsLost
from strategy_engine.ledger.ledger import Ledger
from strategy_engine.ledger.tables import FORGOTTEN, TABLES

ACTIONS = "actions.parquet"

ListsOf = Callable[[dt.date], Path]
"""The folder in which a date's lists belong."""


def verify(ledger: Ledger, lists_of: ListsOf, expected: Iterable[dt.date] = ()) -> list[Diagnostic]:
    """Everything that is not as a run leaves it; `expected` are the dates that could have been run."""
    found: list[Diagnostic] = list(_unreadable(ledger))
    if found:
        return found
    found += _of_tables(ledger)
    files, actions = ledger.store.read("files").collect(), ledger.store.read("actions")
    for date in ledger.dates():
        of_day = pl.col("run_date") == date
        found += _of_lists(date, lists_of(date), files.filter(of_day), actions.filter(of_day))
    missed = gaps(ledger.dates(), expected)
    return found + ([Gap(None, tuple(each.isoformat() for each in missed))] if missed else [])


def gaps(run: list[dt.date], expected: Iterable[dt.date]) -> list[dt.date]:
    """The expected dates between the first and the last run that were missed."""
    return sorted(each for each in set(expected) - set(run) if run and run[0] < each < run[-1])


def _unreadable(ledger: Ledger) -> Iterator[Diagnostic]:
    for name in TABLES:
        try:
            ledger.store.read(name).collect()
        except Exception as error:  # whatever the libraries raise for a file that is broken
            yield LedgerDamaged(None, None, f"the table `{name}` cannot be read: {str(error).splitlines()[0]}")


def _of_tables(ledger: Ledger) -> Iterator[Diagnostic]:
    """Rows without a run, runs and actions that are there twice, and claims of actions that are not there."""
    read = ledger.store.read
    run = read("runs").select("run_date").collect().to_series()
    for date in sorted(run.filter(run.is_duplicated()).unique()):
        yield LedgerDamaged(None, date.isoformat(), "there are several records of its run")
    for name in TABLES:
        for date in read(name).select("run_date").unique().collect().to_series().sort():
            if date not in run:
                yield LedgerDamaged(None, date.isoformat(), f"there are rows in `{name}`, but no run")
    actions = read("actions").select("run_date", "action_id").collect()
    for date, action in actions.filter(pl.col("action_id").is_duplicated()).sort("action_id", "run_date").iter_rows():
        yield LedgerDamaged(None, date.isoformat(), f"the action `{action}` is there twice")
    claims = read("claims").filter(pl.col("action_id") != FORGOTTEN).select("run_date", "action_id").unique().collect()
    strays = claims.join(actions, on=["run_date", "action_id"], how="anti")
    for date, number in strays.group_by("run_date").len().sort("run_date").iter_rows():
        yield LedgerDamaged(None, date.isoformat(), f"there are claims of {number:,} actions that are not there")


def _of_lists(date: dt.date, lists: Path, files: pl.DataFrame, actions: pl.LazyFrame) -> Iterator[Diagnostic]:
    """Files that are missing, changed or of someone else's making, and actions that differ from the ledger's."""
    day = date.isoformat()
    if not lists.is_dir():
        yield ListsLost(None, day, str(lists))
        return
    written = {path: (size, sha256) for _, path, size, sha256 in files.iter_rows()}
    there = durable.contents(lists)
    for path in sorted(written.keys() | there.keys()):
        if path not in there:
            yield LedgerDamaged(None, day, f"`{lists / path}` is missing", lists=True)
        elif path not in written:
            yield LedgerDamaged(None, day, f"`{lists / path}` was not written by the run", lists=True)
        elif written[path] != there[path]:
            yield LedgerDamaged(None, day, f"`{lists / path}` was changed after the run", lists=True)
    if ACTIONS in there and written.get(ACTIONS) == there[ACTIONS]:
        listed = pl.read_parquet(lists / ACTIONS)
        held = actions.select(listed.columns).sort("action_id").collect()
        if not listed.sort("action_id").equals(held):
            yield LedgerDamaged(None, day, f"the actions in the ledger are not those of `{lists / ACTIONS}`", lists=True)
