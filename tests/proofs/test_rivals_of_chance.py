"""Random strategies that fight for the same customers: whoever is said to be always beaten lists nobody, on days that are really run.
`STRATEGY_SOAK_RIVALS` is how many projects are made, where it shall be more."""

from __future__ import annotations

import itertools
import os
from pathlib import Path
from random import Random

from strategy_engine.engine.trial import run_trials
from strategy_engine.engine.trial.day import TrialDay
from strategy_engine.proofs.beaten import beaten
from strategy_engine.proofs.solver import Solver
from strategy_engine.proofs.ways import Ways

from .faulty import Fault

PROJECTS = int(os.environ.get("STRATEGY_SOAK_RIVALS", "40"))
DAYS = ("2026-06-17", "2026-06-18", "2026-06-24", "2026-06-25")
BENEATH = """
channel app { cost: 0 }
channel sms { require: consent  cost: 0.05 }
channel rm_call { cost: 15  limit: 3 contacts per day }
benefit coupon { cost: 5  limit: 2 pieces per day }
trigger paid { on: txn where kind == salary  within: last 3 days }
trigger rich { when: aum > 5 }
"""
CHANNELS = ["app", "app", "sms", "sms else app", "rm_call", "rm_call else app", "app, then sms after 1 days"]
COHORTS = ["everyone", "tier >= gold", "tier >= gold", "tier >= platinum", "tier == private", "payroll", "payroll and tier >= gold"]
LIMITS = [
    *("limit: 1 contact per rolling 7 days per customer", "limit: 1 contact per rolling 30 days per customer per strategy"),
    *("limit: 1 contact per day per household", "limit: 2 contacts per rolling 7 days per customer", "except: category == service"),
    *("exclude: active and category == sales", "exclude: channel == sms and not payroll", "control: 20%"),
]
KEEPS = ["keep: 1 per customer", "keep: 1 per customer", "keep: 1 per customer per channel", "except: category == service"]
FURTHER = [
    *("trigger: paid", "trigger: rich", "control: 20%", "limit: 1 contact per rolling 30 days per customer", 'script: "{phone}"'),
    *("category: service", "category: sales", "benefit: coupon", "valid: 2026-06-18 .. 2026-12-31", "split: {a: 50%}"),
]


def _customer(number: int, tier: str, payroll: str, consent: str) -> str:
    """A customer, and a payment on the first day; two of three have no telephone."""
    phone = "" if number % 3 else ', phone: "1"'
    return (
        f"given customer {{ customer_id: {number}, tier: {tier}, payroll: {payroll}, active: {payroll}, consent: {consent}, aum: 10,"
        f' share: 1%, stage: new, children: 0, opened: 2020-01-01, city: "x", household_id: {number // 2}{phone} }}\n'
        f"given txn {{ id: {number}, customer_id: {number}, kind: salary, amount: 9, at: 2026-06-17T09:00 }}\n"
    )


KINDS = itertools.product(["mass", "gold", "platinum", "private"], ["true", "false"], ["true", "false"])
CUSTOMERS = "".join(_customer(number, *kind) for number, kind in enumerate(KINDS))
TEST = 'test "days" {\n' + "".join(f"on: {day}\n" for day in DAYS) + CUSTOMERS + "expect: everyone\n}\n"


def _project(random: Random) -> str:
    """A few strategies, and what they have to share."""
    policy = "  ".join(random.sample(LIMITS, random.randint(1, 2)))
    keeps = "  ".join(dict.fromkeys(random.sample(KEEPS, random.randint(1, 2))))
    strategies = "".join(
        f"strategy s{number} {{ cohort: {random.choice(COHORTS)}  channel: {random.choice(CHANNELS)}  priority: {random.randint(0, 3)}"
        f"  {'  '.join(random.sample(FURTHER, random.choice([0, 0, 1])))} }}\n"
        for number in range(5)
    )
    return f"{BENEATH}policy p {{ {policy} }}\narbitration {{ {keeps}  order: priority desc, score desc }}\n{strategies}"


class Watched:
    """Notes who listed somebody, day by day."""

    def __init__(self) -> None:
        self.listing: set[str] = set()

    def add(self, day: TrialDay) -> None:
        self.listing |= set(day.actions.get_column("strategy").cast(str).to_list())


def test_who_is_always_beaten_lists_nobody(tmp_path: Path) -> None:
    random, said, listing = Random(7), 0, 0  # noqa: S311 - the same projects in every run
    bank = Fault("", "", "", "", ())
    for _ in range(PROJECTS):
        model = bank.model(_project(random) + TEST, tmp_path)
        never = {each.name for each in beaten(Ways(model), Solver.of(model))}  # type: ignore[attr-defined]
        if never:
            watched = Watched()
            list(run_trials(model, model.tests, {}, watched))  # type: ignore[arg-type]
            assert not watched.listing & never, (tmp_path / "a.strategy").read_text("utf-8")
            said, listing = said + len(never), listing + len(watched.listing)
    assert said > PROJECTS // 10
    assert listing > PROJECTS // 10
