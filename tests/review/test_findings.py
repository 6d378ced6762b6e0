"""Findings in words, of figures made for them."""

from __future__ import annotations

import datetime as dt

from strategy_engine.review.figures import Figures, FunnelFigure
from strategy_engine.review.findings import Place, findings_of

DAY = dt.date(2026, 3, 2)


def figures(**complaints: tuple[int, int]) -> Figures:
    """Of strategies with so many contacts, and complaints of those."""
    funnel = tuple(
        FunnelFigure(name, "sms", listed, None, None, None, None, None, failed=0, declined=0, complained=complained)
        for name, (listed, complained) in complaints.items()
    )
    return Figures(
        "small", DAY, DAY, DAY, 0, 0, kpis=(), targets=(), effects=(), balance=(), funnel=funnel, money=(), credits=(), budgets=(),
        findings=(), titles={}, units={}, goals={},
    )  # fmt: skip


def test_who_complains_more_than_all_others_is_named() -> None:
    (found,) = findings_of(figures(loud=(1000, 6), calm=(5000, 4), quiet=(4000, 3)), {"loud": Place("a.strategy", 3)})
    assert (found.kind, found.strategy, found.path, found.line) == ("experience suffering", "loud", "a.strategy", 3)
    assert found.words == "6 of 1,000 contacts brought a complaint (0.60%; all other strategies 0.08%)"


def test_a_few_complaints_are_no_news() -> None:
    assert not findings_of(figures(loud=(1000, 2), calm=(5000, 4), quiet=(4000, 3)), {})
    assert not findings_of(figures(alone=(1000, 20)), {})
    assert not findings_of(figures(), {})
