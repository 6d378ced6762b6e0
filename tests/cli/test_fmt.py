"""`strategy fmt` at the command line."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

MINIMAL = Path(__file__).parents[2] / "strategies" / "minimal"
UNTIDY, TIDY = "cohort  rich=aum>=50万\n", "cohort rich = aum >= 50万\n"


def fmt(*arguments: str | Path, given: str | None = None, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "strategy_engine.cli.main", "fmt", *map(str, arguments)]
    environment = {**os.environ, "COLUMNS": "400", "PYTHONUTF8": "1"}
    return subprocess.run(command, env=environment, input=given, capture_output=True, text=True, encoding="utf-8", cwd=cwd, check=False)


@pytest.fixture
def bank(tmp_path: Path) -> Path:
    folder = Path(shutil.copytree(MINIMAL, tmp_path / "bank"))
    (folder / "strategies" / "untidy.strategy").write_text(UNTIDY, "utf-8")
    return folder


def untidy(bank: Path) -> Path:
    return bank / "strategies" / "untidy.strategy"


def test_files_are_formatted_in_their_places(bank: Path) -> None:
    untidy(bank).chmod(0o640)
    done = fmt(bank)
    assert (done.returncode, untidy(bank).read_text("utf-8")) == (0, TIDY)
    assert untidy(bank).stat().st_mode & 0o777 == 0o640
    assert "1 of 2 files formatted" in done.stderr
    assert "2 of 2 in order already" in fmt(bank).stderr


def test_check_and_diff_change_nothing(bank: Path) -> None:
    checked, shown = fmt(bank, "--check"), fmt(untidy(bank), "--diff")
    assert (checked.returncode, shown.returncode) == (1, 0)
    assert "-cohort  rich=aum>=50万\n+cohort rich = aum >= 50万" in shown.stdout
    assert untidy(bank).read_text("utf-8") == UNTIDY


def test_standard_input_comes_out_formatted() -> None:
    assert fmt("-", given=UNTIDY).stdout == TIDY
    assert fmt("-", "--check", given=UNTIDY).returncode == 1
    assert fmt("-", "--to", "yaml", "--lang", "zh", given=UNTIDY).stdout == "客群:\n  rich: aum >= 50万\n"
    assert fmt("-", "--stdin-name", "x.yaml", "--to", "dsl", given="cohorts: {rich: aum>=50万}\n").stdout == TIDY


def test_a_file_that_is_converted_takes_the_place_of_the_other(bank: Path) -> None:
    assert fmt(untidy(bank), "--to", "yaml").returncode == 0
    converted = untidy(bank).with_suffix(".yaml")
    assert converted.read_text("utf-8") == "cohorts:\n  rich: aum >= 50万\n"
    assert not untidy(bank).exists()
    untidy(bank).write_text(TIDY, "utf-8")
    refused = fmt(untidy(bank), "--to", "yaml")
    assert (refused.returncode, untidy(bank).exists()) == (2, True)
    assert "is there already" in refused.stderr


def test_a_file_that_cannot_be_read_is_left_and_the_others_are_done(bank: Path) -> None:
    wrong = bank / "strategies" / "wrong.strategy"
    wrong.write_text("cohort x = > 5\n", "utf-8")
    done = fmt(bank)
    assert done.returncode == 1
    assert "S0120" in done.stderr
    assert wrong.read_text("utf-8") == "cohort x = > 5\n"
    assert untidy(bank).read_text("utf-8") == TIDY


def test_wrong_usage(tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_text("", "utf-8")
    for arguments in (["nothing"], [tmp_path / "x.txt"], [tmp_path], ["-", "--to", "json"], ["-", "--lang", "fr"]):
        done = fmt(*arguments, given="", cwd=tmp_path)
        assert done.returncode == 2, arguments
        assert done.stderr.startswith("error: ")
        assert "Traceback" not in done.stderr
