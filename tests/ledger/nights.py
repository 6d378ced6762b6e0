"""Nights of a made-up bank, whose every outcome is known: what a ledger must hold after them, whatever happened in between."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import polars as pl

from strategy_engine.ledger import durable
from strategy_engine.ledger.ledger import Ledger
from strategy_engine.ledger.tables import TABLES, Record, whole
from strategy_engine.ledger.transaction import with_files

FIRST = dt.date(2026, 1, 1)
CUSTOMERS = 12


def day(number: int) -> dt.date:
    return FIRST + dt.timedelta(days=number)


def actions_on(date: dt.date, version: str = "a") -> int:
    """How many actions a date has: it varies, and a later version has one more."""
    return 3 + date.toordinal() % 5 + (version == "b")


def record_of(date: dt.date, version: str, before: int) -> Record:
    """The rows of a date, which rest on how many actions there were before."""
    count = actions_on(date, version)
    customers = [str((date.toordinal() * 3 + number) % CUSTOMERS) for number in range(count)]
    ids = [f"{date}/{number}" for number in range(count)]
    texts = {name: [f"{name} {before}"] * count for name, dtype in TABLES["actions"].items() if dtype == pl.String}
    fixed = {"run_date": [date] * count, "action_id": ids, "customer_id": customers, "step": [1] * count, "journey": [date] * count}
    others = {name: [None] * count for name in TABLES["actions"] if name not in texts | fixed}
    manifest = {"project": "made up", "date": str(date), "strategies": {"s": version}, "inputs": {"customer": date.toordinal()}}
    return {
        "runs": pl.DataFrame({"run_date": [date], "record": [json.dumps(manifest)]}),
        "actions": pl.DataFrame({**texts, **others, **fixed}, schema_overrides=TABLES["actions"]),
        "claims": pl.DataFrame(
            {
                "run_date": [date] * (count * 2),
                "action_id": ids * 2,
                "limit": ["per customer"] * count + ["budget"] * count,
                "group": [json.dumps([customer]) for customer in customers] + ["[]"] * count,
                "weight": [before] * (count * 2),
            }
        ),
        "spent": pl.DataFrame(
            {"run_date": [date], "customer_id": customers[:1], "strategy": ["s"], "trigger": ["t"], "hit": [str(before)]}
        ),
        "members": pl.DataFrame({"run_date": [date], "cohort": ["c"], "customer_id": customers[:1], "inside": [True]}),
    }


def write(folder: Path, record: Record) -> None:
    """Lists as a run writes them: the actions, and one channel."""
    (folder / "channels").mkdir()
    record["actions"].write_parquet(folder / "actions.parquet")
    record["actions"].select("customer_id", "script").write_csv(folder / "channels" / "sms.csv")
    (folder / "manifest.json").write_text(record["runs"].get_column("record").item(), encoding="utf-8")


def before(ledger: Ledger, date: dt.date) -> int:
    """How many actions the ledger knows of before a date."""
    return ledger.past(date)["actions"].select(pl.len()).collect().item()


def run(base: Path, date: dt.date, version: str = "a", *, replace: bool = False) -> list[str]:
    """Run a date as a session does; the codes of what was told."""
    ledger = Ledger(base / "ledger")
    with ledger.lock():
        told = ledger.recover()
        told += ledger.commit(date, record_of(date, version, before(ledger, date)), base / "out" / str(date), write, replace=replace)
    return [each.code for each in told]


def expected(base: Path, versions: dict[dt.date, str]) -> dict[dt.date, Record]:
    """What the ledger must hold after the dates; the lists as they must be are left below `base`."""
    records, known = {}, 0
    for date, version in sorted(versions.items()):
        record, lists = whole(record_of(date, version, known)), base / str(date)
        lists.mkdir(parents=True)
        write(lists, record)
        records[date] = with_files(record, date, durable.contents(lists))
        known += actions_on(date, version)
    return records


def assert_undisturbed(base: Path, versions: dict[dt.date, str], scratch: Path) -> None:
    """The ledger and the lists are those of nights in which nothing happened."""
    ledger, wanted = Ledger(base / "ledger"), expected(scratch, versions)
    assert ledger.dates() == sorted(versions)
    for name in TABLES:
        rows = pl.concat(record[name] for record in wanted.values())
        held = ledger.store.read(name).collect()
        assert held.sort(held.columns).equals(rows.sort(rows.columns)), name
    assert durable.contents(base / "out") == durable.contents(scratch)
    assert not [path for folder in (".pending", ".decided", ".done") for path in (base / "ledger" / folder).glob("*")]
