"""Money: what strategies cost, and what they brought beyond what would have come anyway."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import polars as pl

from strategy_engine.language.types import CENTS, Kind
from strategy_engine.review.figures import ALL, EffectFigure, KpiFigure, MoneyFigure
from strategy_engine.review.measured import Gauge
from strategy_engine.semantics import ir
from strategy_engine.semantics.measures import Combined, Total
from strategy_engine.semantics.model import Model, Strategy


def costs_of(model: Model, actions: pl.DataFrame) -> list[MoneyFigure]:
    """What the actions cost, by strategy; a contact by which nobody was reached gives its cost back.

    actions: treated ones, with `strategy`, `channel`, `benefit` and `failed`. A cost that differs from customer to customer is not known
    here and counts as nought.
    """
    contact = {name: _constant(channel.cost) for name, channel in model.channels.items()}
    benefit = {name: _constant(one.fields.get("cost")) for name, one in model.benefits.items()}
    spent = {"contacts": _looked_up("channel", contact), "benefits": _looked_up("benefit", benefit)}
    reached = actions.filter(~pl.col("failed")).with_columns(**spent)
    sums = reached.group_by("strategy").agg(pl.len().alias("actions"), pl.col("contacts", "benefits").sum() / CENTS).sort("strategy")
    return [MoneyFigure(**row, cost=row["contacts"] + row["benefits"]) for row in sums.iter_rows(named=True)]


def _constant(cost: ir.Expr | None) -> int:
    value = cost.value if isinstance(cost, ir.Constant) else None
    if not isinstance(value, int | float):
        return 0
    return round(value if cost is not None and cost.type.kind is Kind.MONEY else value * CENTS)


def _looked_up(column: str, costs: Mapping[str, int]) -> pl.Expr:
    return pl.col(column).replace_strict(costs, default=0, return_dtype=pl.Int64) if costs else pl.lit(0, dtype=pl.Int64)


# ------------------------------------------------------------------------------------------------ gains


def with_gains(
    costs: Sequence[MoneyFigure],
    strategies: Mapping[str, Strategy],
    effects: Iterable[EffectFigure],
    kpis: Iterable[KpiFigure],
    gauges: Mapping[str, Gauge],
    bases: Mapping[tuple[str, str], float],
) -> list[MoneyFigure]:
    """The costs with what the first kpi of each strategy gained by it; no gain where there is no effect to tell it from.

    bases: by strategy and kpi, what the ratio of the kpi is a share of (see `base_of`), over all treated whose time is over. The cost of
    each and the return count the cost of those alone: of the others nobody knows yet what they bring.
    """
    whole = {(figure.strategy, figure.kpi): figure for figure in kpis if figure.dimension == ALL}
    changed = {(figure.strategy, figure.kpi): figure for figure in effects if figure.arm is None}
    found = []
    for cost in costs:
        strategy = strategies.get(cost.strategy)
        kpi = strategy.targets[0].kpi if strategy is not None and strategy.targets else None
        key = (cost.strategy, kpi or "")
        told = kpi is not None and key in whole and key in changed and changed[key].difference is not None
        found.append(_gain(cost, changed[key], gauges[key[1]], bases.get(key, 0.0), _over(whole[key])) if told else cost)
    return found


def _over(figure: KpiFigure) -> float:
    """The share of the journeys whose time is over."""
    journeys = figure.observed + figure.unknown + figure.pending
    return (figure.observed + figure.unknown) / journeys if journeys else 0.0


def base_of(gauge: Gauge) -> str | None:
    """The part by whose sum an effect is multiplied to be an amount: the known values of a mean, or what a ratio divides by."""
    formula = gauge.measure.formula
    if isinstance(formula, Combined) and formula.op == "/" and isinstance(formula.right, Total):
        return gauge.parts[formula.right.place]
    return None


def in_money(gauge: Gauge) -> bool:
    """Whether an effect times its base is money."""
    formula = gauge.measure.formula
    if isinstance(formula, Combined) and isinstance(formula.right, Total):
        part = gauge.measure.parts[formula.right.place]
        return gauge.measure.money or (part.value.type.kind is Kind.MONEY and not part.counts)
    return gauge.measure.money


def _gain(cost: MoneyFigure, effect: EffectFigure, gauge: Gauge, base: float, over: float) -> MoneyFigure:
    ratio = in_money(gauge) and not gauge.measure.money  # the base is in hundredths
    scale = (base / CENTS if ratio else base) * (1 if gauge.kpi.goal == "up" else -1)
    limits = [
        None if value is None else value * scale
        for value in (
            (effect.difference, effect.low, effect.high)
            if effect.adjusted is None
            else (effect.adjusted, effect.adjusted_low, effect.adjusted_high)
        )
    ]
    gain, ends = limits[0], sorted(value for value in limits[1:] if value is not None)
    money = in_money(gauge)
    told = gain is not None and gain > 0
    return replace(
        cost,
        kpi=gauge.kpi.name,
        money=money,
        gain=gain,
        gain_low=ends[0] if ends else None,
        gain_high=ends[-1] if ends else None,
        each=cost.cost * over / gain if told and gain and not money else None,
        returned=gain / (cost.cost * over) if money and gain is not None and cost.cost * over else None,
    )
