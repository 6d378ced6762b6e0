"""`strategy test` as people and machines see it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

GOLDEN = Path(__file__).parent / "golden"
CASES = """
test "金卡客户收到工资礼" {
  on: 2026-11-20
  given customer { id: 1, name: "王芳", tier: mass, aum: 30万, allowed: true }
  given txn { id: 1, at: 2026-11-19T09:00, amount: 8000 }
  expect: thanks offers big on sms
  expect: tour on app
}

test "blocked, and by what" {
  on: 2026-11-20
  given customer { id: 1, name: "A", tier: gold, allowed: true }
  given customer { id: 2, name: "B", tier: gold, aum: 1万, allowed: false }
  given txn { id: 2, at: 2026-11-19T09:00, amount: 8000 }
  expect: thanks is blocked by contact
  expect: not tour
}

test "what passes" { on: 2026-11-20  given customer { id: 1 }  expect: not thanks }
"""


@pytest.fixture
def told(bank: Path) -> Any:
    (bank / "cases.strategy").write_text(CASES, "utf-8")

    def test(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "strategy_engine.cli.main", "test", *arguments]
        environment = {**os.environ, "COLUMNS": "100", "PYTHONUTF8": "1"}
        return subprocess.run(command, cwd=bank, env=environment, capture_output=True, text=True, encoding="utf-8", check=False)

    return test


def golden(name: str, text: str) -> None:
    path = GOLDEN / name
    if os.environ.get("UPDATE_GOLDEN"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
    assert text == path.read_text("utf-8")


@pytest.mark.parametrize("form", ["human", "json", "junit"])
def test_failing_tests(told: Any, form: str) -> None:
    done = told("--format", form)
    assert done.returncode == 1, done.stderr
    assert done.stderr == ""
    golden(f"failing.{form}", done.stdout)


def test_machines_can_read_it(told: Any) -> None:
    suites = ET.fromstring(told("--format", "junit").stdout.encode())  # noqa: S314 - what the program itself has written
    assert [len(case) for case in suites.iter("testcase")] == [1, 1, 0]
    assert [each["passed"] for each in json.loads(told("--format", "json").stdout)["tests"]] == [False, False, True]


@pytest.mark.parametrize(
    ("arguments", "code", "out", "err"),
    [
        (["--filter", "passes"], 0, "1 test passed\n", ""),
        (["--filter", "passes", "--quiet"], 0, "", ""),
        (["bank.strategy"], 0, "no tests\n", ""),
        (["--filter", "nowhere"], 2, "", "error: no test has `nowhere` in its title\n"),
        (["--format", "xml"], 2, "", "error: no format `xml`\nhelp: formats are human, json, junit\n"),
        (["absent"], 2, "", "error: nothing at `absent`\n"),
    ],
)
def test_options(told: Any, arguments: list[str], code: int, out: str, err: str) -> None:
    done = told(*arguments)
    assert (done.returncode, done.stdout, done.stderr) == (code, out, err)


def test_strategies_with_errors(told: Any, bank: Path) -> None:
    (bank / "wrong.strategy").write_text("cohort c = agee > 3\n", "utf-8")
    done = told()
    assert (done.returncode, done.stdout) == (1, "")
    assert "no column or cohort `agee`" in done.stderr


@pytest.mark.parametrize(("form", "start"), [("json", "{"), ("junit", "<?xml")])
def test_machines_are_told_why_no_test_was_run(told: Any, bank: Path, form: str, start: str) -> None:
    (bank / "wrong.strategy").write_text("cohort c = agee > 3\n", "utf-8")
    done = told("--format", form)
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.startswith(start)
    assert "agee" in done.stdout
