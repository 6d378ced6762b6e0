"""What sinks ask for, held against the channels: the project file alone cannot tell which there are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from strategy_engine.catalog.project_diagnostics import InconsistentProject
from strategy_engine.catalog.project_file import ProjectFile
from strategy_engine.catalog.sinks import FileSink, Sink, WorkbookSink
from strategy_engine.diagnostics.model import Diagnostic, suggest
from strategy_engine.language import ast
from strategy_engine.semantics.lists import FIXED, list_columns
from strategy_engine.semantics.model import Model


def check_sinks(file: ProjectFile, model: Model, modules: Iterable[ast.Module], *, sound: bool) -> list[Diagnostic]:
    """Channels that are not declared, and columns that no list of the sink's channels has; these only where the strategies are `sound`,
    as what a channel with errors carries is not known."""
    declared = {each.name for module in modules for each in module.declarations if each.kind == "channel"}
    sinks = file.project.sinks.items()
    found = [problem for name, sink in sinks for problem in _channels(file, name, sink, declared)]
    if not found and sound:
        found = [problem for name, sink in sinks for problem in _columns(file, name, sink, model)]
    return found


def _channels(file: ProjectFile, name: str, sink: Sink, declared: set[str]) -> Iterator[Diagnostic]:
    for index, channel in enumerate(sink.channels or []):
        if channel not in declared:
            span = file.span("sinks", name, "channels", index)
            yield InconsistentProject(span, f"no channel `{channel}`", suggest(channel, declared))


def _columns(file: ProjectFile, name: str, sink: Sink, model: Model) -> Iterator[Diagnostic]:
    channels = sink.channels or list(model.channels)
    known = {*FIXED, *(each for channel in channels for each in list_columns(model, channel))}
    columns = set(sink.columns or known)
    for channel in channels if isinstance(sink, FileSink) and columns <= known else ():
        if columns.isdisjoint(list_columns(model, channel)):
            message = f"the list of `{channel}` has none of these columns, and nothing of it would be delivered"
            yield InconsistentProject(file.span("sinks", name, "columns"), message)
    asked: list[tuple[tuple[str | int, ...], str]] = [(("columns", index), column) for index, column in enumerate(sink.columns or [])]
    if isinstance(sink, WorkbookSink) and sink.by is not None:
        asked.append((("by",), sink.by))
    for at, column in asked:
        if column not in known:
            message = f"no list of the sink's channels has a column `{column}`"
            yield InconsistentProject(file.span("sinks", name, *at), message, suggest(column, known))
