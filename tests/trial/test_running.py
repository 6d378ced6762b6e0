"""What test blocks set up, and what they may expect."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from strategy_engine.session import Project

WHO = 'given customer { id: 1, name: "王芳", tier: gold, aum: 3万, allowed: true }'
WAGE = "given txn { id: 1, at: 2026-11-19T09:00, amount: 8000 }"
DAY = f"on: 2026-11-20 {WHO} {WAGE}"


@pytest.mark.parametrize(
    "expected",
    [
        "thanks",
        "thanks offers small on sms",
        "谢礼 提供 small 通过 sms 于 2026-11-20",
        "thanks or tour",
        "tour offers none",
        "not thanks offers big",
        "not thanks on app",
        "thanks.step == 1 and thanks.arm == treated and thanks.rank <= 2",
        'thanks.script == "尊敬的王芳,工资8,000元已到账。"',
        "thanks.trigger_time == 2026-11-19T09:00",
        "thanks.product is missing",
        "tour.customers == 1",
        "thanks and aum == 3万 and aum_class == other",
    ],
)
def test_what_may_be_expected(run: Any, expected: str) -> None:
    (tested,) = run(f"{DAY} expect: {expected}")
    assert tested.passed, tested.failures


@pytest.mark.parametrize(
    "expected", ["not thanks", "thanks on app", "thanks.step == 2", "not thanks and tour", "tour is blocked by contact"]
)
def test_what_does_not_come_about_fails(run: Any, expected: str) -> None:
    (tested,) = run(f"{DAY} expect: {expected}")
    assert len(tested.failures) == 1


def test_a_condition_is_about_the_customer_who_is_given_first(run: Any) -> None:
    both = f"on: 2026-11-20 given customer {{ id: 2, tier: mass, aum: 20万 }} {WHO}"
    (tested,) = run(f"{both} expect: aum_class == rich expect: aum == 20万 expect: tier == mass expect: tour.customers == 2")
    assert tested.passed, tested.failures


def test_columns_that_are_not_given_are_missing(run: Any) -> None:
    given = "on: 2026-11-20 given customer { id: 1, tier: gold }"
    (tested,) = run(f"{given} {WAGE} expect: not thanks")
    assert tested.passed  # the script needs the name


def test_a_journey_over_its_days(run: Any) -> None:
    days = f"on: 2026-11-20 on: 2026-11-21 on: 2026-11-22 {WHO}"
    opened = "given feedback { id: 1, at: 2026-11-20T20:00, outcome: opened }"
    both = "expect: tour on app on 2026-11-20 expect: not tour on 2026-11-21"
    went, ended = run(f"{days} {both} expect: tour on sms expect: tour.step == 2", f"{days} {opened} {both} expect: not tour")
    assert went.passed, went.failures
    assert ended.passed, ended.failures


def test_a_limit_over_the_days_of_a_test(run: Any) -> None:
    later = "given txn { id: 1, at: 2026-11-22T09:00, amount: 9000 }"
    expected = "expect: thanks on 2026-11-20 expect: not thanks expect: thanks is blocked by contact"
    (tested,) = run(f"on: 2026-11-20 on: 2026-11-22 {WHO} {WAGE} {later} {expected}")
    assert tested.passed, tested.failures


def test_past_actions_count(run: Any) -> None:
    past = "given actions { id: 1, at: 2026-11-%s, strategy: thanks, channel: sms }"
    near, far = run(f"{DAY} {past % 16} expect: not thanks expect: 谢礼 受阻于 contact", f"{DAY} {past % '05'} expect: thanks")
    assert near.passed, near.failures
    assert far.passed, far.failures


def test_feedback_pauses_and_gives_back(run: Any) -> None:
    past = "given actions { id: 1, at: 2026-11-16, strategy: thanks, channel: sms }"
    feedback = "given feedback { id: 1, at: 2026-11-17T10:00, outcome: %s }"
    failed, complained = run(
        f"{DAY} {past} {feedback % 'failed'} expect: thanks", f"{DAY} {feedback % 'complained'} expect: thanks is blocked by contact"
    )
    assert failed.passed, failed.failures
    assert complained.passed, complained.failures


def test_yaml_and_chinese_say_the_same(run: Any) -> None:
    yaml = """
用例:
  工资到账:
    日期: [2026-11-20, 2026-11-21]
    给定:
      customer:
        - {id: 1, name: '"王芳"', 客户层级: 金葵花, aum: 3万, allowed: 真}
      txn: {id: 1, at: 2026-11-19T09:00, amount: 8000}
    预期:
      - 谢礼 提供 small 通过 sms 于 2026-11-20
      - 非 谢礼
