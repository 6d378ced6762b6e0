"""What people are told: each file of `errors/` beside the text that its check prints. `UPDATE_GOLDEN=1` writes the texts anew."""

from __future__ import annotations

import inspect
import io
import os
import re
import shutil
from pathlib import Path

import pytest
from rich.console import Console

from strategy_engine.cli.everything import import_all
from strategy_engine.diagnostics.human import render
from strategy_engine.diagnostics.model import REGISTRY
from strategy_engine.semantics.load import load_project

from .checked import PLAIN_PROJECT

HERE = Path(__file__).parent / "errors"
WRONG = Path(__file__).parents[1] / "wrong"
CASES = sorted(path for path in HERE.iterdir() if path.suffix in (".strategy", ".yaml"))
OURS = ("strategy_engine.language", "strategy_engine.semantics")


def told(case: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """What a check of the file alone prints."""
    (folder / "strategy.yaml").write_text(PLAIN_PROJECT, "utf-8")
    shutil.copy(case, folder)
    monkeypatch.chdir(folder)
    loaded = load_project(Path())
    out = io.StringIO()
    render(loaded.diagnostics, loaded.sources, Console(file=out, width=100, no_color=True))
    return out.getvalue()


def golden(case: Path) -> Path:
    return case.with_name(case.name + ".out")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_messages(case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = told(case, tmp_path, monkeypatch)
    if os.environ.get("UPDATE_GOLDEN"):
        golden(case).write_text(text, "utf-8")
    assert text == golden(case).read_text("utf-8")


def test_every_diagnostic_of_the_front_end_has_a_golden_example() -> None:
    import_all()  # whatever this process has loaded so far
    texts = "".join(path.read_text("utf-8") for path in (*map(golden, CASES), *WRONG.glob("*/*.txt")))
    shown = set(re.findall(r"\[(S\d{4})\]", texts))
    raised = {code for code, cls in REGISTRY.items() if cls.__module__.startswith(OURS) and not inspect.isabstract(cls)}
    # hostile files, or a fault of the formatter: tests/fuzz, tests/language
    elsewhere = {"S0126", "S0127", "S0235", "S0901"}
    assert raised - shown == elsewhere


@pytest.mark.parametrize("name", ["planted.strategy", "planted.yaml"])
def test_planted_mistakes_are_found_in_one_pass(name: str) -> None:
    lines = {int(line) for line in re.findall(rf"--> {name}:(\d+):", golden(HERE / name).read_text("utf-8"))}
    assert len(lines) >= 8
