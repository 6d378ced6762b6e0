"""The checked model of a large project, kept between runs: `run`, `plan` and `explain` of what has not changed parse nothing.

See docs/decisions/compiled-models.md.
"""

from __future__ import annotations

import hashlib
import json
import pickle
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from strategy_engine.diagnostics.kept import as_data, from_data
from strategy_engine.diagnostics.model import Diagnostic
from strategy_engine.garbage import lasting, uncollected
from strategy_engine.record import record
from strategy_engine.semantics.model import Model
from strategy_engine.session.pickled import read, unpickled, write
from strategy_engine.source.cache import forget_the_oldest, name_of, private_folder, program
from strategy_engine.source.discovery import Places
from strategy_engine.source.file import SourceFile
from strategy_engine.source.unchanged import seen, unchanged

if TYPE_CHECKING:
    from strategy_engine.semantics.load import Loaded

LEAST = 100_000
"""Characters that a project must have: less is parsed as quickly as it is recalled."""

MOST = 20
"""Projects whose model is kept; one of 5,000 strategies takes 12 MB."""


@record
class Compiled:
    """A sound project as it was loaded.      model: with the versions of its strategies.      diagnostics: without what takes a proof."""

    model: Model
    diagnostics: list[Diagnostic]
    sources: dict[str, SourceFile]


def recall(folder: Path) -> Compiled | None:
    """What was kept of the project in the folder, where it would come out the same again."""
    file = _file(folder)
    if file is None:
        return None
    with suppress(Exception):  # none yet, half of one, of another make: whatever it is, the project is loaded instead
        head, body = read(file)
        sources = unchanged(folder, head["seen"]) if head["basis"] == basis() else None
        if sources is not None and hashlib.sha256(body).hexdigest() == head["digest"]:
            with lasting():
                model = unpickled(body)
            return Compiled(model, [from_data(each) for each in head["diagnostics"]], sources)
    return None


def keep(loaded: Loaded, model: Model, diagnostics: list[Diagnostic], *, last: bool = True) -> Model:
    """The model of a sound project, kept for the next run where it shall `last`, is large, and anything can be kept."""
    file = _file(loaded.folder) if last and sum(len(source.text) for source in loaded.sources.values()) >= LEAST else None
    if file is not None and loaded.file is not None:
        from strategy_engine.catalog.project_file import places_of

        _keep(file, loaded, places_of(loaded.file.project), model, diagnostics)
    return model


def _keep(file: Path, loaded: Loaded, places: Places, model: Model, diagnostics: list[Diagnostic]) -> None:
    with suppress(Exception), uncollected():  # a full disk, say, or what no pickle holds: the next run takes as long as this one
        body = pickle.dumps(model, pickle.HIGHEST_PROTOCOL)
        head = {
            "basis": basis(),
            "seen": seen(places, loaded.sources),
            "diagnostics": [as_data(each) for each in diagnostics],
            "digest": hashlib.sha256(body).hexdigest(),
        }
        write(file, json.dumps(head).encode() + b"\n" + body)
        forget_the_oldest(file.parent, "model-*.pickle", MOST)


def basis() -> list[str]:
    """What all that is kept rests on: the program, and what its pickles are read by."""
    import pydantic

    return [program(), sys.version, pydantic.VERSION]


def _file(folder: Path) -> Path | None:
    cache = private_folder()
    return None if cache is None else cache / f"model-{name_of(folder)}.pickle"
