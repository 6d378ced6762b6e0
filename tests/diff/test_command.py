"""`strategy diff` as a user calls it: versions, formats, exit codes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from strategy_engine.cli.main import app
from strategy_engine.cli.shared import PLAINLY
from strategy_engine.diagnostics import tongue
from strategy_engine.diff import sides

from .test_differences import PROJECT, STRATEGIES, edited
from .test_revisions import git


@pytest.fixture
def bank(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A repository with a project in a folder, as the working folder; `HEAD~1` has errors."""
    place = tmp_path / "bank"
    place.mkdir()
    (place / "strategy.yaml").write_text(PROJECT, "utf-8")
    (place / "a.strategy").write_text("cohort broken = no_such_column > 1\n", "utf-8")
    git(tmp_path, "init", "-q", "-b", "main")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-qm", "broken")
    (place / "a.strategy").write_text(STRATEGIES, "utf-8")
    git(tmp_path, "commit", "-qam", "sound")
    monkeypatch.chdir(place)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv(PLAINLY, "0")  # which `--plain` sets for the rest of the process
    yield place
    tongue.choose(None)


def diff(*words: str) -> Result:
    return CliRunner().invoke(app, ["diff", *words])


def test_nothing_has_changed(bank: Path) -> None:
    del bank
    done = diff("--exit-code")
    assert (done.exit_code, done.stdout) == (0, "HEAD -> .: 0 of 2 strategies changed\n")


NARROWER = """\
HEAD -> .: 1 of 2 strategies changed

hello 问候 — narrower
├── lost: aum == 50000 and tier == gold and not exists(txn)
└── benefit: coupon else none -> bonus else none

cohort rich 富裕 — narrower
└── lost: aum == 50000 and tier == gold
"""


def test_the_working_folder_against_what_was_committed(bank: Path) -> None:
    (bank / "a.strategy").write_text(edited(("aum >= large", "aum > large"), ("benefit: coupon else", "benefit: bonus else")), "utf-8")
    for words in ([], ["HEAD"], ["main", "."], ["HEAD", "--project", "."]):
        done = diff(*words)
        assert (done.exit_code, done.stdout) == (0, NARROWER.replace("HEAD", words[0] if words else "HEAD")), words
    assert diff("--exit-code").exit_code == 1
    back = diff(".", "HEAD")
    assert "hello 问候 — wider\n├── gained: " in back.stdout


def test_in_chinese_and_plainly(bank: Path) -> None:
    (bank / "a.strategy").write_text(edited(("aum >= large", "aum > large")), "utf-8")
    assert diff("--lang", "zh").stdout == (
        "HEAD -> .: 2 个策略中有 1 个发生变化\n\n"
        "hello 问候 — 变窄\n└── 移出: aum == 50000 and tier == gold and not exists(txn)\n\n"
        "客群 rich 富裕 — 变窄\n└── 移出: aum == 50000 and tier == gold\n"
    )
    tongue.choose(None)
    assert "hello 问候 — narrower\n  lost: aum == 50000 and tier == gold and not exists(txn)\n" in diff("--plain").stdout


def test_a_narrow_terminal(bank: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (bank / "a.strategy").write_text(edited(("aum >= large", "aum > large")), "utf-8")
    monkeypatch.setenv("COLUMNS", "40")
    assert max(map(len, diff().stdout.splitlines())) <= 40


def test_for_machines(bank: Path) -> None:
    (bank / "a.strategy").write_text(edited(("aum >= large", "aum > large"), ("priority: 3", "priority: 5")), "utf-8")
    found = json.loads(diff("--json").stdout)
    assert (found["before"], found["after"], found["changed"], found["proved"]) == ("HEAD", ".", True, True)
    [hello] = found["strategies"]
    assert hello["audience"] == {
        "verdict": "narrower",
        "gained": {"found": "none", "customer": None},
        "lost": {"found": "shown", "customer": "aum == 50000 and tier == gold and not exists(txn)"},
    }
    assert hello["changes"] == [{"part": "priority", "before": "3", "after": "5"}]
    assert [(each["kind"], each["name"]) for each in found["declarations"]] == [("cohort", "rich")]
    assert found["unchanged"] == {
        "strategy": 1, "cohort": 2, "attribute": 1, "trigger": 1, "benefit": 2, "channel": 2, "kpi": 1, "param": 1,
    }  # fmt: skip


def test_what_is_wrong_ends_with_two(bank: Path) -> None:
    del bank
    assert "S0342" in diff("mian").stderr
    broken = diff("HEAD~1")
    assert "--> HEAD~1:a.strategy:1:17" in broken.stderr
    assert "S0345" in broken.stderr
    assert "compares two versions, and 3 were named" in diff("a", "b", "c").stderr
    assert "nothing at `nowhere`" in diff("--project", "nowhere").stderr
    assert {diff(*words).exit_code for words in (["mian"], ["HEAD~1"], ["a", "b", "c"], ["--project", "nowhere"])} == {2}


def test_without_the_solver_a_note_says_so(bank: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sides, "installed", lambda: False)
    same = diff()
    assert (same.stdout, same.stderr) == ("HEAD -> .: 0 of 2 strategies changed\n", "")
    (bank / "a.strategy").write_text(edited(("aum >= large", "aum > large")), "utf-8")
    done = diff("--exit-code")
    assert "hello 问候 — changed\n" in done.stdout
    assert "note[S0344]" in done.stderr
    assert done.exit_code == 1
    assert json.loads(diff("--json").stdout)["proved"] is False


def test_two_runs_print_the_same(bank: Path) -> None:
    (bank / "a.strategy").write_text(edited(("> 3", "> 4"), ("within last 30 days)\ncohort", "within last 29 days)\ncohort")), "utf-8")
    assert diff("--json").stdout == diff("--json").stdout


def test_a_channel_that_asks_for_more_tells_whom_it_loses(bank: Path) -> None:
    (bank / "a.strategy").write_text(
        edited(("consent_sms }", "consent_sms and age >= 18 }"), ("within: last 1 day", "within: last 2 days")), "utf-8"
    )
    assert diff().stdout == (
        "HEAD -> .: 2 of 2 strategies changed\n\n"
        "hello 问候 — changed\n└── uses channel sms, which has changed\n\n"
        "thanks — changed\n└── uses trigger big, which has changed\n\n"
        "trigger big — wider\n└── gained: at == 2026-06-16T00:00 and amount == 10000 and today == 2026-06-17\n\n"
        "channel sms — changed\n└── require: consent_sms -> consent_sms and age >= 18\n    └── lost: consent_sms and age == 0\n"
    )
