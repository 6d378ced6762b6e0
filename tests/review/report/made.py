"""Figures that nobody measured, in many shapes: what a review could look like."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator
from dataclasses import fields, replace
from itertools import cycle, product
from random import Random
from typing import Any

from strategy_engine.review.figures import (
    ALL,
    PERIOD,
    BalanceFigure,
    BudgetFigure,
    CreditFigure,
    EffectFigure,
    Figures,
    Finding,
    FunnelFigure,
    KpiFigure,
    MoneyFigure,
    TargetFigure,
)

HOSTILE = "<script>alert(1)</script>\"'&]]>{{ 7*7 }}"
TITLES = (
    "沉睡富裕客户唤醒",
    "代发蜜月期提升",
    "Credit card activation",
    "房贷客户交叉销售",
    "定期到期承接",
    "Upgrade to gold tier",
    "理财首购礼",
    "流失预警挽留",
)
KPIS = {
    "fund_bought": ("理财购买率", "share", "up", 0.04),
    "aum_growth": ("AUM 净增", "money", "up", 3200.0),
    "logins": ("登录次数", "number", "up", 5.2),
    "churned": ("客户流失率", "share", "down", 0.11),
}
CHANNELS = {"sms": "短信", "app_push": "App 推送", "manager": "客户经理"}
RULES = ("first", "last", "linear", "time_decay", "position", "markov", "shapley")
NOTHING = Figures("empty", dt.date(2026, 1, 1), dt.date(2026, 1, 31), dt.date(2026, 2, 1), 0, 0, *((),) * 9, {}, {}, {})


def figures(strategies: int = 8, weeks: int = 9, *, hostile: bool = False) -> Figures:
    """A review of so many strategies."""
    made = _Made(strategies, weeks, HOSTILE if hostile else "")
    first = dt.date(2026, 3, 2)
    last = first + dt.timedelta(weeks=weeks, days=-1)
    return Figures(
        project="零售银行营销" + made.hostile, first=first, last=last, as_of=last + dt.timedelta(days=12),
        actions=184_320 * strategies, customers=96_113 * strategies,
        kpis=tuple(made.kpis()), targets=tuple(made.targets()), effects=tuple(made.effects()), balance=tuple(made.balance()),
        funnel=tuple(made.funnel()), money=tuple(made.money()), credits=tuple(made.credits()), budgets=tuple(made.budgets()),
        findings=tuple(made.findings()), titles=made.titles, units={kpi: unit for kpi, (_, unit, _, _) in KPIS.items()},
        goals={kpi: goal for kpi, (_, _, goal, _) in KPIS.items()},
    )  # fmt: skip


def without_values(whole: Figures) -> Figures:
    """The same rows with nothing in them that may be absent."""
    tables = {each.name: getattr(whole, each.name) for each in fields(whole) if isinstance(getattr(whole, each.name), tuple)}
    bare = {name: tuple(_bare(row, keep=("dimension", "member", "strategy")) for row in rows) for name, rows in tables.items()}
    return replace(whole, **bare, titles={}, units={}, goals={})


def with_extremes(whole: Figures) -> Figures:
    """The same rows with numbers that are huge, tiny, or none at all."""
    numbers = [1e-12, -1e-12, 1e15, -1e15, 1e300, math.nan, math.inf, -math.inf, 0.0, 1 / 3]
    turn = Random(3)  # noqa: S311  # no secret

    def wild(row: Any) -> Any:
        return replace(row, **{each.name: turn.choice(numbers) for each in fields(row) if isinstance(getattr(row, each.name), float)})

    tables = {each.name: getattr(whole, each.name) for each in fields(whole) if isinstance(getattr(whole, each.name), tuple)}
    return replace(whole, **{name: tuple(wild(row) for row in rows) for name, rows in tables.items()})


def _bare(row: Any, keep: tuple[str, ...]) -> Any:
    optional = [each.name for each in fields(row) if "None" in str(each.type) and each.name not in keep]
    return replace(row, **dict.fromkeys(optional))


class _Made:
    def __init__(self, strategies: int, weeks: int, hostile: str) -> None:
        self.turn = Random(11)  # noqa: S311  # no secret
        self.weeks, self.hostile = weeks, hostile
        self.names = [f"strategy_{number + 1}" for number in range(strategies)]
        self.titles = {name: f"{TITLES[at % len(TITLES)]} {at // len(TITLES) + 1}{hostile}" for at, name in enumerate(self.names)}
        self.titles |= {kpi: title + hostile for kpi, (title, _, _, _) in KPIS.items()} | CHANNELS
        self.kpis_of = {
            name: [kpi for at, kpi in enumerate(KPIS) if at == 0 or (number + at) % 3 == 0] for number, name in enumerate(self.names)
        }
        self.sizes = {name: 40 if number == 5 else int(3_000 * (1 + 9 * self.turn.random())) for number, name in enumerate(self.names)}

    def pairs(self) -> Iterator[tuple[str, str, float, int]]:
        for name in self.names:
            for kpi in self.kpis_of[name]:
                yield name, kpi, KPIS[kpi][3] * (0.6 + 0.8 * self.turn.random()), self.sizes[name]

    def kpis(self) -> Iterator[KpiFigure]:
        for name, kpi, base, size in self.pairs():
            yield self._kpi(name, kpi, ALL, None, base, size, 0.85 * base)
            weeks = [(dt.date(2026, 3, 2) + dt.timedelta(weeks=week)).isoformat() for week in range(self.weeks)]
            cells = [f"{tier} / {age}" for tier, age in product(("大众", "金卡", "白金" + self.hostile), ("< 30", "30–50", "> 50"))]
            groups = {PERIOD: weeks, "channel": list(CHANNELS), "branch": [f"支行 {number}" for number in range(45)]}
            groups |= {"grid 价值×年龄": cells, "grid tier": ["gold", "silver"], "contacts": ["1", "2", "3+"]}
            for dimension, members in groups.items():
                for member in members:
                    yield self._kpi(name, kpi, dimension, member, base * (0.7 + 0.6 * self.turn.random()), max(size // len(members), 5))

    def _kpi(
        self, name: str, kpi: str, dimension: str, member: str | None, base: float, size: int, baseline: float | None = None
    ) -> KpiFigure:
        half = base * 4 / math.sqrt(size)
        pending = size // 6 if dimension == ALL or member == "2026-04-27" else 0
        return KpiFigure(name, kpi, dimension, member, size, size, pending, size // 50, base, base - half, base + half, baseline)

    def targets(self) -> Iterator[TargetFigure]:
        verdicts = ("met", "missed", "unsure", "met", "early", "blocked")
        for (name, kpi, base, size), verdict in zip(self.pairs(), cycle(verdicts), strict=False):
            up, half = KPIS[kpi][2] == "up", base * 4 / math.sqrt(size)
            easy, hard = (0.85, 1.2) if up else (1.2, 0.85)
            limit = round(base * {"met": easy, "missed": hard}.get(verdict, 1.02), 3)
            uplift = kpi == "aum_growth"
            told = (None, None, None) if verdict == "early" else (base, base - half, base + half)
            op = ">=" if up else "<="
            wanted = f"{'uplift ' * uplift}{op} {limit:g}"
            yield TargetFigure(name, kpi, wanted, uplift, op, limit, *told, size, size // 6, verdict, verdict == "missed")

    def effects(self) -> Iterator[EffectFigure]:
        for at, (name, kpi, base, size) in enumerate(self.pairs()):
            for arm in (None, "warm", "cool") if at % 5 == 0 else (None,):
                yield self._effect(name, kpi, arm, base, size, at)

    def _effect(self, name: str, kpi: str, arm: str | None, base: float, size: int, at: int) -> EffectFigure:
        if size < 100:
            return EffectFigure(name, kpi, arm, "control", size, size // 10, base, None)
        half = base * 12 / math.sqrt(size)
        change = base * (0.5 - self.turn.random() * 0.7)
        sure = abs(change) > 1.3 * half
        verdict = "blocked" if at == 7 else "unproven" if not sure else "better" if (change > 0) == (KPIS[kpi][2] == "up") else "worse"
        p = 0.00001 if sure else 0.3
        told = EffectFigure(
            name, kpi, arm, "holdout" if at % 4 == 3 else "control", size, size // 10, base, base - change,
            change, change - half, change + half, change / base, (change - half) / base, (change + half) / base,
            anytime_low=change - 1.6 * half, anytime_high=change + 1.6 * half,
            p=p, p_corrected=min(1, p * 20), detectable=1.4 * half, verdict=verdict,
        )  # fmt: skip
        if KPIS[kpi][1] == "share":
            return told
        near = change * 0.95
        return replace(told, adjusted=near, adjusted_low=near - 0.6 * half, adjusted_high=near + 0.6 * half, removed=0.64)

    def balance(self) -> Iterator[BalanceFigure]:
        for at, name in enumerate(self.names):
            size, alarm = self.sizes[name], at == 2
            for arm, share in (("control", 0.1), ("treated", 0.9)):
                shift = (0.06 if arm == "control" else -0.06) if alarm else 0
                yield BalanceFigure(name, arm, int(size * (share + shift)), size * share, 1e-9 if alarm else 0.4, alarm)

    def funnel(self) -> Iterator[FunnelFigure]:
        for name, channel in product(self.names, CHANNELS):
            listed = self.sizes[name] // (1 + self.turn.randrange(3))
            steps = [int(listed * share) for share in (0.97, 0.42, 0.11, 0.03)]
            if channel == "manager":
                yield FunnelFigure(name, channel, listed, steps[0], None, None, steps[3], None, 30, 214, 3)
            else:
                yield FunnelFigure(name, channel, listed, *steps, listed // 60, listed - steps[0], listed // 90, 2)

    def money(self) -> Iterator[MoneyFigure]:
        for at, name in enumerate(self.names):
            size = self.sizes[name]
            contacts, benefits = size * 0.4, size * 3.0
            cost = MoneyFigure(name, size, contacts, benefits, contacts + benefits)
            in_money, gain = at % 2 == 0, size * (1.8 * self.turn.random() - 0.2) * (5 if at % 2 == 0 else 0.02)
            kpi, low, high = "aum_growth" if in_money else "fund_bought", gain - 0.4 * abs(gain) - 50, gain + 0.4 * abs(gain) + 50
            told = replace(cost, kpi=kpi, money=in_money, gain=gain, gain_low=low, gain_high=high)
            if at == 5:
                yield cost
            else:
                yield replace(told, returned=gain / cost.cost) if in_money else replace(told, each=cost.cost / gain if gain > 0 else None)

    def credits(self) -> Iterator[CreditFigure]:
        for kpi in ("fund_bought", "churned"):
            for name, rule in product(self.names, (*RULES, "control")):
                conversions = self.sizes[name] * 0.02 * (0.4 + self.turn.random())
                yield CreditFigure(kpi, name, rule, conversions, self.turn.random() / len(self.names))

    def budgets(self) -> Iterator[BudgetFigure]:
        yield BudgetFigure("sms_daily" + self.hostile, "actions", 63, 21, 5_910_000, 6_300_000)
        yield BudgetFigure("红包预算", "cost", 63, 0, 412_345.67, 1_000_000)
        yield BudgetFigure("unlimited", "actions", 63, 0, 12, 0)

    def findings(self) -> Iterator[Finding]:
        for at, name in enumerate(self.names[:4]):
            words = f"{self.titles[name]}: more controls than declared, so that no effect can be told."
            chinese = f"{self.titles[name]}：对照组人数多于声明的比例，效果无法判定。"
            place = f"strategies/{name}.strategy", 10 + at
            yield Finding("missed" if at else "imbalance", 1 + at % 3, name, "fund_bought", words, chinese, *place)
        if self.names:
            words, chinese = "The capacity sms_daily was full on 21 of 63 days.", "短信日容量在 63 天中有 21 天用满。"
            yield Finding("budget", 2, None, None, words, chinese, None, None)
