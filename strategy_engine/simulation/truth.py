"""The truth file: what was planted, and what it came to over all actions, as the potential outcomes say."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from strategy_engine.simulation.effects import Effect

FOLDER = "truth"
SUMMARY = "truth.json"
COLUMNS = ("action_id", "customer_id", "strategy", "channel", "benefit", "arm", "step", "outcome", "strength", "y0", "y1", "brought")
"""Of an action: `y0` and `y1` whether the outcome comes about without and with it; `brought` is money from other banks, in cents."""


@dataclass(frozen=True, slots=True)
class Measured:
    """Over all actions of a strategy, controls among them, and maybe of one channel and benefit: the shares with the outcome without and
    with the action, their difference, and the money from other banks in yuan. `planted` is the effect in words."""

    strategy: str
    outcome: str
    actions: int
    without: float
    with_it: float
    effect: float
    brought: float
    planted: str
    channel: str | None = None
    benefit: str | None = None


def measured(outcomes: pl.DataFrame, effects: Mapping[str, Effect], *parts: str) -> list[Measured]:
    """By strategy, and by `parts` (channel, benefit)."""
    by = ["strategy", "outcome", *parts]
    table = (
        outcomes.group_by(by)
        .agg(
            actions=pl.len(),
            without=pl.col("y0").mean().round(6),
            with_it=pl.col("y1").mean().round(6),
            effect=(pl.col("y1").cast(pl.Int64) - pl.col("y0").cast(pl.Int64)).mean().round(6),
            brought=(pl.col("brought").sum() / 100).round(2),
        )
        .sort(by, nulls_last=False)
    )
    return [Measured(**row, planted=effects[row["strategy"]].words) for row in table.to_dicts()]


def write_truth(folder: Path, outcomes: pl.DataFrame, effects: Mapping[str, Effect], about: dict[str, Any]) -> None:
    """`truth.json`: the planted effects and the measured ones, by strategy and by its channels and benefits."""
    whole = {row.strategy: row for row in measured(outcomes, effects)}
    parts = measured(outcomes, effects, "channel", "benefit")
    strategies = {
        name: {
            "planted": effect.told(),
            "measured": _figures(whole[name]) if name in whole else None,
            "by": [
                {"channel": row.channel, "benefit": row.benefit, "planted": effect.by(str(row.channel), row.benefit), **_figures(row)}
                for row in parts
                if row.strategy == name
            ],
        }
        for name, effect in effects.items()
    }
    document = json.dumps({**about, "strategies": strategies}, ensure_ascii=False, indent=1)
    (folder / SUMMARY).write_bytes(document.encode("utf-8") + b"\n")


def _figures(row: Measured) -> dict[str, Any]:
    return {key: getattr(row, key) for key in ("actions", "without", "with_it", "effect", "brought")}
