"""Commands as a user calls them: what they print where, and how they end."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from strategy_engine.language.printing.layout import width
from tests.cli.conftest import Program

USED = " tells how it is used"
FIXED_COLUMNS = [
    *("run_date", "action_id", "customer_id", "strategy", "version", "arm", "trigger", "trigger_time", "product", "benefit"),
    *("channel", "step", "assignee", "owner", "script", "terms", "score", "rank", "valid_until"),
]


def test_version(strategy: Program) -> None:
    done = strategy("--version")
    assert (done.returncode, done.stdout) == (0, "strategy 0.1.0\n")


def test_help_names_every_command(strategy: Program) -> None:
    done = strategy("--help")
    assert done.returncode == 0
    for command in ("check", "run", "plan", "explain", "demo", "init", "schema", "docs"):
        assert command in done.stdout


@pytest.mark.parametrize("command", ["serve"])
def test_what_is_not_built_yet_says_so(strategy: Program, command: str) -> None:
    done = strategy(command)
    assert done.returncode == 2
    assert done.stderr == f"error: `strategy {command}` is not part of version 0.1.0\n"


def test_init_makes_a_project_that_runs(strategy: Program, tmp_path: Path) -> None:
    assert strategy("init", "bank").returncode == 0
    assert strategy("check", "bank").returncode == 0
    done = strategy("run", "--project", "bank")
    assert done.returncode == 0, done.stderr
    actions = pl.read_parquet(tmp_path / "bank/out/2026-11-20/actions.parquet")
    assert actions.columns == FIXED_COLUMNS
    assert set(actions.select("customer_id", "strategy", "channel").rows()) == {
        ("1", "salary_thanks", "sms"),
        ("3", "salary_thanks", "app"),
        ("2", "wake_up", "sms"),
        ("5", "wake_up", "sms"),
    }


def test_init_refuses_a_folder_that_is_not_empty(strategy: Program, project: Path) -> None:
    done = strategy("init", project)
    assert done.returncode == 2
    assert "is not empty" in done.stderr


def test_check_ends_with_1_on_errors_and_prints_json(strategy: Program, project: Path) -> None:
    path = project / "strategies/first.strategy"
    path.write_text(path.read_text("utf-8").replace("tier >= gold", "tierr >= gold"), "utf-8")
    done = strategy("check", project, "--format", "json")
    assert done.returncode == 1
    document = json.loads(done.stdout)
    assert document["version"] == 1
    found = next(each for each in document["diagnostics"] if each["severity"] == "error")
    assert (found["code"], found["line"], found["column"], found["end_column"]) == ("S0201", 21, 13, 18)
    assert found["help"] == "did you mean `tier`?"
    human = strategy("check", project)
    assert human.returncode == 1
    assert "tierr >= gold" in human.stdout


def test_check_of_one_file_tells_of_that_file_alone(strategy: Program, project: Path) -> None:
    (project / "strategies/other.strategy").write_text("cohort x = nothing > 1\n", "utf-8")
    assert strategy("check", project / "strategies/first.strategy").returncode == 0
    assert strategy("check", project / "strategies/other.strategy").returncode == 1


def test_run_refuses_strategies_with_errors_and_writes_nothing(strategy: Program, project: Path) -> None:
    (project / "strategies/other.strategy").write_text("cohort x = nothing > 1\n", "utf-8")
    done = strategy("run", "--project", project)
    assert done.returncode == 1
    assert "S0201" in done.stderr
    assert not (project / "out").exists()


def test_data_that_breaks_its_declaration_ends_with_3_and_writes_nothing(strategy: Program, project: Path) -> None:
    data = project / "data/customer_2026-11-20.csv"
    data.write_text(data.read_text("utf-8").replace("platinum", "platin"), "utf-8")
    done = strategy("run", "--project", project)
    assert done.returncode == 3
    assert "S0504" in done.stderr
    assert not (project / "out").exists()


@pytest.mark.parametrize("date", ["2026-13-01", "yesterday", "20.11.2026", "20261120", "2026-W47-5", "２０２６-11-20"])
def test_a_date_that_is_none_is_wrong_usage(strategy: Program, project: Path, date: str) -> None:
    done = strategy("run", "--project", project, "--date", date)
    assert done.returncode == 2
    assert f"`{date}` is not a date" in done.stderr


def test_a_date_without_data_ends_with_3(strategy: Program, project: Path) -> None:
    done = strategy("run", "--project", project, "--date", "2026-11-21")
    assert done.returncode == 3
    assert "2026-11-20" in done.stderr  # the date that there is


def test_run_json_is_one_document_on_standard_output(strategy: Program, project: Path) -> None:
    done = strategy("run", "--project", project, "--json")
    assert json.loads(done.stdout)["actions"]["total"] == 4


def test_plan_writes_nothing(strategy: Program, project: Path) -> None:
    done = strategy("plan", "--project", project)
    assert done.returncode == 0
    assert "4 actions would be listed" in done.stdout
    assert not (project / "out").exists()


@pytest.mark.parametrize("form", ["parquet", "csv", "jsonl"])
def test_running_again_gives_the_same_bytes(strategy: Program, project: Path, form: str) -> None:
    def written() -> dict[str, bytes]:
        return {path.relative_to(project).as_posix(): path.read_bytes() for path in sorted((project / "out").rglob("*")) if path.is_file()}

    assert strategy("run", "--project", project, "--format", form).returncode == 0
    first = written()
    assert f"out/2026-11-20/channels/sms.{form}" in first
    assert strategy("run", "--project", project, "--format", form, "--batch-size", "1").returncode == 0
    assert written() == first


def test_personal_data_is_only_in_the_channel_list(strategy: Program, project: Path) -> None:
    strategy("run", "--project", project, "--format", "csv")
    out = project / "out/2026-11-20"
    assert "赵一" in (out / "channels/sms.csv").read_text("utf-8")
    scripts = pl.read_parquet(out / "actions.parquet").get_column("script").to_list()
    assert all("赵一" not in (script or "") for script in scripts)
    for done in (strategy("explain", "1", "--project", project), strategy("explain", "1", "--project", project, "--json")):
        assert done.returncode == 0
        assert "赵一" not in done.stdout


def test_explain_says_why_and_why_not(strategy: Program, project: Path) -> None:
    done = strategy("explain", "4", "--project", project)
    assert done.returncode == 0
    assert "in the cohort, but without a hit of 工资到账" in done.stdout
    assert "last_login" in done.stdout
    assert "unknown" in done.stdout
    document = json.loads(strategy("explain", "4", "--project", project, "--json").stdout)
    assert {each["name"]: each["outcome"] for each in document["strategies"]} == {"salary_thanks": "none", "wake_up": "none"}


def test_explain_of_nobody_and_of_nothing(strategy: Program, project: Path) -> None:
    nobody = strategy("explain", "99", "--project", project)
    assert nobody.returncode == 2
    assert "customer `99` is not in the snapshot" in nobody.stderr
    nothing = strategy("explain", "1", "--strategy", "wakeup", "--project", project)
    assert nothing.returncode == 2
    assert "did you mean `wake_up`?" in nothing.stderr


def test_explain_of_a_code_prints_its_page(strategy: Program) -> None:
    done = strategy("explain", "S0201")
    assert done.returncode == 0
    assert "S0201" in done.stdout


def test_schema_infer_writes_a_declaration(strategy: Program, project: Path) -> None:
    done = strategy("schema", "infer", project / "data/txn.csv")
    assert done.returncode == 0
    assert "kind: events" in done.stdout
    missing = strategy("schema", "infer", "nothing.csv")
    assert missing.returncode == 3
    assert "Traceback" not in missing.stderr


def test_no_colour_where_no_terminal_is(strategy: Program, project: Path) -> None:
    for done in (strategy("run", "--project", project), strategy("explain", "1", "--project", project), strategy("check", project)):
        assert "\x1b[" not in done.stdout + done.stderr


@pytest.mark.parametrize("width", ["40", "80", "200"])
def test_every_width_will_do(strategy: Program, project: Path, width: str) -> None:
    done = strategy("run", "--project", project, COLUMNS=width)
    assert done.returncode == 0
    assert "Traceback" not in done.stderr


def test_no_project_here(strategy: Program) -> None:
    for arguments in (("check",), ("run",), ("plan",), ("explain", "1")):
        done = strategy(*arguments)
        assert done.returncode == 1
        assert "strategy.yaml" in done.stdout + done.stderr
        assert "Traceback" not in done.stderr


def test_an_output_that_cannot_be_is_told_and_leaves_nothing(strategy: Program, project: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = strategy("run", "--project", project, "--out", "file")
    assert done.returncode == 3
    assert "Traceback" not in done.stderr
    assert strategy("run", "--project", project).returncode == 0


def test_dates_without_a_snapshot_are_named(strategy: Program, project: Path) -> None:
    done = strategy("run", "--project", project, "--from", "2026-11-20", "--to", "2026-11-22", "--quiet")
    assert done.returncode == 0
    assert done.stderr == "warning[S0524]: no snapshot of 2026-11-21, 2026-11-22: not run\n\n1 warning\n"


def test_check_tells_what_limits_permit_at_worst_and_does_not_fail_of_it(strategy: Program, project: Path) -> None:
    path = project / "strategies/first.strategy"
    path.write_text(path.read_text("utf-8").replace("1 contact per rolling 30 days per", "1 contact per month per"), "utf-8")
    human = strategy("check", project, COLUMNS="120")
    assert (human.returncode, human.stderr) == (0, "")
    assert "2 strategies checked, nothing to say" in human.stdout
    assert "1 contact per month per customer per strategy   2 contacts within one minute of the end of a month" in human.stdout
    done = strategy("check", project, "--format", "json")
    (note,) = json.loads(done.stdout)["diagnostics"]
    assert (done.returncode, note["code"], note["severity"], note["line"] > 0) == (0, "S0413", "note", True)


@pytest.mark.parametrize(
    ("arguments", "message", "advice"),
    [
        (["chek"], "no command `chek`", "did you mean `check`?"),
        (["ledger", "stats"], "no command `stats`", "did you mean `status`?"),
        (["nothinglikeit"], "no command `nothinglikeit`", "`strategy --help`" + USED),
        (["check", "--fromat", "json"], "no option `--fromat`", "did you mean `--format`?"),
        (["explain"], "the argument `customer` is missing", "`strategy explain --help`" + USED),
        (["run", "--date"], "the option `--date` needs a value", "`strategy run --help`" + USED),
        (["run", "--quiet=3"], "the option `--quiet` takes no value", "`strategy run --help`" + USED),
        (["init", "a", "b", "c"], "more arguments than it takes: `b c`", "`strategy init --help`" + USED),
        (["run", "--batch-size", "x"], "`--batch-size`: should be a valid integer", "`strategy run --help`" + USED),
        (["demo", "--customers", "5"], "`--customers`: should be greater than or equal to 100", "`strategy demo --help`" + USED),
        (["check", "nowhere", "--format", "json"], "nothing at `nowhere`", None),
    ],
    ids=lambda each: " ".join(each) if isinstance(each, list) else "",
)
def test_wrong_usage_is_told_in_one_style(strategy: Program, arguments: list[str], message: str, advice: str | None) -> None:
    done = strategy(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.splitlines() == [f"error: {message}", *([f"help: {advice}"] if advice else [])]


def test_wrong_usage_in_chinese(strategy: Program) -> None:
    told = strategy("check", "--fromat", "json", STRATEGY_LANG="zh").stderr.splitlines()
    assert told == ["错误: 没有选项 `--fromat`", "建议: 是否想写 `--format`？"]


@pytest.mark.parametrize("arguments", [[], ["ledger"], ["schema"]])
def test_a_command_that_needs_more_prints_its_help(strategy: Program, arguments: list[str]) -> None:
    done = strategy(*arguments)
    assert done.returncode == 2
    assert "Usage: strategy" in done.stdout + done.stderr


def test_the_ledger_as_json(strategy: Program, project: Path) -> None:
    def document(*arguments: str) -> dict[str, Any]:
        done = strategy("ledger", *arguments, "--project", project, "--json")
        assert done.returncode in (0, 3)
        return dict(json.loads(done.stdout))

    assert document("status")["runs"] == []
    strategy("run", "--project", project, "--quiet")
    state = document("status")
    assert (state["runs"], state["actions"], state["held_by"], state["missed"]) == (["2026-11-20"], 4, None, [])
    told = document("history", "1")
    assert told["customer"] == "1"
    assert [(each["run_date"], each["strategy"], each["channel"]) for each in told["actions"]] == [("2026-11-20", "salary_thanks", "sms")]
    assert document("verify")["diagnostics"] == []
    (project / "out/2026-11-20/actions.parquet").unlink()
    assert [each["code"] for each in document("verify")["diagnostics"]] == ["S0605"]


def test_a_strategy_file_that_cannot_be_read_is_an_error_of_the_strategies(strategy: Program, project: Path) -> None:
    (project / "strategies/gbk.strategy").write_bytes("# 客群\n".encode("gb18030"))
    for arguments in (("check", project), ("fmt", "--check", project), ("test", project), ("run", "--project", project)):
        done = strategy(*arguments)
        assert (done.returncode, "S0102" in done.stdout + done.stderr) == (1, True), arguments


def test_explain_without_a_customer_is_of_everyone(strategy: Program, project: Path) -> None:
    done = strategy("explain", "--strategy", "沉睡唤醒", "--project", project)
    assert done.returncode == 0
    assert "5 customers, 2 of them accepted" in done.stdout
    found = json.loads(strategy("explain", "--strategy", "wake_up", "--project", project, "--json").stdout)
    assert [(each["text"], each["left"]) for each in found["obstacles"][:2]] == [("last_login < today - 60 days", 3), ("aum >= 1万", 3)]
    narrow = strategy("explain", "--strategy", "wake_up", "--project", project, COLUMNS="40").stdout.splitlines()
    assert max(map(width, narrow)) <= 40


def test_explain_of_a_strategy_that_does_not_run(strategy: Program, project: Path) -> None:
    file = project / "strategies/first.strategy"
    file.write_text(file.read_text("utf-8") + "\nstrategy later { status: draft  cohort: everyone  channel: sms }\n", "utf-8")
    done = strategy("explain", "--strategy", "later", "--project", project)
    assert (done.returncode, done.stdout) == (2, "")
    assert "error[S0370]: `later` does not run on 2026-11-20: its status is draft" in done.stderr


def test_coverage_is_of_the_grids(strategy: Program, project: Path) -> None:
    file = project / "strategies/first.strategy"
    file.write_text(file.read_text("utf-8") + "\ntable rich { | aum | => rich | | < 5万 | => no | | >= 5万 | => yes | }\n", "utf-8")
    file.write_text(file.read_text("utf-8") + 'grid cells "宫格" { rows: rich  columns: tier }\n', "utf-8")
    done = strategy("coverage", "--project", project)
    assert (done.returncode, done.stderr) == (0, "")
    assert "4 of 5 customers reached in 30 days (80%), 4 contacts" in done.stdout
    found = json.loads(strategy("coverage", "--project", project, "--days", "1", "--json").stdout)
    assert (found["days"], found["reached"] + sum(found["why"].values())) == (1, 5)
    assert sum(cell["customers"] for cell in found["grids"][0]["cells"]) == 5
    for columns in (80, 40):
        lines = strategy("--lang", "zh", "coverage", "--project", project, COLUMNS=str(columns)).stdout.splitlines()
        assert max(map(width, lines)) <= columns
