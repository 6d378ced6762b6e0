"""Which files are a project's: found by the patterns of its project file, in a fixed order."""

from __future__ import annotations

import glob
from collections.abc import Callable, Iterator
from pathlib import Path

from strategy_engine.diagnostics.model import Diagnostic, Severity, diagnostic
from strategy_engine.record import record
from strategy_engine.source.file import Span
from strategy_engine.source.shipped import shipped

PROJECT_FILE = "strategy.yaml"
SUFFIXES = (".strategy", ".yaml", ".yml")
EVERYTHING = ("**",)


@diagnostic
class NoStrategyFiles(Diagnostic):
    """A project without strategy files

    Files with the endings .strategy and .yaml below the project's folder are read, or those that `include:` names.

    Example: `include: [strategis/**]`

    Instead: `include: [strategies/**]`
    """

    code = "S0006"
    severity = Severity.WARNING
    pattern: str
    alike: str | None = None  # a file that may have been meant for one

    @property
    def message(self) -> str:
        return f"no strategy files found in {self.pattern}"

    @property
    def help(self) -> str:
        endings = f"strategy files end with {', '.join(f'`{suffix}`' for suffix in SUFFIXES)}"
        return f"{endings}; `{self.alike}` does not" if self.alike else endings


@diagnostic
class NoImport(Diagnostic):
    """An import that leads nowhere

    `import:` names files or folders, relative to the project's folder; what begins with `library/` may also be of the shipped library.

    Example: `import: [library/payrol]`

    Instead: `import: [library/payroll]`
    """

    code = "S0007"
    name: str

    @property
    def message(self) -> str:
        return f"nothing to import at `{self.name}`"


def project_folder(path: Path) -> Path:
    """The folder of the project that a path lies in: itself or the nearest above it that holds a strategy.yaml."""
    start = path if path.is_dir() or not path.exists() else path.parent
    for folder in (start, *start.absolute().parents):
        if (folder / PROJECT_FILE).is_file():
            return folder
    return start


@record
class Places:
    """Where a project keeps its strategies: what its project file says of it.

    include: patterns, all below the folder where there are none.      imports: files and folders.      made: folders that runs fill.
    """

    include: tuple[str, ...] = ()
    imports: tuple[str, ...] = ()
    made: tuple[str, ...] = ()


def is_strategy_file(path: Path) -> bool:
    """Whether a file of that name holds strategies; some systems write endings in capitals."""
    return path.suffix.lower() in SUFFIXES and path.name != PROJECT_FILE


def is_text_form(path: str) -> bool:
    """Whether a file of that name is in the text form of the language."""
    return path.lower().endswith(SUFFIXES[0])


def _nowhere(*_: str | int) -> Span | None:
    return None


def project_files(folder: Path, places: Places, at: Callable[..., Span | None] = _nowhere) -> tuple[list[Path], list[Diagnostic]]:
    """The project's strategy files in a fixed order, imports first; `at` leads from keys to their place in the project file."""
    diagnostics: list[Diagnostic] = []
    imported: list[Path] = []
    for number, name in enumerate(places.imports):
        found = _imported(name, folder)
        imported += found
        if not found:
            diagnostics.append(NoImport(at("import", number), name))
    own = [path for path in own_files(folder, places) if path not in imported]
    if not own and not imported:
        place = at("include") if places.include else None
        looked = ", ".join(f"`{folder / pattern}`" for pattern in places.include) or f"`{folder}` and below"
        alike = next((path.as_posix() for path in sorted(folder.rglob("*.strategy*")) if not is_strategy_file(path)), None)
        diagnostics.append(NoStrategyFiles(place, looked, alike))
    return [*imported, *own], diagnostics


def own_files(folder: Path, places: Places) -> list[Path]:
    """The strategy files of the project in the folder that are its own."""
    own = {path for pattern in places.include or EVERYTHING for path in _matching(folder, pattern)}
    made = [folder / place for place in places.made if "://" not in place]
    return sorted(path for path in own if not any(path.is_relative_to(place) for place in made if place != folder))


def _matching(folder: Path, pattern: str) -> Iterator[Path]:
    """Files that match, hidden ones and those of nested projects left out; `strategies/**` means all below that folder."""
    nested: dict[Path, bool] = {folder: False}
    for name in glob.iglob(pattern, root_dir=folder, recursive=True):  # noqa: PTH207 - Path.glob makes no files of `**`
        path = folder / name
        if is_strategy_file(path) and path.is_file() and not _nested(path.parent, nested):
            yield path


def _nested(folder: Path, known: dict[Path, bool]) -> bool:
    """Whether a folder is of a project inside the project; asked once of each."""
    if folder not in known:
        known[folder] = folder != folder.parent and ((folder / PROJECT_FILE).exists() or _nested(folder.parent, known))
    return known[folder]


def _imported(name: str, folder: Path) -> list[Path]:
    """The files of an import: of the project's own folder, else, where `library` or `library/…`, of the shipped library."""
    found = _below(folder / name)
    if not found and name.split("/")[0] == "library":
        found = _below(shipped("strategies") / name)
    return found


def _below(root: Path) -> list[Path]:
    if root.is_dir():
        return sorted(path for path in root.rglob("*") if is_strategy_file(path))
    return [path for suffix in ("", *SUFFIXES) if (path := root.with_name(root.name + suffix)).is_file()]
