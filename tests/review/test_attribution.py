"""Attribution: known paths, what all rules must keep, and exact values against their definitions."""

from __future__ import annotations

from itertools import pairwise, permutations
from math import factorial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from strategy_engine.review.attribution import RULES, Path, removal_effects


def path(touches: str, conversions: float, others: float = 0, hours: tuple[float, ...] | None = None) -> Path:
    """A path of touches that are a letter each."""
    return Path(tuple(touches), hours, conversions, others)


KNOWN = [path("abc", 1), path("a", 0, 1), path("bc", 0, 1)]
paths = st.lists(
    st.builds(path, st.text("abcde", max_size=5), st.integers(0, 20), st.integers(0, 20)),
    max_size=8,
)


def test_markov_on_known_paths() -> None:
    """The example of many introductions: C1 > C2 > C3 converts, C1 and C2 > C3 do not."""
    assert removal_effects(KNOWN) == pytest.approx({"a": 0.5, "b": 1.0, "c": 1.0})
    assert RULES["markov"](KNOWN) == pytest.approx({"a": 0.2, "b": 0.4, "c": 0.4})


@pytest.mark.parametrize(
    ("rule", "credit"),
    [
        ("first", {"a": 10, "b": 0, "c": 0}),
        ("last", {"a": 10, "b": 0, "c": 0}),
        ("linear", {"a": 5, "b": 2.5, "c": 2.5}),
        ("time_decay", {"a": 6, "b": 8 / 3, "c": 4 / 3}),
        ("position", {"a": 8, "b": 1, "c": 1}),
        ("shapley", {"a": 10 / 3, "b": 10 / 3, "c": 10 / 3}),
    ],
)
def test_rules_by_hand(rule: str, credit: dict[str, float]) -> None:
    """Touches 4, 3, 2 and 1 weeks before, with weights of 1, 2, 4, 8 fifteenths by time: a touch comes first and last."""
    weeks = (4 * 168.0, 3 * 168.0, 2 * 168.0, 168.0)
    found = RULES[rule]([path("acba", 10, 90, weeks)])
    assert found == pytest.approx(credit)


def test_position_of_short_paths() -> None:
    assert RULES["position"]([path("a", 1), path("bc", 1)]) == pytest.approx({"a": 1, "b": 0.5, "c": 0.5})


def test_touches_of_unknown_hours_are_equally_long_ago() -> None:
    assert RULES["time_decay"]([path("ab", 6)]) == pytest.approx({"a": 3, "b": 3})


def test_a_touch_long_ago_still_counts_where_it_is_alone() -> None:
    assert RULES["time_decay"]([path("a", 3, hours=(1e6,))]) == {"a": 3}


@pytest.mark.parametrize("rule", RULES)
@given(walked=paths)
def test_credits_sum_to_the_conversions_after_a_touch(rule: str, walked: list[Path]) -> None:
    credit = RULES[rule](walked)
    went = [each for each in walked if each.touches and each.conversions + each.others]
    assert sum(credit.values()) == pytest.approx(sum(each.conversions for each in went))
    assert set(credit) == {touch for each in went for touch in each.touches}
    assert all(value >= 0 for value in credit.values())


@pytest.mark.parametrize("rule", RULES)
def test_nothing_to_share(rule: str) -> None:
    assert RULES[rule]([]) == {}
    assert RULES[rule]([path("", 5, 5)]) == {}
    assert RULES[rule]([path("ab", 0, 5)]) == {"a": 0, "b": 0}


@given(paths)
def test_shapley_is_the_mean_over_all_orders(walked: list[Path]) -> None:
    touches = sorted({touch for each in walked for touch in each.touches if each.conversions + each.others})

    def worth(members: set[str]) -> float:
        return sum(each.conversions for each in walked if each.touches and set(each.touches) <= members)

    expected = dict.fromkeys(touches, 0.0)
    for order in permutations(touches):
        for place, touch in enumerate(order):
            expected[touch] += worth(set(order[: place + 1])) - worth(set(order[:place]))
    assert RULES["shapley"](walked) == pytest.approx({touch: each / factorial(len(touches)) for touch, each in expected.items()})


@given(paths)
def test_a_removal_effect_is_what_is_lost_without_the_touch(walked: list[Path]) -> None:
    """By the definition: the steps into the touch lead to nothing, and the chain is solved again."""
    effects = removal_effects(walked)
    for touch, effect in effects.items():
        whole, less = conversion(walked), conversion(walked, touch)
        assert effect == pytest.approx((whole - less) / whole if whole else 0.0)


def conversion(walked: list[Path], removed: str | None = None) -> float:
    """How likely the chain of the paths reaches the conversion: its steps, repeated until nothing moves."""
    steps: dict[tuple[str, str], float] = {}
    for each in walked:
        if each.touches:
            for here, there in pairwise(["^", *each.touches]):
                steps[here, there] = steps.get((here, there), 0) + each.conversions + each.others
            steps[each.touches[-1], "!"] = steps.get((each.touches[-1], "!"), 0) + each.conversions
            steps[each.touches[-1], "-"] = steps.get((each.touches[-1], "-"), 0) + each.others
    states = ["^", *sorted({here for here, _ in steps} - {"^"}), "!", "-"]
    matrix = np.array([[steps.get((here, there), 0.0) for there in states] for here in states])
    matrix[states.index("!"), states.index("!")] = matrix[states.index("-"), states.index("-")] = 1
    matrix /= np.maximum(matrix.sum(axis=1, keepdims=True), 1e-300)
    if removed in states:
        matrix[states.index(removed)] = np.eye(len(states))[states.index("-")]
    return float(np.linalg.matrix_power(matrix, 2**20)[0, states.index("!")])


def test_a_touch_that_all_conversions_pass_through_loses_them_all() -> None:
    effects = removal_effects([path("ab", 5, 5), path("cb", 2, 8), path("ca", 0, 4)])
    assert effects["b"] == pytest.approx(1.0)
    assert all(0 < effects[touch] < 1 for touch in "ac")
