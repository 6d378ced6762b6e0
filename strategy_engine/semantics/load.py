"""Loading a project from its folder."""

from __future__ import annotations

import gc
import glob
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import field
from pathlib import Path

from strategy_engine.catalog.project_file import ProjectFile, read_project
from strategy_engine.diagnostics.model import Diagnostic, Severity, diagnostic, has_errors
from strategy_engine.language import ast
from strategy_engine.language.text_reader import read_text
from strategy_engine.language.yaml_reader import read_yaml_form
from strategy_engine.record import record
from strategy_engine.semantics.check import check
from strategy_engine.semantics.model import Model
from strategy_engine.semantics.sinks import check_sinks
from strategy_engine.source.file import SourceFile
from strategy_engine.source.reading import read_source
from strategy_engine.source.shipped import shipped

PROJECT_FILE = "strategy.yaml"
SUFFIXES = (".strategy", ".yaml", ".yml")


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


@record
class Loaded:
    """A project as loaded. `model` is None where there is no readable project file."""

    folder: Path
    model: Model | None
    diagnostics: tuple[Diagnostic, ...]
    sources: dict[str, SourceFile] = field(default_factory=dict)
    file: ProjectFile | None = None
    modules: tuple[ast.Module, ...] = ()

    @property
    def sound(self) -> bool:
        """Whether the project can run: nothing found is an error."""
        return self.model is not None and not has_errors(self.diagnostics)


def load_project(folder: Path) -> Loaded:
    """Read the project file and all strategy files below the folder, and check them; never raises over what they hold."""
    with _less_collecting():
        file, diagnostics, project_source = read_project(folder)
        sources = {project_source.path: project_source} if project_source is not None else {}
        if file is None:
            return Loaded(folder, None, tuple(diagnostics), sources)
        found, problems = _files(file)
        diagnostics = [*diagnostics, *problems]
        modules = []
        for path in found:
            module, source, problems = _read(path)
            diagnostics += problems
            if source is not None:
                sources[source.path] = source
            if module is not None:
                modules.append(module)
        model, problems = check(file.project, modules, sources, folder)
        problems += check_sinks(file, model, modules, sound=not has_errors(problems))
        return Loaded(folder, model, (*diagnostics, *problems), sources, file, tuple(modules))


@contextmanager
def _less_collecting() -> Iterator[None]:
    """Syntax trees are many small objects, none of them garbage: looking for garbage was half the cost of loading."""
    before = gc.get_threshold()
    gc.set_threshold(200_000, 50, 50)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _read(path: Path) -> tuple[ast.Module | None, SourceFile | None, list[Diagnostic]]:
    source, diagnostics = read_source(path, path.as_posix())
    if source is None:
        return None, None, diagnostics
    read = read_text if path.suffix.lower() == ".strategy" else read_yaml_form
    module, problems = read(source)
    return module, source, [*diagnostics, *problems]


# ------------------------------------------------------------------------------------------------ which files


def _files(file: ProjectFile) -> tuple[list[Path], list[Diagnostic]]:
    """The project's strategy files in a fixed order, imports first."""
    project, folder = file.project, file.folder
    diagnostics: list[Diagnostic] = []
    imported: list[Path] = []
    for number, name in enumerate(project.import_):
        found = _imported(name, folder)
        imported += found
        if not found:
            diagnostics.append(NoImport(file.span("import", number), name))
    patterns = project.include or ["**"]
    own = sorted({path for pattern in patterns for path in _matching(folder, pattern)} - set(imported))
    own = [path for path in own if not _belongs_to_output(path, file)]
    if not own and not imported:
        place = file.span("include") if project.include else None
        alike = next((path.as_posix() for path in sorted(folder.rglob("*.strategy*")) if not is_strategy_file(path)), None)
        shown = ", ".join(f"`{folder / pattern}`" for pattern in patterns) if project.include else f"`{folder}` and below"
        diagnostics.append(NoStrategyFiles(place, shown, alike))
    return [*imported, *own], diagnostics


def is_strategy_file(path: Path) -> bool:
    """Whether a file of that name holds strategies; some systems write endings in capitals."""
    return path.suffix.lower() in SUFFIXES and path.name != PROJECT_FILE


def strategy_files(folder: Path) -> list[Path]:
    """The strategy files of the project in the folder that are its own; all below the folder where it is no project."""
    file, _, _ = read_project(folder)
    if file is None:
        return sorted(_matching(folder, "**"))
    own = {path for pattern in file.project.include or ["**"] for path in _matching(folder, pattern)}
    return sorted(path for path in own if not _belongs_to_output(path, file))


def _matching(folder: Path, pattern: str) -> Iterator[Path]:
    """Files that match, hidden ones and those of nested projects left out; `strategies/**` means all below that folder."""
    for name in glob.iglob(pattern, root_dir=folder, recursive=True):  # noqa: PTH207 - Path.glob makes no files of `**`
        path = folder / name
        if is_strategy_file(path) and path.is_file() and not _nested(path, folder):
            yield path


def _nested(path: Path, folder: Path) -> bool:
    parent = path.parent
    while parent != folder and parent != parent.parent:
        if (parent / PROJECT_FILE).exists():
            return True
        parent = parent.parent
    return False


def _belongs_to_output(path: Path, file: ProjectFile) -> bool:
    made = [file.folder / place for place in (file.project.output, file.project.ledger) if "://" not in place]
    return any(path.is_relative_to(place) for place in made if place != file.folder)


def _imported(name: str, folder: Path) -> list[Path]:
    """The files of an import: of the project's own folder, else, where it begins with `library/`, of the shipped library."""
    found = _below(folder / name)
    if not found and name.startswith("library/"):
        found = _below(shipped("strategies") / name.removeprefix("library/"))
    return found


def _below(root: Path) -> list[Path]:
    if root.is_dir():
        return sorted(path for path in root.rglob("*") if is_strategy_file(path))
    return [path for suffix in ("", *SUFFIXES) if (path := root.with_name(root.name + suffix)).is_file()]
