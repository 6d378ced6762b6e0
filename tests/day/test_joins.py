"""Filters over frames of customers."""

from __future__ import annotations

import polars as pl
import pytest

from strategy_engine.engine.day.joins import holding
from strategy_engine.engine.day.names import KEY

ENGINES = ("in-memory", "streaming")


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("constant", "kept"), [(None, 0), (False, 0), (True, 200_000)])
def test_a_condition_may_be_the_same_for_all_rows(engine: str, constant: bool | None, kept: int) -> None:
    frame = pl.DataFrame({KEY: pl.int_range(200_000, eager=True)})
    condition = holding(pl.lit(constant, dtype=pl.Boolean) == pl.lit(True))
    assert frame.lazy().filter(condition).collect(engine=engine).height == kept  # type: ignore[call-overload]  # any of the engines' names
