"""Random cohorts over a domain small enough to look at every customer: the solver says what the row interpreter says, missing values
included, and every customer that it shows is one."""

from __future__ import annotations

import datetime as dt
import itertools
from pathlib import Path
from random import Random

import pytest

from strategy_engine.engine.rows import World, evaluate
from strategy_engine.language.functions import Context
from strategy_engine.proofs.boxes import apart, box_of
from strategy_engine.proofs.compared import Compared
from strategy_engine.proofs.meetings import meetings
from strategy_engine.proofs.ranges import Ranges
from strategy_engine.proofs.regions import NOT_TRUE, TRUE, Regions
from strategy_engine.proofs.remembered import Remembered
from strategy_engine.proofs.solver import Answer, Solver
from strategy_engine.semantics import ir
from strategy_engine.semantics.load import load_project
from strategy_engine.semantics.model import Model

PROJECT = """
project: small
data:
  customer:
    kind: snapshot
    path: customer.csv
    key: customer_id
    columns:
      customer_id: id
      tier: {type: enum, values: [mass, gold, private], ordered: true, optional: true}
      flag: bool?
      count: int?
      aum: {type: money, min: 0}
      opened: date?
"""
COHORTS, PAIRS = 36, 510
DAYS = [dt.date(2026, 1, 1), dt.date(2026, 1, 31)]
DOMAIN = {
    "tier": [None, "mass", "gold", "private"],
    "flag": [None, True, False],
    "count": [None, -1, 0, 1, 2],
    "aum": [50, 100, 150, 200, 250],
    "opened": [None, *(DAYS[0] + dt.timedelta(days=number) for number in (-31, -30, -1, 0, 1, 30, 31)), dt.date.max],
}
"""Every value that cohorts compare with, and one in between and beyond; 30 days after the last day of all there is none."""


def _atom(random: Random) -> str:
    op = random.choice(["==", "!=", "<", "<=", ">", ">="])
    return random.choice(
        [
            f"tier {op} {random.choice(['mass', 'gold', 'private'])}",
            f"tier in [{', '.join(random.sample(['mass', 'gold', 'private'], 2))}]",
            f"(tier ?? mass) {op} gold",
            "flag",
            "flag == false",
            "(flag ?? true)",
            f"count {op} {random.randint(0, 1)}",
            f"count in [{random.randint(0, 1)}..1]",
            f"count + 1 {op} {random.randint(1, 2)}",
            f"(if flag then count else 1) {op} 1",
            f"aum {op} {random.choice(['1', '2'])}",
            f"aum * 2 {op} {random.choice(['2', '4'])}",
            "1 <= aum < 2",
            f"opened {op} {random.choice(DAYS)}",
            f"opened + 30 days {op} {random.choice(DAYS)}",
            f"{random.choice(['tier', 'flag', 'count', 'opened'])} is {random.choice(['missing', 'known'])}",
            f"score {op} {random.choice(['low', 'high'])}",
        ]
    )


def _condition(random: Random, depth: int) -> str:
    if depth == 0:
        return _atom(random)
    parts = [_condition(random, depth - 1 if random.random() < 0.6 else 0) for _ in range(random.randint(2, 3))]
    joined = f"({random.choice([' and ', ' and ', ' or ']).join(parts)})"
    return f"not {joined}" if random.random() < 0.2 else joined


TABLE = """
table score {
  hit: HIT
  | count | aum  | => score |
  | < 1   | -    | => low   |
  | >= 1  | <= 1 | => high  |
  | -     | > 1  | => high  |
}
"""


