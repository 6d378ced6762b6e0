"""What is printed for a screen reader, and on a narrow terminal."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from strategy_engine.cli.layout import Column, drawn, folded, number, text
from strategy_engine.language.printing.layout import width
from tests.cli.conftest import Program

GOLDEN = Path(__file__).parent / "golden"
DRAWN = re.compile(r"[\u2500-\u257f\u2580-\u259f✓✗\x1b]|\^\^|-->| $", re.MULTILINE)
"""Lines and blocks, signs, escapes, carets, arrows, blanks at an end."""

COMMANDS = {
    "check": ["check", "bank"],
    "check_wrong": ["check", "wrong"],
    "run": ["run", "--project", "bank"],
    "plan": ["plan", "--project", "bank"],
    "explain": ["explain", "4", "--project", "bank"],
    "explain_listed": ["explain", "3", "--project", "bank"],
    "test": ["test", "bank"],
    "test_failing": ["test", "failing"],
    "ledger_status": ["ledger", "status", "--project", "bank"],
    "ledger_history": ["ledger", "history", "1", "--project", "bank"],
    "no_customer": ["explain", "99", "--project", "bank"],
    "usage": ["check", "bank", "--format", "xml"],
}


@pytest.fixture
def banks(strategy: Program, project: Path) -> None:
    """A bank whose day was run; one with mistakes, and one with a test that fails and a note."""
    first = (project / "strategies/first.strategy").read_text("utf-8")
    for name in ("wrong", "failing"):
        strategy("init", name, "--quiet")
    strategy("run", "--project", project, "--quiet")
    place = project.parent / "wrong/strategies/first.strategy"
    place.write_text(first.replace("tier >= gold", "tier >= golden") + "\ncohort sleeping = aum > 3\n", "utf-8")
    place = project.parent / "failing/strategies/first.strategy"
    place.write_text(
        first.replace("consent_sms: false }", "consent_sms: true }").replace(
            "cohort sleeping", "cohort unused = aum > 3万\n\ncohort sleeping"
        ),
        "utf-8",
    )


@pytest.mark.usefixtures("banks")
@pytest.mark.parametrize("name", COMMANDS)
def test_plain(strategy: Program, name: str) -> None:
    done = strategy(*COMMANDS[name], "--plain", COLUMNS="40")
    told = re.sub(r"on disk: .*", "on disk: …", f"{done.stdout}{done.stderr}")
    assert not DRAWN.search(told)
    golden(f"plain/{name}.out", f"exit code {done.returncode}\n{told}")


@pytest.mark.usefixtures("banks")
@pytest.mark.parametrize("name", ["check", "check_wrong", "plan", "explain", "test_failing", "ledger_status"])
def test_narrow(strategy: Program, name: str) -> None:
    done = strategy(*COMMANDS[name], COLUMNS="40")
    told = re.sub(r"on disk( +).*", r"on disk\1…", f"{done.stdout}{done.stderr}")
    assert max(width(line) for line in told.splitlines() if "/" not in line) <= 40  # a path is not broken, so that it can be taken up
    assert not re.search(" $", told, re.MULTILINE)
    golden(f"narrow/{name}.out", told)


@pytest.mark.usefixtures("banks")
def test_every_way_to_ask_for_it(strategy: Program) -> None:
    asked = [strategy("check", "wrong", "--plain"), strategy("--plain", "check", "wrong"), strategy("check", "wrong", STRATEGY_PLAIN="1")]
    assert len({done.stdout for done in asked}) == 1
    assert strategy("check", "wrong", STRATEGY_PLAIN="0").stdout == strategy("check", "wrong").stdout != asked[0].stdout


@pytest.mark.usefixtures("banks")
@pytest.mark.parametrize("arguments", [["plan"], ["run"], ["ledger", "compact"], ["ledger", "verify"], ["ledger", "forget", "77"]])
def test_quiet_says_nothing_where_nothing_is_wrong(strategy: Program, arguments: list[str]) -> None:
    done = strategy(*arguments, "--project", "bank", "--quiet")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.usefixtures("banks")
def test_a_quiet_check_tells_errors_and_warnings(strategy: Program) -> None:
    assert strategy("check", "bank", "-q").stdout == strategy("check", "failing", "-q").stdout == ""
    told = strategy("check", "wrong", "-q").stdout
    assert "error[S0202]" in told
    assert "Notes" not in told
    assert "at worst" not in told


@pytest.mark.parametrize("given", ["abc", "-1", "0", ""])
def test_a_width_that_is_none(strategy: Program, project: Path, given: str) -> None:
    assert strategy("plan", "--project", project, COLUMNS=given).returncode == 0


def test_names_are_not_taken_for_styles(strategy: Program) -> None:
    assert strategy("init", "[bold]bank").stdout.startswith("made a project in [bold]bank.")


@pytest.mark.parametrize("room", range(24, 90))
def test_tables_keep_to_the_room(room: int) -> None:
    columns = [text("what"), text("策略", least=8), Column("fixed"), number("customers")]
    rows = [("channel rm_call: require", "名下头部客户月访的策略", "S0412", "1,000,000"), ("short", "", "", "0")]
    head, lines = drawn(columns, rows, room)
    assert max(map(width, [head, *lines])) <= room
    assert all(line == line.rstrip() for line in [head, *lines])
    told = "".join(lines).replace(" ", "")
    assert "1,000,000" in told
    assert "S0412" in told


def test_folding() -> None:
    assert folded("one two three four five", 13) == ["one two three", "four five"]
    assert folded("一二三四五六七八九十", 12) == ["一二三四五六", "七八九十"]
    assert folded("a verylongwordindeed here", 12) == ["a", "verylongword", "indeed here"]
    assert folded("", 12) == [""]


def golden(name: str, told: str) -> None:
    path = GOLDEN / name
    if os.environ.get("UPDATE_GOLDEN"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(told, "utf-8")
    assert told == path.read_text("utf-8")
