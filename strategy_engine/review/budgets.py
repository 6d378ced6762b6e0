"""Budgets: how much of every capacity, stock and budget was taken, as the days' manifests tell."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from strategy_engine.language.types import CENTS
from strategy_engine.review.figures import BudgetFigure


def budgets_of(manifests: Iterable[str]) -> list[BudgetFigure]:
    """By limit, over the days. manifests: one JSON text a day, in the order of the days.

    A capacity of a day counts all its days; a budget of a longer time is told as it stood last.
    """
    by_limit: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for manifest in manifests:
        for entry in json.loads(manifest).get("limits", []):
            by_limit[entry["limit"]].append(entry)
    return [_figure(limit, entries) for limit, entries in sorted(by_limit.items())]


def _figure(limit: str, entries: list[Mapping[str, Any]]) -> BudgetFigure:
    counted = entries[-1]["counted"]
    unit = CENTS if counted == "cost" else 1
    daily = "per day" in limit
    used, available = (sum(entry[name] for entry in entries) if daily else entries[-1][name] for name in ("used", "available"))
    full = sum(entry["full"] == entry["groups"] for entry in entries)
    return BudgetFigure(limit, counted, len(entries), full, used / unit, available / unit)
