"""Kpis of customers that can be counted by hand: windows, days before and after, what is pending and what is unknown."""

from __future__ import annotations

from pathlib import Path

import pytest

from strategy_engine.review.figures import Figures, KpiFigure

from .small import Small, day

RULES = """
channel sms { cost: 0.05 }
kpi bought  { measure: share of exists(txn where type == buy within 3 days after contact)  goal: up }
kpi spent   { measure: avg(sum(txn.amount where type == buy within 3 days after contact))  at: 3 days }
kpi richer  { measure: share of after.aum > before.aum  at: 5 days }
kpi grown   { measure: sum(after.aum - before.aum) / sum(before.aum)  at: 5 days }
kpi before  { measure: avg(count(txn where type == buy))  at: 0 days }
strategy s { status: retired  cohort: aum >= 0  channel: sms  kpi: bought, spent, richer, grown, before }
"""


def whole(figures: Figures, kpi: str) -> KpiFigure:
    return next(each for each in figures.kpis if (each.kpi, each.dimension) == (kpi, "all"))


@pytest.fixture
def bank(tmp_path: Path) -> Small:
    bank = Small(tmp_path / "bank", RULES)
    bank.snapshot(0, {"1": 100, "2": 100, "3": 200, "4": 50}).snapshot(2, {"1": 90, "2": 90})
    return bank.snapshot(5, {"1": 150, "2": 80, "3": None}).snapshot(7, {"1": 95, "2": 90})


def listed(*customers: str, on: int = 0, **also: object) -> list[dict[str, object]]:
    return [{"customer": customer, "day": on, "strategy": "s", "channel": "sms", "arm": "treated", **also} for customer in customers]


def test_a_window_after_the_contact_has_both_its_ends(bank: Small) -> None:
    """The day of the contact counts, and the third after it; the day before and the fourth do not, nor do other rows."""
    bank.events([("1", 0, "buy", 10), ("2", 3, "buy", 20), ("3", 4, "buy", 40), ("3", -1, "buy", 80), ("4", 1, "pay", 160)])
    figures = bank.listed(listed("1", "2", "3", "4")).review(as_of=day(7)).figures
    assert (whole(figures, "bought").value, whole(figures, "bought").observed) == (0.5, 4)
    assert whole(figures, "spent").value == 7.5
    assert figures.units["spent"] == "money"


def test_rows_without_such_a_window_are_those_of_the_day_of_the_listing(bank: Small) -> None:
    bank.events([("1", -30, "buy", 1), ("1", 0, "buy", 1), ("1", 1, "buy", 1), ("2", 2, "buy", 1)])
    figures = bank.listed(listed("1", "2")).review(as_of=day(7)).figures
    assert whole(figures, "before").value == 1.0


def test_days_before_and_after(bank: Small) -> None:
    """Of customer 3 the amount is not known afterwards, and customer 4 is gone: both are left out, of a ratio's two sums alike."""
    figures = bank.listed(listed("1", "2", "3", "4")).review(as_of=day(7)).figures
    richer, grown = whole(figures, "richer"), whole(figures, "grown")
    assert (richer.value, richer.observed, richer.unknown) == (0.5, 2, 2)
    assert grown.value == pytest.approx((150 - 100 + 80 - 100) / 200)
    assert (grown.observed, grown.unknown) == (2, 2)
    assert figures.units["grown"] == "share"


def test_every_listing_has_days_of_its_own(bank: Small) -> None:
    """Listed on day 0 and on day 2: 100 → 150 and 90 → 95 for customer 1; 100 → 80 and 90 → 90 for customer 2."""
    figures = bank.listed([*listed("1", "2"), *listed("1", "2", on=2)]).review(as_of=day(7)).figures
    richer = whole(figures, "richer")
    assert (richer.value, richer.observed, richer.customers) == (0.5, 4, 2)
    assert whole(figures, "grown").value == pytest.approx((50 - 20 + 5 + 0) / (100 + 100 + 90 + 90))


def test_who_is_still_in_time_is_pending(bank: Small) -> None:
    bank.events([("1", 1, "buy", 10)])
    project = bank.listed([*listed("1"), *listed("2", on=2)])
    told = {number: whole(project.review(as_of=day(number)).figures, "bought") for number in (2, 3, 4, 5)}
    assert {number: (each.observed, each.pending, each.value) for number, each in told.items()} == {
        2: (0, 2, None), 3: (1, 1, 1.0), 4: (1, 1, 1.0), 5: (2, 0, 0.5),
    }  # fmt: skip


