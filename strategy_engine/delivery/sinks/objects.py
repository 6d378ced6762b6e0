"""Folders in object stores. Nothing there can be swapped as a whole, so `_SUCCESS` says when a folder may be read: it goes first, and comes
back last. Each object by itself is whole or not there."""

from __future__ import annotations

import contextlib
import datetime as dt
import importlib
import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from strategy_engine.delivery.findings import SinkError
from strategy_engine.delivery.spreadsheets import PackageAbsentError
from strategy_engine.ledger import durable
from strategy_engine.ledger.moments import reached

MARKER = "_SUCCESS"
PATIENCE = {"max_retries": 4, "retry_timeout": dt.timedelta(seconds=60)}
"""The ledger is held meanwhile, and trying again is one command."""


def replace_objects(address: str, fill: Callable[[Path], None]) -> None:
    """Bring the folder at an address (`s3://…`) to hold what `fill` writes, and the marker; keys are the environment's.

    The marker is JSON: size and SHA-256 of each object, by name.
    """
    try:
        obstore: Any = importlib.import_module("obstore")
    except ImportError as error:
        raise PackageAbsentError(address.partition(":")[0] + "://", "obstore", "cloud") from error
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        fill(folder)
        try:
            _upload(obstore, address, folder)
        except obstore.exceptions.BaseError as error:
            raise SinkError(str(error).partition("\n")[0]) from error


def _upload(obstore: Any, address: str, folder: Path) -> None:
    store = obstore.store.from_url(address.rstrip("/"), retry_config=PATIENCE)
    files = durable.contents(folder)
    with contextlib.suppress(obstore.exceptions.NotFoundError):  # some stores mind, some do not
        obstore.delete(store, MARKER)
    reached("removed the marker")
    earlier = [each["path"] for batch in obstore.list(store) for each in batch]
    for name in files:
        obstore.put(store, name, folder / name)
        reached(f"uploaded {name}")
    if stale := [path for path in earlier if path not in files]:
        obstore.delete(store, stale)
    reached("removed stale objects")
    obstore.put(store, MARKER, json.dumps(files, ensure_ascii=False, indent=1, sort_keys=True).encode())
