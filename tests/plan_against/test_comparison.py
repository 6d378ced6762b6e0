"""What a change does to whom, worked out by hand; and held against plain sets for versions at random."""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path
from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from strategy_engine.session import Project

from .banks import TODAY, compared, customers, six, version

SMS = "channel sms { cost: 0  require: sms }\n"
ONE = "arbitration pick { keep: 1 per customer  order: priority desc, score desc }\n"


def strategy_of(name: str, cohort: str, priority: int, more: str = "", channel: str = "sms") -> str:
    return f"strategy {name} {{ cohort: {cohort}  channel: {channel}  score: aum  priority: {priority}  {more} }}\n"


def sides(found: Any) -> dict[str, tuple[Any, ...]]:
    """By strategy: before, after, gained, lost."""
    return {each.name: (each.before, each.after, each.gained, each.lost) for each in found.strategies}


def told(reasons: Any) -> set[tuple[Any, ...]]:
    return {(each.strategy, each.why.value, each.what, each.by, each.customers) for each in reasons}


def test_a_threshold_without_its_unit_displaces_another_strategy(tmp_path: Path) -> None:
    """Customer n has n times 10,000. `rich` is meant for 30,000 and more; without 万 it is everybody, whom `all` loses."""
    six(tmp_path / "bank")
    rest = SMS + ONE + strategy_of("all", "everyone", 1)
    found = compared(tmp_path / "bank", rest + strategy_of("rich", "aum >= 3万", 2), rest + strategy_of("rich", "aum >= 3", 2))
    assert sides(found) == {"all": (2, 0, 0, 2), "rich": (4, 6, 2, 0)}
    assert told(found.lost) == {("all", "displaced", "keep: 1 per customer", "rich", 2)}
    assert told(found.gained) == {("rich", "cohort", None, None, 2)}
    assert (found.everyone.before, found.everyone.after, found.everyone.gained, found.everyone.lost) == (6, 6, 0, 0)
    assert [each.share for each in found.strategies] == [1.0, 2 / 6]
    assert {each.name: each.value for each in found.strategies} == {"all": (30_000, 0), "rich": (180_000, 210_000)}


def test_a_limit_that_is_raised_starves_another_strategy(tmp_path: Path) -> None:
    """Three text messages a day: one for `first`, which may send three after the change, and two for `second`."""
    six(tmp_path / "bank")
    rest = "channel sms { cost: 0  limit: 3 contacts per day }\n" + strategy_of("second", "aum > 3万", 1)
    one, three = (strategy_of("first", "aum <= 3万", 2, f"limit: {most} contacts per day") for most in (1, 3))
    found = compared(tmp_path / "bank", rest + one, rest + three)
    assert sides(found) == {"first": (1, 3, 2, 0), "second": (2, 0, 0, 2)}
    limit = "channel sms: 3 contacts per day"
    assert told(found.lost) == {("second", "limited", limit, None, 2)}
    assert told(found.gained) == {("first", "limited", "strategy first: 1 contacts per day", None, 2)}
    assert found.room == ((limit, "first", 1, 3), (limit, "second", 2, 0))
    uses = {(after or before).limit: (before and before.used, after and after.used) for before, after in found.limits}
    assert uses[limit] == (3, 3)


def test_every_way_to_lose_an_action(tmp_path: Path) -> None:
    customers(tmp_path / "bank", *({"id": n, "rm": f"R{n % 2}"} for n in range(1, 6)), {"id": 6, "sms": False})
    gone = strategy_of("gone", "aum <= 1万", 1)
    before = "channel app { cost: 0 }\n" + SMS + gone + strategy_of("narrow", "everyone", 1, channel="app")
    after = "channel app { cost: 0 }\n" + SMS + strategy_of("narrow", "aum <= 5万", 1)
    found = compared(tmp_path / "bank", before, after)
    assert sides(found) == {"gone": (1, None, 0, 1), "narrow": (6, 5, 0, 1)}
    assert told(found.lost) == {("gone", "absent", None, None, 1), ("narrow", "cohort", None, None, 1)}
    assert {each.name: each.channel for each in found.strategies} == {"gone": 0, "narrow": 5}
    assert found.channels == (("app", 6, 0), ("sms", 1, 5))
    other = compared(tmp_path / "bank", before, before.replace("channel: app", "channel: sms"))
    assert told(other.lost) == {("narrow", "gate", "channel sms: require", None, 1)}


def test_who_comes_to_the_control_group_loses_the_action(tmp_path: Path) -> None:
    customers(tmp_path / "bank", *({"id": n} for n in range(1, 101)))
    found = compared(tmp_path / "bank", SMS + strategy_of("s", "everyone", 1), SMS + strategy_of("s", "everyone", 1, "control: 30%"))
    lost = next(iter(found.lost))
    assert (lost.why.value, len(found.lost)) == ("control", 1)
    assert 0 < lost.customers == found.everyone.lost < 100


def test_work_is_told_by_manager_unless_that_is_personal(tmp_path: Path) -> None:
    customers(tmp_path / "bank", *({"id": n, "rm": f"R{n % 2}"} for n in range(1, 7)))
    call = "channel call { cost: 1  assign: rm }\n"
    before, after = (call + strategy_of("s", f"aum >= {least}万", 1, channel="call") for least in (5, 2))
    found = compared(tmp_path / "bank", before, after)
    assert found.assigned.busiest == (("call", 2, 2, 1, 3),)
    assert found.assigned.people == (("call", "R0", 1, 3), ("call", "R1", 1, 2))
    secret = (tmp_path / "bank" / "strategy.yaml").read_text("utf-8").replace("optional: true}", "optional: true, pii: true}")
    old = version(tmp_path / "old", before, secret)
    hidden = Project.open(version(tmp_path / "bank", after, secret)).compare(str(old), TODAY).comparison
    assert hidden.assigned.people == ()
    assert hidden.assigned.busiest == found.assigned.busiest


