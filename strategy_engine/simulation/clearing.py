"""What a simulation may remove before it begins: a bank that was made here, what was run on it, and nothing of a person's."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from strategy_engine.ledger.lock import holder
from strategy_engine.session import Project
from strategy_engine.simulation.errors import SimulationError
from strategy_engine.simulation.settings import changed, is_made
from strategy_engine.simulation.truth import FOLDER as TRUTH


def clear_away(project: Project, *, replace: bool) -> None:
    """Remove the bank that was made here before, and with `replace` the ledger, lists and truth of what was run on it.

    Raises SimulationError, having removed nothing, where data are not as they were made, strategies were run and it is not to `replace`,
    a run is at work, or a place to remove is none of the project's own folders.
    """
    data = project.folder / "data"
    if data.exists():
        _refuse_foreign(data)
    made = [place for place in _made(project) if place.exists()]
    if made and not replace:
        raise SimulationError(f"strategies were run here: there is `{made[0]}`; `--replace` removes it and begins anew")
    if held := holder(project.ledger.folder):
        raise SimulationError(f"the ledger is held by process {held.pid} on {held.host}; wait until it has ended")
    for place in (data, *made):
        if place.exists():
            shutil.rmtree(place)


def _refuse_foreign(data: Path) -> None:
    if not is_made(data):
        raise SimulationError(f"`{data}` holds data that no simulation has made; simulate in a project without data")
    if strange := changed(data):
        raise SimulationError(f"`{strange}` is not as a simulation has made it; move `{data}` away, or remove it yourself")


def _made(project: Project) -> Iterator[Path]:
    """The folders that runs fill: each below the project's, and without any of its sources."""
    root = project.folder.resolve()
    sources = [Path(path).resolve() for path in project.sources]
    for key, name in (("ledger", project.model.project.ledger), ("output", project.model.project.output), ("truth", TRUTH)):
        place = (root / name).resolve()
        if "://" in name or root not in place.parents or any(source.is_relative_to(place) for source in sources):
            raise SimulationError(f"`{key}: {name}` is no folder of the project's own, which a simulation could begin anew")
        yield project.folder / name
