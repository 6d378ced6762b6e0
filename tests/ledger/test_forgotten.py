"""Who is forgotten stays so, though the bank's data still names the customer; and days that were run before still come out the same."""

from __future__ import annotations

import datetime as dt
import json
import re
import shutil
from pathlib import Path

import polars as pl
import pytest

from strategy_engine.ledger import durable, tombstones
from strategy_engine.ledger.forget import _alone
from strategy_engine.session import Project, StrategyError

MINIMAL = Path(__file__).parents[2] / "strategies" / "minimal"
FIRST, SECOND = "2026-11-20", "2026-11-21"
CUSTOMER = "2"


@pytest.fixture
def bank(tmp_path: Path) -> Path:
    """The minimal project with two days, the first of which was run."""
    folder = Path(shutil.copytree(MINIMAL, tmp_path / "bank"))
    shutil.copy(folder / "data" / f"customer_{FIRST}.csv", folder / "data" / f"customer_{SECOND}.csv")
    Project.open(folder).run(FIRST)
    return folder


def known(bank: Path) -> set[str]:
    """Everybody in the tables that name customers."""
    store = Project.open(bank).ledger.store
    return {row for name in ("actions", "spent", "members") for row in store.read(name).collect()["customer_id"]}


def standing(bank: Path) -> dict[str, pl.DataFrame]:
    """The rows of the first day."""
    return Project.open(bank).ledger.record(dt.date.fromisoformat(FIRST)) or {}


def codes(result: object) -> list[str]:
    return [each.code for each in result.diagnostics]  # type: ignore[attr-defined]


def test_no_run_takes_up_who_was_forgotten(bank: Path) -> None:
    assert CUSTOMER in known(bank)
    Project.open(bank).forget(CUSTOMER)
    for options in ({"date": SECOND}, {"date": FIRST, "replace": True}):
        done = Project.open(bank).run(**options)  # type: ignore[arg-type]
        assert "S0620" in codes(done)
        assert CUSTOMER not in done.actions["customer_id"].to_list()
        assert CUSTOMER not in done.decisions["customer_id"].to_list()
    assert CUSTOMER not in known(bank)
    assert Project.open(bank).verify() == []


def test_a_day_that_knew_the_customer_comes_out_the_same(bank: Path) -> None:
    Project.open(bank).forget(CUSTOMER)
    before = durable.contents(bank / "out")
    stood = standing(bank)
    done = Project.open(bank).run(FIRST)
    assert "S0609" in codes(done)
    assert durable.contents(bank / "out") == before
    assert all(rows.equals(stood[name]) for name, rows in standing(bank).items())


def test_its_lists_are_written_again_with_the_ranks_that_they_had(bank: Path) -> None:
    Project.open(bank).forget(CUSTOMER)
    held = pl.read_parquet(bank / "out" / FIRST / "actions.parquet")
    shutil.rmtree(bank / "out" / FIRST)
    assert "S0609" in codes(Project.open(bank).run(FIRST))
    assert pl.read_parquet(bank / "out" / FIRST / "actions.parquet").equals(held)
    assert Project.open(bank).verify() == []


def test_where_others_take_the_room_the_refusal_names_the_forgetting(bank: Path) -> None:
    file = bank / "strategies" / "first.strategy"
    file.write_text(file.read_text("utf-8") + "\narbitration { keep: 2 }\n", "utf-8")
    first = Project.open(bank).run(FIRST, replace=True)
    Project.open(bank).forget(first.actions["customer_id"][0])
    with pytest.raises(StrategyError) as refused:
        Project.open(bank).run(FIRST)
    assert refused.value.diagnostics[0].code == "S0602"
    assert "customers were forgotten since" in refused.value.diagnostics[0].message


def test_only_a_hash_is_kept_and_not_one_that_another_ledger_has(bank: Path, tmp_path: Path) -> None:
    customer = "6222020000001234567"
    Project.open(bank).forget(customer)
    for path in (bank / "ledger").rglob("*"):
        assert path.is_dir() or customer.encode() not in path.read_bytes(), path
    text = (bank / "ledger" / tombstones.FILE).read_text("utf-8")
    assert re.fullmatch(r"[0-9a-f]{64}", json.loads(text)["key"])
    tombstones.bury(tmp_path, customer)
    assert not set(json.loads((tmp_path / tombstones.FILE).read_text("utf-8"))["hashes"]) & set(json.loads(text)["hashes"])


def test_one_whom_no_day_knows_is_remembered_and_can_be_taken_up_again(bank: Path) -> None:
    project = Project.open(bank)
    assert project.forget("99").days == []
    stones = project.ledger.tombstones()
    assert stones is not None
    assert stones.among(["1", "99", "9"]) == ["99"]
    assert project.readmit("99")
    assert not project.readmit("99")
    stones = project.ledger.tombstones()
    assert stones is not None
    assert stones.among(["99"]) == []
    assert "S0620" not in codes(project.run(SECOND))


def test_explain_says_so(bank: Path) -> None:
    Project.open(bank).forget(CUSTOMER)
    with pytest.raises(StrategyError) as refused:
        Project.open(bank).explain(CUSTOMER)
    assert refused.value.diagnostics[0].code == "S0523"
    assert refused.value.exit_code == 2


def test_a_file_that_cannot_be_read_stops_the_run(bank: Path) -> None:
    (bank / "ledger" / tombstones.FILE).write_text("{")
    with pytest.raises(StrategyError) as refused:
        Project.open(bank).run(SECOND)
    assert refused.value.diagnostics[0].code == "S0605"


def test_a_group_of_its_own_names_nobody_any_more() -> None:
    assert _alone("policy p contacts per customer", ["7"], "7")
    assert _alone("policy p contacts per household", [None, "7"], "7")  # whose household is missing
    assert not _alone("benefit b cost per branch", ["7"], "7")  # a branch of that id
