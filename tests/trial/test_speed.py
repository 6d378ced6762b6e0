"""What makes many tests quick changes nothing of what they tell."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from strategy_engine.engine.trial import worth
from strategy_engine.engine.trial.run import Runner
from strategy_engine.session import Project
from tests.trial.test_coverage import CASES, MORE

FAILING = """
test "fails %s" { on: 2026-11-20  given customer { id: %s, name: "王芳", tier: gold, aum: 30万, allowed: true }  expect: thanks }
"""


@pytest.fixture
def project(bank: Path) -> Project:
    failing = "".join(FAILING % (number, number) for number in range(20))
    (bank / "more.strategy").write_text(MORE, "utf-8")
    (bank / "cases.strategy").write_text(CASES + failing, "utf-8")
    return Project.open(bank)


def test_several_processes_tell_the_same(project: Project) -> None:
    alone, together = project.coverage(), project.coverage()
    one = list(project.test(coverage=alone))
    two = list(project.test(coverage=together, processes=2))
    assert two == one
    assert [each.passed for each in two] == [True, *[False] * 20]
    assert together.seen == alone.seen


def test_few_tests_are_not_worth_a_process() -> None:
    assert worth(0) == worth(1) == worth(79) == 1
    assert worth(10_000) >= 1


def test_the_streaming_engine_of_a_real_run_tells_the_same(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    quick = list(project.test())
    monkeypatch.setattr(pl, "Config", lambda **_: __import__("contextlib").nullcontext())
    assert list(project.test()) == quick


def test_a_day_is_planned_once(project: Project) -> None:
    runner = Runner(project.model, project.sources)
    assert runner.plan(project.model.tests[0].dates[0]) is runner.plan(project.model.tests[1].dates[0])
