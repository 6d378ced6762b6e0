"""Diagnostics as GitHub's workflow commands: printed by a job, they show beside the lines of a pull request."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from strategy_engine.diagnostics.model import Diagnostic, Severity
from strategy_engine.diagnostics.order import ordered
from strategy_engine.source.file import SourceFile

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}
_IN_TEXT = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_IN_PROPERTY = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A", ":": "%3A", ",": "%2C"})


def to_github(diagnostics: Iterable[Diagnostic], sources: Mapping[str, SourceFile]) -> str:
    """A command a line. Columns are told only within one line, as GitHub takes them."""
    lines = (_command(each, sources) for each in ordered(diagnostics))
    return "\n".join(lines).encode("utf-8", "backslashreplace").decode("utf-8")


def _command(found: Diagnostic, sources: Mapping[str, SourceFile]) -> str:
    properties = {**_place(found, sources), "title": found.code}
    shown = ",".join(f"{name}={str(value).translate(_IN_PROPERTY)}" for name, value in properties.items())
    text = found.message if found.help is None else f"{found.message}\n{found.help}"
    return f"::{_COMMANDS[found.severity]} {shown}::{text.translate(_IN_TEXT)}"


def _place(found: Diagnostic, sources: Mapping[str, SourceFile]) -> dict[str, str | int]:
    span = found.span
    if span is None:
        return {}
    source = sources.get(span.path)
    if source is None:
        return {"file": span.path}
    start, end = source.position(span.start), source.position(span.end)
    place: dict[str, str | int] = {"file": span.path, "line": start.line, "endLine": end.line}
    return place if start.line != end.line else {**place, "col": start.column, "endColumn": end.column}