@pytest.fixture(scope="module", params=["first", "unique", "any"])
def model(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Model:
    folder: Path = tmp_path_factory.mktemp("small")
    (folder / "strategy.yaml").write_text(PROJECT, "utf-8")
    random = Random(f"small {request.param}")  # noqa: S311 - the same cohorts in every run
    text = TABLE.replace("HIT", request.param)
    for number in range(COHORTS):
        inside = f"c{random.randrange(number)} and " if number and random.random() < 0.2 else ""
        text += f"cohort c{number} = {inside}{_condition(random, 2)}\n"
    (folder / "a.strategy").write_text(text, "utf-8")
    loaded = load_project(folder)
    assert loaded.sound, [each.message for each in loaded.diagnostics]
    assert loaded.model is not None
    return loaded.model


@pytest.fixture(scope="module")
def worlds(model: Model) -> list[World]:
    derived = {name: each.expr for name, each in model.derived.items()}
    customers = itertools.product(*DOMAIN.values())
    return [World(Context(DAYS[0]), DAYS[0], dict(zip(DOMAIN, values, strict=True)), derived=derived) for values in customers]


COHORT_NAMES = [f"c{number}" for number in range(COHORTS)]


def test_emptiness_overlap_and_inclusion(model: Model, worlds: list[World]) -> None:
    derived = {name: each.expr for name, each in model.derived.items()}
    cohorts = COHORT_NAMES
    found = {name: [evaluate(derived[name], world) for world in worlds] for name in cohorts}
    members = {name: {place for place, value in enumerate(values) if value is True} for name, values in found.items()}
    assert sum(not each for each in members.values()) > 2  # some are empty
    assert sum(None in values for values in found.values()) > 20
    solver, random = Solver.of(model), Random(1)  # noqa: S311
    for name in cohorts:
        assert solver.never((derived[name], True)) == (not members[name]), name
        assert solver.never((derived[name], False)) == (len(members[name]) == len(worlds)), name
    for _ in range(PAIRS // 3):
        one, other = random.sample(cohorts, 2)
        wishes = [((derived[one], True), (derived[other], wanted)) for wanted in (True, False)]
        overlap, beyond = members[one] & members[other], members[one] - members[other]
        assert solver.never(*wishes[0]) == (not overlap), (one, other)
        assert solver.never(*wishes[1]) == (not beyond), (one, other)
        assert not (apart(box_of(derived[one]), box_of(derived[other])) and overlap), (one, other)
        shown = solver.show(*wishes[0])
        assert (shown is not None) == bool(overlap)
        assert shown is None or shown.certain
    assert solver.counts["hard"] == 0
    assert solver.ask((derived["c0"], True), (derived["c0"], False)) is Answer.NEVER


def test_all_pairs_with_and_without_a_sample_and_what_was_remembered(model: Model, worlds: list[World]) -> None:
    """Bits of a sample, ranges and remembered answers save questions, and change no answer."""
    conditions = [model.derived[name].expr for name in COHORT_NAMES]
    members = [{place for place, world in enumerate(worlds) if evaluate(each, world) is True} for each in conditions]
    numbered = range(COHORTS)
    insides = [(one, other) for one in numbered for other in numbered if one != other and members[one] and members[one] <= members[other]]
    insides = [(one, other) for one, other in insides if members[other]]
    overlaps = [(one, other, bool(members[one] & members[other])) for one, other in itertools.combinations(numbered, 2)]
    assert len(insides) > 20
    assert sum(not met for _, _, met in overlaps) > 20
    checks = {}
    first = Remembered(model)
    sampled = Remembered(model, masks=_masks(first, conditions, members, sample=range(0, len(worlds), 97)))
    for name, remembered in {"first": first, "again": Remembered(model, first.answers), "sampled": sampled}.items():
        solver = Solver.of(model, remembered)
        compared = Compared(conditions, solver)
        assert list(compared.insides()) == insides, name
        assert list(compared.overlaps()) == overlaps, name
        checks[name] = solver.counts["checks"]
    assert checks["again"] == 0
    assert 0 < checks["sampled"] < checks["first"] < len(overlaps)


def _masks(known: Remembered, conditions: list[ir.Expr], members: list[set[int]], sample: range) -> dict[str, int]:
    """Of some customers those in whom each condition is true; but for one condition, which has been edited since."""
    return {
        known.digest(each): sum((place in own) << bit for bit, place in enumerate(sample))
        for each, own in zip(conditions[1:], members[1:], strict=True)
    }


def test_ranges_err_to_their_own_side(model: Model, worlds: list[World]) -> None:
    conditions = [model.derived[name].expr for name in COHORT_NAMES]
    true = [{place for place, world in enumerate(worlds) if evaluate(each, world) is True} for each in conditions]
    told: dict[tuple[bool, bool], int] = {}
    for sure in (True, False):
        regions = Regions.of(conditions, model, sure=sure)
        for side, wanted in {TRUE: true, NOT_TRUE: [set(range(len(worlds))) - each for each in true]}.items():
            met = meetings([regions.boxes(each, TRUE) for each in conditions], [regions.boxes(each, side) for each in conditions])
            for (one, first), (other, second) in itertools.product(enumerate(true), enumerate(wanted)):
                so, claimed = bool(first & second), bool(met[one] >> other & 1)
                assert not (claimed and not so if sure else so and not claimed), (one, other, side, sure)
                told[sure, claimed] = told.get((sure, claimed), 0) + 1
    assert told[True, True] > 0.6 * told[False, True]
    assert told[False, False] > 0.2 * told[True, False]


def test_what_ranges_answer_is_so(model: Model, worlds: list[World]) -> None:
    conditions = {name: model.derived[name].expr for name in COHORT_NAMES}
    true = {name: {place for place, world in enumerate(worlds) if evaluate(each, world) is True} for name, each in conditions.items()}
    everybody, ranges = set(range(len(worlds))), Ranges.of(model)
    told: dict[bool | None, int] = {}
    for names in itertools.combinations(COHORT_NAMES, 2):
        for wanted in itertools.product((True, False), repeat=2):
            found = everybody.intersection(*(true[name] if so else everybody - true[name] for name, so in zip(names, wanted, strict=True)))
            nobody = ranges.nobody([(conditions[name], so) for name, so in zip(names, wanted, strict=True)])
            assert nobody is None or nobody is not bool(found), (names, wanted)
            told[nobody] = told.get(nobody, 0) + 1
    assert told[True] > 0
    assert told[False] > 2 * told[None]
