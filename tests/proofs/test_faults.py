"""Planted faults: each is found with its code, at its place, with a customer who replays; and nothing is told of its sound twin.
`UPDATE_GOLDEN=1` writes anew what is told, and where."""

from __future__ import annotations

import os
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from strategy_engine.cli.everything import import_all
from strategy_engine.diagnostics.model import REGISTRY, Diagnostic
from strategy_engine.engine.rows import evaluate
from strategy_engine.proofs.prove import proofs
from strategy_engine.proofs.replay import world_of
from strategy_engine.proofs.solver import Solver, Wish, Witness
from strategy_engine.semantics.model import Model

from .faulty import FAULTS, FILES, Fault, head, read

OF_THE_PROOFS = {"S0300", "S0309"}
"""What is told of the proofs themselves."""

CUSTOMERS = {
    *("S0310", "S0311", "S0312", "S0313"),
    *("S0321", "S0322", "S0323", "S0329"),
}
"""What shows a customer. All else says that there is none, or what is so of all."""


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Witness, tuple[Wish, ...]]]:
    """The customers that are shown, with what they are to satisfy."""
    found: list[tuple[Witness, tuple[Wish, ...]]] = []
    show = Solver.show

    def noted(self: Solver, *wishes: Wish, **about: Any) -> Witness | None:
        witness = show(self, *wishes, **about)
        if witness is not None:
            found.append((witness, wishes))
        return witness

    monkeypatch.setattr(Solver, "show", noted)
    return found


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_the_fault_is_found(fault: Fault, tmp_path: Path, shown: list[tuple[Witness, tuple[Wish, ...]]]) -> None:
    model = fault.model(fault.faulty, tmp_path)
    found = proofs(model)
    if os.environ.get("UPDATE_GOLDEN"):
        _update(fault, found)
        return
    assert [f"{each.code}: {each.message}" for each in found] == [fault.told]
    (span,) = [each.span for each in found]
    assert span is not None
    assert (span.start, span.end) == fault.place
    _replay(fault, found[0], model, shown)
    if shown and fault.code != "S0329" and "yaml" not in fault.title:  # which tells of rows as well
        again = fault.model(f"{fault.faulty}cohort shown_again = {shown[0][0].text}\n", tmp_path)
        assert evaluate(again.derived["shown_again"].expr, world_of(shown[0][0].customer, again)) is True


def _replay(fault: Fault, found: Diagnostic, model: Model, shown: list[tuple[Witness, tuple[Wish, ...]]]) -> None:
    """Whoever is shown as certain is what is said of him, as the row interpreter sees it; and is shown where somebody can be."""
    customer = getattr(found, "customer", "")
    witnesses = [(witness, wishes) for witness, wishes in shown if witness.text == customer and witness.certain]
    if getattr(found, "certain", bool(customer)) and customer:
        assert witnesses, "nobody was asked for"
    for witness, wishes in witnesses:
        world = world_of(witness.customer, model)
        assert [evaluate(expr, world) is True for expr, _ in wishes] == [wanted for _, wanted in wishes]
        assert customer in fault.told


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_nothing_is_told_of_the_sound_twin(fault: Fault, tmp_path: Path) -> None:
    assert [each.message for each in proofs(fault.model(fault.twin, tmp_path))] == []


def test_there_are_enough_of_every_kind() -> None:
    import_all()
    assert len(FAULTS) >= 120
    codes = {code for code, cls in REGISTRY.items() if cls.__module__.startswith("strategy_engine.proofs")} - OF_THE_PROOFS
    count = Counter(fault.code for fault in FAULTS)
    assert count.keys() == codes
    assert min(count.values()) >= 3
    assert {fault.code for fault in FAULTS if re.search(r"where `|with `", fault.told)} == CUSTOMERS
    assert len({fault.name for fault in FAULTS}) == len(FAULTS)


def _update(fault: Fault, found: list[Diagnostic]) -> None:
    """Write what is found of a case into its file."""
    told = next(each for each in found if each.code == fault.code)
    path = next(path for path in FILES if path.stem == fault.file)
    cases = [fault.marked(told) if each.name == fault.name else each for each in read(path)]
    path.write_text(head(path) + "".join(f"\n\n{case.written().rstrip()}" for case in cases) + "\n", "utf-8")
