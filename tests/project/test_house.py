"""The house holds: style, types, floors, file sizes, generated pages, names of nobody's machine."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from strategy_engine.cli.pages import FOR_EDITORS, GENERATED, import_all

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent


@pytest.mark.parametrize(
    "command",
    [["ruff", "check", "."], ["mypy"], ["lint-imports"]],
    ids=["ruff", "mypy", "import-linter"],
)
def test_make_check(command: list[str]) -> None:
    done = subprocess.run([BIN / command[0], *command[1:]], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", [*(f"docs/{name}" for name in GENERATED), *(f"grammar/{name}" for name in FOR_EDITORS)])
def test_generated_files_are_current(name: str) -> None:
    import_all()
    folder, _, page = name.partition("/")
    generated = {"docs": GENERATED, "grammar": FOR_EDITORS}[folder][page]()
    assert (ROOT / name).read_text("utf-8") == generated, f"{name} is not what the program writes: run `make docs`"


def test_files_stay_small() -> None:
    large = {
        path.relative_to(ROOT).as_posix(): lines
        for path in (ROOT / "strategy_engine").rglob("*.py")
        if (lines := len(path.read_text("utf-8").splitlines())) > 420
    }
    assert not large


def test_no_merge_was_left_half_done() -> None:
    folders = ("strategy_engine", "strategies", "tests", "docs", "grammar")
    files = [path for folder in folders for path in (ROOT / folder).rglob("*") if "node_modules" not in path.parts]
    texts = [
        path for path in (*files, *ROOT.iterdir()) if path.is_file() and path.suffix in (".py", ".md", ".sh", ".yaml", ".toml", ".strategy")
    ]
    marked = [path.name for path in texts if "<" * 7 + " " in path.read_text("utf-8", "replace")]
    assert marked == []


@pytest.mark.parametrize("command", ["check", "--version"])
def test_the_front_end_loads_no_engine(command: str) -> None:
    argv = {"check": ["check", str(ROOT / "strategies" / "minimal")], "--version": ["--version"]}[command]
    program = f"import sys; sys.argv = ['strategy', *{argv!r}]\nfrom strategy_engine.cli.main import app\n"
    program += "try: app()\nexcept SystemExit: pass\nprint(sorted({'polars', 'xxhash', 'deltalake'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_a_small_check_is_quick(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}  # as an installed program is
    command = [sys.executable, "-m", "strategy_engine.cli.main", "check", str(ROOT / "strategies" / "minimal")]
    took = []
    for _ in range(4):  # the first builds the grammar and compiles
        before = os.times()
        subprocess.run(command, cwd=ROOT, env={**environment, "XDG_CACHE_HOME": str(tmp_path)}, capture_output=True, check=True)
        after = os.times()
        took.append(after.children_user + after.children_system - before.children_user - before.children_system)
    assert min(took) < 0.5
