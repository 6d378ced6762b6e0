"""What a control group can show: published figures, and simulated power."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from strategy_engine.plan.power import detectable_mean, detectable_share
from strategy_engine.review.statistics import effects


def test_shares_as_published() -> None:
    """R: power.prop.test(p1 = .50, p2 = .75, power = .90) asks for 76.65 a group, and n = 50 has a power of 0.7401659."""
    assert detectable_share(77, 77, 0.5, power=0.9) == pytest.approx(0.25, abs=1e-3)
    assert detectable_share(50, 50, 0.5, power=0.7401659) == pytest.approx(0.25, abs=1e-4)


def test_means_by_lehrs_rule() -> None:
    """Sixteen times the squared deviation, divided by the squared difference, are the units of each arm (Lehr 1992)."""
    assert detectable_mean(16, 16, 1.0) == pytest.approx(1.0, abs=0.01)
    assert detectable_mean(1600, 1600, 25.0) == pytest.approx(2.5, abs=0.025)


@pytest.mark.parametrize(("treated", "control", "rate"), [(9000, 1000, 0.05), (5000, 5000, 0.05), (20_000, 400, 0.3)])
def test_what_is_detectable_is_found_four_times_in_five(treated: int, control: int, rate: float) -> None:
    random, difference = np.random.default_rng(1), detectable_share(treated, control, rate)
    assert difference is not None
    draws = zip(random.binomial(treated, rate + difference, 2000), random.binomial(control, rate, 2000), strict=True)
    tests = [effects.proportions(int(one), treated, int(other), control) for one, other in draws]
    assert np.mean([found is not None and found.p < 0.05 for found in tests]) == pytest.approx(0.8, abs=0.03)


def test_a_small_control_group_shows_only_large_effects() -> None:
    by_control = [detectable_share(10_000 - control, control, 0.03) for control in (100, 500, 1000, 5000)]
    assert by_control == sorted((each for each in by_control if each is not None), reverse=True)


def test_nothing_is_detectable() -> None:
    assert detectable_share(0, 100, 0.1) is None
    assert detectable_share(100, 0, 0.1) is None
    assert detectable_share(3, 3, 0.9) is None
    assert detectable_share(1000, 1000, 1.0) is None
    assert detectable_mean(0, 5, 1.0) is None


def test_it_loads_no_library() -> None:
    program = "import sys, strategy_engine.plan.power; print(sorted({'numpy', 'scipy', 'statsmodels'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.strip() == "[]"
