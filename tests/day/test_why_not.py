"""Why not, for everyone: the figures are those of a run, and an only obstacle is one in truth."""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import polars as pl
from hypothesis import HealthCheck, given, settings

from strategy_engine.engine.day.run import open_day, run_day
from strategy_engine.engine.day.world import world_of
from strategy_engine.engine.explain.everyone import Obstacle, WhyNot, why_not
from strategy_engine.engine.rows import evaluate
from strategy_engine.semantics.load import load_project
from strategy_engine.semantics.model import Model
from tests.day.conftest import TODAY, Bank

BEFORE = TODAY - dt.timedelta(days=1)

STRATEGIES = """
channel app { cost: 1 }
channel sms { cost: 2 require: sms }
channel call { limit: calls contacts per day per rm assign: rm }
cohort rich = aum >= 100 and tier >= gold
cohort likely = p > 10% and aum >= 100
trigger paid { on: txn where type == pay  within: last 3 days }
policy contact { limit: 1 contact per day per customer  exclude: name is missing }
arbitration { keep: 2 per customer  order: priority desc, score desc }
benefit gift { cost: 1  limit: 3 pieces  eligible: birth is known }

strategy other { cohort: aum >= 150  channel: app  priority: if rm is known then 9 else 0 }
strategy s "目标" {
  cohort:  {cohort}
  trigger: paid
  benefit: gift
  channel: call else sms
  score:   aum
  script:  "{name ?? '您好'} {paid.amount}"
}
"""
COHORT = "rich and likely and (rm is known or sms)"
CLAUSES = {"aum >= 100": "true", "tier >= gold": "true", "p > 10%": "true", "(rm is known or sms)": "true"}

WILLING = {"tier": "gold", "aum": 140, "p": 0.2, "rm": "r1", "calls": 1, "sms": "true", "birth": "1990-01-01", "name": "Li", "paid": True}
AMISS = {
    "tier": [None, "mass", "platinum"], "aum": [None, 50, 100, 200], "p": [None, 0.05], "rm": [None, "r2"], "calls": [None, 0, 2],
    "sms": [None, "false"], "birth": [None], "name": [None], "paid": [False],
}  # fmt: skip
changes = st.sampled_from([(name, value) for name, values in AMISS.items() for value in values])
customers = st.lists(changes, max_size=2).map(lambda changed: {**WILLING, **dict(changed)})
"""Customers who want next to nothing to be listed."""
banks = st.lists(customers, min_size=1, max_size=6)


def made(folder: Path, rows: list[dict[str, Any]], cohort: str = COHORT) -> Bank:
    (folder / "data").mkdir(exist_ok=True)
    bank = Bank(folder)
    bank.customers(*({"id": at, **{name: value for name, value in row.items() if name != "paid"}} for at, row in enumerate(rows)))
    bank.table("txn", [{"id": at, "at": f"{TODAY} 08:00:00", "type": "pay", "amount": 5} for at, row in enumerate(rows) if row["paid"]])
    return bank.strategies(STRATEGIES.replace("{cohort}", cohort))


def told(bank: Bank, strategy: str = "s", **options: Any) -> WhyNot:
    loaded = load_project(bank.folder)
    day = open_day(loaded.model, bank.folder, TODAY, sources=loaded.sources, **options)
    try:
        return why_not(day, strategy, loaded.sources)
    finally:
        day.moment.bank.close()