def test_later_steps_and_controls_are_not_observed(bank: Small) -> None:
    bank.events([("1", 1, "buy", 10), ("2", 1, "buy", 10)])
    rows = [*listed("1"), *listed("1", on=2, step=2), *listed("2", arm="control")]
    figures = bank.listed(rows).review(as_of=day(7)).figures
    assert (whole(figures, "bought").observed, whole(figures, "bought").baseline) == (1, 1.0)


def test_dimensions(bank: Small) -> None:
    bank.snapshot(1, {"1": 1}, branch="b2")
    bank.events([("1", 1, "buy", 10)])
    rows = [*listed("1", channel="sms"), *listed("1", on=1, channel="app"), *listed("2")]
    figures = bank.listed(rows).review(as_of=day(7)).figures
    found = {(each.dimension, each.member): each.value for each in figures.kpis if each.kpi == "bought"}
    assert found["channel", "sms"] == 0.5
    assert found["channel", "app"] == 1.0
    assert (found["branch", "b1"], found["branch", "b2"]) == (0.5, 1.0)
    assert (found["contacts", "0"], found["contacts", "1"]) == (0.5, 1.0)
    assert found["period", "2026-03-02"] == pytest.approx(2 / 3)


def test_the_funnel_counts_who_made_the_step_before(bank: Small) -> None:
    rows = [row | {"action_id": name} for row, name in zip(listed("1", "2", "3", "4"), "abcd", strict=True)]
    bank.told(
        [
            *(("a", 0, "delivered"), ("a", 1, "opened"), ("a", 2, "clicked"), ("a", 3, "converted")),
            *(("b", 0, "delivered"), ("b", 1, "clicked"), ("b", 1, "converted")),  # never seen, and yet converted
            *(("c", 0, "failed"), ("d", 0, "delivered"), ("d", 0, "delivered"), ("d", 9, "opened")),  # told twice; told after the review
        ]
    )
    (funnel,) = bank.listed(rows).review(as_of=day(7)).figures.funnel
    assert (funnel.listed, funnel.delivered, funnel.opened, funnel.clicked, funnel.converted) == (4, 3, 1, 1, 1)
    assert (funnel.unseen, funnel.failed) == (1, 1)


def test_what_it_cost(bank: Small) -> None:
    """Who was not reached costs nothing."""
    rows = [row | {"action_id": name} for row, name in zip(listed("1", "2", "3"), "abc", strict=True)]
    (money,) = bank.told([("c", 0, "failed")]).listed(rows).review(as_of=day(7)).figures.money
    assert (money.actions, money.contacts, money.cost) == (2, 0.1, 0.1)


def test_what_was_known_before_is_not_what_is_known_after(bank: Small) -> None:
    """Without a snapshot near the day after, nothing is known; that of the contact tells nothing of it."""
    for number in (5, 7):
        (bank.folder / "data" / f"customer_{day(number)}.csv").unlink()
    figures = bank.listed(listed("1", "2")).review(as_of=day(9)).figures
    richer = whole(figures, "richer")
    assert (richer.value, richer.observed, richer.unknown) == (None, 0, 2)
    assert (whole(figures, "grown").value, whole(figures, "grown").unknown) == (None, 2)


def test_later_steps_alone(bank: Small) -> None:
    figures = bank.listed(listed("1", on=2, step=2)).review(as_of=day(7)).figures
    assert (figures.actions, figures.kpis, figures.effects) == (1, (), ())
    assert [each.listed for each in figures.funnel] == [1]


def test_steps_that_a_channel_never_tells_are_none_of_its_steps(bank: Small) -> None:
    rows = [row | {"action_id": name} for row, name in zip(listed("1", "2"), "ab", strict=True)]
    bank.told([("a", 0, "delivered"), ("a", 1, "opened"), ("a", 3, "converted"), ("b", 0, "delivered")])
    (funnel,) = bank.listed(rows).review(as_of=day(7)).figures.funnel
    assert (funnel.delivered, funnel.opened, funnel.clicked, funnel.converted) == (2, 1, None, 1)


def test_a_day_that_nobody_knows_pauses_nobody(bank: Small) -> None:
    rules = (bank.folder / "rules.strategy").read_text("utf-8").replace("kpi: bought", "kpi: bought >= 50% else pause")
    (bank.folder / "rules.strategy").write_text(rules, "utf-8")
    many = {f"c{number}": 1.0 for number in range(400)}
    project = bank.snapshot(0, many).listed(listed(*many))
    assert not project.review(as_of=day(300)).paused
    assert project.review().paused.keys() == {"s"}
