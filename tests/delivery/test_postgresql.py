"""PostgreSQL: one transaction, rows by `action_id`, and nothing where something is wrong. On a real server."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from strategy_engine.diagnostics.model import has_errors
from strategy_engine.ledger import moments
from strategy_engine.session import Project

from . import conftest
from .bank import DAY, NEXT, make, promote

QUERY = "select action_id, customer_id, channel, script, aum, gold, run_date::text from {} order by 1"


@pytest.fixture
def database(server: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A cursor on an empty database, whose address the sink finds."""
    from adbc_driver_postgresql import dbapi

    monkeypatch.setenv("CRM_URL", server)
    with dbapi.connect(server, autocommit=True) as connection, connection.cursor() as cursor:
        cursor.execute("drop schema public cascade")
        cursor.execute("create schema public")
        yield cursor


def rows(cursor: Any, table: str = "crm_actions", query: str = QUERY) -> list[Any]:
    cursor.execute(query.format(table))
    return list(cursor.fetchall())


def told(bank: Path, date: str = DAY) -> str:
    return "\n".join(f"{each.message} {each.help}" for each in Project.open(bank).deliver(date, "crm").diagnostics)


def test_the_table_is_made_and_filled(tmp_path: Path, database: Any) -> None:
    bank = make(tmp_path / "bank", "crm")
    result = Project.open(bank).run(DAY)
    assert not result.diagnostics
    found = {row[1]: row for row in rows(database)}
    assert found["1"][2:] == ("rm_call", "赵一,您好", "1000.50", True, DAY)
    assert found["3"][2:] == ("sms", "孙三:今日资讯", "5000.00", None, DAY)  # messages carry no `gold`
    assert found["4"][3] == "=cmd|'/c calc'!A1,您好"  # a database runs no formulas
    types = "select column_name, data_type from information_schema.columns where table_name = '{}'"
    kinds = dict(rows(database, query=types))
    assert [kinds[name] for name in ("run_date", "aum", "gold", "score", "rank", "trigger_time")] == [
        "date", "numeric", "boolean", "double precision", "bigint", "timestamp without time zone",
    ]  # fmt: skip
    key = (
        "select a.attname from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any(i.indkey) "
        "where i.indrelid = '{}'::regclass"
    )
    assert rows(database, query=key) == [("action_id",)]


def test_delivering_twice_writes_once(tmp_path: Path, database: Any) -> None:
    bank = make(tmp_path / "bank", "crm")
    Project.open(bank).run(DAY)
    versions = "select action_id, xmin::text, ctid::text from {} order by 1"
    before = rows(database, query=versions)
    assert told(bank) == ""
    assert rows(database, query=versions) == before  # not even written anew


def test_no_other_package_is_needed(tmp_path: Path, database: Any) -> None:
    bank = make(tmp_path / "bank", "crm")
    program = "import sys; sys.modules['pyarrow'] = None\nfrom strategy_engine.session import Project\n"
    program += f"print(*Project.open({str(bank)!r}).run({DAY!r}).diagnostics)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("\n", "")
    assert len(rows(database)) == 6


def test_a_replaced_day_and_other_dates(tmp_path: Path, database: Any) -> None:
    bank = make(tmp_path / "bank", "crm")
    Project.open(bank).run(DAY)
    promote(bank)
    Project.open(bank).run(DAY, replace=True)
    found = {row[1]: row for row in rows(database)}
    assert sorted(found) == ["1", "2", "4", "5", "6"]
    assert found["5"][2] == "rm_call"
    assert found["1"][4] == "2000000.00"
    Project.open(bank).run(NEXT)
    assert {row[6] for row in rows(database)} == {DAY, NEXT}
    (bank / "bank.strategy").write_text("channel sms {}\nchannel rm_call { columns: gold }\n", "utf-8")
    Project.open(bank).run(NEXT, replace=True)
    assert {row[6] for row in rows(database)} == {DAY}


def test_names_are_quoted(tmp_path: Path, database: Any) -> None:
    bank = make(tmp_path / "bank", crm='{kind: postgresql, url_env: CRM_URL, table: "Crm.select", columns: [script, "支行 \\"a\\"; --"]}')
    text = (bank / "strategy.yaml").read_text("utf-8").replace("[branch, aum]", "['支行 \"a\"; --']")
    own = "      '支行 \"a\"; --': {type: text?, source: branch}"
    (bank / "strategy.yaml").write_text(text.replace("      branch: {type: text?, label: 支行}", own), "utf-8")
    database.execute('create schema "Crm"')
    assert not Project.open(bank).run(DAY).diagnostics
    found = rows(database, '"Crm"."select"', 'select "支行 ""a""; --" from {}')
    assert sorted(str(row[0]) for row in found) == sorted(["None", "东门支行", "东门支行", "东门支行", "西湖/支行", "西湖/支行"])
    database.execute('select attname from pg_attribute where attrelid = \'"Crm"."select"\'::regclass and attnum > 0 order by attnum')
    assert [row[0] for row in database.fetchall()] == ["run_date", "action_id", "script", '支行 "a"; --']
    database.execute('drop schema "Crm" cascade')


def test_a_table_without_a_column_is_left_alone(tmp_path: Path, database: Any) -> None:
    bank = make(tmp_path / "bank", "crm")
    database.execute("create table crm_actions (run_date date, action_id text primary key, customer_id text)")
    database.execute(f"insert into crm_actions values ('{DAY}', 'old', 'x')")
    Project.open(bank).run(DAY)
    said = told(bank)
    assert 'the table `"crm_actions"` has no column `strategy`, `version`' in said
    assert 'add column "aum" numeric(38, 2), add column "gold" boolean' in said
    assert rows(database, query="select * from {}")[0][1] == "old"
    database.execute(said.partition("`alter table")[2].partition("`")[0].join(["alter table", ""]))
    assert told(bank) == ""
    assert len(rows(database)) == 6


