"""What limits permit at worst, and what `check` says of it."""

from __future__ import annotations

import pytest

from strategy_engine.analysis.windows import worst_cases
from tests.semantics.checked import model

STRATEGY = "strategy s { cohort: aum > 0  channel: sms }\nchannel sms {}\n"


def worst(policy: str, rest: str = "") -> list[str]:
    return [each.text for each in worst_cases(model(f"policy p {{ {policy} }}\n{STRATEGY}{rest}"))]


@pytest.mark.parametrize(
    ("limit", "permitted"),
    [
        ("1 contact per day per customer", "2 contacts within one minute of midnight"),
        ("3 contacts per calendar week per customer", "6 contacts within one minute of the midnight from Sunday to Monday"),
        ("2 contacts per month per customer", "4 contacts within one minute of the end of a month"),
        ("2 contacts per year per customer", "4 contacts within one minute of the end of a year"),
        ("1 contact per rolling 24 hours per customer", "2 contacts within one minute of midnight"),  # lists are made once a day
        ("1 contact per rolling 36 hours per customer", "1 contact in any 2 days"),
        ("3 contacts per rolling 7 days per customer", "3 contacts in any 7 days"),
        ("1 contact per rolling 1 month per customer", "1 contact in any 1 month"),
        ("5 pieces per month", "10 pieces in two days running"),
    ],
)
def test_each_window(limit: str, permitted: str) -> None:
    assert worst(f"limit: {limit}") == [permitted]


def test_without_a_window_there_is_no_border() -> None:
    assert worst("limit: 3 contacts per customer") == []


def test_limits_on_the_same_contacts_hold_each_other() -> None:
    held = "held by policy p: 1 contact per rolling 2 days per customer"
    found = worst("limit: 3 contacts per month per customer  limit: 1 contact per rolling 2 days per customer")
    assert found == [f"1 contact within one minute of the end of a month ({held})", "1 contact in any 2 days"]


def test_the_tightest_is_told_for_the_span_of_each() -> None:
    found = worst(
        "limit: 3 contacts per month per customer  limit: 1 contact per day per customer  limit: 9 contacts per rolling 5 days per customer"
    )
    held = "held by policy p: 1 contact per day per customer"
    assert found == [
        f"2 contacts within one minute of the end of a month ({held})",
        "2 contacts within one minute of midnight",
        f"5 contacts in any 5 days ({held})",
    ]


def test_what_counts_less_holds_nothing() -> None:
    """A limit of one strategy, on another channel, of fewer people or under a condition does not bind all that another counts."""
    month = "limit: 3 contacts per month per customer"
    alone = "6 contacts within one minute of the end of a month"
    assert worst(f"{month}  limit: 1 contact per rolling 9 days per customer on sms")[0] == alone
    assert worst(f"{month}  limit: 1 contact per rolling 9 days per customer per strategy")[0] == alone
    assert worst(month, "policy q { for: category == x  limit: 1 contact per rolling 9 days per customer }")[0] == alone
    own = "strategy t { cohort: aum > 0  channel: sms  limit: 1 contact per rolling 9 days per customer }"
    assert worst(month, own)[0] == alone


def test_a_rule_for_all_holds_a_strategys_own_limit_and_keep_holds_both() -> None:
    own = "strategy t { cohort: aum > 0  channel: sms  limit: 2 contacts per calendar week per customer }"
    held = "(held by policy p: 3 contacts per rolling 7 days per customer)"
    assert worst("limit: 3 contacts per rolling 7 days per customer", own)[1] == (
        f"3 contacts within one minute of the midnight from Sunday to Monday {held}"
    )
    kept = worst("limit: 3 contacts per month per customer", "arbitration { keep: 1 per customer }")
    assert kept[0].startswith("2 contacts within one minute of the end of a month (held by")


def test_an_amount_that_is_a_column_is_told_as_such() -> None:
    assert worst("limit: most contacts per month per customer", "attribute most = count(txn within last 30 days)") == [
        "twice the amount within one minute of the end of a month"
    ]


def test_only_more_than_was_written_is_worth_a_note() -> None:
    text = (
        "policy p { limit: 1 contact per day per customer  limit: 3 contacts per rolling 7 days per customer  limit: 90 contacts per day }"
    )
    notes = [each.note for each in worst_cases(model(text + "\n" + STRATEGY))]
    assert [note and note.message for note in notes] == [
        "`1 contact per day per customer` permits 2 contacts within one minute of midnight: on the lists of two days running",
        None,
        None,
    ]
    assert notes[0] is not None
    assert notes[0].help == "a window that counts over the border is `per rolling 2 days`"
