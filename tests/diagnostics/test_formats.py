"""Diagnostics as SARIF, as GitHub's commands and as JUnit."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import jsonschema

from strategy_engine.diagnostics.github import to_github
from strategy_engine.diagnostics.junit import to_junit
from strategy_engine.diagnostics.model import Diagnostic, Fix, Severity
from strategy_engine.diagnostics.sarif import to_sarif
from strategy_engine.source.file import SourceFile, Span
from strategy_engine.source.yaml_diagnostics import DuplicateKey, InvalidYaml, KeyIsNoText

SCHEMA = json.loads((Path(__file__).parent / "sarif-2.1.0.json").read_text("utf-8"))
SOURCES = {
    "b 客.yaml": SourceFile("b 客.yaml", "😀客户\nab\n"),
    "/bank/c.yaml": SourceFile("/bank/c.yaml", "x\n"),
    "quiet.yaml": SourceFile("quiet.yaml", ""),
}
ODD = InvalidYaml(Span("b 客.yaml", 1, 3), "100% `a,b:c`\r\n\x01<&>\udc80", "mend it")
FAR = InvalidYaml(Span("/bank/c.yaml", 0, 1), "wrong")
NOWHERE, UNREAD, LONG = InvalidYaml(None, "a"), InvalidYaml(Span("\udc80.yaml", 0, 0), "b"), KeyIsNoText(Span("b 客.yaml", 2, 6))
ALL: list[Diagnostic] = [ODD, FAR, NOWHERE, UNREAD, LONG]


def sarif(found: list[Diagnostic]) -> Any:
    document = json.loads(to_sarif(found, SOURCES))
    jsonschema.Draft4Validator(SCHEMA).validate(document)
    return document["runs"][0]


def test_sarif_validates_and_counts_in_utf16() -> None:
    run = sarif(ALL)
    assert run["columnKind"] == "utf16CodeUnits"
    result = next(each for each in run["results"] if each["message"]["text"].startswith("100%"))
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "b%20%E5%AE%A2.yaml", "uriBaseId": "%SRCROOT%"}
    assert place["region"] == {"startLine": 1, "startColumn": 3, "endLine": 1, "endColumn": 5}


def test_sarif_rules_are_the_pages() -> None:
    rules = sarif(ALL)["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["S0110", "S0114"]
    assert rules[1]["shortDescription"] == {"text": "A key is empty, a list or a mapping"}
    assert "### Instead" in rules[1]["help"]["markdown"]


def test_sarif_levels_places_and_labels() -> None:
    results = sarif([*ALL, DuplicateKey(Span("b 客.yaml", 4, 5), "limit", Span("b 客.yaml", 0, 1))])["results"]
    assert {each["level"] for each in results} == {"error"}
    uris = {each["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for each in results if "locations" in each}
    assert uris == {"b%20%E5%AE%A2.yaml", "file:///bank/c.yaml", "%80.yaml"}
    assert any(each.get("relatedLocations") for each in results)
    assert sarif([ODD.judged(Severity.NOTE)])["results"][0]["level"] == "note"


def test_sarif_of_a_fix() -> None:
    fixes = sarif([_Fixable(Span("quiet.yaml", 0, 0))])["results"][0]["fixes"]
    replacement = fixes[0]["artifactChanges"][0]["replacements"][0]
    assert replacement["insertedContent"] == {"text": "a: 1"}


def test_sarif_of_nothing() -> None:
    assert sarif([])["results"] == []


def test_github_escapes() -> None:
    assert to_github([ODD], SOURCES) == (
        "::error file=b 客.yaml,line=1,endLine=1,col=2,endColumn=4,title=S0110::100%25 `a,b:c`%0D%0A\x01<&>\\udc80%0Amend it"
    )
    odd_path = SourceFile("a:b,c%.yaml", "x")
    assert to_github([KeyIsNoText(Span(odd_path.path, 0, 1))], {odd_path.path: odd_path}).startswith(
        "::error file=a%3Ab%2Cc%25.yaml,line=1,"
    )


def test_github_levels_and_places() -> None:
    assert to_github([NOWHERE.judged(Severity.NOTE), UNREAD], {}) == "::notice title=S0110::a\n::error file=\\udc80.yaml,title=S0110::b"
    assert to_github([LONG.judged(Severity.WARNING)], SOURCES).startswith("::warning file=b 客.yaml,line=1,endLine=2,title=S0114::")
    assert to_github([], {}) == ""


def test_junit_is_xml_whatever_is_in_it() -> None:
    text = to_junit([ODD, FAR, NOWHERE, LONG.judged(Severity.WARNING)], SOURCES)
    root = ET.fromstring(text.encode("utf-8"))  # noqa: S314 - our own
    assert (root.get("tests"), root.get("failures")) == ("5", "3")
    suites = {suite.get("name"): suite for suite in root}
    assert [*suites] == ["/bank/c.yaml", "b 客.yaml", "project", "quiet.yaml"]
    assert [case.get("name") for case in suites["b 客.yaml"]] == ["S0110 1:2", "S0114 1:3"]
    assert [len(case) for case in suites["quiet.yaml"]] == [0]
    failure = suites["b 客.yaml"][0][0]
    assert failure.tag == "failure"
    assert failure.get("message") == "100% `a,b:c`\r\n�<&>�"
    assert suites["b 客.yaml"][1][0].tag == "system-out"


def test_junit_is_the_same_each_time() -> None:
    assert to_junit(ALL, SOURCES) == to_junit(reversed(ALL), dict(reversed(SOURCES.items())))


def test_judged_is_the_same_finding() -> None:
    note = ODD.judged(Severity.NOTE)
    assert (note, note.severity, ODD.severity) == (ODD, Severity.NOTE, Severity.ERROR)


class _Fixable(KeyIsNoText):
    """A key that can be mended."""

    @property
    def fix(self) -> Fix | None:
        return None if self.span is None else Fix(self.span, "a: 1")
