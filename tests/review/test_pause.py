"""`else pause`: the review pauses, runs list nothing and say why, a person lets it go on."""

from __future__ import annotations

from pathlib import Path

import pytest

from strategy_engine.session import Project, StrategyError

from .small import Small, day

RULES = """
channel sms { cost: 0.05 }
kpi complained { measure: share of exists(txn where type == pay within 3 days after contact)  at: 3 days  goal: down }
strategy loud "Loud" { cohort: city == north  channel: sms  limit: 1 contact per day per customer  kpi: complained <= 5% else pause }
strategy calm { cohort: city == north  channel: sms  limit: 1 contact per day per customer }
"""
CUSTOMERS = {str(number): 100.0 for number in range(150)}
COMPLAINTS = [(str(number), 1, "pay", 1.0) for number in range(30)]


@pytest.fixture
def bank(tmp_path: Path) -> Small:
    """Listed on day 0; a fifth of the customers complain on the next day."""
    bank = Small(tmp_path / "bank", RULES)
    for number in (0, 5, 6, 12):
        bank.snapshot(number, CUSTOMERS)
    bank.events(COMPLAINTS)
    assert listed(bank, 0) == {"loud": 150, "calm": 150}
    return bank


def opened(bank: Small) -> Project:
    return Project.open(bank.folder)


def listed(bank: Small, number: int) -> dict[str, int]:
    return dict(opened(bank).run(day(number)).actions.group_by("strategy").len().iter_rows())


def test_a_missed_target_pauses_from_the_next_run_on(bank: Small) -> None:
    assert not opened(bank).review(as_of=day(2)).paused  # the time of the kpi is not over
    found = opened(bank).review(as_of=day(5))
    assert found.paused == {"loud": "`complained` was 20.00% (95 % 14.38% to 27.11%) on 2026-03-07, wanted <= 5.00%"}
    assert listed(bank, 5) == {"loud": 150, "calm": 150}  # what was decided on a day counts from the next one on
    result = opened(bank).run(day(6))
    assert set(result.actions.get_column("strategy")) == {"calm"}
    (told,) = [each for each in result.diagnostics if each.code == "S0622"]
    assert "`loud` is paused and lists nothing, as `complained` was 20.00%" in told.message
    assert result.manifest["paused"] == found.paused
    explained = opened(bank).explain("1", strategy="loud", date=day(6)).strategies[0]
    assert explained.summary.startswith("does not run: paused, as `complained` was 20.00%")
    assert listed(bank, 5) == {"loud": 150, "calm": 150}  # a day before comes out as it did


def test_it_is_paused_once(bank: Small) -> None:
    assert opened(bank).review(as_of=day(5)).paused
    assert not opened(bank).review(as_of=day(6)).paused


@pytest.mark.parametrize("options", [{"pause": False}, {"last": day(0)}])
def test_it_is_not_paused_by_who_only_looks(bank: Small, options: dict[str, object]) -> None:
    found = opened(bank).review(as_of=day(5), **options)  # type: ignore[arg-type]
    assert not found.paused
    assert [target.verdict for target in found.figures.targets] == ["missed"]
    assert not opened(bank).paused()


def test_it_goes_on_when_a_person_says_so_and_is_judged_anew(bank: Small) -> None:
    opened(bank).review(as_of=day(5))
    assert opened(bank).resume("loud") == day(5)
    assert listed(bank, 6) == {"loud": 150, "calm": 150}
    assert [target.verdict for target in opened(bank).review(as_of=day(6)).figures.targets] == ["early"]
    assert not opened(bank).paused()
    bank.events([*COMPLAINTS, *((str(number), 7, "pay", 1.0) for number in range(40))])
    assert "26.67%" in opened(bank).review(as_of=day(12)).paused["loud"]


def test_who_is_not_paused_cannot_go_on(bank: Small) -> None:
    with pytest.raises(StrategyError) as refused:
        opened(bank).resume("calm")
    assert [each.message for each in refused.value.diagnostics] == ["no review has paused `calm`"]
    assert refused.value.exit_code == 2
