"""A thousand strategies as a bank has them, and the same as data for who does their day by hand.

Each is for a cell of the grid lifecycle × tier, further narrowed by a condition drawn like the library's; seven of ten wait for a
moment. They share a stock of cohorts, derived columns, sums over events and holdings, and looks at the month before; four channels
and four benefits, with what these can bear in the proportion of the bank's size.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path

import polars as pl
from banks import bank, kept, project
from conditions import DTYPES, ENUMS, ORDERED, PERCENTS, Author, Condition, Named, attributes

SEED, COHORTS, STRATEGIES_A_FILE = 17, 40, 25
CONTROL_PERCENT = 5

EVENT_MEASURES = {
    "cards_7d": "count(txn where type == card within last 7 days)",
    "cards_30d": "count(txn where type == card within last 30 days)",
    "spent_30d": "sum(txn.amount where type == card within last 30 days)",
    "spent_90d": "sum(txn.amount where type == card within last 90 days)",
    "in_30d": "sum(txn.amount where type == transfer_in within last 30 days)",
    "out_30d": "sum(txn.amount where type == transfer_out within last 30 days)",
    "logins_30d": "count(txn where type == login within last 30 days)",
    "largest_90d": "max(txn.amount within last 90 days)",
    "shops_90d": "distinct(txn.merchant within last 90 days)",
}
HOLDING_MEASURES = {
    "deposits": "sum(holding.amount where kind == deposit)",
    "deposits_due": "sum(holding.amount where kind == deposit and maturity in next 30 days)",
    "has_fund": "exists(holding where kind == fund)",
}
PAST_MEASURES = {"aum_change": "change(aum, 30 days)", "aum_growth": "growth(aum, 30 days)"}
COMPARISONS = {
    "cards_7d": (">= 1", ">= 2"),
    "cards_30d": (">= 2", "< 1"),
    "spent_30d": (">= 10000元", ">= 100000元"),
    "spent_90d": (">= 50000元", ">= 500000元"),
    "in_30d": (">= 100000元", ">= 1000元"),
    "out_30d": (">= 100000元", ">= 1000元"),
    "logins_30d": (">= 1", "< 1"),
    "largest_90d": (">= 1000000元", ">= 10000元"),
    "shops_90d": (">= 2", "< 1"),
    "deposits": (">= 100000元", ">= 1000000元"),
    "deposits_due": (">= 10000元",),
    "has_fund": ("== true",),
    "aum_change": ("> 10000元", "< 0元"),
    "aum_growth": ("> 20%", "< 0%"),
}
TRIGGERS = {
    "salary_in": "on: txn where type == salary and amount >= 500  within: last 7 days",
    "large_in": "on: txn where type == transfer_in and amount >= 100000  within: last 7 days",
    "large_out": "on: txn where type == transfer_out and amount >= 100000  within: last 7 days",
    "maturing": "on: holding.maturity where kind == deposit  within: next 7 days",
    "birthday": "on: anniversary(birth)  within: next 3 days",
    "back_again": "on: txn where type == login  within: last 3 days",
}
BENEFITS = {"coupon_100": 1000, "coupon_50": 300, "coupon_20": 100}  # one piece for so many customers
TITLES = {"coupon_100": "百元券", "coupon_50": "五十元券", "coupon_20": "二十元券"}
ELIGIBLE_FROM = {"coupon_100": "gold"}
LADDERS = (("coupon_100", "coupon_50", "none"), ("coupon_50", "coupon_20"), ("coupon_20", "none"), ())
PLANS = (("app",), ("app", "sms"), ("sms", "remote"), ("rm_call", "remote"), ("rm_call", "remote", "sms"))
SMS_PER, REMOTE_PER, CALLS_A_DAY = 50, 400, 2  # a text message a day for so many customers; calls of one manager
SCRIPT_BEFORE, SCRIPT_AFTER = "尊敬的", ",您的专属权益已备好,打开手机银行即可查看。"


@dataclass(frozen=True)
class Campaign:
    """One strategy."""

    name: str
    condition: Condition
    trigger: str | None
    ladder: tuple[str, ...]
    channels: tuple[str, ...]
    score: str
    priority: int

    @property
    def declared(self) -> str:
        trigger = f"\n  trigger:  {self.trigger}" if self.trigger else ""
        benefit = f"\n  benefit:  {' else '.join(self.ladder)}" if self.ladder else ""
        return f"""
