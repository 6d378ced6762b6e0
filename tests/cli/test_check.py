"""`strategy check` for CI jobs."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import yaml

from tests.cli.conftest import ROOT, Program

OPEN = "warning[S0412]"


@pytest.fixture
def doubtful(project: Path) -> Path:
    """A project with two warnings: no limit holds its strategies back."""
    path = project / "strategies/first.strategy"
    path.write_text("\n".join(line for line in path.read_text("utf-8").splitlines() if not line.startswith("policy")), "utf-8")
    return project


@pytest.mark.parametrize("form", ["human", "json", "sarif", "github", "junit"])
def test_warnings_do_not_fail_unless_denied(strategy: Program, doubtful: Path, form: str) -> None:
    assert strategy("check", doubtful, "--format", form).returncode == 0
    denied = strategy("check", doubtful, "--format", form, "--deny-warnings")
    assert denied.returncode == 1
    assert "S0412" in denied.stdout
    assert denied.stderr == ""


def test_machines_can_read_it(strategy: Program, doubtful: Path) -> None:
    log = json.loads(strategy("check", doubtful, "--format", "sarif").stdout)
    assert [each["ruleId"] for each in log["runs"][0]["results"] if each["level"] == "warning"] == ["S0412"]
    suites = ET.fromstring(strategy("check", doubtful, "--format", "junit", "--deny-warnings").stdout.encode())  # noqa: S314 - our own
    assert {suite.get("name", "").rpartition("/")[2]: suite.get("failures") for suite in suites} == {
        "first.strategy": "1",
        "strategy.yaml": "0",
    }
    assert strategy("check", doubtful, "--format", "github").stdout.startswith("::warning file=")


def test_no_such_format(strategy: Program, project: Path) -> None:
    done = strategy("check", project, "--format", "xml")
    assert done.returncode == 2
    assert "formats are human, json, sarif, github, junit" in done.stderr


def test_the_project_decides_how_serious_it_is(strategy: Program, doubtful: Path) -> None:
    path = doubtful / "strategy.yaml"
    before = path.read_text("utf-8")
    path.write_text(before + "diagnostics: {S0412: error}\n", "utf-8")
    assert "error[S0412]" in strategy("check", doubtful).stdout
    assert strategy("run", "--project", doubtful).returncode == 1
    path.write_text(before + "diagnostics: {S0412: off}\n", "utf-8")
    done = strategy("check", doubtful, "--deny-warnings")
    assert (done.returncode, "S0412" in done.stdout) == (0, False)
    path.write_text(before + "diagnostics: {S0201: off}\n", "utf-8")
    done = strategy("check", doubtful)
    assert done.returncode == 1
    assert "`S0201` is an error, and stays one" in done.stdout
    path.write_text(before + "diagnostics: {S0412: loud}\n", "utf-8")
    assert "one of `error`, `warning`, `note`, `off`" in strategy("check", doubtful).stdout.replace("\n", " ")


def test_a_comment_allows_it_with_a_reason(strategy: Program, doubtful: Path) -> None:
    path = doubtful / "strategies/first.strategy"
    text = path.read_text("utf-8")
    assert OPEN in strategy("check", doubtful).stdout
    path.write_text(text.replace("strategy wake_up", "# allow S0412: few, and called by hand\nstrategy wake_up"), "utf-8")
    assert strategy("check", doubtful, "--deny-warnings").returncode == 0
    path.write_text(text.replace("strategy wake_up", "# allow S0412\nstrategy wake_up"), "utf-8")
    told = strategy("check", doubtful).stdout
    assert "S0401" in told
    assert OPEN in told


@pytest.mark.parametrize("code", ["S0203", "S0412", "S0601"])
def test_explain_prints_a_page(strategy: Program, code: str) -> None:
    done = strategy("explain", code)
    assert done.returncode == 0
    assert done.stdout.startswith(f"## {code} · ")


def test_explain_knows_no_such_code(strategy: Program) -> None:
    done = strategy("explain", "S9999")
    assert done.returncode == 2
    assert done.stderr.startswith("error: no diagnostic `S9999`")


def test_the_hooks_of_pre_commit_are_commands_of_ours(strategy: Program, project: Path) -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    assert [hook["id"] for hook in hooks] == ["strategy-check", "strategy-fmt"]
    check, fmt = ([*hook["entry"].split()[1:]] for hook in hooks)
    assert strategy(*check, project).returncode == 0
    assert strategy(*fmt, project / "strategies/first.strategy").returncode == 0


def test_a_file_that_holds_no_strategies(strategy: Program) -> None:
    done = strategy("check", ROOT / "strategies" / "minimal" / "data" / "txn.csv")
    assert done.returncode == 2
    assert "is no strategy file" in done.stderr


def test_an_error_cannot_be_allowed_and_that_is_told(strategy: Program, project: Path) -> None:
    path = project / "strategies/first.strategy"
    path.write_text("# allow S0201: because\ncohort odd = aumm > 1\n" + path.read_text("utf-8"), "utf-8")
    done = strategy("check", project)
    assert "error[S0201]" in done.stdout
    assert "`S0201` is an error, which cannot be allowed" in done.stdout


def test_an_encoding_of_old_ends_nothing(strategy: Program, project: Path) -> None:
    done = strategy("check", project, "--lang", "zh", PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert done.returncode == 0
    assert "Traceback" not in done.stderr


def test_customers_of_a_date_change_nothing_that_is_told(strategy: Program, project: Path) -> None:
    plain, seen = strategy("check", project), strategy("check", project, "--data", "2026-11-20")
    assert (seen.returncode, seen.stdout, seen.stderr) == (plain.returncode, plain.stdout, plain.stderr)
    absent, odd = strategy("check", project, "--data", "2026-11-21"), strategy("check", project, "--data", "yesterday")
    assert (absent.returncode, absent.stdout) == (3, "")
    assert "S0501" in absent.stderr
    assert (odd.returncode, odd.stderr.splitlines()[0]) == (2, "error: `yesterday` is not a date")
