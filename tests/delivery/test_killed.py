"""A delivery that is killed at any moment: the next one leaves exactly what an undisturbed one leaves; lists and ledger are untouched."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from strategy_engine.ledger import durable
from strategy_engine.ledger.tables import TABLES
from strategy_engine.session import Project

from .bank import DAY, copied, make, promote

KILLS = 14

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="the processes to kill are forked")


def of_folder(bank: Path) -> Any:
    return durable.contents(bank / "delivered")


def of_bucket(bank: Path) -> Any:
    import obstore

    there: Any = obstore.store.from_url(f"s3://bank/{bank.name}")
    return {each["path"]: each["e_tag"] for batch in obstore.list(there) for each in batch}


def of_table(bank: Path) -> Any:
    from adbc_driver_postgresql import dbapi

    with dbapi.connect(os.environ["CRM_URL"]) as connection, connection.cursor() as cursor:
        cursor.execute(f"select * from {bank.name} order by action_id")
        return cursor.fetchall()


def own(bank: Path) -> None:
    """Let what all banks share, a bucket and a database, be the bank's own."""
    path = bank / "strategy.yaml"
    text = (
        path.read_text("utf-8").replace("s3://bank/feed/", f"s3://bank/{bank.name}/").replace("table: crm_actions", f"table: {bank.name}")
    )
    path.write_text(text.replace("s3://bank/noisy/", f"s3://bank/{bank.name}/").replace("table: noisy", f"table: {bank.name}"), "utf-8")


@pytest.mark.parametrize(
    ("sink", "holds", "needs"),
    [("sheets", of_folder, None), ("branches", of_folder, None), ("bucket", of_bucket, "store"), ("crm", of_table, "server")],
)
def test_a_delivery_that_is_killed_comes_out_as_if_nothing_had_happened(
    tmp_path: Path,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    sink: str,
    holds: Callable[[Path], Any],
    needs: str | None,
) -> None:
    if needs is not None:
        environment = request.getfixturevalue(needs)
        for name, value in (environment if isinstance(environment, dict) else {"CRM_URL": environment}).items():
            monkeypatch.setenv(name, value)
    bank = make(tmp_path / "noisy", sink)
    own(bank)
    Project.open(bank).run(DAY)
    promote(bank)
    Project.open(bank).run(DAY, replace=True, deliver=False)
    calm = copied(bank, tmp_path / "calm")
    own(calm)
    Project.open(calm).deliver(DAY)
    lists, day = durable.contents(bank / "out"), Project.open(bank).ledger.record(dt.date.fromisoformat(DAY))

    command = [sys.executable, Path(__file__).with_name("killed.py"), bank, sink, DAY, "7", str(KILLS)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert durable.contents(bank / "out") == lists

    outcome = Project.open(bank).deliver(DAY)
    assert not outcome.diagnostics
    assert holds(bank) == holds(calm)
    held = Project.open(bank).ledger.record(dt.date.fromisoformat(DAY))
    assert held is not None
    assert day is not None
    assert all(held[name].equals(day[name]) for name in TABLES)
    assert durable.contents(bank / "out") == lists
    assert not Project.open(bank).undelivered()