strategy {self.name} "策略 {self.name}" {{
  owner:    "零售部"
  valid:    2026-01-01 .. 2026-12-31
  cohort:   {self.condition.text}{trigger}{benefit}
  channel:  {" else ".join(self.channels)}
  script:   "{SCRIPT_BEFORE}{{name}}{SCRIPT_AFTER}"
  score:    {self.score} * 300
  priority: {self.priority}
  control:  {CONTROL_PERCENT}%
}}
"""


@dataclass(frozen=True)
class Campaigns:
    """All strategies of a bank of so many customers, and what they share."""

    customers: int
    attributes: list[Named]
    cohorts: list[Named]
    strategies: list[Campaign]

    @property
    def shared(self) -> str:
        """The declarations that all strategies use."""
        size = self.customers
        pieces = {name: max(1, size // per) for name, per in BENEFITS.items()}
        eligible = {name: f"  eligible: tier >= {tier}" for name, tier in ELIGIBLE_FROM.items()}
        measures = {**EVENT_MEASURES, **HOLDING_MEASURES, **PAST_MEASURES}
        return "\n".join(
            [
                *(f"attribute {name} = {text}" for name, text in measures.items()),
                *(named.declared for named in (*self.attributes, *self.cohorts)),
                *(f"trigger {name} {{ {text} }}" for name, text in TRIGGERS.items()),
                *(
                    f'benefit {name} "{TITLES[name]}" {{ cost: 10  limit: {count} pieces{eligible.get(name, "")} }}'
                    for name, count in pieces.items()
                ),
                "channel app { require: app_active }",
                f"channel sms {{ cost: 0.05  require: consent_sms  limit: {max(1, size // SMS_PER)} contacts per day }}",
                f"channel remote {{ cost: 6  require: consent_phone  limit: {max(1, size // REMOTE_PER)} contacts per day }}",
                (
                    "channel rm_call { cost: 15  require: consent_phone and rm_id is known  "
                    f"limit: {CALLS_A_DAY} contacts per day per rm_id  assign: rm_id }}"
                ),
                "policy contact { limit: 2 contacts per rolling 7 days per customer  exclude: do_not_contact }",
                "arbitration { keep: 1 per customer  order: priority desc, score desc }",
            ]
        )

    def write(self, folder: Path) -> None:
        """A project of them over the bank's data."""
        files = {"shared.strategy": self.shared}
        for first in range(0, len(self.strategies), STRATEGIES_A_FILE):
            files[f"f{first:05}.strategy"] = "".join(one.declared for one in self.strategies[first : first + STRATEGIES_A_FILE])
        project(folder, files, bank(self.customers))


def campaigns(customers: int, strategies: int) -> Campaigns:
    """The first so many strategies; with more of them, those before stay the same."""
    author = Author(SEED, COMPARISONS)
    cohorts = [author.cohort(f"cohort_{number}") for number in range(COHORTS)]
    pick = random.Random(SEED)  # noqa: S311 - nothing is kept secret with it
    return Campaigns(customers, attributes(), cohorts, [_campaign(author, pick, number) for number in range(strategies)])


def folder_of(made: Campaigns) -> Path:
    """Where their project lies."""
    return kept(f"day-{made.customers}-{len(made.strategies)}", made.write)


def _campaign(author: Author, pick: random.Random, number: int) -> Campaign:
    trigger = pick.choice(list(TRIGGERS)) if pick.random() < 0.7 else None
    parts = [_cell(pick), author.condition()]
    if trigger is None:  # open every day, so for few
        parts.append(_recently(pick))
    text, hand = " and ".join(part.text for part in parts), parts[0].polars
    for part in parts[1:]:
        hand = hand & part.polars
    return Campaign(
        f"s{number}",
        Condition(text, hand),
        trigger,
        pick.choice(LADDERS),
        pick.choice(PLANS),
        pick.choice(PERCENTS),
        pick.randint(1, 9),
    )


def _cell(pick: random.Random) -> Condition:
    """One stage of life, and two or three neighbouring tiers."""
    stage = pick.choice(ENUMS["lifecycle"])
    at = pick.randrange(len(ORDERED["tier"]) - 1)
    tiers = list(ORDERED["tier"][at : at + pick.randint(2, 3)])
    hand = (pl.col("lifecycle") == pl.lit(stage, dtype=DTYPES["lifecycle"])) & pl.col("tier").is_in(
        pl.Series(tiers, dtype=DTYPES["tier"]).implode()
    )
    return Condition(f"lifecycle == {stage} and tier in [{', '.join(tiers)}]", hand)


def _recently(pick: random.Random) -> Condition:
    """A week in the time since the last login, so that a customer passes through it once."""
    low = pick.choice(range(30, 360, 7))
    return Condition(f"days_idle in [{low}..{low + 7})", pl.col("days_idle").is_between(low, low + 7, closed="left"))
