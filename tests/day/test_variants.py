"""What strategies say, computed for the rows of all of them at once: as if each strategy's rows were computed alone."""

from __future__ import annotations

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from strategy_engine.engine.day.draws import buckets, buckets_of
from strategy_engine.engine.day.variants import OWNER, computed, drawn

MADE = {
    "times two": lambda: pl.col("n") * 2,
    "constant": lambda: pl.lit(7),
    "missing": lambda: pl.lit(None),
    "of another": lambda: pl.col("m") + 1,
}


@given(st.lists(st.sampled_from(list(MADE)), min_size=1, max_size=6), st.data())
def test_all_at_once_is_each_alone(said: list[str], data: st.DataObject) -> None:
    owners = data.draw(st.lists(st.integers(0, len(said) - 1), max_size=40))
    rows = pl.DataFrame(
        {OWNER: owners, "n": range(len(owners)), "m": range(100, 100 + len(owners))},
        schema={OWNER: pl.UInt32, "n": pl.Int64, "m": pl.Int64},
    )
    found = computed(rows, [(name, MADE[name]) for name in said], pl.Int64)
    alone = [rows[at : at + 1].with_columns(MADE[said[owner]]().cast(pl.Int64).alias("v"))["v"].item() for at, owner in enumerate(owners)]
    assert found.dtype == pl.Int64
    assert found.to_list() == alone


@given(st.lists(st.tuples(st.integers(0, 2), st.text(max_size=5)), max_size=30))
def test_draws_are_those_of_the_salt(asked: list[tuple[int, str]]) -> None:
    """Of strategies without a salt nothing is drawn."""
    rows = pl.DataFrame(asked, schema={OWNER: pl.UInt32, "key": pl.String}, orient="row")
    salts = ["control:a", None, "control:b"]
    expected = [None if salts[owner] is None else buckets(str(salts[owner]), [key]).item() for owner, key in asked]
    assert drawn(rows, salts, "key", buckets_of).to_list() == expected
