"""Pickles in the user's own cache. A pickle is believed when it is read: so it lies where nobody but the user can write, and of what it
names nothing is made but the classes that models and syntax trees consist of. See docs/decisions/compiled-models.md.
"""

from __future__ import annotations

import io
import json
import os
import pickle
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from strategy_engine.source.cache import only_ours

_FLOORS = ("catalog", "language", "semantics", "source")
_OTHERS = {
    "datetime": ("date", "datetime", "time", "timedelta"),
    "decimal": ("Decimal",),
    "fractions": ("Fraction",),
    "functools": ("partial",),  # where a text stands, in a tree: of the same classes
}


def read(file: Path) -> tuple[Mapping[str, Any], bytes]:
    """Head and body. Raises OSError where there is no such file or another could have written it, ValueError where it has no head."""
    with os.fdopen(os.open(file, os.O_RDONLY | os.O_NOFOLLOW), "rb") as opened:
        if not only_ours(os.fstat(opened.fileno())):
            raise PermissionError(f"`{file}` is another's")
        head, _, body = opened.read().partition(b"\n")
    return json.loads(head), body


def write(file: Path, content: bytes) -> None:
    """Whole or not at all, readable by nobody else."""
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=file.stem[:6], suffix=".making")
    beside = Path(name)
    try:
        with os.fdopen(handle, "wb") as opened:
            opened.write(content)
        beside.replace(file)
    finally:
        beside.unlink(missing_ok=True)


def unpickled(body: bytes | memoryview) -> Any:
    """What a pickle holds. Raises whatever a pickle raises, UnpicklingError where it names anything else."""
    return _Unpickler(io.BytesIO(body)).load()


class _Unpickler(pickle.Unpickler):
    """Makes nothing but what a model consists of."""

    def find_class(self, module: str, name: str) -> Any:
        """The class of that name; no function, and no class from anywhere else."""
        package, _, rest = module.partition(".")
        ours = package == "strategy_engine" and rest.partition(".")[0] in _FLOORS and "." not in name
        if ours or name in _OTHERS.get(module, ()):
            found = super().find_class(module, name)
            if isinstance(found, type) and found.__module__ == module:
                return found
        raise pickle.UnpicklingError(f"`{module}.{name}` is no part of a model")
