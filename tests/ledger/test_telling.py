"""What commands tell on standard error, and what `--quiet` keeps quiet."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from test_commands import DAYS, MINIMAL, change, strategy

from strategy_engine.ledger import transaction
from strategy_engine.session import Project


@pytest.fixture
def bank(tmp_path: Path) -> Path:
    """The minimal project, with a snapshot on the first and the last of three days."""
    folder = Path(shutil.copytree(MINIMAL, tmp_path / "bank"))
    shutil.copy(folder / "data" / f"customer_{DAYS[0]}.csv", folder / "data" / f"customer_{DAYS[2]}.csv")
    return folder


def cut_off(bank: Path, date: str) -> None:
    """Leave what a run that was cut off before it was decided leaves."""
    (bank / "ledger" / transaction.PENDING / date).mkdir(parents=True)


def test_quiet_hides_notes_and_no_warning(bank: Path) -> None:
    strategy("run", "--project", bank, "--from", DAYS[0], "--to", DAYS[2], "-q")
    same = strategy("run", "--project", bank, "--date", DAYS[0], "-q")
    assert (same.stdout, same.stderr) == ("", "")  # S0609 is a note
    change(bank)
    replaced = strategy("run", "--project", bank, "--date", DAYS[0], "--replace", "-q")
    assert replaced.stdout == ""
    assert replaced.stderr.startswith("warning[S0603]")
    change(bank, "tier >= mass", "tier >= gold")
    both = strategy("run", "--project", bank, "--from", DAYS[0], "--to", DAYS[2], "--replace", "-q")
    assert (both.returncode, "S0603" in both.stderr) == (0, False)  # what rests on the first day is run again at once


def test_dates_without_a_snapshot_are_a_warning_with_a_code(bank: Path) -> None:
    done = strategy("run", "--project", bank, "--from", DAYS[0], "--to", DAYS[2], "-q")
    assert done.returncode == 0
    assert f"warning[S0524]: no snapshot of {DAYS[1]}: not run" in done.stderr


def test_plan_tells_what_the_data_contract_found(bank: Path) -> None:
    file = bank / "strategy.yaml"
    file.write_text(file.read_text("utf-8") + "\non_breach: {unknown_enum: drop}\n", "utf-8")
    snapshot = bank / "data" / f"customer_{DAYS[0]}.csv"
    snapshot.write_text(snapshot.read_text("utf-8").replace(",mass,", ",maas,"), "utf-8")
    done = strategy("plan", "--project", bank, "--date", DAYS[0], "--quiet")
    assert done.returncode == 0
    assert "warning[S0504]" in done.stderr


@pytest.mark.parametrize("command", [("history", "1"), ("forget", "1"), ("compact",)])
def test_ledger_commands_tell_that_a_run_was_finished(bank: Path, command: tuple[str, ...]) -> None:
    project = Project.open(bank)
    project.run(DAYS[0])
    record = project.ledger.record(project.ledger.dates()[0]) or {}
    lists = project.lists(project.ledger.dates()[0])
    day = transaction.prepare(
        project.ledger.folder, project.ledger.dates()[0], lists, lambda folder: shutil.copytree(lists, folder, dirs_exist_ok=True) and None
    )
    transaction.decide(day, record)
    done = strategy("ledger", *command, "--project", bank)
    assert done.returncode == 0, done.stderr
    assert f"note[S0604]: the run of {DAYS[0]} was cut off after it was decided, and has been finished" in done.stderr


def test_lists_that_are_gone_come_back_by_a_run_as_long_as_nothing_has_changed(bank: Path) -> None:
    strategy("run", "--project", bank, "--date", DAYS[0], "-q")
    shutil.rmtree(bank / "out" / DAYS[0])
    told = strategy("ledger", "verify", "--project", bank).stderr
    assert f"`strategy run --date {DAYS[0]}` writes them again; where strategies or data have changed since (S0602)" in told
    strategy("run", "--project", bank, "--date", DAYS[0], "-q")
    (bank / "out" / DAYS[0] / "manifest.json").write_text("{}")
    assert f"help: `strategy run --date {DAYS[0]}` writes them again" in strategy("ledger", "verify", "--project", bank).stderr


def test_status_names_days_in_words_and_those_that_were_cut_off(bank: Path) -> None:
    strategy("run", "--project", bank, "--date", DAYS[0], "-q")
    cut_off(bank, DAYS[2])
    status = strategy("ledger", "status", "--project", bank).stdout
    assert f"runs            1 day, {DAYS[0]}\n" in status
    assert f"cut off         {DAYS[2]}: it was not decided, and the next run removes what it has left" in status
    verified = strategy("ledger", "verify", "--project", bank)
    assert verified.stdout == "1 day verified\n"


def test_status_names_a_missed_date_where_snapshots_bear_none(bank: Path) -> None:
    file = bank / "strategy.yaml"
    file.write_text(file.read_text("utf-8").replace("customer_{date}.csv", f"customer_{DAYS[0]}.csv"), "utf-8")
    for day in (DAYS[0], DAYS[2]):
        assert strategy("run", "--project", bank, "--date", day, "-q").returncode == 0
    assert "S0608" in strategy("run", "--project", bank, "--date", DAYS[1]).stderr
    assert f"missed          {DAYS[1]}" in strategy("ledger", "status", "--project", bank).stdout


def test_a_narrow_history_stands_below_itself(bank: Path) -> None:
    strategy("run", "--project", bank, "--date", DAYS[0], "-q")
    wide = strategy("ledger", "history", "1", "--project", bank).stdout
    assert "run date" in wide.splitlines()[0]
    assert "strategy" in wide.splitlines()[0]
    narrow = strategy("ledger", "history", "1", "--project", bank, COLUMNS="60").stdout
    assert narrow.splitlines()[0].split() == [DAYS[0]]  # what the row is about; the rest below it
    assert "salary_thanks" in narrow
    assert max(map(len, narrow.splitlines())) <= 60


def test_compact_says_what_it_has_done(bank: Path) -> None:
    strategy("run", "--project", bank, "--from", DAYS[0], "--to", DAYS[2], "-q")
    told = strategy("ledger", "compact", "--project", bank).stdout
    assert "files that this replaced go with the first `compact` after 7 days" in told
    assert "in a small ledger the new files take more room until then" in told