def test_a_table_that_is_not_keyed_so(tmp_path: Path, database: Any) -> None:
    bank = make(tmp_path / "bank", crm="{kind: postgresql, url_env: CRM_URL, table: crm_actions, columns: [customer_id]}")
    database.execute("create table crm_actions (run_date date, action_id text, customer_id text)")
    Project.open(bank).run(DAY)
    assert "no unique or exclusion constraint matching the ON CONFLICT" in told(bank)
    assert rows(database, query="select * from {}") == []


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("postgresql://bank:geheim@127.0.0.1:1/x", "Connection refused"),
        ("postgresql://bank:ge@heim@127.0.0.1:1/x", ""),
        ("postgresql://bank:geheim/1@127.0.0.1:1/x", ""),
        ("postgresql://bank:%67eheim%zz@127.0.0.1:1/x", ""),
        ("host=127.0.0.1 password=geheim", "holds no address of PostgreSQL"),
        ("geheim", "holds no address of PostgreSQL"),
        ("", "`CRM_URL` is not set"),
    ],
)
def test_a_server_that_is_away_and_no_password_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str, said: str, capfd: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("adbc_driver_postgresql")
    monkeypatch.setenv("CRM_URL", address)
    bank = make(tmp_path / "bank", "crm")
    (problem,) = Project.open(bank).run(DAY).diagnostics
    assert problem.code == "S0650"
    text = f"{problem.message} {problem.help} {capfd.readouterr()}"
    assert said in text
    assert "geheim" not in text
    assert "heim@" not in text
    assert "127.0.0.1:1/x" not in text


def test_a_wrong_password(tmp_path: Path, server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = Path(server.partition("host=")[2])
    rules = folder / "data" / "pg_hba.conf"
    before = rules.read_text()
    from adbc_driver_postgresql import dbapi

    with dbapi.connect(server, autocommit=True) as connection, connection.cursor() as cursor:
        cursor.execute("create role guarded login password 'right'")
        rules.write_text("local all guarded scram-sha-256\n" + before)
        cursor.execute("select pg_reload_conf()")
        try:
            monkeypatch.setenv("CRM_URL", server.replace("bank@", "guarded:geheim@"))
            (problem,) = Project.open(make(tmp_path / "bank", "crm")).run(DAY).diagnostics
        finally:
            rules.write_text(before)
            cursor.execute("select pg_reload_conf()")
            cursor.execute("drop role guarded")
    assert "password authentication failed" in problem.message
    assert "geheim" not in problem.message


@pytest.mark.parametrize("moment", ["staged the rows", "removed what is no longer listed", "wrote the rows", "before the commit"])
def test_an_exception_half_way_changes_nothing(tmp_path: Path, database: Any, monkeypatch: pytest.MonkeyPatch, moment: str) -> None:
    bank = make(tmp_path / "bank", "crm")
    Project.open(bank).run(DAY)
    before = rows(database)
    promote(bank)
    Project.open(bank).run(DAY, replace=True, deliver=False)

    def watch(name: str) -> None:
        if name == moment:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(moments, "watch", watch)
    assert "no space left on device" in told(bank)
    monkeypatch.setattr(moments, "watch", None)
    assert rows(database) == before
    assert told(bank) == ""
    assert len(rows(database)) == 5


def test_where_everything_must_run_nothing_is_skipped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match=r"install_components\.sh"):
        conftest.absent(conftest.ABSENT)
    monkeypatch.delenv("CI")
    with pytest.raises(pytest.skip.Exception, match=r"install_components\.sh"):
        conftest.absent(conftest.ABSENT)


def test_a_server_that_never_answers_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bank = make(tmp_path / "bank", "crm")
    Project.open(bank).run(DAY, deliver=False)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setattr("strategy_engine.delivery.sinks.postgresql.PATIENCE", 2)
        monkeypatch.setenv("CRM_URL", f"postgresql://user:secret@127.0.0.1:{silent.getsockname()[1]}/bank")
        message = told(bank)
    assert "timeout expired" in message
    assert "secret" not in message


@pytest.mark.usefixtures("database")
def test_another_who_holds_the_table_is_not_waited_for(tmp_path: Path, server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    bank = make(tmp_path / "bank", "crm")
    Project.open(bank).run(DAY)
    monkeypatch.setattr("strategy_engine.delivery.sinks.postgresql.PATIENCE", 2)
    dbapi = pytest.importorskip("adbc_driver_postgresql.dbapi")
    with dbapi.connect(server) as connection, connection.cursor() as cursor:
        cursor.execute("lock table crm_actions in access exclusive mode")
        assert "lock timeout" in told(bank)


def test_an_address_that_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bank = make(tmp_path / "bank", "crm")
    Project.open(bank).run(DAY, deliver=False)
    monkeypatch.setenv("CRM_URL", "postgresql://[half")
    assert "S0650" in {each.code for each in Project.open(bank).deliver(DAY, "crm").diagnostics}


def test_no_address_is_needed_to_check(tmp_path: Path) -> None:
    assert "CRM_URL" not in os.environ
    assert not has_errors(Project.open(make(tmp_path / "bank", "crm")).check())
