"""The worked example: what the first day must list."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl
import pytest

from strategy_engine.engine.day.run import run_day
from strategy_engine.engine.day.world import world_of
from strategy_engine.engine.rows import evaluate
from strategy_engine.semantics.load import load_project

EXAMPLE = Path(__file__).parents[3] / "shared" / "acceptance" / "tinybank"
KEYS = ["customer_id", "strategy", "benefit", "channel", "step"]
DAY = dt.date(2026, 11, 20)

pytestmark = pytest.mark.skipif(not EXAMPLE.is_dir(), reason="the worked example lies in ../shared/acceptance beside the checkout")


@pytest.mark.parametrize("batch_size", [1, 3, 500_000])
def test_the_first_day_lists_what_it_must(batch_size: int) -> None:
    loaded = load_project(EXAMPLE)
    assert loaded.model is not None
    result = run_day(loaded.model, EXAMPLE, DAY, batch_size=batch_size)
    expected = pl.read_csv(EXAMPLE / "expected" / f"{DAY}.csv", infer_schema=False).fill_null("")
    assert set(result.actions.select(pl.col(KEYS).cast(pl.String).fill_null("")).rows()) == set(expected.select(KEYS).rows())


def test_the_row_interpreter_sees_the_same_cohorts() -> None:
    """Customer by customer, every cohort is what the run found it to be."""
    loaded = load_project(EXAMPLE)
    assert loaded.model is not None
    result = run_day(loaded.model, EXAMPLE, DAY)
    found = dict.fromkeys(loaded.model.strategies, 0)
    for customer in map(str, range(1, 11)):
        world = world_of(loaded.model, EXAMPLE, DAY, customer)
        assert world is not None
        for name, strategy in loaded.model.strategies.items():
            found[name] += evaluate(strategy.cohort, world) is True
    assert found == {name: funnel["in_cohort"] for name, funnel in result.manifest["funnel"].items()}
