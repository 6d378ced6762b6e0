"""Two versions of a project, read and compared."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

from strategy_engine.diagnostics.model import Diagnostic, Severity, diagnostic, has_errors
from strategy_engine.diff.differences import Differences, differences
from strategy_engine.record import record
from strategy_engine.refusals import StrategyError, refusals_told
from strategy_engine.semantics.load import Loaded, load_project
from strategy_engine.session.revisions import folder_of
from strategy_engine.source.file import SourceFile
from strategy_engine.source.reading import read_source

HEAD = "HEAD"


@diagnostic
class DirectionsLeftOut(Diagnostic):
    """Versions are compared without the package that proves things

    Two conditions are told to be the same where their normal forms are: names, spelling, order and brackets do not count. Whether one that
    is written otherwise selects the same customers, or more, or others, is found by a solver, z3, which nothing else needs.

    Why: `changed` is then said of what may have no effect.

    Example: `strategy diff main` after `pip install strategy-engine`

    Instead: `pip install 'strategy-engine[analysis]'`
    """

    code = "S0344"
    severity = Severity.NOTE

    @property
    def message(self) -> str:
        return "what has changed is told without a direction: the package `z3-solver` is not installed"

    @property
    def help(self) -> str | None:
        return "install it: `pip install 'strategy-engine[analysis]'`"


@diagnostic
class BrokenVersion(Diagnostic):
    """A version that has errors is not compared

    What a project with errors says is not known, so that nothing can be said of what has changed. The errors are told before this.

    Example: `strategy diff main`, where the strategies of `main` do not pass `strategy check`

    Instead: a version that passes
    """

    code = "S0345"
    version: str
    count: int

    @property
    def message(self) -> str:
        if self.count == 1:
            return f"`{self.version}` is not compared: it has 1 error"
        return f"`{self.version}` is not compared: it has {self.count} errors"

    @property
    def help(self) -> str | None:
        return "mend them, or name another version"


@record
class Differing:
    """Two versions by name, and what they say differently."""

    before: str
    after: str
    found: Differences
    notes: tuple[Diagnostic, ...] = ()


class BrokenError(StrategyError):
    """A version has errors; `sources` are its files, to show where."""

    def __init__(self, diagnostics: list[Diagnostic], sources: dict[str, SourceFile]) -> None:
        super().__init__(diagnostics, 2)
        self.sources = sources


def differ(versions: tuple[str, ...], project: Path) -> Differing:
    """What two versions (of none, HEAD and the project's folder; of one, that and the folder) say differently.

    A version is a folder or a revision. Raises StrategyError (2) where there is no such version, or one of them has errors.
    """
    before, after = (*versions, *([HEAD] if not versions else []), *([str(project)] if len(versions) < 2 else []))[:2]
    with ExitStack() as open_until_compared:
        with refusals_told():
            folders = [open_until_compared.enter_context(folder_of(each, project)) for each in (before, after)]
        loaded = [_sound(name, folder) for name, folder in zip((before, after), folders, strict=True)]
        found = differences(loaded[0], loaded[1])
    undirected = not found.proved and any(each.changed for each in found.declarations)
    return Differing(before, after, found, (DirectionsLeftOut(None),) if undirected else ())


def _sound(version: str, folder: Path) -> Loaded:
    """The version, its files named as `VERSION:PATH` where they lie in a folder that nobody has made."""

    def read(path: Path, shown_as: str) -> tuple[SourceFile | None, list[Diagnostic]]:
        own = not Path(version).exists() and path.is_relative_to(folder)
        return read_source(path, f"{version}:{path.relative_to(folder).as_posix()}" if own else shown_as)

    loaded = load_project(folder, read)
    if loaded.model is None or has_errors(loaded.diagnostics):
        errors = [each for each in loaded.diagnostics if each.severity is Severity.ERROR]
        raise BrokenError([*errors, BrokenVersion(None, version, len(errors))], loaded.sources)
    return loaded
