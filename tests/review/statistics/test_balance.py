"""Sample-ratio mismatch: known cases, and how often a sound draw is suspected."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import chisquare

from strategy_engine.review.statistics.balance import Mismatch, mismatch


def test_too_many_of_one_arm() -> None:
    assert mismatch((44_000, 45_000), (1, 1)) == Mismatch(pytest.approx(0.0008, abs=5e-5), alarm=True)


def test_hillstroms_arms_are_even() -> None:
    assert mismatch((21307, 21387, 21306), (1, 1, 1)) == Mismatch(pytest.approx(0.9037, abs=5e-5), alarm=False)


def test_it_is_pearsons_test() -> None:
    found = mismatch((905, 95, 210), (0.75, 0.08, 0.17))
    assert found is not None
    assert found.p == pytest.approx(chisquare((905, 95, 210), (907.5, 96.8, 205.7)).pvalue)


def test_a_sound_draw_is_hardly_ever_suspected() -> None:
    draws = np.random.default_rng(1).multinomial(5000, (0.9, 0.1), 10_000)
    alarms = [found.alarm for one, other in draws if (found := mismatch((int(one), int(other)), (90, 10))) is not None]
    assert len(alarms) == 10_000
    assert 0.0002 < np.mean(alarms) < 0.002


@pytest.mark.parametrize(("counts", "shares"), [((0, 0), (1, 1)), ((40, 2), (0.9, 0.1)), ((1000,), (1,)), ((), ())])
def test_too_few_to_say(counts: tuple[int, ...], shares: tuple[float, ...]) -> None:
    assert mismatch(counts, shares) is None
