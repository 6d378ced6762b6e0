"""`strategy test --coverage`: what counts as tried, and how it is told."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from strategy_engine.cli.coverage import Counted
from strategy_engine.session import Project, compile_expression
from tests.trial.conftest import PROJECT

GOLDEN = Path(__file__).parent / "golden"
MORE = """
cohort rich "富裕客户" = aum >= 50万 and not tier == mass
cohort steady { enter: aum >= 10万  leave: aum < 5万 or tier is missing }
attribute size = if aum > 1亿 then 2 else 1
grid tier_by_class { rows: tier  columns: aum_class  merge: {mass/*: all_mass} }
trigger twice { on: sequence(a: txn where amount >= 5000, then b: txn where amount >= a.amount * 50% within 2 days)  within: last 9 days }
trigger grows { when: aum > 1万 and tier == gold }
strategy letter { cohort: rich or steady  trigger: twice or grows  channel: app, then sms after 1 day if aum >= 90万 }
"""
CASES = """
test "金卡客户收到工资礼" {
  on: 2026-11-20
  on: 2026-11-22
  given customer { id: 1, name: "王芳", tier: gold, aum: 30万, allowed: true }
  given customer { id: 2, name: "李明", tier: mass, aum: 60万 }
  given customer { id: 3, name: "A", tier: gold, allowed: false }
  given txn { id: 1, at: 2026-11-19T09:00, amount: 8000 }
  given txn { id: 3, at: 2026-11-19T09:00, amount: 6000 }
  given txn { id: 3, at: 2026-11-20T09:00, amount: 200 }
  given txn { id: 3, at: 2026-11-21T09:00, amount: 6000 }
  expect: thanks offers big on sms on 2026-11-20
}
"""


@pytest.fixture
def covered(bank: Path) -> Path:
    (bank / "more.strategy").write_text(MORE, "utf-8")
    (bank / "cases.strategy").write_text(CASES, "utf-8")
    return bank


Told = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def told(covered: Path) -> Told:
    def test(*arguments: str, columns: int = 100) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "strategy_engine.cli.main", *arguments]
        environment = {**os.environ, "COLUMNS": str(columns), "PYTHONUTF8": "1"}
        return subprocess.run(command, cwd=covered, env=environment, capture_output=True, text=True, encoding="utf-8", check=False)

    return test


def counts(folder: Path) -> dict[tuple[str, str], tuple[int, int, int]]:
    """By declaration and text, how often it was true, false and unknown."""
    project = Project.open(folder)
    coverage = project.coverage()
    assert list(project.test(coverage=coverage))
    return {(point.of, point.text): (seen.true, seen.false, seen.unknown) for point, seen in coverage.seen.items()}


# ------------------------------------------------------------------------------------------------ as it is told


@pytest.mark.parametrize(("name", "columns"), [("coverage.human", 100), ("coverage.narrow", 40)])
def test_for_people(told: Told, name: str, columns: int) -> None:
    done = told("test", "--coverage", columns=columns)
    assert (done.returncode, done.stderr) == (0, "")
    assert all(cell_len(line) <= columns for line in done.stdout.splitlines())
    golden(name, done.stdout)


def test_in_chinese(told: Told) -> None:
    done = told("--lang", "zh", "test", "--coverage")
    assert done.returncode == 0, done.stderr
    golden("coverage.zh", done.stdout)


def test_for_screen_readers(told: Told) -> None:
    done = told("--plain", "test", "--coverage")
    assert "3:43: missing never true, 2 unknown; in cohort steady; clause or row aum < 5万\n" in done.stdout


def test_for_machines(told: Told) -> None:
    done = told("test", "--coverage", "--format", "json")
    assert (done.returncode, done.stderr) == (0, "")
    golden("coverage.json", done.stdout)
    told_twice = told("test", "--coverage", "--format", "json")
    assert told_twice.stdout == done.stdout


def golden(name: str, text: str) -> None:
    path = GOLDEN / name
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(text, "utf-8")
    assert text == path.read_text("utf-8")


def test_junit_stays_a_document_of_its_own(told: Told) -> None:
    done = told("test", "--coverage", "--format", "junit")
    assert done.stdout.startswith("<?xml")
    assert "never true" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "err"),
    [
        (["--min-coverage", "1%"], 0, ""),
        (["--min-coverage", "1"], 0, ""),
        (["--min-coverage", "99.5%", "--quiet"], 1, "less than 99.5 %"),
        (["--min-coverage", "100%", "--quiet"], 1, "less than 100 %"),
        (["--min-coverage", "most"], 2, "`most` is no share"),
        (["--min-coverage", "101"], 2, "`101` is no share"),
        (["--min-coverage", "nan"], 2, "`nan` is no share"),
    ],
)
def test_a_share_may_be_asked_for(told: Told, arguments: list[str], code: int, err: str) -> None:
    done = told("test", *arguments)
    assert done.returncode == code, done.stderr
    assert err in done.stderr


@pytest.mark.parametrize(
    ("covered_points", "total", "percent"), [(999, 1000, 99), (1000, 1000, 100), (0, 0, 100), (1, 1000, 0), (2, 3, 66)]
)
def test_shares_are_rounded_down(covered_points: int, total: int, percent: int) -> None:
    assert Counted(covered_points, total).percent == percent


def test_a_test_that_fails_still_ends_with_one(told: Told, covered: Path) -> None:
    cases = covered / "cases.strategy"
    cases.write_text(cases.read_text("utf-8").replace("offers big", "offers small"), "utf-8")
    done = told("test", "--coverage")
    assert done.returncode == 1
    assert "clauses" in done.stdout


# ------------------------------------------------------------------------------------------------ what is counted


def test_what_is_tried(covered: Path) -> None:
    found = counts(covered)
    two_days, customers = 2, 3
    assert found["cohort rich", "aum >= 50万"] == (2, 2, 2)  # of the third customer nothing is known
    assert found["cohort rich", "tier == mass"] == (2, 4, 0)
    assert found["cohort steady", "tier is missing"] == (0, two_days * customers, 0)
    assert found["attribute size", "aum > 1亿"] == (0, 4, 2)
    assert found["table aum_class", ">= 10万 => rich"] == (4, 0, 2)
    assert found["table aum_class", "- => other"] == (2, 4, 0)
    assert found["grid tier_by_class", "all_mass"] == (2, 4, 0)
    assert found["grid tier_by_class", "gold/rich"] == (2, 4, 0)
    assert found["trigger grows", "aum > 1万"] == (4, 0, 2)
    # ways by sms: thanks for the first customer once (its hit is spent then), for the third twice; the second step of the tours of two
    assert found["channel sms", "allowed"] == (2, 2, 1)
    assert found["strategy thanks", "channel sms"] == (1, 2, 0)
    assert found["strategy thanks", "channel app"] == (0, 3, 0)
    assert found["strategy thanks", "aum_class == rich"] == (2, 4, 0)  # a candidate has two ways: by sms and by app


def test_the_rows_of_a_trigger(covered: Path) -> None:
    found = counts(covered)
    # the window of three days ends with each of the two days: the first row is in the first window only
    assert found["trigger wage", "amount >= 5000"] == (3, 2, 0)
    # one row a step: 8000; 6000, 200 and 6000. After a beginning, what comes later and in time
    assert found["trigger twice", "amount >= 5000"] == (5, 2, 0)
    assert found["trigger twice", "amount >= a.amount * 50%"] == (1, 2, 0)


def test_strategies_that_do_not_run_are_not_counted(covered: Path) -> None:
    (covered / "more.strategy").write_text(MORE + "strategy later { status: draft  cohort: aum > 7  channel: app }\n", "utf-8")
    assert not any(of == "strategy later" for of, _ in counts(covered))


def test_the_if_of_a_step_counts_on_the_day_that_it_is_due(covered: Path) -> None:
    assert counts(covered)["strategy letter", "aum >= 90万"] == (0, 1, 0)  # of the one who began


@pytest.mark.parametrize("arguments", [["--to", "yaml"], ["--lang", "zh"], ["--to", "yaml", "--lang", "zh"]])
def test_all_spellings_count_alike(told: Told, covered: Path, arguments: list[str]) -> None:
    before = counts(covered)
    done = told("fmt", "bank.strategy", "more.strategy", *arguments)
    assert done.returncode == 0, done.stderr
    after = counts(covered)
    assert sorted(after.values()) == sorted(before.values())
    assert [of for of, _ in sorted(after)] == [of for of, _ in sorted(before)]


# ------------------------------------------------------------------------------------------------ that it is true

LEAVES = ("aum >= 3万", "aum < 9万", "tier == gold", "allowed", "aum is known", "tier != mass")
CONDITIONS = st.recursive(
    st.sampled_from(LEAVES),
    lambda parts: st.one_of(
        st.builds("({} {} {})".format, parts, st.sampled_from(["and", "or"]), parts), st.builds("not ({})".format, parts)
    ),
    max_leaves=5,
)
CUSTOMERS = st.lists(
    st.fixed_dictionaries(
        {
            "tier": st.sampled_from([None, "mass", "gold"]),
            "aum": st.sampled_from([None, 0, 30000, 50000, 90000]),
            "allowed": st.sampled_from([None, True, False]),
        }
    ),
    min_size=1,
    max_size=4,
)
SCHEMA = {"tier": {"type": "enum", "values": ["mass", "gold"], "ordered": True, "optional": True}, "aum": "money?", "allowed": "bool?"}


@given(CONDITIONS, CUSTOMERS)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_clause_has_really_had_the_values_that_are_told_of_it(tmp_path: Path, condition: str, customers: list[dict[str, Any]]) -> None:
    """The other engine, asked clause by clause of the same customers, counts the same."""
    rows = "".join(
        f"given customer {{ id: {number}"
        + "".join(f", {name}: {_written(value)}" for name, value in one.items() if value is not None)
        + " }\n"
        for number, one in enumerate(customers)
    )
    (tmp_path / "strategy.yaml").write_text(PROJECT, "utf-8")
    text = f'cohort c = {condition}\nchannel app {{ cost: 0 }}\ntest "t" {{ on: {dt.date(2026, 11, 20)}\n{rows} }}\n'
    (tmp_path / "a.strategy").write_text(text, "utf-8")
    frame = pl.DataFrame(customers, schema={"tier": pl.Enum(["mass", "gold"]), "aum": pl.Int64, "allowed": pl.Boolean}, orient="row")
    frame = frame.with_columns(pl.col("aum") * 100)
    project = Project.open(tmp_path)
    coverage = project.coverage()
    list(project.test(coverage=coverage))
    assert coverage.seen
    for point, seen in coverage.seen.items():
        values = frame.select(compile_expression(point.text, SCHEMA)).to_series().to_list()
        assert (seen.true, seen.false, seen.unknown) == tuple(values.count(each) for each in (True, False, None)), point.text
        assert seen.covered == ({True, False} <= set(values))


def _written(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def test_json_is_what_the_model_has(told: Told) -> None:
    points = json.loads(told("test", "--coverage", "--format", "json").stdout)["coverage"]["points"]
    assert {each["missing"] for each in points} <= {None, "never tried", "only unknown", "never true", "never false"}
    assert all((each["missing"] is None) == bool(each["true"] and each["false"]) for each in points)
