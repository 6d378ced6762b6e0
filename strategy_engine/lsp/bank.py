"""A project as it is being edited: what is on disk, under what the editor has open and perhaps not saved.

`look` is what a keystroke waits for: it reads one file again and examines it alone, with the names of all others at hand.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from strategy_engine.analysis.allow import AllowsNothing, without_allowed
from strategy_engine.analysis.levels import levelled
from strategy_engine.catalog.project_file import ProjectFile, places_of, read_project
from strategy_engine.diagnostics.model import Diagnostic, has_errors
from strategy_engine.diagnostics.order import ordered
from strategy_engine.language import ast
from strategy_engine.lsp.places import Place, places
from strategy_engine.record import record
from strategy_engine.semantics.check import examine
from strategy_engine.semantics.context import Context
from strategy_engine.semantics.load import parsed
from strategy_engine.semantics.model import Model
from strategy_engine.source.discovery import PROJECT_FILE, is_text_form, project_files
from strategy_engine.source.file import SourceFile
from strategy_engine.source.reading import decode, read_source


@record
class Parsed:
    """A file that was read: its tree, as far as there is one, and what is wrong with it."""

    source: SourceFile
    module: ast.Module
    problems: tuple[Diagnostic, ...]


@record
class Look:
    """One file, examined with the names of its whole project at hand.

    found: what is wrong with it, as far as that can be told without all others.      module: None for the project file.
    model, context: what was met on the way; None where there is no project file that can be read.
    """

    source: SourceFile
    found: tuple[Diagnostic, ...]
    module: ast.Module | None
    model: Model | None
    context: Context | None

    @cached_property
    def places(self) -> list[Place]:
        """Every place of the file that names something, in its order."""
        if self.context is None or self.module is None:
            return []
        return [each for each in places(self.context, [self.module]) if each.span.path == self.source.path]

    def place_at(self, offset: int) -> Place | None:
        """What is named where the cursor stands, or just before it."""
        return next((each for each in self.places if each.span.start <= offset <= each.span.end), None)


@dataclass
class Bank:
    """One project.      open: the editor's texts by path, as spans name it."""

    folder: Path
    open: dict[str, str] = field(default_factory=dict)
    file: ProjectFile | None = None
    _parsed: dict[str, Parsed] = field(default_factory=dict)
    _problems: tuple[Diagnostic, ...] = ()  # of the project file
    _found: set[str] = field(default_factory=set)  # the files that the project reads
    _looks: dict[str, Look] = field(default_factory=dict)
    _all: list[Place] | None = None

    # ------------------------------------------------------------------------------------------------ reading

    def refresh(self) -> None:
        """Read anew what may have changed on disk: which files there are, and what they hold."""
        self._changed()
        file, problems, _ = read_project(self.folder, self.read)
        self.file = file or self.file  # while the project file is wrong, what it was before serves the other files
        found: list[Path] = []
        if self.file is not None:
            found, more = project_files(self.folder, places_of(self.file.project), self.file.span)
            problems = [*problems, *more]
        self._problems = tuple(problems)
        self._found = {path.as_posix() for path in found}
        before, self._parsed = self._parsed, {}
        for path in dict.fromkeys((*map(Path.as_posix, found), *self._strategies())):
            self._parse(path, before)

    def edit(self, path: str, text: str | None) -> None:
        """Take in what the editor shows of a file; None where it was closed."""
        if text is None:
            self.open.pop(path, None)
        else:
            self.open[path] = text
        if Path(path).name == PROJECT_FILE or text is None:
            self.refresh()
        elif self.concerns(path):
            self._changed()
            self._parse(path, self._parsed)

    def read(self, path: Path, shown_as: str) -> tuple[SourceFile | None, list[Diagnostic]]:
        """The text of a file: the editor's where it is open."""
        text = self.open.get(path.as_posix())
        return read_source(path, shown_as) if text is None else decode(text.encode("utf-8", "replace"), shown_as)

    def _parse(self, path: str, before: dict[str, Parsed]) -> None:
        source, problems = self.read(Path(path), path)
        if source is None:
            empty = SourceFile(path, "")
            self._parsed[path] = Parsed(empty, ast.Module(empty.whole, ()), tuple(problems))
            return
        known = before.get(path)
        if known is None or known.source.text != source.text:
            module, more = parsed(source)
            known = Parsed(source, module, (*problems, *more))
        self._parsed[path] = known

    def _strategies(self) -> Iterable[str]:
        """What is open and perhaps not on disk yet."""
        return (path for path in self.open if is_text_form(path))

    def _changed(self) -> None:
        self._looks, self._all = {}, None

    @property
    def project_path(self) -> str:
        """The path of the project file."""
        return (self.folder / PROJECT_FILE).as_posix()

    def concerns(self, path: str) -> bool:
        """Whether the file is the project's: the project file, a text of strategies, or YAML that the project reads."""
        return path == self.project_path or is_text_form(path) or path in self._found

    # ------------------------------------------------------------------------------------------------ looking

    def source(self, path: str) -> SourceFile | None:
        """A file of the project, as it is now."""
        known = self._parsed.get(path)
        if known is not None:
            return known.source
        if self.file is not None and self.file.file.path == path:
            return self.file.file
        return self.read(Path(path), path)[0]

    def look(self, path: str) -> Look:
        """The file examined."""
        if path not in self._looks:
            self._looks[path] = self._project() if Path(path).name == PROJECT_FILE else self._look(path)
        return self._looks[path]

    def _look(self, path: str) -> Look:
        if path not in self._parsed:
            self._parse(path, {})
        known = self._parsed[path]
        if self.file is None:
            return Look(known.source, known.problems, known.module, None, None)
        model, context = examine(self.file.project, self._modules(), {path: known.source}, self.folder, path)
        found = [*known.problems, *(each for each in context.diagnostics if each.span is None or each.span.path == path)]
        return Look(known.source, self._judged(found, known.source), known.module, model, context)

    def _project(self) -> Look:
        source = self.source(self.project_path) or SourceFile(self.project_path, "")
        return Look(source, self._judged(list(self._problems), source), None, None, None)

    def _judged(self, found: list[Diagnostic], source: SourceFile) -> tuple[Diagnostic, ...]:
        """The findings as the project wants them. Whether a comment allows nothing is told when all of the project was looked at."""
        kept = [each for each in without_allowed(found, {source.path: source}) if not isinstance(each, AllowsNothing)]
        return tuple(ordered(kept if self.file is None else levelled(kept, self.file)))

    def unreadable(self) -> list[str]:
        """The files of which a part could not be read."""
        return [path for path, each in self._parsed.items() if has_errors(each.problems)]

    def _modules(self) -> list[ast.Module]:
        return [each.module for each in self._parsed.values()]

    def all_places(self) -> list[Place]:
        """Every place of the project that names something; takes some tenths of a second for a thousand strategies."""
        if self._all is None:
            sources = {path: each.source for path, each in self._parsed.items()}
            modules = self._modules()
            context = None if self.file is None else examine(self.file.project, modules, sources, self.folder)[1]
            self._all = [] if context is None else places(context, modules)
        return self._all
