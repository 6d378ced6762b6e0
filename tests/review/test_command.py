"""`strategy review`, `ledger import` and `ledger resume` as people, schedulers and other programs use them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from .small import Small, day

RULES = """
channel sms "短信" { cost: 0.05 }
kpi bought "购买率" { measure: share of exists(txn where type == buy within 3 days after contact)  at: 3 days }
strategy spring "春季活动" { status: retired  cohort: city == north  channel: sms  control: 50%  kpi: bought uplift >= 1% else pause }
"""
ENVIRONMENT = {**os.environ, "NO_COLOR": "1", "COLUMNS": "100", "PYTHONUTF8": "1", "LC_ALL": "C.UTF-8"}


@pytest.fixture
def bank(tmp_path: Path) -> Small:
    """Two hundred customers, half of them controls; of the treated every fourth buys, of the controls every tenth."""
    bank = Small(tmp_path / "bank", RULES)
    bank.snapshot(0, {str(number): 1.0 for number in range(200)}).snapshot(5, {"1": 1.0})
    bank.events([(str(number), 1, "buy", 5.0) for number in range(200) if number % (4 if number < 100 else 10) == 0])
    arms = ["treated"] * 100 + ["control"] * 100
    listed = {"customer": [str(number) for number in range(200)], "arm": arms}
    same = {"date": pl.lit(day(0)), "strategy": pl.lit("spring"), "channel": pl.lit("sms")}
    pl.DataFrame(listed).with_columns(**same).write_csv(bank.folder / "spring.csv")
    return bank


def strategy(bank: Small, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "strategy_engine.cli.main", *arguments]
    return subprocess.run(
        command, cwd=bank.folder, env={**ENVIRONMENT, **environment}, capture_output=True, text=True, check=False, timeout=60
    )


def golden(name: str, text: str) -> str:
    path = Path(__file__).parent / "golden" / name
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(text, "utf-8")
    return path.read_text("utf-8")


def imported(bank: Small) -> Small:
    done = strategy(bank, "ledger", "import", "spring.csv")
    assert done.stdout == "200 actions of 1 day taken in: 2026-03-02 to 2026-03-02\n"
    return bank


def test_people_read_findings_effects_and_targets(bank: Small) -> None:
    done = strategy(imported(bank), "review")
    assert done.returncode == 0
    assert done.stdout == golden("review.txt", done.stdout)


def test_in_chinese_on_a_narrow_terminal(bank: Small) -> None:
    done = strategy(imported(bank), "review", "--lang", "zh", COLUMNS="50")
    assert done.stdout == golden("review.zh.txt", done.stdout)


def test_machines_read_the_same_figures_everywhere(bank: Small) -> None:
    done = strategy(imported(bank), "review", "--json", "--html", "out/page.html", "--tables", "out/tables")
    told = json.loads(done.stdout)
    (effect,) = told["effects"]
    assert (effect["treated_value"], effect["control_value"], effect["verdict"]) == (0.25, 0.1, "better")
    assert pl.read_parquet(bank.folder / "out" / "tables" / "effects.parquet").to_dicts() == told["effects"]
    assert "春季活动" in (bank.folder / "out" / "page.html").read_text("utf-8")


def test_nothing_is_told_where_quiet(bank: Small) -> None:
    done = strategy(imported(bank), "review", "--quiet")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_nothing_to_review(bank: Small) -> None:
    done = strategy(bank, "review", "--from", "2026-03-01")
    assert done.returncode == 2
    assert done.stderr.startswith("error[S0525]: nothing was listed from 2026-03-01, so there is nothing to review\n")


def test_a_page_that_cannot_be_written(bank: Small) -> None:
    (bank.folder / "taken").write_text("", "utf-8")
    done = strategy(imported(bank), "review", "--html", "taken/page.html")
    assert (done.returncode, done.stderr) == (3, "error: cannot write `taken`: file exists\n")


def test_an_import_takes_the_place_of_its_last(bank: Small) -> None:
    imported(imported(bank))
    assert json.loads(strategy(bank, "review", "--json").stdout)["actions"] == 200
    again = strategy(bank, "ledger", "import", "spring.csv", "--source", "again")
    assert again.returncode == 3
    assert "200 of its actions were taken in from `spring` before" in " ".join(again.stderr.split())
    assert json.loads(strategy(bank, "ledger", "status", "--json").stdout)["imported"] == {"spring": 200}


def test_arms_by_other_names(bank: Small) -> None:
    rows = (bank.folder / "spring.csv").read_text("utf-8")
    (bank.folder / "spring.csv").write_text(rows.replace("control", "对照组").replace("treated", "B"), "utf-8")
    done = strategy(bank, "ledger", "import", "spring.csv")
    assert "`spring` has no arm B: all of these count as treated" in done.stderr
    (effect,) = json.loads(strategy(bank, "review", "--json").stdout)["effects"]
    assert (effect["treated"], effect["control"]) == (100, 100)


def test_ids_that_nobody_has(bank: Small) -> None:
    rows = pl.read_csv(bank.folder / "spring.csv").with_columns(customer=pl.format("C{}", "customer"))
    rows.write_csv(bank.folder / "spring.csv")
    assert strategy(bank, "ledger", "import", "spring.csv").returncode == 0
    findings = json.loads(strategy(bank, "review", "--json").stdout)["findings"]
    assert findings[0]["words"].startswith("200 of 200 customers are not in the snapshot")


def test_a_pause_is_told_though_the_page_cannot_be_written(bank: Small) -> None:
    bank.events([(str(number), 1, "buy", 5.0) for number in range(100, 200)])
    (bank.folder / "taken").write_text("", "utf-8")
    done = strategy(imported(bank), "review", "--html", "taken/page.html")
    assert done.returncode == 3
    assert done.stderr.startswith("warning[S0622]: `spring` is paused and lists nothing, as `bought` was -100.00%")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("customer,strategy\n1,spring\n", "no column `date`"),
        ("customer,date,strategy\n1,11/20/2026,spring\n", "conversion from `str` to `date` failed"),
        ("customer,date,strategy\n1,2026-03-02,spring\n,2026-03-02,spring\n", "`customer_id` is missing in 1 rows, first in row 2"),
        ("customer,date,strategy\n1,2026-03-02,spring\n1,2026-03-02,spring\n", "2 rows are not told apart"),
        ("", "empty"),
        ("customer,date,strategy\n", "it has no rows"),
    ],
    ids=["no date", "another date", "no customer", "twice", "empty", "only a head"],
)
def test_a_file_that_cannot_be_imported_changes_nothing(bank: Small, text: str, problem: str) -> None:
    (bank.folder / "wrong.csv").write_text(text, "utf-8")
    done = strategy(bank, "ledger", "import", "wrong.csv")
    assert done.returncode == 3
    assert done.stderr.startswith("error[S0624]: cannot import `wrong.csv`: ")
    assert problem in " ".join(done.stderr.split())
    assert strategy(bank, "review").returncode == 2


def test_whom_the_ledger_forgets_the_review_does_not_know(bank: Small) -> None:
    imported(bank)
    assert strategy(bank, "ledger", "forget", "0").returncode == 0
    assert json.loads(strategy(bank, "review", "--json").stdout)["customers"] == 199
    again = strategy(bank, "ledger", "import", "spring.csv")
    assert again.stdout.splitlines()[1] == "1 actions of customers who were forgotten left out"
