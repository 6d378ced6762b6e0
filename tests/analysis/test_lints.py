"""What authors are told of doubtful things: each file of `lints/` beside the text that its check prints. `UPDATE_GOLDEN=1` writes the
texts anew. Lines that begin with `#!` are of the project file."""

from __future__ import annotations

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
from strategy_engine.diagnostics.pages import page
from strategy_engine.session import Project

HERE = Path(__file__).parent / "lints"
PROJECT = Path(__file__).parents[1] / "language" / "projects" / "full" / "strategy.yaml"
CASES = sorted(path for path in HERE.iterdir() if path.suffix in (".strategy", ".yaml"))


def told(case: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """What a check of the file alone prints."""
    own = "".join(f"{line}\n" for line in re.findall(r"^#! ?(.*)$", case.read_text("utf-8"), re.MULTILINE))
    project = re.sub(r"^(include|import|params):.*\n", "", PROJECT.read_text("utf-8"), flags=re.MULTILINE)
    project = project.replace(
        "      phone: text?\n", "      phone: text?\n      id_card: {type: text, pii: true}\n      income: {type: money, sensitive: true}\n"
    )
    (folder / "strategy.yaml").write_text(project + own, "utf-8")
    shutil.copy(case, folder)
    monkeypatch.chdir(folder)
    found = Project.open(Path())
    out = io.StringIO()
    render(found.check(), found.sources, Console(file=out, width=100, no_color=True))
    return out.getvalue()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_lints(case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = told(case, tmp_path, monkeypatch)
    golden = case.with_name(f"{case.name}.out")
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(text, "utf-8")
    assert text == golden.read_text("utf-8")


def test_every_rule_has_a_golden_example_and_a_page() -> None:
    import_all()
    shown = {code for case in CASES for code in re.findall(r"\[(S\d{4})\]", case.with_name(f"{case.name}.out").read_text("utf-8"))}
    rules = {code: cls for code, cls in REGISTRY.items() if cls.__module__.startswith("strategy_engine.analysis")}
    assert rules.keys() <= shown
    for cls in rules.values():
        text = page(cls)
        assert "### Example" in text
        assert "Instead" in text
