"""A day's lists, read back as the run has left them, to every sink.

A sink is served whole or told as failed; the others are served all the same, and neither lists nor ledger change. What was delivered is
noted in the ledger's table `deliveries`, so that a run that is given again delivers only what is new.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from pathlib import Path

import polars as pl

from strategy_engine.catalog.sinks import FileSink, Sink
from strategy_engine.delivery.files import CHANNELS, TYPED, channel_of
from strategy_engine.delivery.findings import DayNotRun, DeliveryError, ListsChanged, ListsUntyped, NoSink, SinkError, SinkFailed
from strategy_engine.delivery.sinks import KINDS
from strategy_engine.delivery.sinks.handover import Handover
from strategy_engine.delivery.spreadsheets import PackageAbsentError
from strategy_engine.diagnostics.model import Diagnostic, suggest
from strategy_engine.ledger import durable
from strategy_engine.ledger.deliveries import Delivery, delivered, digest, note
from strategy_engine.ledger.findings import reason
from strategy_engine.ledger.ledger import Ledger
from strategy_engine.record import record
from strategy_engine.semantics.model import Model


@record
class Delivered:
    """A sink that holds a day's lists: where it lies, in words, and how many actions it was handed."""

    sink: str
    to: str
    actions: int


@record
class Outcome:
    """What a delivery came to: the sinks that were served, and a diagnostic for each that failed."""

    date: dt.date
    delivered: tuple[Delivered, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()

    @property
    def failed(self) -> tuple[str, ...]:
        """The names of the sinks that failed."""
        return tuple(each.sink for each in self.diagnostics if isinstance(each, SinkFailed))


Progress = Callable[[str, int, int], None]
"""Told before each sink: its name, how many are done, and how many there are."""


Files = Mapping[str, tuple[str, str]]
"""The lists of a day by channel: the file's path in the day's folder, and its SHA-256."""


def wanted(model: Model, names: Collection[str]) -> Mapping[str, Sink]:
    """The sinks of these names, or all where there are none. Raises DeliveryError where one is not there."""
    sinks = model.project.sinks
    if not sinks:
        raise DeliveryError(NoSink(None, None))
    for name in names:
        if name not in sinks:
            raise DeliveryError(NoSink(None, name, suggest(name, sinks), tuple(sinks)))
    return {name: sink for name, sink in sinks.items() if name in names} if names else sinks


def latest(ledger: Ledger) -> dt.date:
    """The last date that was run. Raises DeliveryError where there is none."""
    if not (dates := ledger.dates()):
        raise DeliveryError(DayNotRun(None, None))
    return dates[-1]


def deliver(
    model: Model,
    folder: Path,
    ledger: Ledger,
    date: dt.date,
    lists: Path,
    sinks: Mapping[str, Sink],
    *,
    again: bool = True,
    progress: Progress | None = None,
) -> Outcome:
    """Deliver a day's lists (of the folder `lists`) to each of the sinks; without `again` only to those that do not hold them.

    To be called under the ledger's lock. Raises DeliveryError, having delivered nothing, where the day was not run or its lists are not
    those that the run has written.
    """
    files, known = _files(ledger, date, lists), delivered(ledger)
    marks = {name: digest(_of(sink, files)) for name, sink in sinks.items()}
    due = [name for name in sinks if again or not _holds(known, date, name, marks[name])]
    frames = {channel: pl.read_parquet(lists / path) for channel, (path, _) in files.items()} if due else {}
    served, failed = [], []
    for number, name in enumerate(due):
        if progress is not None:
            progress(name, number, len(due))
        sink, to = sinks[name], where(sinks[name], date)
        handover = Handover(model, folder, date, {channel: frames[channel] for channel in _of(sink, files)})
        done = Delivery(date, name, handover.actions, marks[name])
        if (problem := _serve(sink, handover) or _note(ledger, done)) is not None:
            failed.append(SinkFailed(None, name, date.isoformat(), to, *problem))
            continue
        served.append(Delivered(name, to, handover.actions))
    return Outcome(date, tuple(served), tuple(failed))


def undelivered(model: Model, ledger: Ledger) -> dict[str, list[dt.date]]:
    """The dates whose lists each sink does not hold as they are now; without the sinks that hold all."""
    known, files = delivered(ledger), ledger.store.read("files").collect()
    by_date = {date: rows for (date,), rows in files.partition_by("run_date", as_dict=True).items()}
    found: dict[str, list[dt.date]] = {}
    for date in ledger.dates():
        lists = _typed(by_date.get(date, files.clear())) or {}
        for name, sink in model.project.sinks.items():
            if not _holds(known, date, name, digest(_of(sink, lists))):
                found.setdefault(name, []).append(date)
    return found


def _of(sink: Sink, files: Files) -> dict[str, str]:
    """The lists that a sink is handed: their SHA-256 by channel."""
    return {channel: sha256 for channel, (_, sha256) in files.items() if sink.channels is None or channel in sink.channels}


def _holds(known: Mapping[tuple[dt.date, str], Delivery], date: dt.date, name: str, mark: str) -> bool:
    return (date, name) in known and known[date, name].digest == mark


def where(sink: Sink, date: dt.date) -> str:
    """Where a sink lies, in words; never an address that may hold a password."""
    if isinstance(sink, FileSink):
        return sink.path.replace("{date}", date.isoformat())
    return f"table {sink.table} at {sink.url_env}"


def _serve(sink: Sink, handover: Handover) -> tuple[str, str | None] | None:
    """Deliver to a sink; why it failed, and what to do about it."""
    try:
        KINDS[sink.kind](sink, handover)
    except SinkError as error:
        return str(error), error.advice
    except PackageAbsentError as error:
        return str(error), None
    except Exception as error:  # what lies behind a sink is not ours, and whatever it raises must not keep others waiting
        return reason(error) if str(error) else type(error).__name__, None
    return None


def _note(ledger: Ledger, done: Delivery) -> tuple[str, str | None] | None:
    """Write down what was delivered; why that could not be done."""
    try:
        note(ledger, done)
    except Exception as error:  # a full disk, in whatever words a library has for it
        return f"it holds them, but that could not be noted in the ledger: {reason(error)}", None
    return None


def _files(ledger: Ledger, date: dt.date, lists: Path) -> Files:
    """The lists of a date. Raises DeliveryError where they are not as the run has left them."""
    if date not in ledger.dates():
        raise DeliveryError(DayNotRun(None, date.isoformat()))
    files = _typed(ledger.store.read("files", lambda each: each == date).collect())
    if files is None:
        raise DeliveryError(ListsUntyped(None, date.isoformat()))
    for path, sha256 in files.values():
        there = (lists / path).is_file()
        if not there or durable.digest(lists / path) != sha256:
            raise DeliveryError(ListsChanged(None, date.isoformat(), str(lists / path), gone=not there))
    return files


def _typed(files: pl.DataFrame) -> dict[str, tuple[str, str]] | None:
    """The lists of a day as Parquet, of the rows that the ledger has of its files; None where they were written in other formats only."""
    hashes = dict(files.select("path", "sha256").iter_rows())
    for folder in (TYPED, CHANNELS):
        paths = [path for path in sorted(hashes) if path.startswith(f"{folder}/")]
        if paths:
            return {channel_of(path): (path, hashes[path]) for path in paths} if paths[0].endswith(".parquet") else None
    return {}
