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


@given(st.integers(0, 500), st.integers(0, 500), st.integers(0, 500), st.integers(4, 15))
def test_no_small_count_can_be_worked_out(before: int, gained: int, lost: int, smallest: int) -> None:
    """Whoever knows all that is told of a strategy finds several answers to what is not told."""
    lost = min(lost, before)
    told = counts(change(before, gained, lost), smallest)
    close = [range(max(0, count - smallest), count + smallest + 1) for count in (before, gained, lost)]
    answers = {
        (one, other, third)
        for one in ([told.before] if told.before is not None else range(1, smallest))
        for other in ([told.gained] if told.gained is not None and told.rounded != "gained" else close[1])
        for third in ([told.lost] if told.lost is not None and told.rounded != "lost" else close[2])
        if third <= one and counts(change(one, other, third), smallest) == told
    }
    assert (before, gained, lost) in answers
    if None in (told.before, told.after, told.gained, told.lost) and max(before, gained, lost) >= 2 * smallest:
        assert len(answers) > 1


def test_where_a_difference_is_small_the_sum_is_rounded() -> None:
    assert counts(change(100, 0, 2), 10).after == 100
    assert counts(change(100, 0, 2), 10).rounded == "after"
    assert counts(change(100, 0, 20), 10).after == 80
    assert counts(change(100, 0, 20), 10).rounded is None
    assert counts(change(132, 0, 123), 10).rounded == "lost"
    assert counts(change(132, 0, 123), 10).lost == 120
    assert counts(change(5, 40, 2), 10).rounded is None
    assert counts(change(100, 0, 2), 1).after == 98


def test_a_part_that_is_missing_for_another_is_not_called_small() -> None:
    assert [small.text(told, 10, count) for told, count in zip(small.told_parts([3, 12, 50], 10), [3, 12, 50], strict=True)] == [
        "<10",
        "10+",
        "50",
    ]
