"""The library: complete, documented, tested, and about a plausible share of a bank's customers."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from strategy_engine.analysis.catalogue import STAGES
from strategy_engine.diagnostics.model import Severity
from strategy_engine.semantics import ir
from strategy_engine.semantics.load import load_project
from strategy_engine.semantics.model import Model
from strategy_engine.semantics.walk import expressions
from strategy_engine.session import Project
from strategy_engine.simulation import Settings, make
from strategy_engine.source.shipped import shipped
from tests.simulation.bank import library

CUSTOMERS = 20_000
LEAST, MOST = 0.0001, 0.6  # of a bank's customers
STRATEGIES, COHORTS, TRIGGERS = 40, 25, 20


@pytest.fixture(scope="module")
def project() -> Project:
    return Project.open(shipped("strategies") / "library")


@pytest.fixture(scope="module")
def model(project: Project) -> Model:
    return project.model


def test_nothing_is_wrong_or_doubtful(project: Project) -> None:
    assert [each for each in project.check() if each.severity is not Severity.NOTE] == []


def test_it_is_as_large_as_promised(model: Model) -> None:
    assert len(model.strategies) >= STRATEGIES
    assert len([each for each in model.derived.values() if each.kind == "cohort"]) >= COHORTS
    assert len(model.triggers) >= TRIGGERS


def test_everything_has_a_title_and_a_purpose(model: Model) -> None:
    cohorts = [each for each in model.derived.values() if each.kind == "cohort"]
    declared = [*model.strategies.values(), *cohorts, *model.triggers.values(), *model.kpis.values()]
    assert [each.name for each in declared if not each.title or not each.purpose] == []


def test_every_strategy_says_what_a_review_needs(model: Model) -> None:
    lacking = [
        strategy.name
        for strategy in model.strategies.values()
        if not (strategy.owner and strategy.targets and strategy.valid_to and strategy.stage in STAGES)
        or (strategy.control is None and strategy.category != "service")  # who has complained is answered, whoever it is
    ]
    assert lacking == []


def test_tests_say_who_gets_each_strategy_and_who_does_not(model: Model) -> None:
    listed, missed = set(), set()
    for trial in model.tests:
        for expectation in trial.expectations:
            refused = isinstance(expectation.condition, ir.Not) or expectation.blocker
            (missed if refused else listed).update(expectation.strategies)
    assert set(model.strategies) - listed == set()
    assert set(model.strategies) - missed == set()


def test_tests_say_who_is_in_each_cohort_and_who_just_misses_it(model: Model) -> None:
    """By its name; of those that look at relatives or at the whole branch, for which a test needs several customers, by a strategy."""
    inside, outside = set[str](), set[str]()
    for trial in model.tests:
        for expectation in trial.expectations:
            refused = isinstance(expectation.condition, ir.Not) or expectation.blocker is not None
            (outside if refused else inside).update(named(expectation.condition))
            for strategy in expectation.strategies:
                (outside if refused else inside).update(named(model.strategies[strategy].cohort))
    cohorts = {each.name for each in model.derived.values() if each.kind == "cohort"}
    assert cohorts - inside == set()
    assert cohorts - outside == set()


def test_tests_say_when_each_moment_comes_and_when_it_just_does_not(model: Model) -> None:
    """By its hits (`exists(birthday within next 3 days)`); of states and of days of a calendar by a strategy that waits for them."""
    come, missed = set[str](), set[str]()
    for trial in model.tests:
        for expectation in trial.expectations:
            refused = isinstance(expectation.condition, ir.Not) or expectation.blocker is not None
            read = {each.rows.table for each in expressions(expectation.condition) if isinstance(each, ir.Aggregate)}
            awaited = {trigger for strategy in expectation.strategies for trigger in model.strategies[strategy].triggers}
            (missed if refused else come).update(read | awaited)
    assert set(model.triggers) - come == set()
    assert set(model.triggers) - missed == set()


def named(expr: ir.Expr) -> set[str]:
    return {each.name for each in expressions(expr) if isinstance(each, ir.Derived)}


@pytest.mark.long
def test_tests_hold(project: Project) -> None:
    assert [tested.trial.title for tested in project.test() if not tested.passed] == []


def test_every_strategy_is_about_a_plausible_share_of_the_bank(tmp_path: Path) -> None:
    bank = library(tmp_path / "bank")
    make(bank.folder, Settings(customers=CUSTOMERS, days=1))
    funnel = bank.compute().manifest["funnel"]
    shares = {name: counts["in_cohort"] / counts["customers"] for name, counts in funnel.items()}
    assert {name: share for name, share in shares.items() if not LEAST <= share <= MOST} == {}
    assert len(shares) >= STRATEGIES


def test_a_project_may_import_it_and_set_its_thresholds(tmp_path: Path) -> None:
    shutil.copy(shipped("strategies") / "library" / "strategy.yaml", tmp_path)
    file = tmp_path / "strategy.yaml"
    file.write_text(file.read_text("utf-8") + "\nimport: [library]\nparams: {dormant_after: 90 days}\n", "utf-8")
    loaded = load_project(tmp_path)
    assert loaded.sound
    assert loaded.model is not None
    assert loaded.model.tests == ()
    assert len(loaded.model.strategies) >= STRATEGIES
    assert "90" in str(loaded.model.params["dormant_after"].value)
