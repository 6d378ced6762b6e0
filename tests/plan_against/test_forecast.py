"""Days to come: they are the real days, of a bank where nothing happens; and nothing is written."""

from __future__ import annotations

import datetime as dt
import shutil
import tempfile
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from strategy_engine.session import Project, StrategyError, forecasting

from .banks import PROJECT, TODAY, contents, customers, strategy, version

DAY = dt.timedelta(days=1)
TEXT = """
channel app { cost: 0 }
channel sms { cost: 0  require: sms  limit: 4 contacts per day }
benefit gift { cost: 10  limit: 120 cost per month }
policy contact {
  limit: 2 contacts per rolling 7 days per customer
  limit: 1 contact per rolling 3 days per customer per strategy
}
arbitration pick { keep: 1 per customer  order: priority desc, score desc }
strategy gifts { cohort: aum >= 3万  channel: app  benefit: gift  score: aum  priority: 3 }
strategy journey { cohort: everyone  channel: sms, then app after 2 days  score: aum  priority: 2  control: 20% }
strategy last { cohort: everyone  channel: sms  priority: 1 }
"""


@pytest.fixture
def bank(tmp_path: Path) -> Path:
    """Eight customers, and a ledger of the first day."""
    folder = version(tmp_path / "bank", TEXT)
    customers(folder, *({"id": number, "sms": number != 8} for number in range(1, 9)))
    Project.open(folder).run(TODAY)
    return folder


def test_the_days_are_those_of_real_runs(bank: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a copy whose snapshot of the last day is delivered again each day, real runs list the same to the last column."""
    ahead: list[pl.DataFrame] = []
    computed = forecasting.computed

    def noted(*words: Any, **options: Any) -> Any:
        result = computed(*words, **options)
        ahead.append(result.actions)
        return result

    monkeypatch.setattr(forecasting, "computed", noted)
    found = Project.open(bank).forecast(6)
    copy = Path(shutil.copytree(bank, tmp_path / "copy"))
    for number, day in enumerate(found.days):
        assert day.date == TODAY + (number + 1) * DAY
        shutil.copy(copy / f"data/customer_{TODAY}.csv", copy / f"data/customer_{day.date}.csv")
        real = Project.open(copy).run(day.date)
        assert ahead[number].equals(real.actions)
        assert (day.actions, day.controls) == (
            real.manifest["actions"]["total"] - day.controls,
            real.manifest["actions"]["by_arm"].get("control", 0),
        )
        assert day.uses == real.uses
    assert len({day.actions for day in found.days}) > 2, "days that differ"


def test_what_runs_out_and_who_is_at_the_cap(tmp_path: Path) -> None:
    """Four customers, gifts of 10 each from a budget of 100 a month, two contacts a week for each: on the first day 4 gifts, on the second
    4, on the third nobody may be contacted any more. A week after the first, the budget has room for 2, who are at their cap with that
    of the second day."""
    folder = tmp_path / "bank"
    text = """
channel app { cost: 0 }
benefit gift { cost: 10  limit: 100 cost per month }
policy contact { limit: 2 contacts per rolling 7 days per customer }
strategy gifts { cohort: everyone  channel: app  benefit: gift  score: aum }
"""
    first = dt.date(2026, 11, 2)
    customers(version(folder, text), *({"id": number} for number in range(1, 5)), date=first)
    found = Project.open(folder).forecast(9, first)
    assert [day.actions for day in found.days] == [4, 4, 0, 0, 0, 0, 0, 2, 0]
    assert [day.capped for day in found.days] == [0, 4, 4, 4, 4, 4, 4, 2, 0]
    budget, cap = found.limits[1], found.limits[0]
    assert (cap.last.limit, cap.out, cap.days) == ("policy contact: 2 contacts per rolling 7 days per customer", first + 2 * DAY, 5)
    assert (budget.last.limit, budget.out, budget.days, budget.refused) == ("benefit gift: 100 cost per month", first + 7 * DAY, 2, 6)
    assert budget.last.available - budget.last.used == 0


def test_it_begins_after_the_last_day_that_was_run(bank: Path) -> None:
    found = Project.open(bank).forecast(2)
    assert [day.date for day in found.days] == [TODAY + DAY, TODAY + 2 * DAY]
    assert [each.code for each in found.diagnostics] == ["S0352"]
    again = Project.open(bank).forecast(2, TODAY)
    assert [day.date for day in again.days] == [TODAY, TODAY + DAY]
    assert [each.code for each in again.diagnostics] == ["S0353", "S0352"]


def test_of_days_gone_by_those_with_a_snapshot_count(bank: Path) -> None:
    customers(bank, {"id": 1}, date=TODAY + 3 * DAY)
    dates = [day.date for day in Project.open(bank).forecast(5, TODAY).days]
    assert dates == [TODAY, TODAY + 3 * DAY, TODAY + 4 * DAY]


def test_without_snapshot_and_ledger_there_is_no_first_day(tmp_path: Path) -> None:
    folder = version(tmp_path / "bank", TEXT, PROJECT.replace("customer_{date}", "customer"))
    with pytest.raises(StrategyError) as refused:
        Project.open(folder).forecast(2)
    assert refused.value.diagnostics[0].code == "S0520"


def test_nothing_is_written_and_nothing_stays(bank: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = version(tmp_path / "old", TEXT.replace("aum >= 3万", "aum >= 5万"))
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    before = contents(bank)
    assert strategy("plan", "--project", bank, "--days", "4").code == 0
    assert strategy("plan", "--project", bank, "--against", old).code == 0
    assert contents(bank) == before
    assert list(scratch.iterdir()) == []


def test_nothing_stays_of_what_is_broken_off(bank: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    computed, seen = forecasting.computed, []

    def breaks_off(*words: Any, **options: Any) -> Any:
        seen.append(len(list(scratch.iterdir())))
        if len(seen) == 3:
            raise KeyboardInterrupt
        return computed(*words, **options)

    monkeypatch.setattr(forecasting, "computed", breaks_off)
    before = contents(bank)
    with pytest.raises(KeyboardInterrupt):
        Project.open(bank).forecast(4)
    assert seen == [1, 1, 1]
    assert list(scratch.iterdir()) == []
    assert contents(bank) == before


def test_as_json(bank: Path) -> None:
    told = strategy("plan", "--project", bank, "--days", "3", "--json").json
    assert [day["date"] for day in told["days"]] == ["2026-11-21", "2026-11-22", "2026-11-23"]
    assert {"limit", "runs_out", "days", "refused", "full", "left", "counted"} == set(told["limits"][0])