def test_batches_change_nothing(tmp_path: Path) -> None:
    """Also where some way out is left out in one of them, which leaves a gap in the numbers."""
    bank = made(tmp_path, [WILLING, WILLING, {**WILLING, "tier": None, "sms": None}, WILLING, WILLING, WILLING])
    whole = told(bank)
    assert sum(one.listed for one in whole.obstacles) == 2
    for size in (1, 2, 3, 4, 5):
        assert told(bank, batch_size=size) == whole


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(banks)
def test_the_figures_are_those_of_a_run_and_of_the_row_interpreter(rows: list[dict[str, Any]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        bank = made(Path(folder), rows)
        found, ran = told(bank, batch_size=3), bank.run()
        assert found.funnel == ran.manifest["funnel"]["s"]
        assert found == told(bank)  # whatever the batches
        adds_up(found)
        clauses = [each for each in found.obstacles if each.stage == "cohort"]
        assert clauses[-1].left == found.funnel["in_cohort"]
        model, verdicts = bank.model(), dict[str, list[bool | None]]()
        exprs = by_text(model)
        for number in range(len(rows)):
            world = world_of(model, bank.folder, TODAY, str(number))
            for text, expr in exprs.items():
                verdicts.setdefault(text, []).append(evaluate(expr, world))
        for each in clauses:
            assert each.holds == verdicts[each.text].count(True)
            assert each.unknown == verdicts[each.text].count(None)


def adds_up(found: WhyNot) -> None:
    left = found.customers
    for at, each in enumerate(found.obstacles):
        if each.stage in ("gate", "limit") and found.obstacles[at - 1].stage not in ("gate", "limit"):
            left += found.going_on
        left -= each.dropped
        assert (left, each.dropped >= 0) == (each.left, True)
    assert left == found.funnel["accepted"]


def by_text(model: Model) -> dict[str, Any]:
    """The clauses of the cohort by their texts."""
    rich, likely = model.derived["rich"].expr.parts, model.derived["likely"].expr.parts
    return dict(zip(CLAUSES, (*rich, likely[0], model.strategies["s"].cohort.parts[-1]), strict=True))


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(banks)
def test_an_only_obstacle_is_one_in_truth(rows: list[dict[str, Any]]) -> None:
    """Without a clause for one customer alone, that customer is listed, or not, as it is told."""
    with tempfile.TemporaryDirectory() as folder:
        bank = made(Path(folder), rows)
        found, before = told(bank), listed(bank)
        for each in found.obstacles:
            if each.stage == "cohort":
                others = {number for number in range(len(rows)) if str(number) not in before}
                assert each.listed == sum(str(one) in listed(asked_less(Path(folder), rows, each, one)) for one in others), each.text


MENDED = {
    "policy contact: exclude name is missing": ("name", "Li"),
    "benefit gift: not eligible": ("birth", "1990-01-01"),
    "a hit of paid": ("paid", True),
}
"""What a customer would need so that a gate or the lack of a hit is no obstacle, and nothing else changes."""


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(banks)
def test_what_would_mend_it_tells_the_same(rows: list[dict[str, Any]]) -> None:
    """Where the data of one customer are mended, that customer is listed, or not, as it is told of the gate or the hit."""
    with tempfile.TemporaryDirectory() as folder:
        bank = made(Path(folder), rows)
        found, before = {each.text: each.listed for each in told(bank).obstacles}, listed(bank)
        for text, (name, value) in MENDED.items():
            gained = 0
            for at, row in enumerate(rows):
                if row[name] != value and str(at) not in before:
                    mended = [*rows[:at], row | {name: value}, *rows[at + 1 :]]
                    gained += str(at) in listed(made(Path(folder), mended))
            assert found.get(text, 0) == gained, text


def asked_less(folder: Path, rows: list[dict[str, Any]], clause: Obstacle, number: int) -> Bank:
    """The bank where the clause is not asked of the customer."""
    others = " and ".join(text for text in CLAUSES if text != clause.text)
    return made(folder, rows, f"({COHORT}) or (id == '{number}' and {others})")


def listed(bank: Bank) -> set[str]:
    """Who has an action of the strategy."""
    return set(run_day(bank.model(), bank.folder, TODAY).actions.filter(pl.col("strategy") == "s")["customer_id"])


def test_each_thing_that_can_stand_between(tmp_path: Path) -> None:
    """A customer for each: told as the only obstacle where it is, and not where two things stand between."""
    rows = [
        WILLING,
        WILLING | {"aum": 50, "calls": None},
        WILLING | {"aum": 50, "paid": False},  # two things
        WILLING | {"paid": False, "rm": None},
        WILLING | {"birth": None, "rm": None},
        WILLING | {"name": None, "rm": None},
        WILLING | {"rm": None, "sms": "false"},  # in no clause: the cohort asks for either
        WILLING | {"calls": 1, "sms": "false", "aum": 110},  # the manager's one call goes to the first
    ]
    found = told(made(tmp_path, rows))
    assert {each.text: (each.dropped, each.listed) for each in found.obstacles if each.dropped or each.listed} == {
        "aum >= 100": (2, 1),
        "(rm is known or sms)": (1, 0),
        "a hit of paid": (1, 1),
        "benefit gift: not eligible": (1, 1),
        "policy contact: exclude name is missing": (1, 1),
        "channel sms: require": (0, 1),
        "channel call: calls contacts per day per rm": (1, 1),  # of these two either will do
    }
    assert found.funnel["accepted"] == 1


def test_journeys_that_go_on_join_behind_the_conditions(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    bank = Bank(tmp_path)
    bank.customers({"id": 1, "aum": 5}, {"id": 2, "aum": 5}, {"id": 3}).customers({"id": 1, "aum": 5}, {"id": 2}, {"id": 3}, date=BEFORE)
    bank.strategies("channel app { cost: 1 }\nstrategy s { cohort: aum > 1  channel: app, then app after 1 day }")
    first = bank.run(BEFORE)
    past = {name: rows.lazy() for name, rows in first.record.items()}
    found = told(bank, past=past)
    assert [(each.stage, each.dropped, each.left) for each in found.obstacles] == [("cohort", 1, 2), ("journey", 1, 1)]
    assert (found.going_on, found.funnel["accepted"]) == (1, 2)


def test_limits_that_earlier_days_have_used_up(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    bank = Bank(tmp_path)
    people = [{"id": 1, "sms": "true"}, {"id": 2, "sms": "true"}, {"id": 3, "sms": "true"}]
    bank.customers(*people, date=BEFORE).customers(people[0], people[1] | {"sms": "false"}, {"id": 4, "sms": "true"})
    policy = "policy p { limit: 1 contact per rolling 7 days per customer }\n"
    bank.strategies("channel sms { cost: 1  require: sms }\n" + policy + "strategy s { cohort: everyone  channel: sms }")
    past = {name: rows.lazy() for name, rows in bank.run(BEFORE).record.items()}
    found = told(bank, past=past)
    adds_up(found)
    limits = {each.text: (each.dropped, each.listed) for each in found.obstacles if each.stage == "limit"}
    assert limits == {"policy p: 1 contact per rolling 7 days per customer": (2, 1)}  # the second could not be reached either
    assert found.funnel["accepted"] == 1
