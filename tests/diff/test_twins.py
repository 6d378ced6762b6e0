"""Mutants of the library's cohorts that change some customer are found, and no rewrite that changes none is told of.

STRATEGY_SOAK_MUTANTS=300 draws so many of each; the suite draws fewer. A mutant of which neither a customer is found here nor by an
independent search changes nobody that we know of, and does not count.
"""

from __future__ import annotations

import os
import shutil
from bisect import bisect
from collections import Counter
from pathlib import Path

import pytest

from strategy_engine.diagnostics.model import Severity
from strategy_engine.diff.sides import Found, Verdict, comparison
from strategy_engine.semantics.load import Loaded, load_project
from strategy_engine.semantics.model import Model

from .oracle import Oracle
from .twins import LIBRARY, Twin, Twins

COUNT = int(os.environ.get("STRATEGY_SOAK_MUTANTS", "60"))
LOOKS = 1_500 if COUNT > 100 else 400
AGREE = 12
"""So many mutants that are shown the independent search is asked about too, and finds most of them."""

FILES = ("strategy.yaml", "attributes.strategy", "params.strategy", "segments.strategy", "cohorts.strategy")


def sound(twins: list[Twin], folder: Path) -> tuple[list[Twin], Model, Model]:
    """The twins that can be read on both sides (a mutant may be no sense at all), and the models that hold them."""
    while True:
        before = loaded([twin.before for twin in twins], folder)
        after = loaded([twin.after + twin.more for twin in twins], folder)
        broken = wrong([twin.before for twin in twins], before) | wrong([twin.after + twin.more for twin in twins], after)
        if not broken:
            assert before.model is not None
            assert after.model is not None
            return twins, before.model, after.model
        twins = [twin for place, twin in enumerate(twins) if place not in broken]


def loaded(texts: list[str], folder: Path) -> Loaded:
    for name in FILES:
        shutil.copy(LIBRARY / name, folder / name)
    (folder / "twins.strategy").write_text("\n".join(texts), "utf-8")
    return load_project(folder)


def wrong(texts: list[str], found: Loaded) -> set[int]:
    starts = [0]
    for text in texts:
        starts.append(starts[-1] + len(text) + 1)
    errors = [each for each in found.diagnostics if each.severity is Severity.ERROR]
    assert all(each.span is not None and each.span.path.endswith("twins.strategy") for each in errors)
    return {bisect(starts, each.span.start) - 1 for each in errors if each.span is not None}


@pytest.fixture
def drawn() -> Twins:
    return Twins(2026)


def test_every_mutant_that_changes_a_customer_is_found(drawn: Twins, tmp_path: Path) -> None:
    every = [drawn.mutant(f"twin{number}") for number in range(COUNT + COUNT // 5 + 5)]
    twins, before, after = sound([twin for twin in every if twin.before != twin.after], tmp_path)
    both = comparison(before, after)
    seen: Counter[str] = Counter()
    missed, hows, agreed = [], set(), list[bool]()
    for twin in twins:
        found = both.condition(before.derived[twin.name].expr, after.derived[twin.name].expr)
        shown = Found.SHOWN in (found.gained.found, found.lost.found)
        if shown and len(agreed) < AGREE:
            agreed.append(Oracle(before, after, twin.name).differs(LOOKS))
        if not shown and not Oracle(before, after, twin.name).differs(LOOKS):
            seen["changes nobody that we know of"] += 1
            continue
        seen[found.verdict] += 1
        hows.add(twin.how)
        if not shown:
            missed.append(f"{found}\n{twin.before}{twin.after}")
        if sum(seen.values()) - seen["changes nobody that we know of"] == COUNT:
            break
    assert not missed, "\n".join(missed)
    assert sum(seen.values()) - seen["changes nobody that we know of"] == COUNT, seen
    assert hows >= {"threshold", "window", "operator", "dropped clause", "connective", "negated", "enum word"}
    assert min(seen[verdict] for verdict in (Verdict.WIDER, Verdict.NARROWER, Verdict.MOVED)) > COUNT // 20, seen
    assert sum(agreed) > AGREE * 2 // 3, agreed
    print(dict(seen), sorted(hows))


def test_no_rewrite_is_told_of(drawn: Twins, tmp_path: Path) -> None:
    every = [drawn.rewrite(f"twin{number}") for number in range(COUNT + COUNT // 10 + 5)]
    twins, before, after = sound([twin for twin in every if twin.before != twin.after], tmp_path)
    both = comparison(before, after)
    twins = twins[:COUNT]
    assert len(twins) == COUNT
    for twin in twins:
        found = both.condition(before.derived[twin.name].expr, after.derived[twin.name].expr)
        assert found.verdict is Verdict.SAME, f"{found}\n{twin.how}\n{twin.before}{twin.after}{twin.more}"
    hows = {how for twin in twins for how in twin.how.split(" + ")}
    print(len(twins), sorted(hows))
    assert hows >= {"De Morgan", "reordered", "renamed", "turned", "opposite", "words", "window", "double negation", "distributed"}
