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
    assert found.words == "does harm: 6 of 1,000 contacts brought a complaint (0.60%; the other strategies 0.08%)"


def test_one_loud_strategy_does_not_hide_another() -> None:
    """Beside 600 complaints of another, 12 of 200 are nothing out of the way: together the others have 6.3 %."""
    found = findings_of(figures(louder=(5000, 600), loud=(200, 12), calm=(4000, 3), quiet=(700, 1)), {})
    assert [each.strategy for each in found] == ["loud", "louder"]
    assert found[0].words.endswith("(6.00%; the other strategies 0.09%)")


def test_somewhat_more_complaints_than_the_others_are_no_harm() -> None:
    """However sure that is: in a large bank it always is."""
    assert not findings_of(figures(some=(100_000, 150), calm=(100_000, 80), quiet=(100_000, 80)), {})


def test_a_few_complaints_are_no_news() -> None:
    assert not findings_of(figures(loud=(1000, 2), calm=(5000, 4), quiet=(4000, 3)), {})
    assert not findings_of(figures(alone=(1000, 20)), {})
    assert not findings_of(figures(), {})
