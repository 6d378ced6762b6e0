"""When proofs are made, and what is told where they are not."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from strategy_engine.diagnostics import tongue
from strategy_engine.proofs import prove, solver
from strategy_engine.session import Project

from .test_brute_force import PROJECT

FAULTS = """
cohort nobody = tier == mass and tier >= gold
# allow S0310: nobody has 5 of it
table level { hit: unique | aum | => level | | < 5 | => low | | > 5 | => high | }
"""


@pytest.fixture
def bank(tmp_path: Path) -> Path:
    (tmp_path / "strategy.yaml").write_text(PROJECT, "utf-8")
    (tmp_path / "a.strategy").write_text(FAULTS, "utf-8")
    return tmp_path


def codes(bank: Path) -> list[str]:
    return [each.code for each in Project.open(bank).check() if each.code.startswith("S03") or each.code == "S0402"]


def test_what_a_comment_allows_is_silent(bank: Path) -> None:
    assert codes(bank) == ["S0301"]
    assert not [each for each in Project.open(bank).diagnostics if each.code in ("S0301", "S0402")]  # a run asks for no proofs


def test_without_the_package_there_is_one_note(bank: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prove, "installed", lambda: False)
    assert codes(bank) == ["S0300"]
    (note,) = [each for each in Project.open(bank).check() if each.code == "S0300"]
    assert "strategy-engine[analysis]" in (note.help or "")
    assert tongue.in_chinese(note.message, note.code) is not None


def test_what_is_too_hard_is_counted(bank: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(solver, "ALL_STEPS", -1)
    assert codes(bank) == ["S0309", "S0301"]  # what ranges tell takes no steps
    (note,) = [each for each in Project.open(bank).check() if each.code == "S0309"]
    assert "too hard" in note.message
    assert tongue.in_chinese(note.message, note.code) is not None


def test_an_error_leaves_no_proofs(bank: Path) -> None:
    (bank / "b.strategy").write_text("cohort wrong = aumm > 1\n", "utf-8")
    assert codes(bank) == []


def test_a_project_may_take_proofs_as_errors(bank: Path) -> None:
    (bank / "strategy.yaml").write_text(PROJECT + "diagnostics: {S0301: error}\n", "utf-8")
    found = Project.open(bank).check()
    assert [each.severity for each in found if each.code == "S0301"] == ["error"]
    assert "S0005" not in [each.code for each in found]


@pytest.mark.parametrize("text", ["channel sms { cost: 0.05 }\n", FAULTS], ids=["nothing to prove", "something"])
def test_the_solver_is_loaded_where_there_is_something_to_prove(bank: Path, text: str) -> None:
    (bank / "a.strategy").write_text(text, "utf-8")
    program = (
        "import sys\nfrom strategy_engine.session import Project\n"
        f"Project.open({str(bank)!r}).check()\nprint('z3' in sys.modules, 'polars' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == [str(text == FAULTS), "False"]


def test_the_same_is_told_again(bank: Path) -> None:
    first, again = ([(each.code, each.message) for each in Project.open(bank).check()] for _ in range(2))
    assert first == again
