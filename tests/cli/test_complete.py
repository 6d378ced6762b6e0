"""Completion, driven through the script that each shell is given."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from strategy_engine.cli import check, complete
from strategy_engine.cli.everything import import_all
from strategy_engine.diagnostics.model import REGISTRY
from strategy_engine.diagnostics.pages import title
from tests.cli.conftest import ROOT

SINKS = '\nsinks:\n  branches: {kind: csv, path: "a/{date}/"}\n  feed: {kind: jsonl, path: "b/{date}/"}\n'
YAML = "strategies:\n  birthday:\n    title: 生日\n    cohort: everyone\n    channel: app\n"
# how each shell asks: the script is what `--show-completion` printed, `{words}` the words, of which the last is being written
ASK = {
    "bash": """
        eval "$(strategy --show-completion)"
        COMP_WORDS=({words}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1))
        _strategy_completion strategy; printf '%s\\n' "${{COMPREPLY[@]}}" """,
    "zsh": """
        compdef() {{ }}; _arguments() {{ print -l -- "$@" }}; _describe() {{ print -l -- "$@" }}; _files() {{ }}
        eval "$(strategy --show-completion)"
        words=({words}); CURRENT=${{#words}}; _strategy_completion | sed 's/:"[^"]*"//g' | grep -o '"[^"]*"' | tr -d '"' """,
    "fish": """
        strategy --show-completion | source
        complete --do-complete "{line}" | string replace -r '\\t.*' '' """,
}
INSTALL = "`tests/install_components.sh` installs Debian's package"


@pytest.fixture
def offered(tmp_path: Path):  # type: ignore[no-untyped-def]
    """What a shell offers for the last of the words, in a project with two sinks and three strategies."""
    shutil.copytree(ROOT / "strategies/minimal", tmp_path / "bank")
    project = tmp_path / "bank/strategy.yaml"
    project.write_text(project.read_text("utf-8") + SINKS, "utf-8")
    (tmp_path / "bank/more.yaml").write_text(YAML, "utf-8")
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin/strategy"
    program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m strategy_engine.cli.main "$@"\n', "utf-8")
    program.chmod(0o755)

    def ask(shell: str, *words: str) -> list[str]:
        found = shutil.which(shell)
        if found is None:
            if os.environ.get("CI"):
                pytest.fail(f"needs {shell} (and CI is set, so nothing is skipped)")
            pytest.skip(f"needs {shell}: {INSTALL} `{shell}`")
        every = ["strategy", *words]
        script = ASK[shell].format(words=" ".join(map(shlex.quote, every)), line=" ".join(every))
        environment = {
            **os.environ,
            "PATH": f"{program.parent}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(tmp_path),
            "LC_ALL": "C.UTF-8",
        }
        command = [found, *(["-f"] if shell == "zsh" else []), "-c", script]
        done = subprocess.run(
            command, cwd=tmp_path / "bank", env=environment, capture_output=True, text=True, encoding="utf-8", check=False
        )
        assert done.stderr == ""
        return done.stdout.split()

    return ask


@pytest.mark.parametrize("shell", ASK)
@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["che"], ["check"]),
        (["check", "--de"], ["--deny-warnings"]),
        (["check", "--pl"], ["--plain"]),
        (["check", "--format", ""], [*check.FORMATS]),
        (["run", "--format", "j"], ["jsonl"]),
        (["test", "--format", "j"], ["json", "junit"]),
        (["init", "x", "--template", ""], ["minimal", "bank"]),
        (["deliver", "--sink", ""], ["branches", "feed"]),
        (["explain", "1", "--strategy", ""], ["birthday", "salary_thanks", "wake_up"]),
        (["--plain", "explain", "1", "--strategy", "w"], ["wake_up"]),
        (["explain", "S020"], [f"S020{last}" for last in range(1, 10)]),
        (["fmt", "--to", ""], ["dsl", "yaml"]),
    ],
    ids=lambda each: " ".join(each) if each and each[0][:1] != "S" else "",
)
def test_completion(offered, shell: str, words: list[str], expected: list[str]) -> None:  # type: ignore[no-untyped-def]
    assert sorted(offered(shell, *words)) == sorted(expected)


def test_every_code_is_offered_with_its_title() -> None:
    import_all()
    ours = {code: title(cls) for code, cls in REGISTRY.items() if cls.__module__.startswith("strategy_engine.")}
    assert {code: told.rstrip(".") for code, told in complete.codes("S")} == {code: told.rstrip(".") for code, told in ours.items()}


@pytest.mark.parametrize("words", ["check --format", "explain 1 --strategy", "explain S", "deliver --sink", "init --template"])
def test_it_loads_no_engine(words: str) -> None:
    program = "import sys\nfrom strategy_engine.cli.main import main\ntry: main()\nexcept SystemExit: pass\n"
    program += "print(sorted({'polars', 'deltalake', 'rich.table'} & set(sys.modules)))"
    last = [] if words.endswith("S") else [""]
    every = ["strategy", *words.split(), *last]
    asked = {"_STRATEGY_COMPLETE": "complete_bash", "COMP_WORDS": " ".join(every), "COMP_CWORD": str(len(every) - 1)}
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT / "strategies/minimal",
        env={**os.environ, **asked},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines()[-1] == "[]"
