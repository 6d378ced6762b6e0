"""`strategy plan --against` as a command: what it prints, how it ends, and the report for a pull request."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from strategy_engine.diagnostics import tongue

from .banks import PROJECT, customers, strategy, version

GOLDEN = Path(__file__).parent / "golden"
TEXT = """
channel sms "短信" { cost: 0  require: sms  limit: 60 contacts per day }
channel call "外呼" { cost: 15  assign: rm }
arbitration pick { keep: 1 per customer  order: priority desc, score desc }
strategy rich "财富|达标" { cohort: aum >= 60万  channel: call  score: aum  priority: 3 }
strategy thanks "答谢_老客" { cohort: aum >= 30万  channel: sms  score: aum  priority: 2 }
strategy everybody { cohort: everyone  channel: sms  score: aum  priority: 1  limit: 25 contacts per day }
"""
MISTAKE = TEXT.replace("aum >= 60万", "aum >= 60")


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    yield
    tongue.choose(None)  # a process has one tongue


@pytest.fixture
def bank(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Customers 1 to 90, n with n times 10,000; five managers. The folder `old` beside it holds the version before the mistake."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    version(tmp_path / "old", TEXT)
    folder = version(tmp_path / "bank", MISTAKE)
    customers(folder, *({"id": number, "rm": f"R{number % 5}"} for number in range(1, 91)))
    return folder


def golden(name: str, text: str) -> None:
    """The text is as it was."""
    if os.environ.get("UPDATE_GOLDEN"):
        GOLDEN.mkdir(exist_ok=True)
        (GOLDEN / name).write_text(text, "utf-8")
    assert text == (GOLDEN / name).read_text("utf-8")


def test_the_terminal(bank: Path) -> None:
    done = strategy("plan", "--project", bank.name, "--against", "old", "--max-change", "5%")
    assert done.code == 1
    golden("terminal.txt", f"{done.out}-- standard error --\n{done.err}")


def test_the_terminal_in_chinese(bank: Path) -> None:
    done = strategy("plan", "--project", bank.name, "--against", "old", "--max-change", "5%", "--lang", "zh")
    golden("chinese.txt", f"{done.out}-- standard error --\n{done.err}")


def test_the_report(bank: Path, tmp_path: Path) -> None:
    done = strategy("plan", "--project", bank.name, "--against", "old", "--max-change", "5%", "--markdown", "report.md", "--quiet")
    assert (done.code, done.out) == (1, "")
    golden("report.md", (tmp_path / "report.md").read_text("utf-8"))


def test_the_document(bank: Path) -> None:
    done = strategy("plan", "--project", bank.name, "--against", "old", "--json")
    assert done.code == 0
    golden("document.json", done.out)


def test_the_days_in_chinese(bank: Path) -> None:
    done = strategy("plan", "--project", bank.name, "--days", "2", "--lang", "zh")
    assert done.code == 0
    golden("days.txt", f"{done.out}-- standard error --\n{done.err}")


def test_no_customer_is_named(bank: Path, tmp_path: Path) -> None:
    """Ids that are nothing else: no number of the report can be one of them."""
    customers(bank, *({"id": f"K{number:05}", "aum": 10_000 * number} for number in range(1, 91)))
    done = strategy("plan", "--project", bank.name, "--against", "old", "--markdown", "report.md")
    assert "K000" not in done.out + done.err + (tmp_path / "report.md").read_text("utf-8")


# ------------------------------------------------------------------------------------------------ how it ends


@pytest.mark.parametrize(("most", "code"), [("0%", 1), ("65%", 1), ("99%", 1), ("100%", 0)])
def test_a_change_may_be_so_large(bank: Path, most: str, code: int) -> None:
    """`thanks` and `everybody` lose all of their customers, and `rich` had 31 of 90: two thirds are new."""
    assert strategy("plan", "--project", bank.name, "--against", "old", "--max-change", most, "-q").code == code


def test_the_share_is_of_those_of_either_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """19 of 20 stay: 5 % are others than before, which is not more than 5 %."""
    monkeypatch.chdir(tmp_path)
    channel = "channel sms { cost: 0 }\n"
    version(tmp_path / "old", channel + "strategy s { cohort: everyone  channel: sms }\n")
    bank = version(tmp_path / "bank", channel + "strategy s { cohort: aum > 1万  channel: sms }\n")
    customers(bank, *({"id": number} for number in range(1, 21)))
    assert strategy("plan", "--project", bank.name, "--against", "old", "--max-change", "5%", "-q").code == 0
    done = strategy("plan", "--project", bank.name, "--against", "old", "--max-change", "4.9%", "-q")
    assert done.code == 1
    assert "error[S0351]: more than 4.9% of the customers are others than before: all together, `s` -->" in " ".join(done.err.split())
    shown = strategy("plan", "--project", bank.name, "--against", "old", "--max-change", "4.9%", "-q", "--smallest", "1")
    assert "all together 5.0%, `s` 5.0%" in " ".join(shown.err.split())


def test_a_new_strategy_counts_in_the_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    old = "channel sms { cost: 0 }\nstrategy s { cohort: everyone  channel: sms }\n"
    version(tmp_path / "old", old)
    bank = version(tmp_path / "bank", old + "strategy t { cohort: aum > 1万  channel: sms }\n")
    customers(bank, *({"id": number} for number in range(1, 21)))
    assert strategy("plan", "--project", bank.name, "--against", "old", "--max-change", "0%", "-q").code == 0
    assert strategy("plan", "--project", "old", "--against", bank, "--max-change", "0%", "-q").code == 3, "the data are beside the other"


def test_a_revision_of_the_repository(bank: Path) -> None:
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@example.com", "-C", str(bank)]
    (bank / "bank.strategy").write_text(TEXT, "utf-8")
    (bank / ".gitignore").write_text("data/\n", "utf-8")
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "first"]):
        subprocess.run([*git, *words], check=True, capture_output=True)
    (bank / "bank.strategy").write_text(MISTAKE, "utf-8")
    by_folder, by_revision = (strategy("plan", "--project", bank.name, "--against", against, "--json") for against in ("old", "HEAD"))
    assert by_revision.out == by_folder.out.replace('"against": "old"', '"against": "HEAD"')


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["--against", "nowhere"], 2, "is no folder"),
        (["--against", "old", "--days", "3"], 2, "`--against` and `--days` do not go together"),
        (["--max-change", "5%"], 2, "go with `--against`"),
        (["--days", "3", "--markdown", "x.md"], 2, "go with `--against`"),
        (["--against", "old", "--max-change", "a lot"], 2, "`a lot` is no share"),
        (["--against", "old", "--markdown", "nowhere/report.md"], 3, "cannot write to `nowhere/report.md`"),
        (["--against", "broken"], 1, "error[S0350]: the version `broken` cannot be run: no column or cohort `aun` (S0201)"),
        (["--against", "other"], 3, "error[S0350]: the version `other` cannot be run:"),
        (["--against", "old", "--date", "2020-01-01"], 3, "error[S0501]: no file"),
    ],
)
def test_what_cannot_be_done_is_said(bank: Path, words: list[str], code: int, told: str) -> None:
    version(bank.parent / "broken", TEXT.replace("aum >= 60万", "aun >= 60万"))
    version(bank.parent / "other", TEXT.replace("aum >= 60万", "age >= 60"), PROJECT.replace("aum: money", "aum: money, age: int"))
    done = strategy("plan", "--project", bank.name, *words)
    assert (done.code, "Traceback" in done.err) == (code, False)
    assert told in " ".join(done.err.split())
