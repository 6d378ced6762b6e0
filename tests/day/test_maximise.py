"""`maximize: score`: the best total of a day, from the text of strategies to the list."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from typing import Any

import polars as pl
import pytest

from strategy_engine.engine.data.scan import DataError
from strategy_engine.session import Project

CHANNELS = """
channel app { }
channel sms { require: sms }
channel call { limit: calls contacts per day per rm assign: rm }
"""
BEST = "arbitration { keep: 1 per customer  maximize: score }\n"
TWO = """
strategy call { cohort: everyone channel: call score: aum }
strategy tell { cohort: everyone channel: app score: rank }
"""


def test_the_best_total_and_not_the_best_first(bank: Any, listed: Any) -> None:
    # one call: it goes to whom nothing else is worth much, though the other's is worth more
    bank.customers({"id": 1, "aum": 100, "rank": 90, "rm": "r", "calls": 1}, {"id": 2, "aum": 80, "rank": 1, "rm": "r", "calls": 1})
    assert listed(bank.strategies(CHANNELS + "arbitration { keep: 1 per customer }" + TWO).run()) == [("1", "call"), ("2", "tell")]
    result = bank.strategies(CHANNELS + BEST + TWO).run()
    assert listed(result) == [("1", "tell"), ("2", "call")]
    told = result.manifest["maximize"]
    assert (told["of"], told["value"], told["bound"], told["gap"]) == ("score", 170.0, 170.0, 0.0)
    prices = {each["limit"]: each for each in told["prices"]}
    call = prices["channel call: calls contacts per day per rm"]
    # with a second call both would be called: 180 instead of 170; without any, 91
    assert 10.0 <= call["dearest"][0]["price"] <= 79.0
    assert call["dearest"][0]["group"] == "r"
    assert prices["keep: 1 per customer"]["dearest"] == []  # customers are not named


def test_who_loses_is_told_the_price(bank: Any) -> None:
    bank.customers({"id": 1, "aum": 100, "rank": 90, "rm": "r", "calls": 1}, {"id": 2, "aum": 80, "rank": 1, "rm": "r", "calls": 1})
    bank.strategies(CHANNELS + BEST + TWO)
    lost = bank.run().decisions.filter(pl.col("outcome") == "dropped").row(0, named=True)
    assert (lost["customer_id"], lost["strategy"], lost["stage"]) == ("1", "call", "arbitrate")
    assert lost["price"] >= lost["score"] == 100.0
    one = Project.open(bank.folder).explain("1", strategy="call", date="2026-11-20").strategies[0]
    assert one.summary.startswith(
        "lost in the arbitration: channel call: calls contacts per day per rm (1 of 1 taken); its score is 100, and"
    )


def test_notices_go_first_and_what_has_no_score_last(bank: Any, listed: Any) -> None:
    bank.customers(*({"id": number, "aum": number, "rm": "r", "calls": 2} for number in range(1, 5)))
    text = (
        CHANNELS
        + """
        arbitration { maximize: score  except: category == must }
        strategy must { category: must cohort: aum == 1 channel: call }
        strategy sell { cohort: aum in [2..3] channel: call score: aum }
        strategy also { cohort: aum == 4 channel: call }
        strategy bad { cohort: everyone channel: app score: 0 - rank }
        strategy tell { cohort: aum == 4 channel: app }
    """
    )
    bank.customers(*({"id": number, "aum": number, "rm": "r", "calls": 2, "rank": 1} for number in range(1, 5)))
    result = bank.strategies(text).run()
    assert listed(result) == [("1", "must"), ("3", "sell"), ("4", "tell")]
    reasons = {(row["customer_id"], row["strategy"]): (row["stage"], row["reason"]) for row in result.decisions.iter_rows(named=True)}
    assert reasons["1", "bad"] == ("arbitrate", "score below 0")
    assert reasons["4", "also"] == reasons["2", "sell"] == ("arbitrate", "channel call: calls contacts per day per rm")
    assert result.manifest["maximize"]["value"] == 3.0


def test_of_equal_alternatives_the_earlier_and_of_scarce_ones_who_needs_them(bank: Any, listed: Any) -> None:
    people = [{"id": 1, "aum": 9, "rm": "r", "calls": 2, "sms": "true"}, {"id": 2, "aum": 8, "rm": "r", "calls": 2, "sms": "true"}]
    text = CHANNELS + "arbitration { maximize: score }\nstrategy s { cohort: everyone channel: call else sms score: aum }"
    result = bank.customers(*people).strategies(text).run()
    assert listed(result, "customer_id", "channel") == [("1", "call"), ("2", "call")]
    # with two more who have no other way than a call, the first two are reached by message
    people += [{"id": 3, "aum": 2, "rm": "r", "calls": 2, "sms": "false"}, {"id": 4, "aum": 1, "rm": "r", "calls": 2, "sms": "false"}]
    result = bank.customers(*people).run()
    assert listed(result, "customer_id", "channel") == [("1", "sms"), ("2", "sms"), ("3", "call"), ("4", "call")]
    told = {row["customer_id"]: row["alternatives"] for row in result.decisions.iter_rows(named=True)}
    assert told["1"] == "call: channel call: calls contacts per day per rm"


def test_controls_are_chosen_as_others_and_hand_their_contacts_on(bank: Any) -> None:
    bank.customers(*({"id": f"c{number:04}", "aum": number + 1} for number in range(300)))
    text = """
        channel app { }
        policy p { limit: 1 contact per day per customer }
        arbitration { maximize: score }
        strategy best { cohort: everyone channel: app score: aum  control: 25% }
        strategy next { cohort: everyone channel: app score: 0.5 }
    """
    result = bank.strategies(text).run()
    control = set(result.actions.filter(pl.col("arm") == "control")["customer_id"])
    assert 50 < len(control) < 100
    assert set(result.actions.filter(pl.col("strategy") == "best")["customer_id"]) == {f"c{number:04}" for number in range(300)}
    assert set(result.actions.filter(pl.col("strategy") == "next")["customer_id"]) == control
    assert result.manifest["maximize"]["value"] == sum(range(1, 301))


# ------------------------------------------------------------------------------------------------ the same again

DAY = """
import sys, json, datetime as dt
from pathlib import Path
from strategy_engine.engine.day.run import run_day
from strategy_engine.semantics.load import load_project
folder, size = Path(sys.argv[1]), int(sys.argv[2])
result = run_day(load_project(folder).model, folder, dt.date(2026, 11, 20), batch_size=size)
print(json.dumps([result.actions.select("customer_id", "strategy", "channel", "rank").rows(), result.manifest], default=str))
"""


def test_neither_batches_nor_threads_nor_the_order_of_customers_matter(bank: Any) -> None:
    people = [
        {"id": f"c{number}", "aum": (number * 37) % 101, "rank": (number * 53) % 89, "rm": f"r{number % 7}", "calls": 4, "sms": "true"}
        for number in range(200)
    ]
    text = (
        CHANNELS
        + """
        policy p { limit: 60 contacts per day on app }
        arbitration { keep: 1 per customer  maximize: score }
        strategy a { cohort: everyone channel: call else sms score: aum  limit: 50 contacts per day }
        strategy b { cohort: everyone channel: app score: rank }
        strategy c { cohort: aum > 50 channel: call score: aum * 2  control: 10% }
    """
    )

    def day(size: int, threads: int) -> Any:
        environment = {**os.environ, "POLARS_MAX_THREADS": str(threads)}
        command = [sys.executable, "-c", DAY, str(bank.folder), str(size)]
        done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
        return json.loads(done.stdout)

    bank.customers(*people).strategies(text).model()
    whole = day(1000, 2)
    assert whole[1]["maximize"]["gap"] < 0.02
    assert len(whole[0]) == 60 + 50 + 28  # all that there is room for
    assert day(17, 1) == whole
    bank.customers(*reversed(people))
    actions, manifest = day(1000, 2)
    assert actions == whole[0]
    assert manifest["maximize"] == whole[1]["maximize"]


def test_without_numpy_it_is_told_before_anything_is_done(bank: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    bank.customers({"id": 1, "aum": 1}).strategies(CHANNELS + BEST + "strategy s { cohort: everyone channel: app score: aum }")
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "numpy" else find(name))
    with pytest.raises(DataError) as raised:
        bank.run()
    assert [each.code for each in raised.value.diagnostics] == ["S0527"]


def test_without_one_condition_a_customer_is_weighed_at_the_days_prices(bank: Any) -> None:
    # two want one call, which is worth between 40 and 50; of two who lack only the tier one would bring more, one less
    people = [
        *({"id": 1, "aum": 50, "tier": "gold"}, {"id": 2, "aum": 40, "tier": "gold"}),
        *({"id": 3, "aum": 90, "tier": "mass"}, {"id": 4, "aum": 10, "tier": "mass"}),
    ]
    bank.customers(*({**each, "rm": "r", "calls": 1} for each in people))
    bank.strategies(CHANNELS + "arbitration { maximize: score }\nstrategy s { cohort: tier >= gold channel: call score: aum }")
    told = Project.open(bank.folder).why_not("s", "2026-11-20")
    found = [(each.text, each.dropped, each.listed) for each in told.obstacles if each.listed]
    assert found == [("tier >= gold", 2, 1), ("channel call: calls contacts per day per rm", 1, 1)]
