"""Reach: the grids' figures are those of the run and the ledger, and every customer who is not reached has one reason."""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import polars as pl
from hypothesis import HealthCheck, given, settings

from strategy_engine.engine.day.run import DayResult, open_day
from strategy_engine.engine.day.world import world_of
from strategy_engine.engine.explain.reach import Reach, placing, reach
from strategy_engine.engine.rows import evaluate
from strategy_engine.semantics.load import load_project

from .conftest import TODAY, Bank

BEFORE = TODAY - dt.timedelta(days=1)
STRATEGIES = """
table size { | aum | => size | | < 100 | => small | | >= 100 | => large | }
grid cells "宫格" { rows: tier  columns: size  merge: { mass/*: masses }  owner: { gold/large: "财富部" } }
channel sms { cost: 1  require: sms }
channel app { limit: 2 contacts per day }
trigger paid { on: txn where type == pay  within: last 3 days }
policy contact { limit: 1 contact per rolling 2 days per customer  control: 20% }
strategy warm { cohort: tier >= gold  trigger: paid  channel: sms  priority: 1 }
strategy cold { cohort: aum >= 100 and p > 10%  channel: app  score: aum  control: 20% }
"""
customers = st.fixed_dictionaries({
    "tier": st.sampled_from([None, "mass", "gold", "gold", "platinum"]), "aum": st.sampled_from([None, 50, 150, 200]),
    "p": st.sampled_from([None, 0.05, 0.2, 0.2]), "sms": st.sampled_from([None, "true", "true", "false"]), "paid": st.booleans(),
})  # fmt: skip


def made(folder: Path, rows: list[dict[str, Any]]) -> Bank:
    (folder / "data").mkdir()
    bank = Bank(folder)
    people = [{"id": at, **{name: value for name, value in row.items() if name != "paid"}} for at, row in enumerate(rows)]
    bank.customers(*people).customers(*people, date=BEFORE)
    bank.table("txn", [{"id": at, "at": f"{TODAY} 08:00:00", "type": "pay", "amount": 5} for at, row in enumerate(rows) if row["paid"]])
    return bank.strategies(STRATEGIES)


def told(bank: Bank, first: DayResult, days: int, batch_size: int = 1_000) -> Reach:
    loaded = load_project(bank.folder)
    past = {name: rows.lazy() for name, rows in first.record.items()}
    day = open_day(loaded.model, bank.folder, TODAY, past=past, batch_size=batch_size, further=placing(loaded.model).values())
    try:
        return reach(day, past, days)
    finally:
        day.moment.bank.close()


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(customers, min_size=1, max_size=9), st.sampled_from([1, 2]))
def test_every_customer_once_and_as_a_run_has_it(rows: list[dict[str, Any]], days: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        bank = made(Path(folder), rows)
        first = bank.run(BEFORE)
        second = bank.run(past={name: each.lazy() for name, each in first.record.items()})
        found = told(bank, first, days)
        assert found == told(bank, first, days, batch_size=2)
        contacts = [row for ran in [first, second][-days:] for row in ran.actions.filter(pl.col("arm") != "control").iter_rows(named=True)]
        how = {str(at): far(bank, second, str(at)) for at in range(len(rows))}
        how |= {row["customer_id"]: "reached" for row in contacts}
        assert (found.customers, found.contacts) == (len(rows), len(contacts))
        assert {**found.why, "reached": found.reached} == {**counted(how.values()), "reached": list(how.values()).count("reached")}
        cells = {str(at): cell(row) for at, row in enumerate(rows)}
        for each in found.grids[0].cells:
            inside = [customer for customer in how if cells[customer] == each.name]
            assert each.customers == len(inside)
            assert each.contacts == sum(row["customer_id"] in inside for row in contacts)
            assert each.reached == sum(how[customer] == "reached" for customer in inside)
            assert each.why == {name: count for name, count in counted(how[customer] for customer in inside).items() if name != "reached"}
            assert each.strategies == counted(name for customer in inside for name in cohorts(bank, customer))
        assert sum(each.customers for each in found.grids[0].cells) == found.customers


def cell(row: dict[str, Any]) -> str | None:
    if row["aum"] is None or row["tier"] is None:
        return None
    return "masses" if row["tier"] == "mass" else f"{row['tier']}/{'large' if row['aum'] >= 100 else 'small'}"


def far(bank: Bank, ran: DayResult, customer: str) -> str:
    """How far the customer came, by the run's decisions."""
    mine = ran.decisions.filter(pl.col("customer_id") == customer).to_dicts()
    stages = ["limits used up" if row["limit"] else "gate" for row in mine if row["stage"] == "gate"]
    stages += ["control" if row["outcome"] == "control" else "no room" for row in mine if row["stage"] != "gate"]
    order = ["control", "no room", "gate", "limits used up"]
    return min(stages, key=order.index) if stages else "no hit" if cohorts(bank, customer) else "no cohort"


def cohorts(bank: Bank, customer: str) -> list[str]:
    model = bank.model()
    world = world_of(model, bank.folder, TODAY, customer)
    return [name for name, strategy in model.strategies.items() if evaluate(strategy.cohort, world) is True]


def counted(values: Any) -> dict[str, int]:
    values = list(values)
    return {value: values.count(value) for value in values}
