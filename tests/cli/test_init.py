"""`strategy init`: whatever the template, what it makes is in order, and what it prints works."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import typer
import yaml

from strategy_engine.cli import init
from strategy_engine.source.shipped import shipped
from tests.cli.conftest import Program

TEMPLATES = [*init.TEMPLATES]
STARTED = {".gitignore", ".pre-commit-config.yaml", ".github/workflows/strategies.yml", "README.md"}
HEAD = f"exec {shlex.quote(sys.executable)} -m strategy_engine.cli.main"


@pytest.fixture
def shell(tmp_path: Path) -> Program:
    """Runs a line as somebody types it, `strategy` being this program."""

    def run(line: str, folder: Path = tmp_path) -> subprocess.CompletedProcess[str]:
        bin_folder = tmp_path / ".bin"
        bin_folder.mkdir(exist_ok=True)
        (bin_folder / "strategy").write_text(f'#!/bin/sh\n{HEAD} "$@"\n', "utf-8")
        (bin_folder / "strategy").chmod(0o755)
        environment = {**os.environ, "PATH": f"{bin_folder}{os.pathsep}{os.environ['PATH']}", "PYTHONUTF8": "1"}
        command = ["sh", "-c", line]
        return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, encoding="utf-8", check=False)

    return run


def shorten(project: Path) -> None:
    """Leave out most of the library's tests, which are run elsewhere (tests/simulation/test_library.py)."""
    for tests in (project / "strategies").glob("tests/*.strategy"):
        if tests.name != "strategies_welcome.strategy":
            tests.unlink()


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_template_from_init_to_its_first_day(shell: Program, tmp_path: Path, template: str) -> None:
    made = shell(f"strategy init 'my bank' --template {template}")
    assert made.returncode == 0, made.stderr
    project = tmp_path / "my bank"
    assert {name for name in STARTED if (project / name).is_file()} == STARTED
    shorten(project)
    for line in ("strategy fmt --check", "strategy check --deny-warnings", "strategy test"):
        done = shell(line, project)
        assert done.returncode == 0, (line, done.stdout, done.stderr)
    assert "no tests" not in done.stdout
    first, *steps = made.stdout.splitlines()
    assert first == "made a project in my bank. Next:"
    assert [step.split()[1] for step in steps] == ["check", "test", "run"]
    for step in steps:
        done = shell(step)
        assert done.returncode == 0, (step, done.stdout, done.stderr)
    assert list(project.glob("out/*/channels/*"))


@pytest.mark.parametrize("template", TEMPLATES)
def test_the_workflow_and_the_hooks_run(shell: Program, tmp_path: Path, template: str) -> None:
    shell(f"strategy init bank --template {template}")
    shorten(tmp_path / "bank")
    workflow = yaml.safe_load((tmp_path / "bank/.github/workflows/strategies.yml").read_text("utf-8"))
    assert workflow[True] == ["push", "pull_request"]  # `on` is a truth value in YAML 1.1
    steps = [step["run"] for job in workflow["jobs"].values() for step in job["steps"] if "run" in step]
    assert steps[0] == f'pip install "strategy-engine=={init.__version__}"'
    hooks = yaml.safe_load((tmp_path / "bank/.pre-commit-config.yaml").read_text("utf-8"))["repos"][0]["hooks"]
    lines = [*steps[1:], *(hook["entry"] for hook in hooks)]
    assert len(lines) == 6
    for line in lines:
        done = shell(line, tmp_path / "bank")
        assert done.returncode == 0, (line, done.stdout, done.stderr)


def test_git_sees_the_strategies_alone(shell: Program, tmp_path: Path) -> None:
    shell("strategy init bank && strategy run --quiet --project bank && git init -q bank")
    seen = shell("git status --short --untracked-files=all", tmp_path / "bank").stdout.split()[1::2]
    assert seen == [*sorted(STARTED), "strategies/first.strategy", "strategy.yaml"]


def test_in_an_empty_folder_that_is_there(strategy: Program, tmp_path: Path, shell: Program) -> None:
    (tmp_path / "here").mkdir()
    before = (tmp_path / "here").stat().st_ino
    done = shell("strategy init . && strategy run --quiet", tmp_path / "here")
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "here").stat().st_ino == before
    assert not (tmp_path / "here/.making").exists()
    again = strategy("init", "here")
    assert (again.returncode, again.stderr) == (2, "error: `here` is not empty\nhelp: give the name of a new folder\n")


def test_no_such_template(strategy: Program, tmp_path: Path) -> None:
    done = strategy("init", "bank", "--template", "bnak")
    assert (done.returncode, done.stderr) == (2, "error: no template `bnak`\nhelp: templates are minimal, bank\n")
    assert not [*tmp_path.iterdir()]


@pytest.mark.parametrize("there", [True, False])
def test_what_fails_half_way_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, there: bool) -> None:
    target = tmp_path / "bank"
    if there:
        target.mkdir()
    rename = Path.rename

    def full(path: Path, to: Path) -> Path:
        if path.name in ("strategy.yaml", ".bank.making"):
            raise OSError(28, "No space left on device")
        return rename(path, to)

    monkeypatch.setattr(Path, "rename", full)
    with pytest.raises(typer.Exit) as ended:
        init.run(target, "minimal", quiet=True)
    assert ended.value.exit_code == 3
    assert [*tmp_path.rglob("*")] == ([target] if there else [])


def test_a_name_like_an_option(shell: Program, tmp_path: Path) -> None:
    made = shell("strategy init -- -x")
    for step in made.stdout.splitlines()[1:]:
        assert shell(step).returncode == 0, step
    assert (tmp_path / "-x/out").is_dir()


def test_every_file_of_the_starter_is_put_somewhere() -> None:
    assert {path.name for path in (shipped("strategies") / "starter").iterdir()} == {*init.STARTER}
