"""What a check tells of a project, remembered until a file of the project, or the program, has changed.

Only a project without errors is remembered: what has errors is about to be changed, and may rest on files that are not there yet.
See docs/decisions/remembered-checks.md.
"""

from __future__ import annotations

import importlib.util
import json
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from strategy_engine.diagnostics.kept import as_data, from_data
from strategy_engine.diagnostics.model import REGISTRY, Diagnostic, has_errors
from strategy_engine.diagnostics.pages import title
from strategy_engine.record import record
from strategy_engine.source.cache import cache_folder, forget_the_oldest, name_of, program
from strategy_engine.source.file import SourceFile, Span
from strategy_engine.source.unchanged import seen, unchanged

if TYPE_CHECKING:
    from strategy_engine.analysis.windows import WorstCase
    from strategy_engine.semantics.load import Loaded


@record
class LimitAtWorst:
    """What one limit permits at worst, in words.      owner: the declaration it stands in."""

    owner: str
    limit: str
    worst: str
    surprising: bool
    span: Span | None


@record
class Verdict:
    """What a check tells of a project.

    strategies: how many there are.      titles: of the codes found.      files: what was read, by the path that spans name.
    """

    strategies: int
    findings: tuple[Diagnostic, ...]
    titles: Mapping[str, str]
    limits: tuple[LimitAtWorst, ...]
    sources: Mapping[str, SourceFile]


def recall(folder: Path) -> Verdict | None:
    """The verdict of the last check, where it would come out the same again."""
    kept = _read(folder)
    if kept is None or kept.get("program") != program() or kept.get("solver") != solver():
        return None
    sources = unchanged(folder, kept)
    if sources is None:
        return None
    limits = tuple(_limit(*each) for each in kept["limits"])
    return Verdict(kept["strategies"], tuple(map(from_data, kept["findings"])), kept["titles"], limits, sources)


def verdict(loaded: Loaded, findings: list[Diagnostic], worst: list[WorstCase]) -> Verdict:
    """What to tell of a project that was just checked."""
    titles = {each.code: title(REGISTRY[each.code]) for each in findings}
    limits = tuple(LimitAtWorst(each.limit.source, each.limit.text, each.text, each.surprising, each.limit.span) for each in worst)
    strategies = len(loaded.model.strategies) if loaded.model is not None else 0
    return Verdict(strategies, tuple(findings), titles, limits, loaded.sources)


def remember(loaded: Loaded, verdict: Verdict) -> None:
    """Keep a verdict for the next check; nothing where it has errors or nothing can be kept."""
    file = _file(loaded.folder)
    if file is None or loaded.file is None or has_errors(verdict.findings):
        return
    from strategy_engine.catalog.project_file import places_of

    document = {
        "program": program(),
        "solver": solver(),
        **seen(places_of(loaded.file.project), verdict.sources),
        "strategies": verdict.strategies,
        "findings": [as_data(each) for each in verdict.findings],
        "titles": dict(verdict.titles),
        "limits": [[each.owner, each.limit, each.worst, each.surprising, each.span] for each in verdict.limits],
    }
    with suppress(OSError):  # a full disk, say: the next check takes as long as this one
        beside = file.with_suffix(f".{os.getpid()}")
        beside.write_text(json.dumps(document), "utf-8")
        beside.replace(file)
        forget_the_oldest(file.parent, "check-*.json")


def solver() -> list[int] | None:
    """The package that proves things, as it is installed: without it, or with another version of it, other things are told."""
    found = importlib.util.find_spec("z3")
    if found is None or found.origin is None:
        return None
    file = Path(found.origin).stat()
    return [file.st_size, file.st_mtime_ns]


def _limit(owner: str, limit: str, worst: str, surprising: bool, span: list[Any] | None) -> LimitAtWorst:
    return LimitAtWorst(owner, limit, worst, surprising, None if span is None else Span(*span))


# ------------------------------------------------------------------------------------------------ where it is kept


def _file(folder: Path) -> Path | None:
    cache = cache_folder()
    return None if cache is None else cache / f"check-{name_of(folder)}.json"


def _read(folder: Path) -> dict[str, Any] | None:
    file = _file(folder)
    if file is None:
        return None
    with suppress(OSError, ValueError):  # no such file yet, or half of one
        kept = json.loads(file.read_text("utf-8"))
        return kept if isinstance(kept, dict) else None
    return None
