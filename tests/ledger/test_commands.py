"""The ledger at the command line: running again, replacing, backfilling, and looking into it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from strategy_engine.ledger import durable
from strategy_engine.ledger.lock import lock
from strategy_engine.session import Project, StrategyError

MINIMAL = Path(__file__).parents[2] / "strategies" / "minimal"
DAYS = ("2026-11-20", "2026-11-21", "2026-11-22")


@pytest.fixture
def bank(tmp_path: Path) -> Path:
    """The minimal project, with a snapshot on three days."""
    folder = Path(shutil.copytree(MINIMAL, tmp_path / "bank"))
    for day in DAYS[1:]:
        shutil.copy(folder / "data" / f"customer_{DAYS[0]}.csv", folder / "data" / f"customer_{day}.csv")
    return folder


def strategy(*arguments: str | Path, **env: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "strategy_engine.cli.main", *map(str, arguments)]
    environment = {**os.environ, "COLUMNS": "400", "PYTHONUTF8": "1", **env}
    return subprocess.run(command, env=environment, capture_output=True, text=True, encoding="utf-8", check=False)


def change(bank: Path, old: str = "tier >= gold", new: str = "tier >= mass") -> None:
    path = bank / "strategies" / "first.strategy"
    path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")


def test_a_backfill_runs_each_day_in_order_and_goes_on_where_it_was(bank: Path) -> None:
    assert strategy("run", "--project", bank, "--date", DAYS[0], "-q").returncode == 0
    done = strategy("run", "--project", bank, "--from", DAYS[0], "--to", "2026-11-30", "-q")
    assert done.returncode == 0, done.stderr
    assert [str(day) for day in Project.open(bank).ledger.dates()] == list(DAYS)
    before = durable.contents(bank)
    assert strategy("run", "--project", bank, "--from", DAYS[0], "--to", DAYS[2], "-q").returncode == 0
    assert durable.contents(bank) == before


def test_a_backfill_stops_at_the_first_failure(bank: Path) -> None:
    (bank / "data" / f"customer_{DAYS[1]}.csv").write_text("nonsense\n1\n")
    done = strategy("run", "--project", bank, "--from", DAYS[0], "--to", DAYS[2], "-q")
    assert done.returncode == 3
    assert [str(day) for day in Project.open(bank).ledger.dates()] == [DAYS[0]]
    assert sorted(path.name for path in (bank / "out").iterdir()) == [DAYS[0]]


@pytest.mark.parametrize(
    "options",
    [("--from", DAYS[0]), ("--to", DAYS[0]), ("--from", DAYS[1], "--to", DAYS[0]), ("--from", DAYS[0], "--to", DAYS[1], "--date", DAYS[0])],
)
def test_dates_that_make_no_range_are_wrong_usage(bank: Path, options: tuple[str, ...]) -> None:
    done = strategy("run", "--project", bank, *options)
    assert done.returncode == 2
    assert "--from" in done.stderr


def test_changed_strategies_are_refused_unless_they_replace(bank: Path) -> None:
    strategy("run", "--project", bank, "--from", DAYS[0], "--to", DAYS[1], "-q")
    lists = durable.contents(bank / "out")
    change(bank)
    refused = strategy("run", "--project", bank, "--date", DAYS[0])
    assert refused.returncode == 1
    assert "S0602" in refused.stderr
    assert "strategies have changed" in refused.stderr
    assert durable.contents(bank / "out") == lists
    replaced = strategy("run", "--project", bank, "--date", DAYS[0], "--replace")
    assert replaced.returncode == 0
    assert f"later dates rest on it: {DAYS[1]}" in replaced.stderr
    assert "warning[S0603]" in replaced.stderr
    assert durable.contents(bank / "out") != lists
    assert strategy("ledger", "verify", "--project", bank).returncode == 0


def test_another_format_is_written_for_the_same_day(bank: Path) -> None:
    strategy("run", "--project", bank, "--date", DAYS[0], "-q")
    told = strategy("run", "--project", bank, "--date", DAYS[0], "--format", "csv").stderr
    assert "its lists were written again, as csv in the place of parquet" in told
    again = strategy("run", "--project", bank, "--date", DAYS[0], "--format", "csv").stderr
    assert "nothing changed" in again
    assert {path.suffix for path in (bank / "out" / DAYS[0] / "channels").iterdir()} == {".csv"}
    assert strategy("ledger", "verify", "--project", bank).returncode == 0


def test_two_runs_at_once(bank: Path) -> None:
    with lock(bank / "ledger"):
        done = strategy("run", "--project", bank, "--date", DAYS[0])
        held = strategy("ledger", "status", "--project", bank)
    assert done.returncode == 4
    assert f"the ledger is held by process {os.getpid()} on " in done.stderr
    assert f"held by         process {os.getpid()}" in held.stdout
    assert not (bank / "out").exists()


def test_looking_into_the_ledger(bank: Path) -> None:
    assert "no day was run yet" in strategy("ledger", "status", "--project", bank).stdout
    strategy("run", "--project", bank, "--date", DAYS[0], "-q")
    strategy("run", "--project", bank, "--date", DAYS[2], "-q")
    status = strategy("ledger", "status", "--project", bank).stdout
    assert f"2 days, {DAYS[0]} to {DAYS[2]}" in status
    assert f"missed          {DAYS[1]}" in status
    history = strategy("ledger", "history", "1", "--project", bank)
    assert "salary_thanks" in history.stdout
    assert "赵一" not in history.stdout
    assert strategy("ledger", "history", "nobody", "--project", bank).returncode == 2
    assert strategy("ledger", "compact", "--project", bank).returncode == 0
    verified = strategy("ledger", "verify", "--project", bank)
    assert (verified.returncode, verified.stdout) == (0, "2 days verified\n")
    assert f"a date was missed: {DAYS[1]}" in verified.stderr
    (bank / "out" / DAYS[0] / "manifest.json").write_text("{}")
    damaged = strategy("ledger", "verify", "--project", bank)
    assert damaged.returncode == 3
    assert "was changed after the run" in damaged.stderr


def test_forgetting(bank: Path) -> None:
    strategy("run", "--project", bank, "--date", DAYS[0], "-q", "--format", "csv")
    leaves = "every run leaves the customer out from now on"
    assert strategy("ledger", "forget", "1", "--project", bank).stdout == f"customer `1` was removed from 1 day; {leaves}\n"
    assert strategy("ledger", "forget", "99", "--project", bank).stdout == f"customer `99` is in no day of the ledger; {leaves}\n"
    assert strategy("ledger", "forget", "99", "--readmit", "--project", bank).returncode == 0
    unknown = strategy("ledger", "forget", "99", "--readmit", "--project", bank)
    assert (unknown.returncode, unknown.stderr) == (2, "error: customer `99` was not forgotten\n")
    assert strategy("ledger", "history", "1", "--project", bank).returncode == 2
    assert "赵一" not in "".join(path.read_text("utf-8") for path in (bank / "out").rglob("*.csv"))
    assert strategy("ledger", "verify", "--project", bank).returncode == 0


def test_a_ledger_in_an_object_store_is_refused(bank: Path) -> None:
    file = bank / "strategy.yaml"
    lines = [line for line in file.read_text("utf-8").splitlines() if not line.startswith("ledger:")]
    file.write_text("\n".join([*lines, "ledger: s3://bank/ledger", ""]), "utf-8")
    with pytest.raises(StrategyError) as refused:
        Project.open(bank).run(DAYS[0])
    assert refused.value.diagnostics[0].code == "S0607"
