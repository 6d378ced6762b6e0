"""What test blocks set up, and what they may expect."""

from __future__ import annotations

from typing import Any

import pytest

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
