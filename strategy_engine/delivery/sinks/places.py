"""Where files are delivered: a folder, which is swapped as a whole, or a folder in an object store."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote, urlsplit

from strategy_engine.catalog.sinks import DATE, FileSink
from strategy_engine.delivery.findings import SinkError
from strategy_engine.delivery.sinks.handover import Handover
from strategy_engine.delivery.sinks.objects import replace_objects
from strategy_engine.ledger import durable
from strategy_engine.ledger.moments import reached

Fill = Callable[[Path], None]
"""Writes files into a folder that is there and empty."""


def put(sink: FileSink, handover: Handover, fill: Fill) -> None:
    """Bring a sink's folder of the date to hold what `fill` writes, and nothing else."""
    address = sink.path.replace(DATE, handover.date.isoformat())
    if sink.store is not None:
        replace_objects(address, fill)
    elif address.startswith("file://"):
        _replace_own(Path(unquote(urlsplit(address).path)), sink, fill)
    else:
        _replace_own(handover.folder / address, sink, fill)


def _replace_own(target: Path, sink: FileSink, fill: Fill) -> None:
    """Replace a folder, unless something is in it that no delivery of this kind has put there: by whatever way it is reached, it is no
    sink's (the lists themselves, through a link; the strategies)."""
    kept = sorted(path.name for path in target.iterdir() if path.is_dir() or path.suffix != f".{sink.kind}") if target.is_dir() else []
    if kept:
        raise SinkError(f"`{target}` holds what no delivery has put there: `{kept[0]}`", "give the sink a folder of its own")
    replace_folder(target, fill)


def replace_folder(target: Path, fill: Fill) -> None:
    """Put a folder in the place of an earlier one, whole; until it is whole the earlier one stays.

    Cut off between the two renames it leaves neither in place; the earlier one is then put back first.
    """
    fresh, old = (target.with_name(f".{target.name}.{end}") for end in ("new", "old"))
    if target.exists() and not target.is_dir():
        raise NotADirectoryError(20, "not a directory", str(target))
    _put_back(old, target)
    durable.remove(fresh)
    try:
        fresh.mkdir(parents=True)
        fill(fresh)
        reached("filled the folder")
        durable.sync_tree(fresh)
        if target.exists():
            durable.remove(old)
            durable.rename(target, old)
            reached("old folder aside")
        durable.rename(fresh, target)
    except BaseException:
        durable.remove(fresh)
        _put_back(old, target)
        raise
    reached("new folder there")
    durable.remove(old)


def _put_back(old: Path, target: Path) -> None:
    if old.exists() and not target.exists():
        durable.rename(old, target)
