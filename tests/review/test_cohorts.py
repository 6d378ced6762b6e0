"""Kpis by cohort, of customers that can be counted by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from strategy_engine.review.figures import Figures, KpiFigure

from .small import Small, day

RULES = """
channel sms { cost: 0.05 }
kpi bought { measure: share of exists(txn where type == buy within 3 days after contact) }
attribute payments { value: count(txn where type == pay) }
cohort rich "富裕" { where: aum >= 100 }
cohort active { where: payments > 0 }
cohort either { where: rich or active }
cohort cared_for { where: exists(actions where strategy == s) }
cohort steady { enter: aum >= 200  leave: aum < 50 }
cohort not_named { where: aum >= 0 }
strategy s { cohort: either ?? true or steady or not cared_for  channel: sms  kpi: bought }
"""


def by_cohort(figures: Figures) -> dict[str | None, KpiFigure]:
    return {each.member: each for each in figures.kpis if each.dimension == "cohort"}


def listed(*customers: str, on: int = 0, **also: object) -> list[dict[str, object]]:
    return [{"customer": customer, "day": on, "strategy": "s", "channel": "sms", "arm": "treated", **also} for customer in customers]


@pytest.fixture
def bank(tmp_path: Path) -> Small:
    """Customers 1 and 2 are rich on day 0, on day 2 nobody is; 2 and 3 have paid by then, 4 has on day 1."""
    bank = Small(tmp_path / "bank", RULES)
    bank.snapshot(0, {"1": 100, "2": 300, "3": 20, "4": 20}).snapshot(2, {"1": 90, "2": 60, "4": 20})
    return bank.events([("2", -9, "pay", 1), ("3", 0, "pay", 1), ("4", 1, "pay", 1), ("1", 1, "buy", 9), ("3", 2, "buy", 9)])


def test_a_journey_counts_in_each_cohort_of_its_customer(bank: Small) -> None:
    """Of the four, 1 and 3 buy. 4 is in no cohort yet."""
    figures = bank.listed(listed("1", "2", "3", "4")).review(as_of=day(7)).figures
    found = by_cohort(figures)
    assert {name: (each.observed, each.value) for name, each in found.items()} == {
        "rich": (2, 0.5), "active": (2, 0.5), "either": (3, pytest.approx(2 / 3)),
    }  # fmt: skip
    assert figures.titles["rich"] == "富裕"


def test_membership_is_that_of_the_day_of_the_listing(bank: Small) -> None:
    """On day 2 customer 1 is rich no more, and 4 has paid; 3 has no row then, so nobody knows."""
    found = by_cohort(bank.listed([*listed("1"), *listed("1", "3", "4", on=2)]).review(as_of=day(7)).figures)
    assert {name: (each.observed, each.customers) for name, each in found.items()} == {"rich": (1, 1), "active": (1, 1), "either": (2, 2)}


def test_controls_and_who_is_still_in_time_are_not_observed(bank: Small) -> None:
    found = by_cohort(bank.listed([*listed("1"), *listed("2", arm="control")]).review(as_of=day(2)).figures)
    assert {name: (each.observed, each.pending) for name, each in found.items()} == {"rich": (0, 1), "either": (0, 1)}


def test_a_fixed_cohort_is_as_the_ledger_has_it(bank: Small) -> None:
    """Customer 2 entered on day 0 and has 60 on day 2: too little to enter, enough to stay. Before the first run nobody knows."""
    project = bank.listed(listed("2", on=-1))
    project.run(day(0))
    project.run(day(2))
    figures = project.review(day(0), day(2), as_of=day(7)).figures
    steady = by_cohort(figures)["steady"]
    assert (steady.observed, steady.customers, figures.customers) == (2, 1, 4)
    assert "steady" not in by_cohort(project.review(day(-1), day(-1), as_of=day(7)).figures)


def test_a_cohort_whose_table_is_absent_is_left_out(tmp_path: Path) -> None:
    """Kpis that do not read it are told all the same."""
    bank = Small(tmp_path / "bank", RULES.replace("share of exists(txn where type == buy within 3 days after contact)", "avg(aum)"))
    project = bank.snapshot(0, {"1": 100}).listed(listed("1"))
    (bank.folder / "data" / "txn.csv").unlink()
    figures = project.review(as_of=day(7)).figures
    assert [*by_cohort(figures)] == ["rich"]
