"""The review of a real randomised campaign, imported as another system listed it, against the figures that are published of it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl
import pytest

from strategy_engine.review.figures import EffectFigure, Figures, KpiFigure
from strategy_engine.session import Project
from tests.real.prepare_hillstrom import AS_OF, KNOWN, MAILED, prepare
from tests.real.raw_data import project_copy, raw


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    folder = project_copy("hillstrom", tmp_path_factory.mktemp("hillstrom"))
    listed = prepare(raw("hillstrom"), folder)
    found = Project.open(folder)
    assert found.take_in(listed).actions == 64_000
    return found


@pytest.fixture(scope="module")
def figures(project: Project) -> Figures:
    return project.review(as_of=AS_OF).figures


def kpi(figures: Figures, name: str, arm: str) -> KpiFigure:
    return next(each for each in figures.kpis if (each.kpi, each.dimension, each.member) == (name, "arm", arm))


def effect(figures: Figures, name: str, arm: str) -> EffectFigure:
    return next(each for each in figures.effects if (each.kpi, each.arm) == (name, arm))


def test_visit_rates(figures: Figures) -> None:
    assert kpi(figures, "visited", "mens").value == pytest.approx(0.182757, abs=5e-7)
    assert kpi(figures, "visited", "womens").value == pytest.approx(0.151400, abs=5e-7)
    assert effect(figures, "visited", "mens").control_value == pytest.approx(0.106167, abs=5e-7)


def test_conversions(figures: Figures) -> None:
    men, women = (effect(figures, "converted", arm) for arm in ("mens", "womens"))
    assert men.difference == pytest.approx(0.00681, abs=5e-6)
    assert men.p is not None
    assert men.p < 1e-12
    assert women.difference == pytest.approx(0.00311, abs=5e-6)
    assert women.p == pytest.approx(0.00016, abs=5e-6)
    assert {men.verdict, women.verdict} == {"better"}


def test_spend(figures: Figures) -> None:
    assert effect(figures, "spend", "mens").difference == pytest.approx(0.770, abs=5e-4)
    assert effect(figures, "spend", "womens").difference == pytest.approx(0.424, abs=5e-4)


def test_the_arms_are_balanced(figures: Figures) -> None:
    assert {each.arm: each.customers for each in figures.balance} == {"control": 21_306, "mens": 21_307, "womens": 21_387}
    assert {round(each.p, 4) for each in figures.balance} == {0.9037}
    assert not any(each.alarm for each in figures.balance)
    assert not figures.findings


def test_nobody_is_a_failure_before_the_time_is_over(project: Project) -> None:
    early = project.review(as_of=KNOWN).figures
    assert {(each.observed, each.pending) for each in early.kpis if each.dimension == "all"} == {(0, 42_694)}
    assert {each.verdict for each in early.effects} == {"early"}


def test_unbalanced_arms_block_the_verdict(tmp_path: Path) -> None:
    """44,000 against 45,000 where both should be half."""
    folder = project_copy("hillstrom", tmp_path)
    prepare(raw("hillstrom"), folder)
    rules = folder / "strategies" / "mailing.strategy"
    halved = rules.read_text("utf-8").replace("33.3333333333%", "50%").replace("  split:   { mens: 50%, womens: 50% }\n", "")
    rules.write_text(halved, "utf-8")
    arms = ["control"] * 44_000 + ["treated"] * 45_000
    listed = pl.DataFrame({"customer": [str(number) for number in range(89_000)], "arm": arms})
    listed.with_columns(date=pl.lit(MAILED), strategy=pl.lit("mailing"), channel=pl.lit("email")).write_csv(folder / "listed.csv")
    project = Project.open(folder)
    project.take_in(folder / "listed.csv")
    figures = project.review(as_of=AS_OF + dt.timedelta(days=1)).figures
    assert {round(each.p, 4) for each in figures.balance} == {0.0008}
    assert all(each.alarm for each in figures.balance)
    assert {each.verdict for each in figures.effects} == {"blocked"}
    assert {each.verdict for each in figures.targets} == {"blocked"}
    (finding,) = [each for each in figures.findings if each.kind == "unbalanced arms"]
    assert (finding.rank, "44,000" in finding.words) == (1, True)
