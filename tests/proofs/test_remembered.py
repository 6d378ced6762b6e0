"""What proofs leave for the next check: an edit asks only what it touches, and what is told is the same with it and without."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from strategy_engine.diagnostics.model import has_errors
from strategy_engine.proofs.ranges import Ranges
from strategy_engine.proofs.remembered import Remembered
from strategy_engine.proofs.solver import Solver
from strategy_engine.semantics.load import load_project
from strategy_engine.semantics.model import Model
from strategy_engine.session import StrategyError, checked

from .test_brute_force import PROJECT

COHORTS = """
cohort rich = tier >= gold and aum >= 100 and aum * 2 > 150
cohort richer = tier == private and aum >= 200 and aum * 2 > 150
cohort poor = aum < 50 and aum * 2 <= 90
cohort nobody = tier == mass and tier >= gold
cohort grown = age(opened) >= 20 and count + 1 > 2
cohort young = age(opened) < 10 and count + 1 > 3
cohort noted = contains(note, "vip") and aum * 2 > 90
cohort brief = length(note) < 9 and aum * 2 > 80
table level { hit: unique | aum | => level | | < 5 | => low | | > 5 | => high | }
"""
BANK = PROJECT + "      note: text?\n"
CUSTOMERS = """customer_id,tier,flag,count,aum,opened,note
wang,gold,true,1,150.00,1999-01-01,"a vip, or so"
li,private,,,250.00,,vip
zhao,mass,false,9,20.00,2024-05-06,
"""
DAY = dt.date(2026, 6, 17)


@pytest.fixture
def bank(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "bank"
    folder.mkdir()
    (folder / "strategy.yaml").write_text(BANK, "utf-8")
    (folder / "a.strategy").write_text(COHORTS, "utf-8")
    (folder / "customer.csv").write_text(CUSTOMERS, "utf-8")
    load_project(folder)  # reads the grammar, which lies in the cache too
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return folder


Asked = Callable[[], int]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    """How many questions the solver itself has looked at so far, but for those about the customers that are shown. Ranges, which would
    leave it few, are left out."""
    solvers: list[Solver] = []
    made = Solver.of

    def noted(model: Model, remembered: Remembered | None = None, _: Ranges | None = None) -> Solver:
        solver = made(model, remembered)
        solvers.extend([solver] if remembered is not None else [])
        return solver

    monkeypatch.setattr(Solver, "of", noted)
    return lambda: sum(solver.counts["checks"] for solver in solvers)


def told(bank: Path, date: dt.date | None = None) -> list[tuple[str, str, int]]:
    found = checked(bank, date=date).findings
    assert not has_errors(found)
    return [(each.code, each.message, each.span.start if each.span else -1) for each in found]


def anew(bank: Path, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str, int]]:
    """The same with an empty cache."""
    with monkeypatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(bank.parent / f"empty {len(list(bank.parent.iterdir()))}"))
        return told(bank)


def kept(bank: Path) -> Path:
    (file,) = (bank.parent / "cache/strategy-engine").glob("proofs-*.json")
    return file


EDITS: dict[str, tuple[Callable[[str], str], bool]] = {
    "lines before": (lambda text: "# a remark\n\n" + text, False),
    "another name": (lambda text: text.replace("richer", "richest"), False),
    "another order": (lambda text: "\n".join([*text.split("\n")[3:], *text.split("\n")[:3]]), False),
    "one cohort": (lambda text: text.replace("age(opened) < 10", "age(opened) < 30"), True),
    "one more": (lambda text: text + "cohort more = aum < 30 and aum * 2 <= 90\n", True),
    "a row of a table": (lambda text: text.replace("| > 5 ", "| >= 5 "), True),
}


@pytest.mark.parametrize(("edit", "touches"), EDITS.values(), ids=EDITS)
def test_an_edit_asks_only_what_it_touches(
    bank: Path, asked: Asked, monkeypatch: pytest.MonkeyPatch, edit: Callable[[str], str], touches: bool
) -> None:
    before = told(bank)
    assert {"S0301", "S0310"} <= {code for code, _, _ in before}
    first = asked()
    (bank / "a.strategy").write_text(edit(COHORTS), "utf-8")
    again = told(bank)
    touched = asked() - first
    assert (0 < touched < first / 2) if touches else touched == 0
    assert again == anew(bank, monkeypatch)


def test_who_was_shown_is_not_looked_for_again(bank: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told(bank)
    shown: list[object] = []
    monkeypatch.setattr(Solver, "witness", lambda _, wishes, __: shown.append(wishes))
    (bank / "a.strategy").write_text(COHORTS.replace("< 9", "< 8"), "utf-8")
    again = told(bank)
    assert "S0310" in {code for code, _, _ in again}
    assert not shown
    (bank / "a.strategy").write_text(COHORTS.replace("> 5", "> 6"), "utf-8")
    told(bank)
    assert shown


def test_an_answer_outlasts_a_piece_that_is_known_as_a_whole(bank: Path, asked: Asked) -> None:
    told(bank)
    for number in (8, 7):  # all other conditions are known as they are, and their questions are not asked
        (bank / "a.strategy").write_text(COHORTS.replace("< 9", f"< {number}"), "utf-8")
        told(bank)
    first = asked()
    (bank / "a.strategy").write_text(COHORTS, "utf-8")
    told(bank)
    assert asked() == first


def test_what_the_project_file_says_of_a_column_counts(bank: Path, asked: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    before = told(bank)
    (bank / "strategy.yaml").write_text(BANK.replace("min: 0", "min: 60"), "utf-8")
    first = asked()
    again = told(bank)
    assert asked() > first
    assert again == anew(bank, monkeypatch) != before
    assert any("poor" in message for _, message, _ in again)
    (bank / "strategy.yaml").write_text(BANK.replace("project: small", "project: smaller\n# nothing of it"), "utf-8")
    assert told(bank) == before


@pytest.mark.parametrize("text", ["", "{", "[]", '{"basis": 1}'])
def test_rubbish_in_the_cache_is_nothing(bank: Path, text: str) -> None:
    before = told(bank)
    kept(bank).write_text(text, "utf-8")
    (bank / "a.strategy").write_text(COHORTS + "\n", "utf-8")
    assert told(bank) == before


def test_customers_of_a_date_spare_questions_and_leave_no_values(bank: Path, asked: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    without = anew(bank, monkeypatch)
    first = asked()
    assert told(bank, DAY) == without
    assert asked() - first < first
    document = json.loads(kept(bank).read_text("utf-8"))
    masks = document["masks"]
    assert sorted(masks.values()) == ["0", "0", "2", "2", "3", "3", "4", "4"]  # of three customers
    assert all(re.fullmatch("[0-9a-f]{32}", name) for name in (*masks, *document["answers"]))
    assert not any(word in kept(bank).read_text("utf-8") for word in ("wang", "150", "tier", "rich"))
    (bank / "a.strategy").write_text(COHORTS + "cohort more = aum >= 100\n", "utf-8")
    told(bank)
    assert json.loads(kept(bank).read_text("utf-8"))["masks"] == masks  # a check without data keeps them


def test_data_that_break_their_contract_end_the_check(bank: Path) -> None:
    (bank / "customer.csv").write_text(CUSTOMERS.replace("150.00", "-1.00"), "utf-8")
    with pytest.raises(StrategyError) as refused:
        checked(bank, date=DAY)
    assert refused.value.exit_code == 3
    assert not list((bank.parent / "cache/strategy-engine").glob("*.json"))