"""
    (tested,) = run(yaml=yaml)
    assert tested.passed, tested.failures
    assert tested.trial.title == "工资到账"


def test_hundreds_of_tests_take_seconds(run: Any) -> None:
    assert all(each.passed for each in run(*([f"{DAY} expect: thanks offers small on sms"] * 100)))


# ------------------------------------------------------------------------------------------------ what changes between days

DAYS = "on: 2026-11-20 on: 2026-11-21 on: 2026-11-22"
POOR = 'given customer { id: 1, name: "王芳", tier: mass, aum: 3万, allowed: true }'


def test_a_customer_changes_between_days(run: Any) -> None:
    late = "given customer on 2026-11-21 { id: 1, tier: gold }"
    expected = "expect: not thanks on 2026-11-20 expect: thanks offers small on sms on 2026-11-21"
    (tested,) = run(f"{DAYS} {POOR} {WAGE} {late} {expected}")
    assert tested.passed, tested.failures  # what it does not name has stayed: the name, the balance


def test_changes_add_up_in_the_order_of_their_days(run: Any) -> None:
    changes = "given customer on 2026-11-22 { id: 1, aum: 7万 } given customer on 2026-11-21 { id: 1, aum: 20万, allowed: false }"
    expected = "expect: aum == 3万 on 2026-11-20 expect: aum == 20万 on 2026-11-21 expect: aum == 7万 and not allowed"
    (tested,) = run(f"{DAYS} {POOR} {changes} {expected}")
    assert tested.passed, tested.failures


def test_a_change_on_a_day_that_is_not_run_counts_from_the_next(run: Any) -> None:
    (tested,) = run(f"on: 2026-11-20 on: 2026-11-22 {POOR} given customer on 2026-11-21 {{ id: 1, aum: 7万 }} expect: aum == 7万")
    assert tested.passed, tested.failures


def test_a_change_to_missing_is_not_given_by_leaving_out(run: Any) -> None:
    changes = "given customer on 2026-11-21 { id: 1, allowed: false }"
    (tested,) = run(f"{DAYS} {POOR} {changes} expect: aum is known")
    assert tested.passed, tested.failures


def test_a_customer_who_comes_later(run: Any) -> None:
    (tested,) = run(f"{DAYS} given customer on 2026-11-21 {{ id: 1, aum: 7万 }} expect: not tour on 2026-11-20 expect: tour on 2026-11-21")
    assert tested.passed, tested.failures


def test_rows_of_events_are_there_from_their_day_on(run: Any) -> None:
    late = "given txn on 2026-11-21 { id: 1, at: 2026-11-20T09:00, amount: 8000 }"
    (tested,) = run(f"{DAYS} {WHO} {late} expect: not thanks on 2026-11-20 expect: thanks on 2026-11-21 expect: not thanks")
    assert tested.passed, tested.failures


def test_the_journey_of_who_leaves_the_cohort_ends(run: Any, bank: Any) -> None:
    file = bank / "bank.strategy"
    file.write_text(file.read_text("utf-8").replace("strategy tour { cohort: everyone", "strategy tour { cohort: aum < 10万"), "utf-8")
    changes = "given customer on 2026-11-22 { id: 1, aum: 80万 }"
    stays, leaves = run(f"{DAYS} {POOR} expect: tour.step == 2", f"{DAYS} {POOR} {changes} expect: tour on 2026-11-20 expect: not tour")
    assert stays.passed, stays.failures
    assert leaves.passed, leaves.failures


def test_what_has_changed_since_yesterday(run: Any, bank: Any) -> None:
    """What a test gives with a day was otherwise before, also for `ago` and for who enters a cohort."""
    more = """
cohort rich = aum >= 50万
trigger rises { when: aum > ago(aum, 1 day) * 2 }
trigger enters_rich { enters: rich }
strategy congratulate { cohort: everyone  trigger: rises  channel: app }
strategy welcome { cohort: everyone  trigger: enters_rich  channel: app }
"""
    (bank / "more.strategy").write_text(more, "utf-8")
    given = "given customer on %s { id: 1, aum: 80万 } expect: congratulate and welcome on 2026-11-21"
    expected = "expect: not congratulate and not welcome on 2026-11-20 expect: not congratulate and not welcome"
    today, before, one_day = run(
        f"{DAYS} {POOR} {given % '2026-11-21'} {expected}",
        f"{DAYS} {POOR} {given % '2026-11-20'}",
        f"on: 2026-11-21 {POOR} {given % '2026-11-21'}",
    )
    assert today.passed, today.failures
    assert not before.passed
    assert one_day.passed, one_day.failures


def test_coverage_sees_the_days_as_they_are(run: Any, bank: Any) -> None:
    (bank / "more.strategy").write_text("cohort rich = aum >= 50万\n", "utf-8")
    run(f"{DAYS} {POOR} given customer on 2026-11-22 {{ id: 1, aum: 80万 }}")
    project = Project.open(bank)
    coverage = project.coverage()
    list(project.test(coverage=coverage))
    (seen,) = (seen for point, seen in coverage.seen.items() if point.of == "cohort rich")
    assert (seen.true, seen.false) == (1, 2)


def test_yaml_and_chinese_say_what_changes(run: Any) -> None:
    yaml = """
tests:
  rises:
    on: [2026-11-20, 2026-11-21]
    given:
      customer: {id: 1, tier: mass, aum: 3万}
      customer on 2026-11-21: [{id: 1, aum: 20万}]
    expect: [aum == 3万 on 2026-11-20, aum == 20万]
"""
    text = "日期: 2026-11-20 日期: 2026-11-21 给定 customer { id: 1, aum: 3万 } 给定 customer 于 2026-11-21 { id: 1, aum: 20万 }"
    tested = run(f"{text} 预期: aum 是 3万 于 2026-11-20 预期: aum 是 20万", yaml=yaml)
    assert [each.passed for each in tested] == [True, True], [each.failures for each in tested]


def test_some_customers_may_be_offered_no_product(run: Any, bank: Path) -> None:
    declared = """
product fund "基金" { risk: R1 }
strategy offer {
  cohort:  allowed
  product: by tier { gold: fund, else: none }
  channel: sms
  script:  "{product.title ?? '无产品'}"
  limit:   1 contact per rolling 7 days per customer
}
"""
    (bank / "offer.strategy").write_text(declared, "utf-8")
    with_it, without = run(
        f'on: 2026-11-20 {WHO} expect: offer.product == fund expect: offer.script == "基金"',
        f'on: 2026-11-20 {WHO.replace("gold", "mass")} expect: offer expect: offer.product is missing expect: offer.script == "无产品"',
    )
    assert with_it.passed, with_it.failures
    assert without.passed, without.failures
