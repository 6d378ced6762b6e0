"""What the manifest tells of a choice for the best total: the total, how far from the best it can be, and what room is worth."""

from __future__ import annotations

from typing import Any

import polars as pl

from strategy_engine.engine.day.arbitrate import Worth
from strategy_engine.engine.day.claims import BOUND
from strategy_engine.language.types import CENTS
from strategy_engine.plan.bounds import Bound
from strategy_engine.plan.privacy import is_personal
from strategy_engine.semantics.model import Model

DEAREST = 5  # groups of a limit that are named
PEOPLE = ("customer", "household")


def told(worth: Worth | None, groups: pl.DataFrame, bounds: list[Bound], model: Model) -> dict[str, Any]:
    """The manifest's part: nothing without `maximize:`. Numbers to six decimals; a budget's price is that of a unit of the currency."""
    if worth is None:
        return {}
    gap = (worth.bound - worth.value) / worth.bound if worth.bound > 0 else 0.0
    total = {"of": worth.of, "value": round(worth.value, 6), "bound": round(worth.bound, 6), "gap": round(gap, 6), "exact": worth.exact}
    priced = groups.with_columns(pl.Series("price", worth.prices, dtype=pl.Float64)).filter(pl.col("price") > 0)
    limits = priced.sort([BOUND, "price", "values"], descending=[False, True, False]).partition_by(BOUND, maintain_order=True)
    return {"maximize": {**total, "prices": [_prices(bounds[rows.item(0, BOUND)], rows, model) for rows in limits]}}


def _prices(bound: Bound, groups: pl.DataFrame, model: Model) -> dict[str, Any]:
    """What one more would bring in the groups of a limit, dearest first."""
    unit = CENTS if bound.limit.counted == "cost" else 1
    named = groups.head(0 if _of_people(bound, model) else DEAREST)
    return {
        "limit": bound.text,
        "counted": bound.limit.counted,
        "groups": groups.height,
        "highest": round(groups.item(0, "price") * unit, 6),
        "median": round(float(groups.get_column("price").median() or 0.0) * unit, 6),  # type: ignore[arg-type]
        "dearest": [{"group": name, "price": round(price * unit, 6)} for name, price in named.select("values", "price").iter_rows()],
    }


def _of_people(bound: Bound, model: Model) -> bool:
    """Whether its groups would tell who somebody is."""
    return any(group.kind in PEOPLE for group in bound.limit.per) or any(is_personal(model, expr) for expr in bound.groups)
