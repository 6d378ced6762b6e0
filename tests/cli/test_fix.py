"""`strategy check --fix`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Program


def test_what_is_certain_is_mended_and_a_guess_is_not(strategy: Program, project: Path) -> None:
    path = project / "strategies/first.strategy"
    text = path.read_text("utf-8")
    path.write_text(text.replace("aum >= 1万", "aum >= 1万 && tierr >= gold || aum < 0"), "utf-8")
    done = strategy("check", project, "--fix")
    assert done.returncode == 1
    assert "findings mended in 1 file" in done.stderr
    assert "aum >= 1万 and tierr >= gold or aum < 0" in path.read_text("utf-8")
    assert "did you mean `tier`?" in done.stdout
    assert [each.name for each in path.parent.iterdir()] == ["first.strategy"]


def test_nothing_to_mend_changes_nothing(strategy: Program, project: Path) -> None:
    path = project / "strategies/first.strategy"
    before = (path.read_bytes(), path.stat().st_mtime_ns)
    done = strategy("check", project, "--fix")
    assert (done.returncode, done.stderr) == (0, "0 findings mended\n")
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before


@pytest.mark.parametrize("behind", [False, True])
def test_an_idle_allowance_goes(strategy: Program, project: Path, behind: bool) -> None:
    path = project / "strategies/first.strategy"
    text = path.read_text("utf-8").replace("\n", "\r\n")
    old = 'strategy wake_up "沉睡唤醒" {'
    new = f"{old}  # allow S0412: b" if behind else f"# allow S0412: b\r\n{old}"
    path.write_bytes(text.replace(old, new).encode())
    assert "S0402" in strategy("check", project).stdout
    assert "1 finding mended in 1 file" in strategy("check", project, "--fix", "--format", "github").stderr
    assert path.read_bytes().decode() == text


def test_other_files_than_the_one_asked_for_are_left(strategy: Program, project: Path) -> None:
    other = project / "strategies/other.strategy"
    other.write_text("cohort x = aum > 1 && aum < 2\n", "utf-8")
    strategy("check", project / "strategies/first.strategy", "--fix")
    assert "&&" in other.read_text("utf-8")
    strategy("check", project, "--fix")
    assert other.read_text("utf-8") == "cohort x = aum > 1 and aum < 2\n"


def test_yaml_is_mended_too(strategy: Program, project: Path) -> None:
    other = project / "strategies/other.yaml"
    other.write_text('cohorts:\n  x: "aum > 1 && aum < 2"  # kept\n', "utf-8")
    strategy("check", project, "--fix")
    assert other.read_text("utf-8") == 'cohorts:\n  x: "aum > 1 and aum < 2"  # kept\n'
