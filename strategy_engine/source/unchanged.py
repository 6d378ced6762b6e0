"""Whether a project's files are what they were: its patterns find the same ones, and each holds the same text.

Times of files are not trusted; reading some hundred files takes no longer than asking for their times.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from strategy_engine.source.discovery import PROJECT_FILE, SUFFIXES, Places, project_files
from strategy_engine.source.file import SourceFile
from strategy_engine.source.reading import read_source


def seen(places: Places, sources: Mapping[str, SourceFile]) -> dict[str, Any]:
    """What was read, as JSON can hold it."""
    files = {path: _digest(source) for path, source in sources.items()}
    return {"places": [places.include, places.imports, places.made], "files": files}


def unchanged(folder: Path, before: Mapping[str, Any]) -> dict[str, SourceFile] | None:
    """The files that would be read now; None where they are others than were `seen` before, or hold something else."""
    include, imports, made = (tuple(names) for names in before["places"])
    sources = _sources({(folder / PROJECT_FILE).as_posix()}, before["files"])
    if sources is None:
        return None
    found, problems = project_files(folder, Places(include, imports, made))
    paths = {path.as_posix() for path in found}
    strategies = {path for path in before["files"] if path.lower().endswith(SUFFIXES)} - set(sources)
    if problems or paths != strategies:
        return None
    rest = _sources(before["files"].keys() - sources.keys(), before["files"])
    return None if rest is None else {**sources, **rest}


def _sources(paths: Iterable[str], digests: Mapping[str, str]) -> dict[str, SourceFile] | None:
    sources = {}
    for path in paths:
        source, _ = read_source(Path(path), path)
        if source is None or digests.get(path) != _digest(source):
            return None
        sources[path] = source
    return sources


def _digest(source: SourceFile) -> str:
    return hashlib.sha256(source.text.encode("utf-8")).hexdigest()
