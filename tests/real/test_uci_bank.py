"""A bank's telemarketing (Moro, Cortez, Rita, Decision Support Systems 62 (2014) 22-31): the actions against plain Polars."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import polars as pl
import pytest

from . import expected_uci
from .contest import Action, counted
from .prepare_uci import AS_OF, prepare
from .raw_data import HERE, project_copy, raw
from .runs import Ran, errors, run

PROJECT = "uci_bank"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    source = raw(PROJECT)
    folder = project_copy(PROJECT, tmp_path_factory.mktemp("real"))
    prepare(source, folder)
    return folder


@pytest.fixture(scope="module")
def ran(project: Path) -> Ran:
    return run(project, AS_OF)


@pytest.fixture(scope="module")
def people() -> pl.DataFrame:
    return expected_uci.customers(raw(PROJECT))


@pytest.fixture(scope="module")
def expected(people: pl.DataFrame) -> list[Action]:
    return expected_uci.actions(people)


def test_the_project_checks_without_errors() -> None:
    assert errors(HERE / PROJECT) == []


def test_cohorts_have_the_counted_sizes(ran: Ran, people: pl.DataFrame) -> None:
    assert ran.level("in_cohort") == expected_uci.cohorts(people)


def test_as_many_are_reachable_as_counted(ran: Ran, people: pl.DataFrame) -> None:
    assert ran.level("reachable") == Counter(candidate.strategy for candidate in expected_uci.candidates(people))


def test_as_many_actions_by_strategy_channel_and_arm(ran: Ran, expected: list[Action]) -> None:
    assert counted(ran.actions) == counted(expected)
    assert {action.strategy for action in expected} == set(expected_uci.rules()), "every strategy has actions"


def test_the_same_customers_by_the_same_ways(ran: Ran, expected: list[Action]) -> None:
    assert set(ran.actions) == set(expected)


def test_nobody_is_listed_against_the_policy(ran: Ran, people: pl.DataFrame) -> None:
    listed = ran.result.actions.join(people, left_on="customer_id", right_on="key")
    assert listed.filter(pl.col("campaign") > 5).is_empty()
    assert listed.filter(pl.col("default") == "yes").is_empty()
    assert listed.filter(pl.col("loan") == "yes").get_column("strategy").unique().to_list() == ["refinance"]
    assert listed.get_column("customer_id").is_unique().all()


def test_a_control_is_on_no_channel_list(ran: Ran) -> None:
    handed = pl.concat(frame.select("action_id") for frame in ran.result.lists.values())
    treated = ran.result.actions.filter(pl.col("arm") != "control").select("action_id")
    assert sorted(handed.to_series()) == sorted(treated.to_series())


def test_small_batches_give_the_same(ran: Ran) -> None:
    assert run(ran.folder, AS_OF, batch_size=7_000).result.actions.equals(ran.result.actions)


def test_the_order_of_the_file_does_not_matter(ran: Ran, tmp_path: Path) -> None:
    folder = project_copy(PROJECT, tmp_path)
    (folder / "data").mkdir()
    name = f"data/customer_{AS_OF}.parquet"
    pl.read_parquet(ran.folder / name).sample(fraction=1, shuffle=True, seed=1).write_parquet(folder / name)
    assert run(folder, AS_OF).result.actions.equals(ran.result.actions)
