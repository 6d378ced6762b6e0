"""Delivering: which lists, to which sinks, once however often; and what a sink that fails leaves."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import polars as pl
import pytest

from strategy_engine.cli import deliver as cli
from strategy_engine.delivery import deliver
from strategy_engine.engine.day import emit
from strategy_engine.ledger import durable, moments
from strategy_engine.ledger.lock import lock
from strategy_engine.semantics import lists
from strategy_engine.session import Project, StrategyError

from .bank import DAY, NEXT, copied, make, promote, strategy


def delivered(bank: Path) -> dict[str, tuple[int, str]]:
    return durable.contents(bank / "delivered")


def refused(bank: Path, *sinks: str, date: str = DAY) -> tuple[str, int]:
    with pytest.raises(StrategyError) as error:
        Project.open(bank).deliver(date, *sinks)
    return error.value.diagnostics[0].code, error.value.exit_code


def test_the_fixed_columns_are_those_of_the_lists() -> None:
    assert list(lists.FIXED) == list(emit.COLUMNS)


def test_a_run_delivers_to_every_sink(tmp_path: Path) -> None:
    bank = make(tmp_path / "bank", "lists", "sheets", "feed", "branches")
    outcomes = []
    result = Project.open(bank).run(DAY, served=outcomes.append)
    assert not result.diagnostics
    assert [(each.sink, each.to, each.actions) for each in outcomes[0].delivered] == [
        ("lists", f"delivered/parquet/{DAY}/", 6),
        ("sheets", f"delivered/csv/{DAY}", 6),
        ("feed", f"delivered/jsonl/{DAY}", 2),
        ("branches", f"delivered/handout/{DAY}/", 6),
    ]
    assert sorted(delivered(bank)) == [
        f"csv/{DAY}/rm_call.csv",
        f"csv/{DAY}/sms.csv",
        f"handout/{DAY}/东门支行.xlsx",
        f"handout/{DAY}/未分配.xlsx",
        f"handout/{DAY}/西湖%2F支行.xlsx",
        f"jsonl/{DAY}/sms.jsonl",
        f"parquet/{DAY}/rm_call.parquet",
        f"parquet/{DAY}/sms.parquet",
    ]
    assert pl.read_parquet(bank / f"delivered/parquet/{DAY}/rm_call.parquet").equals(result.lists["rm_call"])
    lines = [json.loads(line) for line in (bank / f"delivered/jsonl/{DAY}/sms.jsonl").read_text("utf-8").splitlines()]
    assert [(list(line), line["script"]) for line in lines] == [
        (["action_id", "customer_id", "script"], script) for script in ("周五:今日资讯", "孙三:今日资讯")
    ]


def test_a_formula_is_disarmed_in_what_is_delivered(tmp_path: Path) -> None:
    bank = make(tmp_path / "bank", "sheets")
    Project.open(bank).run(DAY)
    scripts = pl.read_csv(bank / f"delivered/csv/{DAY}/rm_call.csv", infer_schema=False)["script"].to_list()
    assert "'=cmd|'/c calc'!A1,您好" in scripts


@pytest.mark.parametrize("form", ["parquet", "csv", "jsonl", "xlsx"])
def test_whatever_the_lists_format_the_sinks_get_the_same(tmp_path: Path, form: str) -> None:
    bank = make(tmp_path / "bank", "lists", "sheets", "branches")
    Project.open(bank).run(DAY, format=form)
    other = make(tmp_path / "other", "lists", "sheets", "branches")
    Project.open(other).run(DAY)
    assert delivered(bank) == delivered(other)
    assert (bank / "out" / DAY / "typed").is_dir() == (form != "parquet")
    assert not Project.open(bank).verify()


def test_delivering_twice_delivers_once(tmp_path: Path) -> None:
    bank = make(tmp_path / "bank", "lists", "sheets", "feed", "branches")
    project = Project.open(bank)
    project.run(DAY)
    before = durable.contents(bank)
    outcomes = []
    project.run(DAY, served=outcomes.append)
    assert outcomes[0].delivered == ()  # nothing is new
    assert len(project.deliver(DAY).delivered) == 4
    assert durable.contents(bank) == before


def test_a_replaced_day_is_delivered_in_place_of_the_old(tmp_path: Path) -> None:
    bank = make(tmp_path / "bank", "lists", "branches", "feed")
    Project.open(bank).run(DAY)
    promote(bank)
    Project.open(bank).run(DAY, replace=True)
    fresh = make(tmp_path / "fresh", "lists", "branches", "feed")
    promote(fresh)
    Project.open(fresh).run(DAY)
    assert delivered(bank) == delivered(fresh)


def test_a_folder_that_holds_anything_else_is_left_alone(tmp_path: Path) -> None:
    """Whatever way leads there: a link to the lists themselves, an absolute path, the strategies."""
    bank = make(tmp_path / "bank", lists='{kind: parquet, path: "link/{date}"}', own='{kind: csv, path: "kept/{date}"}')
    (bank / "link").symlink_to(bank / "out")
    (bank / "kept" / DAY).mkdir(parents=True)
    (bank / "kept" / DAY / "mine.txt").write_text("mine")
    told = Project.open(bank).run(DAY).diagnostics
    assert [each.code for each in told] == ["S0650", "S0650"]
    assert "`actions.parquet`" in told[0].message or "`channels`" in told[0].message
    assert "`mine.txt`" in told[1].message
    assert not Project.open(bank).verify()
    assert (bank / "kept" / DAY / "mine.txt").read_text() == "mine"


def test_each_date_has_its_own(tmp_path: Path) -> None:
    bank = make(tmp_path / "bank", "lists")
    assert strategy("run", "--project", bank, "--from", DAY, "--to", NEXT, "-q").returncode == 0
    assert sorted(path.name for path in (bank / "delivered/parquet").iterdir()) == [DAY, NEXT]


def test_what_was_delivered_is_known_and_forgetting_makes_it_due_again(tmp_path: Path) -> None:
    bank = make(tmp_path / "bank", "lists", "feed")
    project = Project.open(bank)
    project.run(DAY, deliver=False)
    assert not (bank / "delivered").exists()
    waiting = strategy("ledger", "status", "--project", bank).stdout
    assert f"to be delivered lists: {DAY}\n" in waiting
    project.deliver(DAY, "feed")
    assert list(project.undelivered()) == ["lists"]
    project.deliver(DAY)
    assert "to be delivered nothing" in strategy("ledger", "status", "--project", bank).stdout
    project.forget("1")
    assert list(project.undelivered()) == ["lists"]  # the feed has no calls, and so not customer 1
    assert not project.verify()
    project.deliver(DAY)
    assert "1" not in pl.read_parquet(bank / f"delivered/parquet/{DAY}/rm_call.parquet")["customer_id"].to_list()
    assert not project.undelivered()


def test_what_is_refused(tmp_path: Path) -> None:
    bank = make(tmp_path / "bank", "lists")
    assert refused(bank) == ("S0651", 2)
    assert "no day was run yet" in strategy("deliver", "--project", bank).stderr
    Project.open(bank).run(DAY)
    before = delivered(bank)
    assert refused(bank, "list") == ("S0654", 2)
    path = bank / "out" / DAY / "channels" / "sms.parquet"
    path.write_bytes(path.read_bytes() + b" ")
    assert refused(bank) == ("S0652", 3)
    path.unlink()
    assert refused(bank) == ("S0652", 3)
    assert delivered(bank) == before
    Project.open(bank).run(DAY)
    assert Project.open(bank).deliver(DAY).delivered
    shutil.rmtree(bank / "out")
    assert refused(bank) == ("S0652", 3)
    assert refused(make(tmp_path / "none")) == ("S0654", 2)


def test_lists_that_were_kept_before_there_were_sinks(tmp_path: Path) -> None:
    bank = make(tmp_path / "bank")
    Project.open(bank).run(DAY, format="csv")
    shutil.copy(make(tmp_path / "other", "lists") / "strategy.yaml", bank)
    assert refused(bank) == ("S0653", 3)
    Project.open(bank).run(DAY, format="csv")
    assert len(delivered(bank)) == 2


def test_a_day_without_actions_is_delivered(tmp_path: Path) -> None:
    bank = make(tmp_path / "bank", "lists", "branches")
    Project.open(bank).run(DAY)
    (bank / "data" / f"customer_{DAY}.csv").write_text("id,name,branch,rm,aum,gold\n9,郑九,,,1,\n", "utf-8")
    text = (bank / "bank.strategy").read_text("utf-8").replace("not gold", "aum > 5").replace("cohort: gold", "cohort: aum > 5")
    (bank / "bank.strategy").write_text(text, "utf-8")
    strategy_file = bank / "strategy.yaml"
    strategy_file.write_text(strategy_file.read_text("utf-8").replace("gold: {type: bool,", "gold: {type: bool?,"), "utf-8")
    Project.open(bank).run(DAY, replace=True)
    assert delivered(bank) == {}
    assert (bank / "delivered/handout" / DAY).is_dir()


# ------------------------------------------------------------------------------------------------ sinks that fail


def test_a_failing_sink_leaves_the_rest_and_is_retried_alone(tmp_path: Path) -> None:
    bank = make(tmp_path / "bank", "lists", "branches", "feed")
    (bank / "delivered").mkdir()
    (bank / "delivered" / "handout").write_text("in the way")
    done = strategy("run", "--project", bank, "--date", DAY)
    assert done.returncode == 3
    assert "error[S0650]: the sink `branches`" in done.stderr
    assert f"strategy deliver --date {DAY} --sink branches" in done.stderr
    assert "Traceback" not in done.stderr
    assert [name.partition("/")[0] for name in delivered(bank)] == ["handout", "jsonl", "parquet", "parquet"]
    lists, day = durable.contents(bank / "out"), Project.open(bank).ledger.record(Project.open(bank).ledger.dates()[0])
    assert len(lists) == 4
    assert day is not None
    again = strategy("deliver", "--project", bank, "--date", DAY, "--sink", "branches", "--json")
    assert again.returncode == 3
    assert json.loads(again.stdout) == {"date": DAY, "delivered": [], "failed": ["branches"]}
    (bank / "delivered" / "handout").unlink()
    again = strategy("deliver", "--project", bank, "--date", DAY, "--sink", "branches")
    assert again.returncode == 0, again.stderr
    assert "branches   delivered/handout" in again.stdout
    assert durable.contents(bank / "out") == lists
    calm = make(tmp_path / "calm", "lists", "branches", "feed")
    Project.open(calm).run(DAY)
    assert delivered(bank) == delivered(calm)
    assert not Project.open(bank).undelivered()


@pytest.mark.parametrize("moment", ["wrote rm_call", "filled the folder", "old folder aside"])
def test_an_exception_half_way_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str) -> None:
    bank = make(tmp_path / "bank", "lists", "feed")
    Project.open(bank).run(DAY)
    promote(bank)
    Project.open(bank).run(DAY, replace=True, deliver=False)
    calm = copied(bank, tmp_path / "calm")
    Project.open(calm).deliver(DAY)
    before = durable.contents(bank)

    def watch(name: str) -> None:
        if name == moment:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(moments, "watch", watch)
    outcome = Project.open(bank).deliver(DAY, "lists")
    monkeypatch.setattr(moments, "watch", None)
    assert [each.code for each in outcome.diagnostics] == ["S0650"]
    assert "no space left on device" in outcome.diagnostics[0].message
    assert durable.contents(bank) == before
    assert not Project.open(bank).deliver(DAY).diagnostics
    assert delivered(bank) == delivered(calm)


def test_a_delivery_that_cannot_be_noted_is_due_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bank = make(tmp_path / "bank", "lists", "feed")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as during:
        during.setattr(deliver, "note", full)
        told = Project.open(bank).run(DAY).diagnostics
    assert [each.code for each in told] == ["S0650", "S0650"]
    assert "could not be noted in the ledger: no space left on device" in told[0].message
    assert sorted(Project.open(bank).undelivered()) == ["feed", "lists"]
    Project.open(bank).run(DAY)
    assert not Project.open(bank).undelivered()


def test_a_missing_package_fails_its_sink_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRM_URL", "postgresql://bank@/bank?host=/nowhere")
    for module in ("xlsxwriter", "obstore", "adbc_driver_postgresql.dbapi"):
        monkeypatch.setitem(__import__("sys").modules, module, None)
    bank = make(tmp_path / "bank", "branches", "bucket", "crm", "lists")
    result = Project.open(bank).run(DAY)
    told = [each.message for each in result.diagnostics]
    assert [message.partition("pip install ")[2] for message in told] == [
        "'strategy-engine[excel]'`", "'strategy-engine[cloud]'`", "'strategy-engine[postgresql]'`",
    ]  # fmt: skip
    assert len(delivered(bank)) == 2


def test_one_at_a_time(tmp_path: Path) -> None:
    bank = make(tmp_path / "bank", "lists")
    Project.open(bank).run(DAY)
    with lock(bank / "ledger"):
        assert strategy("deliver", "--project", bank).returncode == 4


def test_several_sinks_by_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bank = make(tmp_path / "bank", "lists", "sheets", "feed")
    Project.open(bank).run(DAY, deliver=False)
    assert [each.sink for each in Project.open(bank).deliver(DAY, "feed", "lists").delivered] == ["lists", "feed"]
    assert cli.run(bank, None, ["feed", "sheets"], None, as_json=True, quiet=False) == 0
    assert [each["sink"] for each in json.loads(capsys.readouterr().out)["delivered"]] == ["sheets", "feed"]
    with pytest.raises(StrategyError) as error:
        Project.open(bank).deliver(DAY, "feed", "nothing_like_it")
    assert error.value.diagnostics[0].help == "the project's sinks are `lists`, `sheets`, `feed`"
