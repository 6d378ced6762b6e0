"""What authors are told of what can never be or always is: each file of `cases/` beside the text that its check prints, of which
`UPDATE_GOLDEN=1` writes the text anew. In files `….sound.strategy` there is nothing to find."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from strategy_engine.cli.everything import import_all
from strategy_engine.diagnostics.model import REGISTRY
from strategy_engine.diagnostics.pages import page

from ..analysis.test_lints import told as all_told

HERE = Path(__file__).parent / "cases"
SOUND = sorted(HERE.glob("*.sound.strategy"))
CASES = sorted(path for path in HERE.glob("*.strategy") if path not in SOUND)


def told(case: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """What a check of the file alone prints of proofs."""
    text = all_told(case, folder, monkeypatch)
    findings = re.split(r"(?m)^(?=(?:warning|note|error)\[|\d+ (?:warning|note|error))", text)
    return "".join(each for each in findings if re.match(r"\w+\[S03", each))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_planted_faults(case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = told(case, tmp_path, monkeypatch)
    golden = case.with_name(f"{case.name}.out")
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(text, "utf-8")
    assert text == golden.read_text("utf-8")


@pytest.mark.parametrize("case", SOUND, ids=lambda case: case.name)
def test_sound_twins_are_silent(case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert told(case, tmp_path, monkeypatch) == ""


ELSEWHERE = {"S0300", "S0309"}
"""What is told of the proofs themselves."""


def test_every_proof_has_a_golden_example_and_a_page() -> None:
    import_all()
    shown = {code for case in CASES for code in re.findall(r"\[(S03\d\d)\]", case.with_name(f"{case.name}.out").read_text("utf-8"))}
    rules = {code: cls for code, cls in REGISTRY.items() if cls.__module__.startswith("strategy_engine.proofs")}
    assert rules.keys() == shown | ELSEWHERE
    for cls in rules.values():
        assert "### Example" in page(cls)
        assert "Instead" in page(cls)
