"""The review's statistics on a real randomised campaign: Hillstrom's mailing of 2008, three arms of 21,300 customers."""

from __future__ import annotations

import polars as pl
import pytest
from scipy.stats import ttest_ind

from strategy_engine.review.statistics import balance, corrections, effects
from strategy_engine.review.statistics.samples import sample_of
from tests.real.raw_data import raw


@pytest.fixture(scope="module")
def arms() -> dict[str, pl.DataFrame]:
    frame = pl.read_parquet(raw("hillstrom") / "hillstrom.parquet")
    return {str(name): part for (name,), part in frame.group_by("segment")}


def test_its_arms_are_even(arms: dict[str, pl.DataFrame]) -> None:
    found = balance.mismatch([arm.height for arm in arms.values()], [1, 1, 1])
    assert found is not None
    assert found.p == pytest.approx(0.9037, abs=5e-5)


@pytest.mark.parametrize(("mail", "points"), [("Mens E-Mail", 0.681), ("Womens E-Mail", 0.311)])
def test_mail_brings_conversions(arms: dict[str, pl.DataFrame], mail: str, points: float) -> None:
    treated, control = arms[mail]["conversion"], arms["No E-Mail"]["conversion"]
    found = effects.proportions(treated.sum(), treated.len(), control.sum(), control.len())
    by_means = effects.means(sample_of(treated.to_numpy()), sample_of(control.to_numpy()))
    assert found is not None
    assert by_means is not None
    assert 100 * found.difference.value == pytest.approx(points, abs=5e-4)
    # on so many customers both methods say the same
    assert (found.difference.low, found.difference.high) == pytest.approx((by_means.difference.low, by_means.difference.high), abs=5e-5)


def test_mail_brings_revenue(arms: dict[str, pl.DataFrame]) -> None:
    control, p_values = arms["No E-Mail"]["spend"].to_numpy(), []
    for mail, more in (("Mens E-Mail", 0.7698), ("Womens E-Mail", 0.4244)):
        treated = arms[mail]["spend"].to_numpy()
        found, expected = effects.means(sample_of(treated), sample_of(control)), ttest_ind(treated, control, equal_var=False)
        assert found is not None
        assert found.difference.value == pytest.approx(more, abs=5e-5)
        assert found.p == pytest.approx(expected.pvalue)
        p_values.append(found.p)
    assert all(p is not None and p < 0.01 for p in corrections.corrected(p_values))
