"""Figures: what a review tells, one class a table. The page, the terminal and the bank's own tools all read these.

Money is in units of the currency, shares are numbers from 0 to 1. None: there is no such figure (yet).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import field

from strategy_engine.record import record

ALL = "all"
"""The dimension of the whole strategy."""
PERIOD = "period"
"""The dimension of time: a member is the Monday of a week, or the first of a month."""
COHORT = "cohort"
"""The dimension of the cohorts that strategies name. They overlap: a journey counts in each that its customer was in on the day of the
listing, so its members do not add up."""


@record
class KpiFigure:
    """A kpi of the treated of a strategy, whole or by a dimension (channel, benefit, arm, assignee, product, a period, a column, a grid,
    a cohort).

    observed: journeys whose time is over.      pending: those whose time is not.      unknown: those of which nothing is told.
    customers: of the observed.      baseline: the kpi of the strategy's controls, where the dimension is the whole; then the limits that
    hold however often somebody looks are told, too.
    """

    strategy: str
    kpi: str
    dimension: str
    member: str | None
    customers: int
    observed: int
    pending: int
    unknown: int
    value: float | None
    low: float | None
    high: float | None
    baseline: float | None = None
    anytime_low: float | None = None
    anytime_high: float | None = None


@record
class TargetFigure:
    """What a strategy wants of a kpi, and whether it is so.

    wanted: as it is declared.      limit: the number in it.      verdict: `met`, `missed`, `unsure` (the interval holds both), `early` (too
    few yet), or `blocked` (the arms are out of proportion).      pause: whether missing it pauses the strategy.      certain: whether it is
    missed by limits that hold however often somebody looks, as who reviews every night does; only then it is paused.
    """

    strategy: str
    kpi: str
    wanted: str
    uplift: bool
    op: str | None
    limit: float | None
    value: float | None
    low: float | None
    high: float | None
    observed: int
    pending: int
    verdict: str
    pause: bool
    certain: bool = False


@record
class EffectFigure:
    """A kpi of the treated against that of their controls, each customer once, by the first listing in the period.

    arm: of a split, None for all treated.      against: `control`, or `holdout` where the strategy has no control group of its own.
    adjusted: the difference once what the customers did before is taken out (CUPED), where that makes it surer; `removed`: the share of
    the variance that it takes away.      anytime: limits that hold however often somebody looks.      p: of no difference; p_corrected:
    over all effects of the review (Holm).      detectable: the smallest difference that would have been found four times of five.
    verdict: `better`, `worse`, `unproven`, `early`, or `blocked`.
    """

    strategy: str
    kpi: str
    arm: str | None
    against: str
    treated: int
    control: int
    treated_value: float | None
    control_value: float | None
    difference: float | None = None
    low: float | None = None
    high: float | None = None
    lift: float | None = None
    lift_low: float | None = None
    lift_high: float | None = None
    adjusted: float | None = None
    adjusted_low: float | None = None
    adjusted_high: float | None = None
    removed: float | None = None
    anytime_low: float | None = None
    anytime_high: float | None = None
    p: float | None = None
    p_corrected: float | None = None
    detectable: float | None = None
    verdict: str = "early"


@record
class BalanceFigure:
    """How many customers each arm has, and should have; `alarm`: a proportion that chance hardly gives, so that no effect can be told."""

    strategy: str
    arm: str
    customers: int
    expected: float
    p: float
    alarm: bool


@record
class FunnelFigure:
    """Of the actions of a strategy on a channel, how many came how far; each step counts those who made the one before.

    unseen: completed although nobody knows that the offer was seen.      complained, declined, failed: told of the actions.
    """

    strategy: str
    channel: str
    listed: int
    delivered: int | None
    opened: int | None
    clicked: int | None
    converted: int | None
    unseen: int | None
    failed: int
    declined: int
    complained: int


@record
class MoneyFigure:
    """What a strategy cost, and what it brought beyond what would have come anyway.

    contacts, benefits: their cost.      kpi: that which the gain is told of.      gain: of it, compared with the controls (a number of
    customers, or money where `money`).      each: the cost of one of them.      returned: money gained by money spent, both of those whose
    time is over.
    """

    strategy: str
    actions: int
    contacts: float
    benefits: float
    cost: float
    kpi: str | None = None
    money: bool = False
    gain: float | None = None
    gain_low: float | None = None
    gain_high: float | None = None
    each: float | None = None
    returned: float | None = None


@record
class CreditFigure:
    """The conversions of a kpi that a rule of attribution gives to a strategy; `rule` is `control` for what the control groups say."""

    kpi: str
    strategy: str
    rule: str
    conversions: float
    share: float | None


@record
class BudgetFigure:
    """A capacity, stock or budget on the days of the period: how much was taken of how much, and on how many days it was full."""

    limit: str
    counted: str
    days: int
    full_days: int
    used: float
    available: float


@record
class Finding:
    """A problem in words: the kind, how grave it is (1 is worst), the strategy, and where it is declared."""

    kind: str
    rank: int
    strategy: str | None
    kpi: str | None
    words: str
    words_zh: str
    path: str | None
    line: int | None


@record
class Figures:
    """All that a review tells of a period. `first`, `last`: of the listings; `as_of`: the last day known.

    titles: of strategies, kpis, channels, benefits, cohorts, grids by their names.      units: of a kpi, `share`, `money` or `number`.
    goals: `up` or `down`.      counted: whether a kpi is a share of customers, not of amounts.
    strangers: customers whom the latest snapshot does not have.
    """

    project: str
    first: dt.date
    last: dt.date
    as_of: dt.date
    actions: int
    customers: int
    kpis: tuple[KpiFigure, ...]
    targets: tuple[TargetFigure, ...]
    effects: tuple[EffectFigure, ...]
    balance: tuple[BalanceFigure, ...]
    funnel: tuple[FunnelFigure, ...]
    money: tuple[MoneyFigure, ...]
    credits: tuple[CreditFigure, ...]
    budgets: tuple[BudgetFigure, ...]
    findings: tuple[Finding, ...]
    titles: dict[str, str]
    units: dict[str, str]
    goals: dict[str, str]
    counted: dict[str, bool] = field(default_factory=dict)
    strangers: int = 0
