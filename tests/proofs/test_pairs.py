"""All pairs of random cohorts over many columns: what ranges say without a question is what the solver says to each question."""

from __future__ import annotations

import itertools
from collections import Counter
from pathlib import Path
from random import Random

import pytest

from strategy_engine.proofs.compared import Compared
from strategy_engine.proofs.ranges import Ranges
from strategy_engine.proofs.solver import Answer, Solver
from strategy_engine.semantics.load import load_project
from strategy_engine.semantics.model import Model

PROJECT = """
project: wide
calendar: {holidays: [2026-10-01]}
contact_offset: 1
data:
  customer:
    kind: snapshot
    path: customer.csv
    key: customer_id
    columns:
      customer_id: id
      tier: {type: enum, values: [mass, gold, platinum, private], ordered: true}
      segment: {type: enum, values: [new, old, lost], optional: true}
      city: text?
      note: text?
      flag: bool?
      app: bool
      visits: {type: int, min: 0}
      children: int?
      aum: {type: money, min: 0}
      debt: money?
      p_buy: percent?
      birth: date?
      login: date
      seen: datetime?
  txn:
    kind: events
    path: txn.csv
    key: customer_id
    time: at
    columns: {customer_id: id, at: datetime, amount: money}
  barred: {kind: list, path: barred.csv, key: customer_id}
"""
COHORTS = 40
QUESTIONS = 400


def _atom(random: Random) -> str:
    op, days = random.choice(["==", "!=", "<", "<=", ">", ">="]), random.choice([0, 7, 30, 90])
    order = random.choice(["<", "<=", ">", ">="])
    return random.choice(
        [
            f"tier {op} {random.choice(['gold', 'platinum'])}",
            f"segment in [{', '.join(random.sample(['new', 'old', 'lost'], 2))}]",
            f"city {random.choice(['==', '!='])} '{random.choice(['Beijing', 'Wuhan'])}'",
            f"contains(note, '{random.choice(['vip', 'loan'])}')",
            f"length(note) {order} {random.choice([3, 9])}",
            random.choice(
                [
                    "flag",
                    "not flag",
                    "app",
                    "not app",
                    "(flag ?? true)",
                    "(flag ?? app)",
                    "(app or not app)",
                    "(aum < 5万 or aum >= 3万)",
                    "barred",
                ]
            ),
            f"visits {op} {random.choice([0, 1, 5])}",
            f"(children ?? 0) {op} {random.choice([0, 1, 2])}",
            f"visits + children {order} {random.choice([2, 8])}",
            f"aum {order} {random.choice(['1万', '5万', '50万'])}",
            f"{random.choice([1, 3])}万 <= aum < 5万",
            f"aum {order} debt",
            f"debt / aum {order} {random.choice(['10%', '50%'])}",
            f"max(p_buy ?? 0%, 5%) {order} {random.choice(['5%', '20%'])}",
            f"p_buy {op} {random.choice(['5%', '20%'])}",
            f"age(birth) {order} {random.choice([18, 60])}",
            f"birth {order} today - {random.choice([18, 30])} years",
            f"login {op} today - {days} days",
            f"login {order} contact_date - {days} days",
            f"login in [today - {days + 9} days .. today - {days} days)",
            f"days_since(login) {op} {days}",
            f"days_between(today, login) {order} -{days}",
            f"login {order} 2026-0{random.randint(1, 9)}-01",
            f"seen {order} today - {days} days",
            f"count(txn last {random.choice([30, 90])} days) {op} {random.choice([0, 1, 3])}",
            f"sum(txn.amount) {order} {random.choice([100, 5000])}",
            f"{random.choice(['segment', 'birth', 'note', 'debt'])} is {random.choice(['missing', 'known'])}",
            "percentile(aum) > 0.9",
        ]
    )


def _condition(random: Random) -> str:
    parts = []
    for _ in range(random.randint(1, 4)):
        atoms = [_atom(random) for _ in range(random.choice([1, 1, 1, 2]))]
        part = f"({random.choice([' or ', ' and ']).join(atoms)})"
        parts.append(f"not {part}" if random.random() < 0.25 else part)
    return random.choice([" and ", " and ", " or "]).join(parts)


@pytest.fixture(scope="module", params=["", "on_breach: {missing_value: missing}\n"], ids=["as declared", "anything may be missing"])
def model(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Model:
    folder: Path = tmp_path_factory.mktemp("wide")
    (folder / "strategy.yaml").write_text(PROJECT + request.param, "utf-8")
    random = Random(7)  # noqa: S311 - the same cohorts in every run
    text = "".join(f"cohort c{number} = {_condition(random)}\n" for number in range(COHORTS))
    (folder / "a.strategy").write_text(text, "utf-8")
    loaded = load_project(folder)
    assert loaded.sound, [(each.message, each.span and text[each.span.start : each.span.end]) for each in loaded.diagnostics]
    assert loaded.model is not None
    return loaded.model


def test_ranges_and_questions_tell_the_same(model: Model) -> None:
    conditions = [model.derived[f"c{number}"].expr for number in range(COHORTS)]
    plainly, compared = Solver.of(model), Compared(conditions, Solver.of(model))
    empty = {place for place, each in enumerate(conditions) if plainly.never((each, True))}
    together = {True: 0, False: 0}
    for one, other, met in compared.overlaps():
        answer = plainly.ask((conditions[one], True), (conditions[other], True))
        assert met == {Answer.SOME: True, Answer.NEVER: False}.get(answer), (one, other)
        together[bool(met)] += 1
    pairs = itertools.permutations([place for place in range(COHORTS) if place not in empty], 2)
    insides = [(one, other) for one, other in pairs if plainly.never((conditions[one], True), (conditions[other], False))]
    assert list(compared.insides()) == insides
    assert compared.empty == empty
    assert min(together[False], len(insides)) > 20
    assert compared.solver.counts["checks"] < plainly.counts["checks"] / 3


def test_questions_that_ranges_answer_are_answered_alike(model: Model) -> None:
    conditions = [model.derived[f"c{number}"].expr for number in range(COHORTS)]
    random = Random(11)  # noqa: S311 - the same questions in every run
    plainly, ranged = Solver.of(model), Solver.of(model, ranges=Ranges.of(model))
    given: Counter[Answer] = Counter()
    for _ in range(QUESTIONS):
        wishes = [(random.choice(conditions), random.random() < 0.7) for _ in range(random.randint(2, 5))]
        given[answer := plainly.ask(*wishes)] += 1
        assert ranged.ask(*wishes) is answer, wishes
    assert min(given[Answer.NEVER], given[Answer.SOME]) > QUESTIONS / 6
    assert ranged.counts["asked"] == plainly.counts["asked"]
    assert ranged.counts["checks"] < plainly.counts["checks"] / 2
