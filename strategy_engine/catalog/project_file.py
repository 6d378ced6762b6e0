"""Reads `strategy.yaml`: nodes, then models, and a diagnostic at its place for everything that does not fit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import ValidationError

from strategy_engine.catalog.models import Project
from strategy_engine.catalog.project_diagnostics import NoProjectFile, WrongValue
from strategy_engine.catalog.project_errors import diagnose, follow
from strategy_engine.diagnostics.model import Diagnostic, has_errors
from strategy_engine.record import record
from strategy_engine.source.discovery import PROJECT_FILE, Places
from strategy_engine.source.file import SourceFile, Span
from strategy_engine.source.reading import Read, read_source
from strategy_engine.source.yaml_nodes import YamlMapping, YamlNode, YamlScalar, YamlSequence, read_yaml


@record
class ProjectFile:
    """A project as read from its folder."""

    project: Project
    folder: Path
    file: SourceFile
    node: YamlMapping

    def place(self, table: str, column: str | None = None) -> Span | None:
        """Where a table, or a column of it, is declared."""
        data = self.node.get("data")
        key = data.key(table) if isinstance(data, YamlMapping) else None
        body = data.get(table) if isinstance(data, YamlMapping) else None
        columns = body.get("columns") if isinstance(body, YamlMapping) and column is not None else None
        if isinstance(columns, YamlMapping) and column is not None and (found := columns.key(column)) is not None:
            return found.span
        return key.span if key is not None else None

    def span(self, *path: str | int) -> Span:
        """The value that a path of keys leads to, or the last key on the way where it is more than a word."""
        return follow(self.node, path).value_span


def places_of(project: Project) -> Places:
    """Where the project keeps its strategies."""
    return Places(tuple(project.include or ()), tuple(project.import_), (project.output, project.ledger))


def read_project(folder: Path, read: Read = read_source) -> tuple[ProjectFile | None, list[Diagnostic], SourceFile | None]:
    """The project in a folder, None where it has errors; what is wrong; and the file, to show where."""
    path = folder / PROJECT_FILE
    if not path.exists():
        return None, [NoProjectFile(None, folder.as_posix(), folder.is_dir())], None
    file, diagnostics = read(path, path.as_posix())
    if file is None:
        return None, diagnostics, None
    node, diagnostics = read_yaml(file)
    if node is None and has_errors(diagnostics):
        return None, diagnostics, file
    if not isinstance(node, YamlMapping):
        return None, [*diagnostics, _no_mapping(file, node)], file
    project, misfits = _project(node)
    diagnostics += misfits
    if project is None or has_errors(diagnostics):
        return None, diagnostics, file
    return ProjectFile(project, folder, file, node), diagnostics, file


def _project(node: YamlMapping) -> tuple[Project | None, list[Diagnostic]]:
    try:
        return Project.model_validate(_document(node)), []
    except ValidationError as error:
        return None, diagnose(error, node)


def _no_mapping(file: SourceFile, node: YamlNode | None) -> Diagnostic:
    span = file.whole._replace(end=0) if node is None else node.span
    found = "nothing" if node is None else "a list" if isinstance(node, YamlSequence) else "a single value"
    return WrongValue(span, "the project file", "a mapping of keys and values", found, "begin it with `project: NAME`")


def _document(node: YamlNode, path: tuple[str, ...] = ()) -> Any:
    """The node as Python values. The values of an enum are texts as written: `007` does not become 7."""
    match path:
        case ("data", _, "columns", _, "values"):
            return _texts(node)
    match node:
        case YamlMapping(entries):
            return {key.text: _document(value, (*path, key.text)) for key, value in entries}
        case YamlSequence(items):
            return [_document(item, (*path, "")) for item in items]
        case YamlScalar():
            return node.value


def _texts(node: YamlNode) -> Any:
    match node:
        case YamlMapping(entries):
            return {key.text: None if _is_null(value) else _texts(value) for key, value in entries}
        case YamlSequence(items):
            return [_texts(item) for item in items]
        case YamlScalar():
            return node.text


def _is_null(node: YamlNode) -> bool:
    return isinstance(node, YamlScalar) and node.value is None
