"""Small counts are not told, nor can they be worked out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strategy_engine.cli import small
from strategy_engine.cli.changes import counts
from strategy_engine.engine.changes import StrategyChange


def change(before: int, gained: int, lost: int) -> StrategyChange:
    return StrategyChange("s", "s", before, before + gained - lost, gained, lost, 0, 0, (0.0, 0.0))


@pytest.mark.parametrize(("count", "told"), [(0, 0), (1, None), (9, None), (10, 10), (12_345, 12_345)])
def test_a_count_is_told_from_the_smallest_on(count: int, told: int | None) -> None:
    assert small.told(count, 10) == told


@given(st.lists(st.integers(0, 40), max_size=6), st.integers(1, 15))
def test_one_missing_part_never_follows_from_the_whole(parts: list[int], smallest: int) -> None:
    shown = small.told_parts(parts, smallest)
    assert all(told is None or told == count for told, count in zip(shown, parts, strict=True))
    assert not [told for told in shown if told is not None and 0 < told < smallest]
    missing = [count for told, count in zip(shown, parts, strict=True) if told is None]
    # a single one that is missing is all there is, and so is the whole, which is too small itself
    assert len(missing) != 1 or sum(parts) == missing[0] < smallest


@given(st.integers(0, 500), st.integers(0, 60), st.integers(0, 60), st.integers(2, 15))
def test_no_small_difference_can_be_worked_out(before: int, gained: int, lost: int, smallest: int) -> None:
    """Whoever knows all that is told of a strategy finds several answers to who has gained, or lost, where that is not told."""
    lost = min(lost, before)
    told = counts(change(before, gained, lost), smallest)
    answers = {
        (one, other)
        for one in ([told.gained] if told.gained is not None else range(1, smallest))
        for other in ([told.lost] if told.lost is not None else range(1, smallest))
        if counts(change(before, one, other), smallest) == told
    }
    assert (gained, lost) in answers
    if (None in (told.gained, told.lost)) and before >= 2 * smallest and smallest > 3:
        assert len(answers) > 1


def test_where_a_difference_is_small_the_sum_is_rounded() -> None:
    assert counts(change(100, 0, 2), 10).after == 100
    assert counts(change(100, 0, 2), 10).about
    assert counts(change(100, 0, 20), 10).after == 80
    assert not counts(change(100, 0, 20), 10).about
    assert counts(change(100, 0, 2), 1).after == 98


def test_a_part_that_is_missing_for_another_is_not_called_small() -> None:
    assert [small.text(told, 10, count) for told, count in zip(small.told_parts([3, 12, 50], 10), [3, 12, 50], strict=True)] == [
        "<10",
        "10+",
        "50",
    ]
