"""Diagnostics as JUnit XML, for what shows the tests of a build: a suite a file, a case a finding. Errors fail, the rest is told."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import groupby
from xml.etree import ElementTree as ET

from strategy_engine.diagnostics.model import Diagnostic, Severity
from strategy_engine.diagnostics.order import ordered
from strategy_engine.source.file import SourceFile

NOWHERE = "project"
"""The suite of what no file is to blame for."""

_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def to_junit(diagnostics: Iterable[Diagnostic], sources: Mapping[str, SourceFile]) -> str:
    """One document; a file with nothing to say has one case that passes. No times, so that the same findings give the same text."""
    found = {file: list(group) for file, group in groupby(ordered(diagnostics), key=_file)}
    root = ET.Element("testsuites", {"name": "strategy check"})
    for file in sorted({*found, *sources}):
        root.append(_suite(file, found.get(file, []), sources))
    for count in ("tests", "failures"):
        root.set(count, str(sum(int(suite.get(count, "0")) for suite in root)))
    ET.indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(root, encoding="unicode")


def _file(found: Diagnostic) -> str:
    return NOWHERE if found.span is None else found.span.path


def _suite(file: str, found: list[Diagnostic], sources: Mapping[str, SourceFile]) -> ET.Element:
    failures = sum(each.severity is Severity.ERROR for each in found)
    counts = {"tests": len(found) or 1, "failures": failures, "errors": 0, "skipped": 0}
    suite = ET.Element("testsuite", {"name": _legal(file), **{name: str(count) for name, count in counts.items()}})
    for each in found:
        suite.append(_case(file, each, sources))
    if not found:
        ET.SubElement(suite, "testcase", {"classname": _legal(file), "name": "check"})
    return suite


def _case(file: str, found: Diagnostic, sources: Mapping[str, SourceFile]) -> ET.Element:
    place = ""
    if found.span is not None and found.span.path in sources:
        line, column = sources[found.span.path].position(found.span.start)
        place = f"{line}:{column}"
    case = ET.Element("testcase", {"classname": _legal(file), "name": f"{found.code} {place}".rstrip()})
    told = [f"{file}:{place}" if place else file, f"{found.severity.value}[{found.code}]: {found.message}"]
    text = _legal("\n".join([*told, *([f"help: {found.help}"] if found.help else [])]))
    if found.severity is Severity.ERROR:
        ET.SubElement(case, "failure", {"type": found.code, "message": _legal(found.message)}).text = text
    else:
        ET.SubElement(case, "system-out").text = text
    return case


def _legal(text: str) -> str:
    """The text with what XML cannot hold replaced."""
    return _NO_XML.sub("\ufffd", text)
