"""Diagnostics as JSON, for CI jobs and editors. The form is fixed; `version` changes with it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from strategy_engine.diagnostics.model import Diagnostic
from strategy_engine.diagnostics.order import ordered
from strategy_engine.source.file import SourceFile

VERSION = 1


def to_json(diagnostics: Iterable[Diagnostic], sources: Mapping[str, SourceFile]) -> str:
    """One JSON document; lines and columns count from 1, columns in code points, the end is exclusive."""
    document = {"version": VERSION, "diagnostics": [_as_dict(diagnostic, sources) for diagnostic in ordered(diagnostics)]}
    text = json.dumps(document, ensure_ascii=False)
    # a file name that is no Unicode reaches Python as lone surrogates, which UTF-8 has no bytes for, but JSON an escape
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _as_dict(diagnostic: Diagnostic, sources: Mapping[str, SourceFile]) -> dict[str, Any]:
    line = column = end_line = end_column = None
    span = diagnostic.span
    if span is not None and span.path in sources:
        line, column = sources[span.path].position(span.start)
        end_line, end_column = sources[span.path].position(span.end)
    return {
        "code": diagnostic.code,
        "severity": diagnostic.severity.value,
        "message": diagnostic.message,
        "file": span.path if span is not None else None,
        "line": line,
        "column": column,
        "end_line": end_line,
        "end_column": end_column,
        "help": diagnostic.help,
    }
