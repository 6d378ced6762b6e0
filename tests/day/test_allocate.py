"""The allocation alone: integers in, integers out."""

from __future__ import annotations

from strategy_engine.engine.day.allocate import NONE, Problem, allocate

Claim = tuple[int, int, int, bool]  # group, room, weight, whether a control counts
GROUPS = 4


def problem(candidates: list[list[list[Claim]]], control: frozenset[int] = frozenset(), used: list[int] | None = None) -> Problem:
    """Candidates → options → claims."""
    options = [option for candidate in candidates for option in candidate]
    claims = [claim for option in options for claim in option]
    starts, claim_starts = [0], [0]
    for candidate in candidates:
        starts.append(starts[-1] + len(candidate))
    for option in options:
        claim_starts.append(claim_starts[-1] + len(option))
    return Problem(
        options=starts,
        claims=claim_starts,
        group=[claim[0] for claim in claims],
        room=[claim[1] for claim in claims],
        weight=[claim[2] for claim in claims],
        controls=[claim[3] for claim in claims],
        control=[number in control for number in range(len(options))],
        used=used or [0] * GROUPS,
    )


def test_the_first_come_takes_the_room() -> None:
    result = allocate(problem([[[(0, 1, 1, True)]], [[(0, 1, 1, True)]]]))
    assert result.chosen == [0, NONE]
    assert (result.blocked[1], result.taken[1], result.rival[1]) == (1, 1, 0)


def test_a_loser_frees_its_place_for_the_next() -> None:
    # the second has no room in group 1, so it takes nothing of group 0 either
    result = allocate(problem([[[(1, 1, 1, True)]], [[(0, 1, 1, True), (1, 1, 1, True)]], [[(0, 1, 1, True)]]]))
    assert result.chosen == [0, NONE, 2]


def test_overflow_to_the_next_option() -> None:
    option = [(0, 1, 1, True)]
    result = allocate(problem([[option, [(1, 5, 1, True)]], [option, [(1, 5, 1, True)]]]))
    assert result.chosen == [0, 3]
    assert result.used[:2] == [1, 1]


def test_a_budget_skips_what_is_too_dear_and_goes_on() -> None:
    result = allocate(problem([[[(0, 100, 80, True)]], [[(0, 100, 30, True)]], [[(0, 100, 20, True)]]]))
    assert result.chosen == [0, NONE, 2]
    assert result.used[0] == 100


def test_a_control_takes_capacity_but_no_contact() -> None:
    claims = [(0, 1, 1, False), (1, 9, 1, True)]
    result = allocate(problem([[claims], [claims], [claims]], control=frozenset({0})))
    assert result.chosen == [0, 1, NONE]
    assert result.used[:2] == [1, 2]


def test_a_control_needs_room_for_its_contact_as_well() -> None:
    result = allocate(problem([[[(0, 1, 1, False)]], [[(0, 1, 1, False)]]], control=frozenset({1})))
    assert result.chosen == [0, NONE]


def test_earlier_days_have_taken_of_the_room() -> None:
    result = allocate(problem([[[(0, 3, 1, True)]]], used=[3]))
    assert result.chosen == [NONE]
    assert result.rival == [NONE]


def test_nothing_to_do() -> None:
    assert allocate(problem([])).chosen == []
