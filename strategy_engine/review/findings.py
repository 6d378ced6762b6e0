"""Findings: what is wrong, in words, worst first. A kind of problem is one function in `KINDS`."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

import numpy as np
from scipy.stats import fisher_exact

from strategy_engine.record import record
from strategy_engine.review.figures import BudgetFigure, EffectFigure, Figures, Finding, KpiFigure, TargetFigure
from strategy_engine.review.statistics import effects

CONTACTS = "contacts"
"""The dimension of how often the customer had been contacted in the thirty days before."""
SURE, FAR = 0.05, 2.0
"""The corrected p below which complaints are told, and how many times those of the others they must be."""
SURELY = 0.001
"""The p below which parts of the customers are told apart; many parts are looked at."""
IDLE, CLOGGED = 0.2, 0.5
"""A budget of which less is used is unused; a capacity that is full on more of the days is clogged."""
STRANGE = 0.2
"""So large a share of unknown customers is no longer that of those who have left."""
HARM = ("harmful", "experience suffering")
"""The kinds that say that a strategy does harm."""
_FREQUENT, _SELDOM = ("3", "4+"), ("0", "1")


@record
class Place:
    """Where a strategy is declared."""

    path: str
    line: int


def findings_of(figures: Figures, places: Mapping[str, Place]) -> tuple[Finding, ...]:
    """All problems that the figures show."""
    found = [finding for kind in KINDS for finding in kind(figures)]
    placed = [replace(each, path=place.path, line=place.line) if (place := places.get(each.strategy or "")) else each for each in found]
    return tuple(sorted(placed, key=lambda each: (each.rank, each.strategy or "", each.kpi or "", each.kind)))


def told(value: float | None, unit: str) -> str:
    """A figure as people read it."""
    if value is None:
        return "–"
    if unit == "share":
        return f"{value:.2%}"
    return f"{value:,.2f}" if abs(value) < 1000 else f"{value:,.0f}"


def _finding(kind: str, rank: int, strategy: str | None, kpi: str | None, words: str, words_zh: str) -> Finding:
    return Finding(kind, rank, strategy, kpi, words, words_zh, None, None)


# ------------------------------------------------------------------------------------------------ experiments


def _unbalanced(figures: Figures) -> Iterator[Finding]:
    arms = defaultdict(list)
    for figure in figures.balance:
        if figure.alarm:
            arms[figure.strategy].append(figure)
    for strategy, parts in arms.items():
        counts = ", ".join(f"{part.arm} {part.customers:,} ({part.expected:,.0f})" for part in parts)
        yield _finding(
            "unbalanced arms", 1, strategy, None,
            f"the arms are out of proportion (expected in brackets): {counts}; p = {parts[0].p:.2g}; "
            "no effect can be told before that is explained",
            f"各组人数与设定比例不符(括号内为应有人数):{counts};p = {parts[0].p:.2g};查明原因之前不能判断效果",
        )  # fmt: skip


def _harmful(figures: Figures) -> Iterator[Finding]:
    for effect in figures.effects:
        if effect.verdict == "worse":
            where = "" if effect.arm is None else f" (arm {effect.arm})"
            arm = "" if effect.arm is None else f"({effect.arm} 组)"
            change, low, high = _change(figures, effect)
            yield _finding(
                "harmful", 2, effect.strategy, effect.kpi,
                f"does harm{where}: {_title(figures, effect.kpi)} changes by {change} against {effect.against} (95 % {low} to {high})",
                f"适得其反{arm}:{_title(figures, effect.kpi)}与对照相比变化 {change}(95% 区间 {low} 至 {high})",
            )  # fmt: skip


def _change(figures: Figures, effect: EffectFigure) -> tuple[str, str, str]:
    unit = figures.units[effect.kpi]
    parts = (effect.difference, effect.low, effect.high)
    if effect.adjusted is not None:
        parts = (effect.adjusted, effect.adjusted_low, effect.adjusted_high)
    first, low, high = (told(part, unit) for part in parts)
    return first, low, high


def _without_effect(figures: Figures) -> Iterator[Finding]:
    """Strategies of whose first kpi no effect was shown, though one as large as they ask for would have been."""
    wanted = {(target.strategy, target.kpi): target.limit for target in figures.targets if target.uplift}
    for effect in figures.effects:
        asked = wanted.get((effect.strategy, effect.kpi))
        if effect.arm is not None or effect.verdict != "unproven" or effect.detectable is None:
            continue
        unit, small = figures.units[effect.kpi], told(effect.detectable, figures.units[effect.kpi])
        enough = asked is None or effect.detectable <= abs(asked)
        change, low, high = _change(figures, effect)
        title = _title(figures, effect.kpi)
        yield _finding(
            "no effect" if enough else "too small a control group", 5 if enough else 6, effect.strategy, effect.kpi,
            f"no effect shown on {title}: {change} (95 % {low} to {high}); the smallest that would have shown is {small}"
            + ("" if enough or asked is None else f", more than the {told(asked, unit)} it asks for"),
            f"未见对{title}的效果:{change}(95% 区间 {low} 至 {high});本次能测出的最小差异为 {small}"
            + ("" if enough or asked is None else f",大于所要求的 {told(asked, unit)}"),
        )  # fmt: skip


def _title(figures: Figures, name: str) -> str:
    return figures.titles.get(name, name)


# ------------------------------------------------------------------------------------------------ targets


def _below_target(figures: Figures) -> Iterator[Finding]:
    for target in figures.targets:
        if target.verdict == "missed":
            unit = figures.units[target.kpi]
            value, low, high = (told(part, unit) for part in (target.value, target.low, target.high))
            wanted = wanted_text(target, unit)
            stops = target.pause and target.certain
            title = _title(figures, target.kpi)
            title, title_zh = (f"the uplift of {title}", f"{title}的增量") if target.uplift else (title, title)
            rank = 2 if target.pause else 4
            yield _finding(
                "guardrail broken" if target.pause else "below target", rank, target.strategy, target.kpi,
                f"{title} is {value} (95 % {low} to {high}), wanted {wanted}{'; for this a review pauses the strategy' if stops else ''}",
                f"{title_zh}为 {value}(95% 区间 {low} 至 {high}),目标 {wanted}{';经营回检会因此暂停该策略' if stops else ''}",
            )  # fmt: skip


def wanted_text(target: TargetFigure, unit: str) -> str:
    """What is wanted, its number as people read it."""
    words = target.wanted.split()
    return " ".join([*words[:-1], told(target.limit, unit)]) if target.limit is not None else target.wanted


def _saturated(figures: Figures) -> Iterator[Finding]:
    """Strategies whose kpi is worse for those who are contacted often."""
    parts: dict[tuple[str, str], dict[str | None, KpiFigure]] = defaultdict(dict)
    for figure in figures.kpis:
        if figure.dimension == CONTACTS and figures.counted[figure.kpi]:
            parts[figure.strategy, figure.kpi][figure.member] = figure
    for (strategy, kpi), members in parts.items():
        often, seldom = ([members[name] for name in names if name in members] for names in (_FREQUENT, _SELDOM))
        (reached, of), (other_reached, other_of) = _sums(often), _sums(seldom)
        effect = effects.proportions(reached, of, other_reached, other_of)
        if effect is None or effect.p >= SURELY or (effect.difference.value > 0) == (figures.goals[kpi] == "up"):
            continue
        title, few, many = _title(figures, kpi), f"{other_reached / other_of:.2%}", f"{reached / of:.2%}"
        yield _finding(
            "saturated", 5, strategy, kpi,
            f"wears off: {title} is {few} where customers had at most one contact in the thirty days before, {many} after three or more",
            f"触达疲劳:前三十天至多触达一次的客户{title}为 {few},三次及以上的为 {many}",
        )  # fmt: skip


def _sums(figures: list[KpiFigure]) -> tuple[int, int]:
    """How many reached the kpi, of how many observed."""
    known = [figure for figure in figures if figure.value is not None]
    return round(sum((figure.value or 0) * figure.observed for figure in known)), sum(figure.observed for figure in known)


# ------------------------------------------------------------------------------------------------ experience, capacity, budgets


def _suffering(figures: Figures) -> Iterator[Finding]:
    """Strategies with far more complaints than those that are not named."""
    listed: Counter[str] = Counter()
    complained: Counter[str] = Counter()
    for figure in figures.funnel:
        listed[figure.strategy] += figure.listed
        complained[figure.strategy] += figure.complained
    named = _complained_of(+listed, complained)
    calm = [strategy for strategy in listed if strategy not in named]
    usual = f"{sum(complained[each] for each in calm) / (sum(listed[each] for each in calm) or 1):.2%}"
    for strategy in named:
        count, mine = listed[strategy], complained[strategy]
        rate = f"{mine / count:.2%}"
        yield _finding(
            "experience suffering", 3, strategy, None,
            f"does harm: {mine:,} of {count:,} contacts brought a complaint ({rate}; the other strategies {usual})",
            f"伤害客户体验:{count:,} 次触达中有 {mine:,} 次引起投诉({rate},其余策略为 {usual})",
        )  # fmt: skip


def _complained_of(listed: Counter[str], complained: Counter[str]) -> list[str]:
    """The strategies that customers complain of, the worst first. The next is held against those that are left, as one bad strategy among
    the others would hide another; so the correction is Holm's."""
    named: list[str] = []
    while len(listed) > 1:
        p, worst = min((_complaints_p(listed, complained, strategy), strategy) for strategy in listed)
        corrected = p * len(listed)
        rate, others = complained[worst] / listed.pop(worst), sum(complained[each] for each in listed) / listed.total()
        if corrected >= SURE or rate < FAR * others:
            break
        named.append(worst)
    return named


