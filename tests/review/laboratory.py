"""A small bank for experiments: eight strategies that share no customer, each with a control group, and a truth that is known.

Each strategy acts on the customers of some occupations, once on each, on the first days; then their time runs out. So what one brings about
is nothing to another, and the planted effects can be held against what the review says.
"""

from __future__ import annotations

import datetime as dt
import json
import shutil
from pathlib import Path

import polars as pl

from strategy_engine.session import Project
from strategy_engine.simulation import Settings, simulate
from strategy_engine.simulation.responses import arrival
from strategy_engine.source.shipped import shipped

LISTING, WINDOW = 8, 14  # days
LAST = dt.date(2026, 11, 20)
GROUPS = {
    "clerks": "office", "workers": "worker", "traders": "self_employed", "servants": "civil_servant, executive",
    "experts": "professional, student", "teachers": "teacher, homemaker", "pensioners": "retired", "others": "freelance, unstated",
}  # fmt: skip
"""The strategies and their occupations: of 3,000 customers each treats more than a hundred, enough for a planted harm to show."""
RULES = """
channel sms { cost: 0.05 }
channel app_popup { cost: 0 }
kpi bought { measure: share of exists(txn where type == purchase and at >= contact_date + 1 day within 14 days after contact)  at: 14 days }
kpi seen { measure: share of exists(txn where type == login and at >= contact_date + 1 day within 14 days after contact)  at: 14 days }
"""
STRATEGY = """
strategy {name} {{
  valid: {first} .. {last}
  cohort: occupation in [{occupations}]
  channel: {channel}
  limit: 1 contact per customer
  control: 50%
  kpi: {kpi} uplift >= 0.5%
}}
"""


def laboratory(folder: Path, customers: int, seed: int) -> Project:
    """The bank after its days, in a folder that is not there yet."""
    folder.mkdir()
    shutil.copy(shipped("strategies") / "library" / "strategy.yaml", folder)
    days = LISTING + WINDOW + 1
    first = LAST - dt.timedelta(days=days - 1)
    last = first + dt.timedelta(days=LISTING - 1)
    texts = [
        STRATEGY.format(
            name=name, first=first, last=last, occupations=occupations,
            channel=("sms", "app_popup")[place % 2], kpi=("bought", "seen")[place // 2 % 2],
        )
        for place, (name, occupations) in enumerate(GROUPS.items())
    ]  # fmt: skip
    (folder / "strategies.strategy").write_text(RULES + "".join(texts), "utf-8")
    project = Project.open(folder)
    simulate(project, Settings(customers=customers, days=days, seed=seed, until=LAST))
    return project


def planted(folder: Path) -> dict[str, float]:
    """By strategy, the effect that was planted, over each customer's first listing: what the action does to those whom it reaches, given
    what they would have done without it."""
    truth = pl.read_parquet(folder / "truth" / "date=*" / "*.parquet", hive_partitioning=True).sort("date")
    first = truth.unique(["strategy", "customer_id"], keep="first", maintain_order=True)
    reached = pl.col("channel").replace_strict({name: arrival(name) for name in ("sms", "app_popup")}, return_dtype=pl.Float64)
    could = pl.when(pl.col("strength") > 0).then(~pl.col("y0")).otherwise(pl.col("y0")).cast(pl.Float64)
    return dict(first.group_by("strategy").agg((reached * pl.col("strength") * could).mean()).iter_rows())


def planted_harm(folder: Path) -> set[str]:
    """The strategies that the truth file calls harmful."""
    truth = json.loads((folder / "truth" / "truth.json").read_text("utf-8"))
    return {name for name, strategy in truth["strategies"].items() if strategy["planted"]["harmful"]}
