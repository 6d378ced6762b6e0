"""Variance reduction: what is removed, what must not change."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from strategy_engine.review.statistics import effects
from strategy_engine.review.statistics.cuped import adjusted
from strategy_engine.review.statistics.samples import Sample, sample_of


def arm(random: np.random.Generator, count: int, effect: float) -> npt.NDArray[np.float64]:
    """Outcome and past of customers, correlated by 0.8."""
    past = random.normal(100, 10, count)
    return np.column_stack([0.8 * past + random.normal(0, 6, count) + effect, past])


def test_the_variance_that_the_past_explains_is_removed() -> None:
    random = np.random.default_rng(1)
    treated, control = sample_of(arm(random, 20_000, 1)), sample_of(arm(random, 10_000, 0))
    after = adjusted(treated, control)
    assert after.removed == pytest.approx(0.64, abs=0.01)
    assert after.control.variance == pytest.approx(control.variance * (1 - after.removed), rel=0.02)


def test_samples_are_those_of_the_adjusted_values() -> None:
    random = np.random.default_rng(2)
    values = [arm(random, 300, 2), arm(random, 100, 0)]
    centred = [rows - rows.mean(axis=0) for rows in values]
    theta = sum(rows[:, 0] @ rows[:, 1] for rows in centred) / sum(rows[:, 1] @ rows[:, 1] for rows in centred)
    mean = np.concatenate(values)[:, 1].mean()
    after = adjusted(*map(sample_of, values))
    for found, rows in zip((after.treated, after.control), values, strict=True):
        expected = sample_of(rows[:, 0] - theta * (rows[:, 1] - mean))
        assert (found.count, found.mean, found.variance) == pytest.approx((expected.count, expected.mean, expected.variance))


def test_intervals_are_narrower_and_still_cover() -> None:
    random, hits, widths = np.random.default_rng(3), 0, []
    for _ in range(1000):
        treated, control = sample_of(arm(random, 400, 1)), sample_of(arm(random, 100, 0))
        after = adjusted(treated, control)
        plain, found = effects.means(treated, control), effects.means(after.treated, after.control)
        assert plain is not None
        assert found is not None
        hits += found.difference.low <= 1 <= found.difference.high
        widths.append((found.difference.high - found.difference.low) / (plain.difference.high - plain.difference.low))
    assert hits / 1000 == pytest.approx(0.95, abs=0.02)
    assert np.mean(widths) == pytest.approx(0.6, abs=0.02)


def test_a_past_that_is_the_same_for_all_changes_nothing() -> None:
    treated, control = Sample(50, (3.0, 1.0), ((2.0, 0.0), (0.0, 0.0))), Sample(40, (2.0, 1.0), ((1.0, 0.0), (0.0, 0.0)))
    after = adjusted(treated, control)
    assert (after.treated, after.control, after.removed) == (Sample(50, (3.0,), ((2.0,),)), Sample(40, (2.0,), ((1.0,),)), 0.0)


def test_an_outcome_that_is_the_past_is_removed_whole() -> None:
    rows = np.column_stack([np.arange(30.0), np.arange(30.0)])
    after = adjusted(sample_of(rows), sample_of(rows))
    assert (after.removed, after.treated.variance) == (pytest.approx(1.0), pytest.approx(0.0, abs=1e-9))


@pytest.mark.parametrize("count", [0, 1])
def test_without_units_there_is_nothing_to_adjust(count: int) -> None:
    empty = Sample(count, (5.0, 3.0), ((0.0, 0.0), (0.0, 0.0)))
    assert adjusted(empty, empty).treated == Sample(count, (5.0,), ((0.0,),))