def _complaints_p(listed: Counter[str], complained: Counter[str], strategy: str) -> float:
    """How likely so many complaints are if the strategy is like the others: Fisher's exact test, as complaints are few."""
    count, mine = listed[strategy], complained[strategy]
    others, theirs = listed.total() - count, sum(complained[each] for each in listed) - mine
    return float(fisher_exact(np.array([[mine, count - mine], [theirs, others - theirs]]), alternative="greater").pvalue)


def _budgets(figures: Figures) -> Iterator[Finding]:
    for budget in figures.budgets:
        if budget.counted == "contacts" and budget.days and budget.full_days / budget.days > CLOGGED:
            yield _clogged(budget)
        elif budget.counted != "contacts" and budget.available and budget.used / budget.available < IDLE:
            share = f"{budget.used / budget.available:.1%}"
            yield _finding(
                "budget unused", 7, None, None,
                f"`{budget.limit}`: {share} used ({budget.used:,.0f} of {budget.available:,.0f})",
                f"`{budget.limit}`:仅使用 {share}({budget.used:,.0f} / {budget.available:,.0f})",
            )  # fmt: skip


def _clogged(budget: BudgetFigure) -> Finding:
    return _finding(
        "channel clogged", 4, None, None,
        f"`{budget.limit}`: no room left on {budget.full_days} of {budget.days} days",
        f"`{budget.limit}`:{budget.days} 天中有 {budget.full_days} 天名额用尽",
    )  # fmt: skip


def _strangers(figures: Figures) -> Iterator[Finding]:
    """Customers that the bank's data do not know: another scheme of ids makes failures of them all."""
    if figures.strangers > STRANGE * figures.customers:
        yield _finding(
            "unknown customers", 1, None, None,
            f"{figures.strangers:,} of {figures.customers:,} customers are not in the snapshot: "
            "are their ids written as the bank's data write them?",
            f"{figures.customers:,} 名客户中有 {figures.strangers:,} 名不在快照中:客户号的写法是否与行内数据一致?",
        )  # fmt: skip


KINDS: tuple[Callable[[Figures], Iterator[Finding]], ...] = (
    _strangers,
    _unbalanced,
    _harmful,
    _below_target,
    _suffering,
    _without_effect,
    _saturated,
    _budgets,
)
