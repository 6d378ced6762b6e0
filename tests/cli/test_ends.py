"""How commands end that are cut short, or whose reader is gone."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from .conftest import Program

STRATEGY = (sys.executable, "-m", "strategy_engine.cli.main")


def test_a_reader_that_goes_away_is_no_error_of_the_strategies(tmp_path: Path) -> None:
    many = "\n".join(f"cohort c{number} = no_such_column_{number} > 1" for number in range(3_000))
    (tmp_path / "strategy.yaml").write_text(
        "project: small\ndata: {customer: {kind: snapshot, path: c.csv, key: id, columns: {id: id}}}\n", encoding="utf-8"
    )
    (tmp_path / "many.strategy").write_text(many, encoding="utf-8")
    with subprocess.Popen([*STRATEGY, "check", "--format", "json"], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as told:
        assert told.stdout is not None
        told.stdout.read(1)
        told.stdout.close()
        assert told.wait(60) == 141


def test_rules_are_described_for_findings_that_were_remembered(project: Path, strategy: Program, tmp_path: Path) -> None:
    pytest.importorskip("z3", reason="needs the solver: `pip install 'strategy-engine[analysis]'`")
    (project / "strategies").mkdir(exist_ok=True)
    (project / "nobody.strategy").write_text("cohort nobody = aum > 100 and aum < 50\n", encoding="utf-8")
    once, again = (strategy("check", project, "--format", "sarif", XDG_CACHE_HOME=str(tmp_path / "cache")) for _ in range(2))
    assert once.stdout == again.stdout
    assert again.stderr == ""
    assert "S0301" in {rule["id"] for rule in json.loads(again.stdout)["runs"][0]["tool"]["driver"]["rules"]}


@pytest.mark.parametrize("words", [("diff", "", "--exit-code"), ("plan", "--against", "", "--max-change", "0%")])
def test_a_version_without_a_name_is_none(project: Path, strategy: Program, words: tuple[str, ...]) -> None:
    """Such as a variable of CI that is not set: to compare the project with itself would find nothing."""
    done = strategy(words[0], "--project", project, *words[1:])
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_what_is_told_to_end_leaves_no_scratch_folder(tmp_path: Path) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    bank = shutil.copytree(Path(__file__).parents[2] / "strategies" / "minimal", tmp_path / "bank")
    environment = {"TMPDIR": str(scratch), "PATH": "/usr/bin:/bin", "PYTHONPATH": ":".join(each for each in sys.path if each)}
    command = [*STRATEGY, "plan", "--days", "100000", "--quiet", "--project", str(bank), "--date", "2026-11-20"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as running:
        end = time.monotonic() + 60
        while not list(scratch.iterdir()):
            assert running.poll() is None, running.stderr.read() if running.stderr else ""
            assert time.monotonic() < end
            time.sleep(0.05)
        running.send_signal(signal.SIGTERM)
        assert running.wait(60) == 143
    assert list(scratch.iterdir()) == []
