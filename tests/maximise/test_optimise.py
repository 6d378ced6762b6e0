"""The best total, against trying everything and against published optima."""

from __future__ import annotations

import importlib.util
import os
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from strategy_engine.engine.day.allocate import Problem, allocate
from strategy_engine.engine.maximise import prices
from strategy_engine.engine.maximise.optimise import optimise
from strategy_engine.engine.maximise.problem import Choices

from .cases import PUBLISHED, best_of_all, choices, published, small, taken

solver = pytest.mark.skipif(
    importlib.util.find_spec("highspy") is None and "CI" not in os.environ,
    reason="needs HiGHS: `pip install 'strategy-engine[optimise]'`",
)
NEARLY = 1e-6


@settings(max_examples=300)
@given(small())
def test_prices_alone_break_no_room_and_bound_the_best(case: Choices) -> None:
    found = optimise(case, exact=False)
    most = best_of_all(case)
    assert taken(case, found) == pytest.approx(found.value)
    assert found.value <= most + NEARLY
    assert most <= found.bound + NEARLY
    assert found.value >= most * 0.75


@solver
@settings(max_examples=150)
@given(small())
def test_the_solver_finds_what_trying_everything_finds(case: Choices) -> None:
    found = optimise(case)
    assert taken(case, found) == pytest.approx(found.value)
    assert found.exact
    assert found.value == found.bound == pytest.approx(best_of_all(case))


@settings(max_examples=150)
@given(small())
def test_one_order_never_brings_more(case: Choices) -> None:
    greedy = allocate(
        Problem(
            case.options.tolist(),
            case.claims.tolist(),
            case.group.tolist(),
            case.room.tolist(),
            case.weight.tolist(),
            [True] * len(case.group),
            [False] * len(case.value),
            case.used.tolist(),
        )
    )
    total = sum(case.value[option] for option in greedy.chosen if option >= 0)
    assert optimise(case, exact=False).bound >= total - NEARLY


@settings(max_examples=100)
@given(small(), st.randoms(use_true_random=False))
def test_the_numbers_of_groups_do_not_matter(case: Choices, chance: object) -> None:
    order = np.arange(len(case.used))
    chance.shuffle(order)  # type: ignore[attr-defined]
    number = np.argsort(order)
    renamed = replace(case, group=number[case.group], used=case.used[order], limit=case.limit[order])
    one, other = optimise(case, exact=False), optimise(renamed, exact=False)
    assert one.chosen.tolist() == other.chosen.tolist()
    assert (one.value, one.bound, one.prices[order].tolist()) == (other.value, other.bound, other.prices.tolist())


def test_neither_threads_nor_the_size_of_chunks_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    draw = np.random.default_rng(3)
    case = choices(
        [
            [(float(draw.integers(1, 999)), [(int(draw.integers(0, 9)), int(draw.integers(1, 4))), (9 + customer, 1)]) for _ in range(2)]
            for customer in range(300)
            for _ in range(3)
        ],
        [60] * 9 + [1] * 300,
    )
    found = [optimise(case, exact=False)]
    monkeypatch.setattr(prices, "THREADS", 1)
    found.append(optimise(case, exact=False))
    assert found[0].chosen.tolist() == found[1].chosen.tolist()
    assert (found[0].value, found[0].bound) == (found[1].value, found[1].bound)
    assert taken(case, found[0]) == pytest.approx(found[0].value)
    assert found[0].gap < 0.01


def test_a_price_is_what_one_more_would_bring() -> None:
    # ten want one of three places; with a fourth, the fourth would bring its 7
    worth = [10.0, 9.0, 8.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0]
    found = optimise(choices([[(value, [(0, 1), (1, 10)])] for value in worth], [20, 30]), exact=False)
    assert found.chosen.tolist() == [0, 1, 2, *[-1] * 7]
    assert 7.0 <= found.prices[0] + 10 * found.prices[1] <= 8.0
    assert found.gap < NEARLY


def test_customers_who_share_nothing_need_no_prices() -> None:
    # 1 per customer: who has it pays what the least of the others would have paid
    found = optimise(choices([[(3.0, [(0, 1)])], [(5.0, [(0, 1)])], [(4.0, [(1, 1)])]], [1, 1]), exact=False)
    assert found.chosen.tolist() == [-1, 1, 2]
    assert (found.value, found.gap) == (9.0, 0.0)
    assert found.prices.tolist() == [5.0, 0.0]


def test_an_amount_that_differs_within_its_group_is_kept_to_by_all() -> None:
    case = choices([[(3.0, [(0, 1)])], [(2.0, [(0, 1)])], [(1.0, [(0, 1)])]], [3])
    case = replace(case, room=np.array([3, 2, 3]))
    assert taken(case, optimise(case, exact=False)) == 5.0


def test_nothing_to_choose() -> None:
    assert optimise(choices([], [])).value == 0.0
    assert optimise(choices([[(0.0, [])], [(-1.0, [])]], [])).chosen.tolist() == [-1, -1]


# ------------------------------------------------------------------------------------------------ published


@pytest.fixture
def instances() -> list[tuple[str, Choices, int]]:
    if not PUBLISHED.is_dir() and "CI" not in os.environ:
        pytest.skip("the published instances are not here: no folder shared/data/orlib beside the repository")
    found = list(published())
    assert len(found) == 30
    return found


def test_published_instances_by_prices(instances: list[tuple[str, Choices, int]]) -> None:
    for name, case, optimum in instances:
        found = optimise(case, exact=False)
        assert taken(case, found) == found.value, name
        assert optimum * 0.99 <= found.value <= optimum <= found.bound, name


@solver
def test_published_instances_exactly(instances: list[tuple[str, Choices, int]]) -> None:
    for name, case, optimum in instances:
        found = optimise(case)
        assert (taken(case, found), found.exact) == (optimum, True), name
