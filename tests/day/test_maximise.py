"""`maximize: score`: the best total of a day, from the text of strategies to the list."""

from __future__ import annotations

from typing import Any

CHANNELS = """
channel app { }
channel sms { require: sms }
channel call { limit: calls contacts per day per rm assign: rm }
"""
BEST = "arbitration { keep: 1 per customer  maximize: score }\n"


def test_the_best_total_and_not_the_best_first(bank: Any, listed: Any) -> None:
    # one call: it goes to whom nothing else is worth much, though the other's is worth more
    bank.customers({"id": 1, "aum": 100, "rank": 90, "rm": "r", "calls": 1}, {"id": 2, "aum": 80, "rank": 1, "rm": "r", "calls": 1})
    text = "strategy call { cohort: everyone channel: call score: aum }\nstrategy tell { cohort: everyone channel: app score: rank }"
    assert listed(bank.strategies(CHANNELS + "arbitration { keep: 1 per customer }" + text).run()) == [("1", "call"), ("2", "tell")]
    result = bank.strategies(CHANNELS + BEST + text).run()
    assert listed(result) == [("1", "tell"), ("2", "call")]
    print(result.manifest["maximize"], result.decisions.to_dicts())