def test_limits_that_were_raised_stand_beside_what_they_were(tmp_path: Path) -> None:
    six(tmp_path / "bank")
    text = "benefit gift { cost: 10  limit: {} cost per day }\nchannel sms { cost: 0 }\n" + strategy_of("s", "everyone", 1, "benefit: gift")
    found = compared(tmp_path / "bank", text.replace("{} cost", "20 cost"), text.replace("{} cost", "50 cost"))
    ((before, after),) = [pair for pair in found.limits if pair[1].counted == "cost"]
    assert (before.used, before.available, before.refused) == (2000, 2000, 4)
    assert (after.used, after.available, after.refused) == (5000, 5000, 1)


# ------------------------------------------------------------------------------------------------ versions at random

KNOBS = st.fixed_dictionaries(
    {
        "rich": st.sampled_from(["aum >= 3万", "aum >= 3", "aum >= 9万", "sms"]),
        "keep": st.sampled_from([ONE, "", "arbitration pick { order: priority asc, score desc }\n"]),
        "room": st.sampled_from([2, 5, 20]),
        "control": st.sampled_from(["", "control: 40%"]),
        "runs": st.sampled_from(["active", "draft"]),
        "own": st.sampled_from(["", "limit: 2 contacts per day"]),
    }
)


def at_random(knobs: dict[str, Any]) -> str:
    sms = f"channel sms {{ cost: 0  require: sms  limit: {knobs['room']} contacts per day }}\nchannel app {{ cost: 0 }}\n"
    third = strategy_of("third", "aum <= 6万", 3, f"status: {knobs['runs']}", channel="app else sms")
    return (
        sms
        + knobs["keep"]
        + strategy_of("rich", knobs["rich"], 2, knobs["control"])
        + strategy_of("all", "everyone", 1, knobs["own"])
        + third
    )


@settings(max_examples=12)
@given(KNOBS, KNOBS)
def test_versions_at_random(before: dict[str, Any], after: dict[str, Any]) -> None:
    """Counts are those of the two days' lists as sets; whoever moved has one reason; what is gained one way is lost the other way."""
    with tempfile.TemporaryDirectory() as place:
        bank = Path(place, "bank")
        customers(bank, *({"id": n, "sms": n % 4 != 0} for n in range(1, 11)))
        one, two = at_random(before), at_random(after)
        there, back = compared(bank, one, two), compared(bank, two, one)
        listed = []
        for text in (one, two):
            actions = Project.open(version(bank, text)).compute(TODAY).actions
            listed.append(set(actions.filter(pl.col("arm") != "control").select("customer_id", "strategy").rows()))
    was, now = listed
    for change in there.strategies:
        mine = [{customer for customer, name in side if name == change.name} for side in (was, now)]
        assert (change.gained, change.lost) == (len(mine[1] - mine[0]), len(mine[0] - mine[1]))
        assert (change.before or 0, change.after or 0) == (len(mine[0]), len(mine[1]))
        for reasons, count in ((there.gained, change.gained), (there.lost, change.lost)):
            assert sum(each.customers for each in reasons if each.strategy == change.name) == count
    assert {each.name: each.gained for each in there.strategies} == {each.name: each.lost for each in back.strategies}
    everyone = [{customer for customer, _ in side} for side in listed]
    assert (there.everyone.gained, there.everyone.lost) == (len(everyone[1] - everyone[0]), len(everyone[0] - everyone[1]))


@settings(max_examples=6)
@given(KNOBS)
def test_a_version_against_itself_gives_nothing(knobs: dict[str, Any]) -> None:
    with tempfile.TemporaryDirectory() as place:
        bank = Path(place, "bank")
        six(bank)
        found = compared(bank, at_random(knobs), at_random(knobs))
    assert not any(change.moves or change.share for change in (*found.strategies, found.everyone))
    assert (found.gained, found.lost, found.room, found.assigned.people) == ((), (), (), ())
    assert all(before == after for before, after in found.limits)
    assert all(before == after for _, before, after in found.channels)


def test_nothing_runs_in_one_of_the_versions(tmp_path: Path) -> None:
    six(tmp_path / "bank")
    some, none = (SMS + strategy_of("s", "everyone", 1, f"status: {status}") for status in ("active", "draft"))
    stopped = compared(tmp_path / "bank", some, none)
    assert sides(stopped) == {"s": (6, None, 0, 6)}
    assert told(stopped.lost) == {("s", "absent", None, None, 6)}
    assert stopped.everyone.share == 1.0
    begun = compared(tmp_path / "bank", none, some)
    assert sides(begun) == {"s": (None, 6, 6, 0)}
    assert compared(tmp_path / "bank", none, none).strategies == ()


def test_what_earlier_days_have_listed_counts_in_both_versions(tmp_path: Path) -> None:
    """Everybody was contacted the day before. A limit that is lifted lets six have an action again, whom it barred."""
    bank = tmp_path / "bank"
    limited = SMS + strategy_of("s", "everyone", 1, "limit: 1 contact per rolling 7 days per customer")
    for date in (TODAY - dt.timedelta(days=1), TODAY):
        customers(bank, *({"id": number} for number in range(1, 7)), date=date)
    Project.open(version(bank, limited)).run(TODAY - dt.timedelta(days=1))
    found = compared(bank, limited, SMS + strategy_of("s", "everyone", 1))
    assert sides(found) == {"s": (0, 6, 6, 0)}
    assert told(found.gained) == {("s", "limited", "strategy s: 1 contact per rolling 7 days per customer", None, 6)}
    ((before, after),) = found.limits
    assert (before.refused, before.full, after) == (6, 6, None)
