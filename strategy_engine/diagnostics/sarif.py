"""Diagnostics as SARIF 2.1.0, for what collects the findings of many tools."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from strategy_engine import __version__
from strategy_engine.diagnostics.model import REGISTRY, Diagnostic, Fix
from strategy_engine.diagnostics.order import ordered
from strategy_engine.diagnostics.pages import page, title
from strategy_engine.source.file import SourceFile, Span

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
ROOT = "%SRCROOT%"
"""What relative paths are seen from: where the command was called."""

_DRIVE = re.compile(r"[A-Za-z]:")


def to_sarif(diagnostics: Iterable[Diagnostic], sources: Mapping[str, SourceFile]) -> str:
    """One SARIF log with one run; its rules are the codes that were found, each with its page. Columns are UTF-16 code units."""
    found = ordered(diagnostics)
    codes = sorted({each.code for each in found})
    driver = {"name": "strategy", "version": __version__, "rules": [_rule(REGISTRY[code]) for code in codes]}
    run = {
        "tool": {"driver": driver},
        "columnKind": "utf16CodeUnits",
        "results": [_result(each, codes.index(each.code), sources) for each in found],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=True)


def _rule(cls: type[Diagnostic]) -> dict[str, Any]:
    text = page(cls)
    return {
        "id": cls.code,
        "name": cls.__name__,
        "shortDescription": {"text": title(cls)},
        "help": {"text": text, "markdown": text},
        "defaultConfiguration": {"level": cls.severity.value},
    }


def _result(found: Diagnostic, rule: int, sources: Mapping[str, SourceFile]) -> dict[str, Any]:
    text = found.message if found.help is None else f"{found.message}\n{found.help}"
    result: dict[str, Any] = {"ruleId": found.code, "ruleIndex": rule, "level": found.severity.value, "message": {"text": text}}
    if found.span is not None:
        result["locations"] = [_location(found.span, sources)]
    if found.labels:
        result["relatedLocations"] = [
            {"id": number, **_location(label.span, sources), "message": {"text": label.text}}
            for number, label in enumerate(found.labels, start=1)
        ]
    if found.fix is not None and not found.fix.guess and found.fix.span.path in sources:
        result["fixes"] = [_fix(found.fix, sources)]
    return result


def _fix(fix: Fix, sources: Mapping[str, SourceFile]) -> dict[str, Any]:
    replacement = {"deletedRegion": _region(sources[fix.span.path], fix.span), "insertedContent": {"text": fix.text}}
    return {"artifactChanges": [{"artifactLocation": _artifact(fix.span.path), "replacements": [replacement]}]}


def _location(span: Span, sources: Mapping[str, SourceFile]) -> dict[str, Any]:
    place: dict[str, Any] = {"artifactLocation": _artifact(span.path)}
    if span.path in sources:
        place["region"] = _region(sources[span.path], span)
    return {"physicalLocation": place}


def _artifact(path: str) -> dict[str, str]:
    """The path as a URI: bytes that are no Unicode are escaped as they are."""
    uri = quote(PurePath(path).as_posix().encode("utf-8", "surrogateescape"))
    if uri.startswith("/"):
        return {"uri": f"file://{uri}"}
    return {"uri": f"file:///{uri}"} if _DRIVE.match(path) else {"uri": uri, "uriBaseId": ROOT}


def _region(source: SourceFile, span: Span) -> dict[str, int]:
    start, end = source.position(span.start), source.position(span.end)
    return {
        "startLine": start.line,
        "startColumn": _column(source, start.line, start.column),
        "endLine": end.line,
        "endColumn": _column(source, end.line, end.column),
    }


def _column(source: SourceFile, line: int, column: int) -> int:
    """The column, counted from 1 in UTF-16 code units."""
    begin = source.line_starts[line - 1]
    return column + sum(char > "\uffff" for char in source.text[begin : begin + column - 1])
