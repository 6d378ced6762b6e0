"""A check that is asked again tells the same, and tells anew whatever has changed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Program

TABLE = """
table segment { from: "segment.csv" }
cohort of_table = segment == "big"
"""
Check = Callable[..., tuple[int, str]]


@pytest.fixture
def check(strategy: Program, project: Path, tmp_path: Path) -> Check:
    """What a check prints, with a cache of its own; a warning is in it and a table whose rows are a file."""
    path = project / "strategies/first.strategy"
    kept = [line for line in path.read_text("utf-8").splitlines() if not line.startswith("policy")]
    path.write_text("\n".join(kept) + TABLE, "utf-8")
    (project / "segment.csv").write_text('aum,=>,x\n< 5万,=>,"""small"""\n>= 5万,=>,"""big"""\n', "utf-8")

    def run(*words: str) -> tuple[int, str]:
        done = strategy("check", project, *words, XDG_CACHE_HOME=str(tmp_path / "cache"))
        assert done.stderr == ""
        return done.returncode, done.stdout

    return run


def remembered(tmp_path: Path) -> list[Path]:
    return sorted((tmp_path / "cache/strategy-engine").glob("check-*.json"))


@pytest.mark.parametrize("words", [(), ("--notes",), ("--format", "json"), ("--format", "sarif"), ("--deny-warnings",)], ids=" ".join)
def test_the_second_tells_what_the_first_told(check: Check, tmp_path: Path, words: tuple[str, ...]) -> None:
    first = check(*words)
    assert "S0412" in first[1]
    assert len(remembered(tmp_path)) == 1
    assert check(*words) == first


def test_it_is_what_was_remembered(check: Check, tmp_path: Path) -> None:
    check()
    (kept,) = remembered(tmp_path)
    kept.write_text(kept.read_text("utf-8").replace("S0412", "S0999"), "utf-8")
    assert "S0999" in check()[1]


CHANGES: dict[str, Callable[[Path], object]] = {
    "a strategy file": lambda bank: (bank / "strategies/first.strategy").write_text("cohort rich = aum > 1\n", "utf-8"),
    "another strategy file": lambda bank: (bank / "strategies/more.strategy").write_text("cohort rich2 = aumm > 1\n", "utf-8"),
    "the project file": lambda bank: (bank / "strategy.yaml").write_text(
        (bank / "strategy.yaml").read_text("utf-8") + "\nodd: 1\n", "utf-8"
    ),
    "a table's file": lambda bank: (bank / "segment.csv").write_text("aum,=>,x\n>> 5万,=>,1\n", "utf-8"),
    "a table's file that is gone": lambda bank: (bank / "segment.csv").unlink(),
    "a strategy file that is gone": lambda bank: (bank / "strategies/first.strategy").unlink(),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_what_has_changed_is_told(check: Check, project: Path, change: Callable[[Path], object]) -> None:
    before = check()
    change(project)
    assert check() != before


def test_errors_are_not_remembered(check: Check, project: Path, tmp_path: Path) -> None:
    (project / "segment.csv").unlink()
    assert check()[0] == 1
    assert remembered(tmp_path) == []


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"program": 1}'])
def test_rubbish_in_the_cache_is_nothing(check: Check, tmp_path: Path, text: str) -> None:
    first = check()
    (kept,) = remembered(tmp_path)
    kept.write_text(text, "utf-8")
    assert check() == first


def test_no_cache_can_be_had(strategy: Program, project: Path, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("no folder", "utf-8")
    assert strategy("check", project, XDG_CACHE_HOME=str(tmp_path / "cache")).returncode == 0
