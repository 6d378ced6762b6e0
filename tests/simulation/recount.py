"""Recounts the limits of a project over its ledger. It knows the limits by their words alone, and nothing of the engine."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl
from deltalake import DeltaTable

from strategy_engine.semantics.model import Limit, Model

_WORDS = re.compile(r"(?P<amount>\S+) (?P<counted>contacts?|pieces|cost)(?P<rest>.*)")
_UNITS = {"万": 10_000}
_COLUMNS = {"customer": "customer_id"}


@dataclass(frozen=True)
class Counted:
    """A limit as its words say it. of: which actions count; weight: what one takes; per: of whom; first: the first day of the window."""

    name: str
    amount: pl.Expr
    of: pl.Expr
    weight: pl.Expr
    per: tuple[str, ...]
    window: str


def actions(bank: Path) -> pl.DataFrame:
    """The ledger's actions with what the snapshot of their day and the reference tables say, and when they were told to have failed."""
    frame = pl.read_parquet(DeltaTable(bank / "ledger" / "actions").file_uris(), hive_partitioning=True, try_parse_hive_dates=True)
    snapshots = pl.concat(
        pl.read_parquet(path / "*.parquet", columns=["customer_id", "household", "branch", "rm_id"]).with_columns(
            run_date=pl.lit(dt.date.fromisoformat(path.name.removeprefix("date=")))
        )
        for path in sorted((bank / "data" / "customer").iterdir())
    )
    managers = pl.read_csv(bank / "data" / "managers.csv").select("rm_id", "daily_calls")
    branches = pl.read_csv(bank / "data" / "branches.csv").select("branch", "coupon_budget")
    feedback = pl.read_parquet(bank / "data" / "feedback" / "*.parquet").filter(pl.col("outcome") == "failed")
    failed = feedback.group_by("action_id").agg(told=pl.col("at").dt.date().min())
    return (
        frame.join(snapshots, on=["customer_id", "run_date"], how="left")
        .join(managers, on="rm_id", how="left")
        .join(branches, on="branch", how="left")
        .join(failed, on="action_id", how="left")
    )


def limits(model: Model) -> Iterator[Counted]:
    """Every limit of the project."""
    carried_out = pl.col("arm") != "control"
    for name, policy in model.policies.items():
        categories = re.findall(r"\w+", str(policy.applies)) if policy.applies is not None else []
        known = {strategy.category for strategy in model.strategies.values() if strategy.category}
        mine = pl.col("category").is_in([each for each in known if each in categories]) if categories else pl.col("category") != "service"
        yield from (_counted(f"policy {name}", limit, model, carried_out & mine) for limit in policy.limits)
    for name, strategy in model.strategies.items():
        yield from (_counted(name, limit, model, carried_out & (pl.col("strategy") == name), journeys=True) for limit in strategy.limits)
    for name, channel in model.channels.items():  # of a thing that runs out a control keeps its place
        yield from (_counted(name, limit, model, pl.col("channel") == name) for limit in channel.limits)
    for name, benefit in model.benefits.items():
        cents = getattr(benefit.fields.get("cost"), "value", 0)
        yield from (_counted(name, limit, model, pl.col("benefit") == name, cost=float(cents) / 100) for limit in benefit.limits)


def _counted(owner: str, limit: Limit, model: Model, of: pl.Expr, *, journeys: bool = False, cost: float = 1) -> Counted:
    words = _WORDS.match(limit.text)
    assert words, limit.text
    per = tuple(re.findall(r" per ((?!day|month|year|week|rolling|calendar)\S+)", words["rest"]))
    if journeys or "strategy" in per:  # a limit per strategy counts journeys, not their later steps
        of = of & (pl.col("step") == 1)
    if channels := re.search(r" on (.*)", words["rest"]):
        of = of & pl.col("channel").is_in(re.findall(r"\w+", channels[1]))
    window = re.search(r" per (day|month|year|rolling \d+ days)", words["rest"])
    weight = pl.lit(cost) if words["counted"] == "cost" else pl.lit(1.0)
    names = tuple(_COLUMNS.get(each, each) for each in per)
    return Counted(f"{owner}: {limit.text}", _amount(words["amount"], model), of, weight, names, window[1] if window else "")


def _amount(word: str, model: Model) -> pl.Expr:
    if number := re.fullmatch(r"([\d.]+)(万?)", word):
        return pl.lit(float(number[1]) * _UNITS.get(number[2], 1))
    if word in model.params:
        return pl.lit(float(getattr(model.params[word].value, "value")))  # noqa: B009 - of whatever kind of constant
    return pl.col(word.rpartition(".")[2]).cast(pl.Float64)


def exceeded(limit: Counted, acts: pl.DataFrame) -> pl.DataFrame:
    """The days and groups in which more was taken than the limit lets."""
    found = []
    for day in sorted(acts.get_column("run_date").unique()):
        inside = acts.filter(limit.of & pl.col("run_date").is_between(_first(limit.window, day), day))
        counted = inside.filter(pl.col("told").is_null() | (pl.col("told") > day))
        sums = counted.group_by(limit.per or pl.lit(1).alias("all")).agg(taken=limit.weight.sum(), amount=limit.amount.first())
        found.append(sums.filter(pl.col("taken") > pl.col("amount") + 1e-9).with_columns(day=pl.lit(day)))
    return pl.concat(found)


def _first(window: str, day: dt.date) -> dt.date:
    if window.startswith("rolling"):
        return day - dt.timedelta(days=int(window.split()[1]) - 1)
    starts = {"day": day, "month": day.replace(day=1), "year": day.replace(month=1, day=1), "": dt.date.min}
    return starts[window]
