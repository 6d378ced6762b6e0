"""The graph as a command: each format, and what is asked up and down."""

from __future__ import annotations

import json
from pathlib import Path
from xml.dom import minidom

import pytest

from tests.cli.conftest import Program


def test_as_mermaid(strategy: Program, project: Path) -> None:
    done = strategy("graph", "--project", project)
    assert (done.returncode, done.stderr) == (0, "")
    first, *lines = done.stdout.splitlines()
    assert first == "flowchart LR"
    numbers = {line.split('"')[1]: line.split('"')[0].strip(" [({") for line in lines if '"' in line}
    assert f"  {numbers['工资到账']} --> {numbers['工资到账礼']}" in lines
    assert f"  {numbers['沉睡唤醒']} --> {numbers['短信']}" in lines


def test_as_pictures(strategy: Program, project: Path) -> None:
    picture = minidom.parseString(strategy("graph", "--project", project, "--format", "svg").stdout)  # noqa: S318 - our own
    texts = {each.firstChild.data for each in picture.getElementsByTagName("text")}  # type: ignore[union-attr]
    assert {"沉睡唤醒", "短信", "txn"} <= texts
    page = strategy("--lang", "zh", "graph", "--project", project, "--format", "html", "--upstream", "wake_up").stdout
    assert page.startswith("<!DOCTYPE html>")
    assert "<h1>wake_up 的上游</h1>" in page
    assert "customer.last_login" in page
    assert "http" not in page.replace("http://www.w3.org/2000/svg", "")  # it stands by itself


def test_lineage_as_json(strategy: Program, project: Path) -> None:
    found = json.loads(strategy("graph", "--project", project, "--downstream", "last_login", "--format", "json").stdout)
    assert (found["of"], found["direction"]) == ("column:customer.last_login", "downstream")
    edges = {(each["from"], each["to"], each["key"]): each for each in found["edges"]}
    assert ("cohort:sleeping", "strategy:wake_up", "cohort") in edges
    place = edges[("column:customer.last_login", "cohort:sleeping", "definition")]
    line = (project / place["file"]).read_text("utf-8").splitlines()[place["line"] - 1]
    assert line[place["column"] - 1 :].startswith("last_login")
    assert {each["id"] for each in found["nodes"]} >= {"cohort:sleeping", "strategy:wake_up"}
    assert all(not {each["from"], each["to"]} & {"trigger:salary_in"} for each in found["edges"])


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--format", "dot"], "error: no format `dot`"),
        (["--upstream", "a", "--downstream", "b"], "error: `--upstream` and `--downstream` do not go together"),
        (["--downstream", "last_logn"], "error[S0371]: nothing is called `last_logn`"),
    ],
)
def test_wrong_usage(strategy: Program, project: Path, arguments: list[str], told: str) -> None:
    done = strategy("graph", "--project", project, *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr
