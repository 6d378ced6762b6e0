"""A project of many strategies as a bank's teams write them: no two alike, drawn as those of the library are.

Cohorts, attributes, triggers, benefits and channels are shared, and some strategies rest on a shared cohort; the rest of each condition is
its own. Some choose by tier, some come in two steps, some wait for an event, some have a score.
"""

from __future__ import annotations

from pathlib import Path
from random import Random

from banks import kept, project
from conditions import ENUMS, Author, attributes

SEED = 11
A_FILE = 5
SHARED_COHORTS, COHORTS_A_FILE = 40, 1
OFFERS = """
channel app { cost: 0 }
channel sms { cost: 0.05  require: not do_not_contact }
channel rm_call { cost: 8 }
benefit coupon_20 { kind: coupon  value: 20  cost: 18  limit: 5万 pieces per month }
benefit coupon_50 { kind: coupon  value: 50  cost: 45  eligible: tier >= gold }
benefit coupon_100 { kind: coupon  value: 100  cost: 90  eligible: tier >= platinum }
trigger big_inflow { on: txn where type == transfer_in and amount >= 5万  within: last 3 days }
trigger big_outflow { on: txn where type == transfer_out and amount >= 5万  within: last 3 days }
trigger salary_in { on: txn where type == salary and amount >= 3000  within: last 3 days }
policy contact_rules { limit: 1 contact per rolling 7 days per customer  exclude: do_not_contact }
"""
CHANNELS = (
    "app",
    "app else sms",
    "sms else app",
    "rm_call else sms",
    "app, then sms after 3 days",
    "by tier { private: rm_call else app, else: app else sms }",
)
BENEFITS = (
    "coupon_20",
    "coupon_50 else coupon_20",
    "coupon_50 else none",
    "by tier { mass: coupon_20, gold: coupon_50, else: coupon_100 else none }",
)
SCRIPTS = (
    '"您的资产{aum}元,等级{tier}。NAME"',
    '"近期有一笔资金安排,存款{deposit_balance:,.0}元,是否有我们可以协助之处?NAME"',
    '"{benefit.title ?? "专属礼遇"}已为您预留,欢迎到访。NAME"',
    'by tier { mass: "感谢您的支持。NAME", else: "尊享{tier}礼遇,客户经理将与您联系。" }',
)
SCORES = ("aum * p_fund", "p_wealth ?? 0%", "max(p_fund ?? 0%, p_loan ?? 0%) * aum", "deposit_balance / 1万")
OCCASIONS = ("", "", "", "big_inflow", "big_outflow", "salary_in")


def strategies(count: int) -> Path:
    """The folder of a project with so many strategies, five a file."""
    files = max(1, count // A_FILE)
    return kept(f"strategies-{files * A_FILE}", lambda folder: _write(folder, files))


def _write(folder: Path, files: int) -> None:
    author, pick = Author(SEED), Random(SEED)  # noqa: S311 - nothing is kept secret with it
    stock = [author.cohort(f"shared_{number}").declared for number in range(SHARED_COHORTS)]
    shared = OFFERS + "\n".join([*(named.declared for named in attributes()), *stock])
    project(folder, {"shared.strategy": shared, **{f"f{number}.strategy": file(author, pick, number) for number in range(files)}})


def file(author: Author, pick: Random, number: int) -> str:
    """The text of a file: cohorts of its own, and strategies."""
    cohorts = [author.cohort(f"cohort_{number}_{index}").declared for index in range(COHORTS_A_FILE)]
    return "\n".join([*cohorts, *(_strategy(author, pick, f"s_{number}_{index}") for index in range(A_FILE))])


def _strategy(author: Author, pick: Random, name: str) -> str:
    own, month = author.condition().text, pick.randint(1, 6)
    rests_on = f"shared_{pick.randrange(SHARED_COHORTS)} and " if pick.random() < 0.4 else ""
    keys = {
        "owner": f'"{pick.choice(("零售部", "财富部", "信用卡部", "客户经营部"))}"',
        "valid": f"2026-0{month}-01 .. 202{pick.randint(6, 7)}-12-31",
        "cohort": rests_on + own,
        "trigger": pick.choice(OCCASIONS),
        "benefit": pick.choice(BENEFITS) if pick.random() < 0.5 else "",
        "channel": pick.choice(CHANNELS),
        "script": pick.choice(SCRIPTS).replace("NAME", name),
        "score": pick.choice(SCORES) if pick.random() < 0.6 else "",
        "priority": str(pick.randint(1, 9)),
        "limit": f"1 contact per rolling {pick.choice((7, 30, 90))} days per customer" if pick.random() < 0.6 else "",
        "control": f"{pick.choice((5, 10))}%",
    }
    lines = "\n".join(f"  {f'{key}:':9} {value}" for key, value in keys.items() if value)
    return f'\nstrategy {name} "{pick.choice(ENUMS["lifecycle"])} {name}" {{\n{lines}\n}}\n'
