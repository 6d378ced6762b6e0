"""What is planted: how each strategy, channel and benefit moves customers. The review never reads it; the truth file tells it."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass
from hashlib import blake2b
from typing import Any

import polars as pl

from strategy_engine.semantics import ir
from strategy_engine.semantics.model import Kpi, Model
from strategy_engine.semantics.walk import expressions

OUTCOMES = {"purchase": 14, "login": 14, "payroll": 90, "retention": 30}
"""What an action can bring about, and in how many days after it: a purchase, a login, the payroll still here, no large sum moved away."""

NONE, HARMFUL, PARTIAL = 0.15, 0.10, 0.20  # shares of the strategies without effect, with a bad one, with one on a part only
STRONGEST, WEAKEST = 0.22, 0.06
BASE_COMPLAINTS = 0.0008  # of the actions that arrive
BAD_COMPLAINTS = 0.06  # so many that a hundred or two contacts show it: see docs/decisions/simulated-truth.md

SUBCOHORTS: dict[str, pl.Expr] = {
    "gender == female": pl.col("gender") == "female",
    "children >= 1": pl.col("children") >= 1,
    "birth >= 1986-01-01": pl.col("birth") >= dt.date(1986, 1, 1),
    "has_card": pl.col("has_card"),
    "area != urban": pl.col("area") != "urban",
}
"""The part of the customers that an effect may be confined to, as the language says it."""


@dataclass(frozen=True, slots=True)
class Effect:
    """The planted effect of a strategy.

    outcome: which of `OUTCOMES`.      strength: the share of those whom it reaches and who would not have done it that it persuades;
    below nought, the share of those who would have that it puts off.      only: the part of the customers it works on; None: all.
    wear: by how much each contact of the last thirty days, beyond the first, weakens it (the exponent).
    outside: which share of the money comes from other banks; the rest is moved from the customer's own deposits.
    complaints: the share that complains, before contacts wear.
    """

    strategy: str
    outcome: str
    strength: float
    only: str | None
    wear: float
    outside: float
    complaints: float
    seed: int

    def by(self, channel: str, benefit: str | None) -> float:
        """The strength through that channel and with that benefit."""
        through = 0.6 + 0.8 * share(self.seed, f"{self.strategy} through {channel}")
        given = 1.0 if benefit is None else 1.0 + 0.8 * share(self.seed, f"{self.strategy} with {benefit}")
        return round(max(-0.9, min(0.9, self.strength * through * given)), 4)

    @property
    def harmful(self) -> bool:
        """Whether it does more harm than not to act."""
        return self.strength < 0 or self.complaints >= BAD_COMPLAINTS

    @property
    def words(self) -> str:
        """The effect as people say it."""
        which = f" where {self.only}" if self.only else ""
        moves = f"{'persuades' if self.strength > 0 else 'puts off'} {abs(self.strength):.0%}{which}" if self.strength else ""
        annoys = f"annoys {self.complaints:.0%}" if self.harmful else ""
        return ", ".join(filter(None, (moves, annoys))) or "none"

    def told(self) -> dict[str, Any]:
        """For the truth file."""
        planted = {name: value for name, value in asdict(self).items() if name not in ("seed", "strategy")}
        return {**planted, "harmful": self.harmful}


def share(seed: int, about: str) -> float:
    """A stable draw in [0, 1)."""
    return int.from_bytes(blake2b(f"{seed}/{about}".encode(), digest_size=7).digest(), "big") / 2**56


def planted(model: Model, seed: int) -> dict[str, Effect]:
    """The effects of all strategies, by name."""
    aims = {name: model.kpis[strategy.targets[0].kpi] if strategy.targets else None for name, strategy in model.strategies.items()}
    return {name: _effect(name, outcome_of(aim), seed) for name, aim in aims.items()}


def _effect(name: str, outcome: str, seed: int) -> Effect:
    kind, size = share(seed, f"kind of {name}"), share(seed, f"size of {name}")
    strength = WEAKEST + (STRONGEST - WEAKEST) * size
    bad = NONE <= kind < NONE + HARMFUL
    only = None
    if kind < NONE:
        strength = 0.0
    elif bad:
        strength = -strength * 2 if outcome in ("purchase", "payroll") else 0.0
    elif kind < NONE + HARMFUL + PARTIAL:
        only = [*SUBCOHORTS][int(share(seed, f"part of {name}") * len(SUBCOHORTS))]
    wear = round(0.15 + 0.35 * share(seed, f"wear of {name}"), 3)
    outside = round(0.2 + 0.6 * share(seed, f"outside of {name}"), 3)
    return Effect(name, outcome, round(strength, 4), only, wear, outside, BAD_COMPLAINTS if bad else BASE_COMPLAINTS, seed)


def outcome_of(kpi: Kpi | None) -> str:
    """What actions towards a KPI bring about: what its measure reads."""
    if kpi is None:
        return "purchase"
    read = list(expressions(kpi.measure))
    words = {str(each.value) for each in read if isinstance(each, ir.Constant)}
    columns = {each.name for each in read if isinstance(each, ir.Column)}
    if "login" in words:
        return "login"
    if "has_payroll" in columns:
        return "payroll"
    return "retention" if kpi.goal == "down" and "aum" in columns else "purchase"
