"""The truth file: what was planted, and what it came to over all actions, as the potential outcomes say."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import polars as pl

from strategy_engine.simulation.effects import Effect

FOLDER = "truth"
SUMMARY = "truth.json"
COLUMNS = {
    "action_id": pl.String, "strategy": pl.String, "channel": pl.String, "benefit": pl.String, "arm": pl.String, "step": pl.Int64,
    "outcome": pl.String, "strength": pl.Float64, "y0": pl.Boolean, "y1": pl.Boolean, "brought": pl.Int64,
}  # fmt: skip
"""Of an action: `y0` and `y1` whether the outcome comes about without and with it; `brought` is money from other banks, in cents."""


def write_truth(folder: Path, effects: Iterable[Effect], outcomes: pl.DataFrame, about: dict[str, Any]) -> None:
    """`truth.json`: the planted effects and the measured ones, by strategy and by its channels and benefits."""
    whole = {row["strategy"]: row for row in measured(outcomes, ["strategy"])}
    parts: dict[str, list[dict[str, Any]]] = {}
    for row in measured(outcomes, ["strategy", "channel", "benefit"]):
        parts.setdefault(row.pop("strategy"), []).append(row)
    strategies = {
        effect.strategy: {
            "planted": effect.told(),
            "measured": {key: value for key, value in whole.get(effect.strategy, {}).items() if key != "strategy"} or None,
            "by": [{**row, "planted": effect.by(row["channel"], row["benefit"])} for row in parts.get(effect.strategy, [])],
        }
        for effect in effects
    }
    document = json.dumps({**about, "strategies": strategies}, ensure_ascii=False, indent=1)
    (folder / FOLDER / SUMMARY).write_bytes(document.encode("utf-8") + b"\n")


def measured(outcomes: pl.DataFrame, by: list[str]) -> list[dict[str, Any]]:
    """For each group the number of actions, the shares with the outcome without and with the action, their difference, and the money."""
    table = (
        outcomes.group_by(by)
        .agg(
            actions=pl.len(),
            without=pl.col("y0").mean().round(6),
            **{"with": pl.col("y1").mean().round(6)},
            effect=(pl.col("y1").cast(pl.Int64) - pl.col("y0").cast(pl.Int64)).mean().round(6),
            brought=(pl.col("brought").sum() / 100).round(2),
        )
        .sort(by, nulls_last=False)
    )
    return table.to_dicts()
