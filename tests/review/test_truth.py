"""The review against the truth of simulated banks: intervals hold it as often as they say, nothing is found where nothing is."""

from __future__ import annotations

import os

import pytest
from scipy.stats import binomtest

from .looks import Look, looks

SEEDS = int(os.environ.get("STRATEGY_SOAK_SEEDS", "4"))
"""200 are a soak of a quarter of an hour; a few hold that nothing is grossly wrong."""
MANY = 200
PROCESSES = 2 if SEEDS > 20 else 1  # beside other tests one is enough

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def seen() -> list[Look]:
    found = looks(range(1, SEEDS + 1), PROCESSES)
    by_strategy = {look.strategy for look in found}
    assert len(by_strategy) == 8
    return found


def as_often(found: int, of: int, share: float) -> bool:
    """Whether so many are what chance gives, of events of that share."""
    return binomtest(found, of, share).pvalue > 1e-4


def test_intervals_hold_the_planted_effect(seen: list[Look]) -> None:
    held = sum(look.held for look in seen)
    print(f"95 % intervals hold the truth in {held} of {len(seen)} ({held / len(seen):.2%})")
    assert as_often(held, len(seen), 0.95)
    if SEEDS >= MANY:
        assert 0.93 <= held / len(seen) <= 0.97


def test_daily_looks_are_hardly_ever_wrong(seen: list[Look]) -> None:
    begun = [look for look in seen if look.ever_wrong is not None]
    wrong = sum(bool(look.ever_wrong) for look in begun)
    print(f"daily sequences ever wrong: {wrong} of {len(begun)} ({wrong / len(begun):.2%})")
    assert len(begun) > len(seen) / 4
    assert wrong / len(begun) <= 0.05 or (SEEDS < MANY and as_often(wrong, len(begun), 0.05))


def test_nothing_is_called_effective_without_an_effect(seen: list[Look]) -> None:
    """The correction is over all strategies of a bank, so the error is that any of them is called effective."""
    without = [look for look in seen if look.truth == 0]
    banks = {look.seed for look in without}
    fooled = {look.seed for look in without if look.verdict in ("better", "worse")}
    share = len(fooled) / len(banks)
    print(f"{len(without)} strategies without effect in {len(banks)} banks; called effective in {len(fooled)} of them")
    assert share <= 0.05 or (SEEDS < MANY and as_often(len(fooled), len(banks), 0.05))


def test_effects_that_are_there_are_found(seen: list[Look]) -> None:
    """So that what is above does not hold of a review that never finds anything."""
    strong = [look for look in seen if look.truth >= 0.12]
    assert sum(look.verdict == "better" for look in strong) > len(strong) / 2
    assert not [look for look in strong if look.verdict == "worse"]


def test_harmful_strategies_are_named(seen: list[Look]) -> None:
    harmful = [look for look in seen if look.harmful]
    named = sum(look.named for look in harmful)
    print(f"{len(harmful)} harmful strategies; named as such: {named}")
    assert as_often(named, len(harmful), 0.97) if harmful else SEEDS < MANY
    if SEEDS >= MANY:
        assert named / len(harmful) >= 0.95


def test_others_are_not_named_harmful(seen: list[Look]) -> None:
    banks = {look.seed for look in seen}
    wronged = {look.seed for look in seen if look.named and not look.harmful}
    print(f"strategies named harmful that are not: in {len(wronged)} of {len(banks)} banks")
    assert len(wronged) / len(banks) <= 0.05 or (SEEDS < MANY and as_often(len(wronged), len(banks), 0.05))
