"""Loading a project from its folder."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field
from pathlib import Path

from strategy_engine.catalog.project_file import ProjectFile, places_of, read_project
from strategy_engine.diagnostics.model import Diagnostic, has_errors
from strategy_engine.garbage import uncollected
from strategy_engine.language import ast
from strategy_engine.language.text_reader import read_text
from strategy_engine.language.yaml_reader import read_yaml_form
from strategy_engine.record import record
from strategy_engine.semantics.check import check
from strategy_engine.semantics.model import Model
from strategy_engine.semantics.sinks import check_sinks
from strategy_engine.source.discovery import Places, is_text_form, own_files, project_files
from strategy_engine.source.file import SourceFile
from strategy_engine.source.reading import Read, read_source


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


def parsed(source: SourceFile) -> tuple[ast.Module, list[Diagnostic]]:
    """The tree of a strategy file in the spelling that its name says."""
    return read_text(source) if is_text_form(source.path) else read_yaml_form(source)


Parse = Callable[[SourceFile], tuple[ast.Module, list[Diagnostic]]]


def load_project(folder: Path, read: Read = read_source, parse: Parse = parsed) -> Loaded:
    """Read the project file and all strategy files below the folder, and check them; never raises over what they hold."""
    with uncollected():
        file, diagnostics, project_source = read_project(folder, read)
        sources = {project_source.path: project_source} if project_source is not None else {}
        if file is None:
            return Loaded(folder, None, tuple(diagnostics), sources)
        found, problems = project_files(file.folder, places_of(file.project), file.span)
        diagnostics = [*diagnostics, *problems]
        modules = []
        own = {path.as_posix() for path in own_files(file.folder, places_of(file.project))} if file.project.import_ else None
        for path in found:
            source, problems = read(path, path.as_posix())
            diagnostics += problems
            if source is not None:
                module, problems = parse(source)
                if own is not None and source.path not in own:
                    module = _without_tests(module)
                diagnostics += problems
                sources[source.path] = source
                modules.append(module)
        model, problems = check(file.project, modules, sources, folder)
        problems += check_sinks(file, model, modules, sound=not has_errors(problems))
        return Loaded(folder, model, (*diagnostics, *problems), sources, file, tuple(modules))


def _without_tests(module: ast.Module) -> ast.Module:
    """What is imported without its tests: they hold where it was written, with the thresholds of there."""
    return ast.Module(module.span, tuple(each for each in module.declarations if each.kind != "test"))


def strategy_files(folder: Path) -> list[Path]:
    """The strategy files of the project in the folder that are its own; all below the folder where it is no project."""
    file, _, _ = read_project(folder)
    return own_files(folder, Places() if file is None else places_of(file.project))
