"""The JSON Schemas for editors accept what the program accepts, and refuse the usual mistakes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from strategy_engine.language import words
from strategy_engine.semantics import meanings
from strategy_engine.semantics.keys import KEYS
from strategy_engine.source.file import SourceFile
from strategy_engine.source.shipped import shipped
from strategy_engine.source.yaml_nodes import YamlMapping, YamlNode, YamlScalar, YamlSequence, read_yaml

ROOT = Path(__file__).parents[2]
ACCEPTANCE = ROOT.parent / "shared" / "acceptance"
WRONG = ROOT / "tests" / "catalog" / "projects"
MISTAKES = ROOT / "tests" / "semantics" / "errors"
FOR_CHECK = {"feedback_columns", "no_snapshot", "sinks_apart"}
"""Wrong projects of which every value alone is right."""


def schema(name: str) -> Draft202012Validator:
    return Draft202012Validator(json.loads((shipped("grammar") / f"{name}.schema.json").read_text("utf-8")))


PROJECT, STRATEGIES = schema("project"), schema("strategies")


def document(node: YamlNode | None) -> Any:
    """The node as an editor sees it, read under YAML 1.2."""
    match node:
        case YamlMapping(entries):
            return {key.text: document(value) for key, value in entries}
        case YamlSequence(items):
            return [document(item) for item in items]
        case YamlScalar():
            return node.value
    return None


def read(text: str) -> Any:
    return document(read_yaml(SourceFile("a.yaml", text))[0])


def said(validator: Draft202012Validator, text: str) -> list[str]:
    """Where a schema finds fault."""
    return ["/".join(map(str, error.absolute_path)) for error in validator.iter_errors(read(text))]


def files() -> list[Path]:
    """The YAML files that hold a project or strategies and are right."""
    folders = [ROOT / "strategies", ROOT / "tests", ACCEPTANCE]
    found = [path for folder in folders for path in sorted(folder.rglob("*.yaml"))]
    return [path for path in found if path.parent not in (WRONG, MISTAKES)]


@pytest.mark.parametrize("name", ["project", "strategies"])
def test_they_are_schemas(name: str) -> None:
    Draft202012Validator.check_schema(schema(name).schema)


@pytest.mark.parametrize("path", files(), ids=lambda path: "/".join(path.parts[-3:]))
def test_every_file_of_the_repository_is_accepted(path: Path) -> None:
    text = path.read_text("utf-8")
    assert said(PROJECT if "project" in read(text) else STRATEGIES, text) == []


@pytest.mark.parametrize("path", sorted(WRONG.glob("*.yaml")), ids=lambda path: path.stem)
def test_wrong_projects_are_refused(path: Path) -> None:
    assert bool(said(PROJECT, path.read_text("utf-8"))) == (path.stem not in FOR_CHECK)


GOOD = "project: a\ndata:\n  c: {kind: snapshot, path: c.csv, key: id, columns: {id: id}}\n"


@pytest.mark.parametrize(
    ("line", "place"),
    [
        ("projekt: b", ""),
        ("max_age: soon", "max_age"),
        ("include: strategies", "include"),
        ("on_breach: {missing_file: drop}", "on_breach/missing_file"),
        ("diagnostics: {S0411: loud}", "diagnostics/S0411"),
        ("diagnostics: {controls: off}", "diagnostics"),
        ("calendar: {holidays: 2026-10-01}", "calendar/holidays"),
        ("sinks: {crm: {kind: postgres, table: t}}", "sinks/crm"),
        ("feedback: {from: f}", "feedback"),
    ],
)
def test_what_the_project_schema_refuses(line: str, place: str) -> None:
    assert said(PROJECT, GOOD) == []
    assert said(PROJECT, f"{GOOD}{line}\n") == [place]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("data: {t: {kind: events, path: p, key: k, columns: {}}, c: {kind: list, path: p, key: k}}", "data/t"),
        ("data: {c: {kind: list, path: p, key: k, columns: {a: enum}}}", "data/c/columns/a"),
        ("data: {c: {kind: list, path: p, key: k, columns: {a: {type: enum}}}}", "data/c/columns/a"),
        ("data: {c: {kind: list, path: p, key: k, columns: {a: string}}}", "data/c/columns/a"),
    ],
)
def test_what_it_refuses_of_tables(text: str, place: str) -> None:
    assert said(PROJECT, f"project: a\n{text}\n") == [place]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("cohort: {rich: aum > 5}", ""),
        ("cohorts: [rich]", "cohorts"),
        ("cohorts: {rich: {wher: aum > 5}}", "cohorts/rich"),
        ("cohorts: {rich: {where: [aum, 5]}}", "cohorts/rich"),
        ("strategies: {s: {cohort: everyone}}", "strategies/s"),
        ("strategies: {s: }", "strategies/s"),
        ("策略: {s: {客群: everyone, 渠道: sms, 状态: on}}", "策略/s/状态"),
        ("strategies: {s: {cohort: everyone, chanel: sms}}", "strategies/s"),
        ("tables: {t: {rows: [{aum: '> 5'}]}}", "tables/t/rows/0"),
        ("kpis: {k: {measure: share of a, goal: higher}}", "kpis/k/goal"),
        ("tests: {t: {expect: {s: true}}}", "tests/t/expect"),
        ("arbitration: {title: a}", "arbitration"),
    ],
)
def test_what_the_schema_of_strategies_refuses(text: str, place: str) -> None:
    assert place in said(STRATEGIES, f"{text}\n")


@pytest.mark.parametrize(
    "text",
    [
        "策略: {s: {客群: everyone, 渠道: {按: tier, gold: [sms], 否则: app}, 频控: [1 次 每 天 每 客户]}}",
        "strategies: {s: {客群: everyone, channel: sms, 产能: 5 per day}}",
        "cohorts:",
        "benefits: {b: {fee: 1%, cost: {by: tier, gold: 1, else: 2}}}",
        "channels: {c: }",
    ],
)
def test_what_it_accepts(text: str) -> None:
    assert said(STRATEGIES, f"{text}\n") == []


def test_every_kind_and_key_is_explained() -> None:
    assert {kind: bool(meanings.of_kind(kind)) for kind in KEYS} == dict.fromkeys(KEYS, True)
    assert all(meanings.of_key(kind, key) for kind, keys in KEYS.items() for key in keys)
    assert meanings.of_key("strategy", "limit").startswith("limit · 频控 产能\n\n")
    assert set(words.SECTIONS.values()) == set(KEYS)


def test_every_key_of_the_project_file_is_explained() -> None:
    parts = PROJECT.schema["$defs"]
    tables = [PROJECT.schema, parts["Table"], parts["Column"]["anyOf"][1], parts["Feedback"], parts["Calendar"]]
    assert [key for part in tables for key, value in part["properties"].items() if "description" not in value] == []
