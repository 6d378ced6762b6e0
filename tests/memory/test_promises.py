"""Thirty days of a small bank with limits drawn at random: whatever they are, a plain recount finds none of them broken."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

FIRST = dt.date(2026, 11, 2)
DAY = dt.timedelta(days=1)
LENGTH, CUSTOMERS = 30, 40
Action = dict[str, Any]

STRATEGIES = """
channel app { cost: 1 }
channel sms { cost: 2 }
trigger wage { on: txn where amount >= 300  within: last 4 days }
trigger rent { on: pay  within: last 3 days }
trigger rich { when: aum >= 600 }
strategy paid { cohort: everyone  trigger: wage or rent  benefit: cup else none  priority: 3
  channel: call else sms else app, then sms after 2 days unless opened, then app on day 7  control: 20% }
strategy wealthy { cohort: everyone  trigger: rich  channel: call else app  score: aum  split: {a: 40%, b: 40%} }
strategy daily { cohort: tier == gold  benefit: cup else mug else none  channel: app, then call after 1 day if aum >= 100 }
strategy news { cohort: everyone  category: service  channel: sms  priority: 9 }
strategy rare { cohort: aum >= 200  channel: sms else app  priority: 1 }
"""


@dataclass(frozen=True)
class Limit:
    """A limit as text and as the recount understands it.

    amount: contacts, pieces or money.      first: the first day of the window that a day ends.
    """

    text: str
    amount: int
    counted: str
    first: Callable[[dt.date], dt.date]
    groups: tuple[str, ...]
    channels: tuple[str, ...]


def _limit(dice: random.Random, counted: str, groups: list[tuple[str, ...]], amounts: tuple[int, int], hard: bool = True) -> Limit:
    days = dice.randint(2, 12)
    windows: dict[str, Callable[[dt.date], dt.date]] = {
        "per day": lambda today: today,
        f"per rolling {days} days": lambda today: today - (days - 1) * DAY,
        "per week": lambda today: today - today.weekday() * DAY,
        "per month": lambda today: today.replace(day=1),
        "": lambda _: dt.date.min,
    }
    window = dice.choice(list(windows))
    group = dice.choice(groups)
    of_many = bool({"strategy", "rm"} & set(group)) and "customer" not in group
    amount = dice.randint(*amounts) * (20 if of_many and counted == "contacts" and not hard else 1)
    channels = tuple(sorted(dice.sample(["app", "sms", "call"], dice.randint(1, 2)))) if not hard and dice.random() < 0.3 else ()
    parts = [f"{amount} {counted}", window, *(f"per {name}" for name in group), f"on {', '.join(channels)}" if channels else ""]
    return Limit(" ".join(filter(None, parts)), amount, counted, windows[window], group, channels)


def _drawn(dice: random.Random) -> dict[str, list[Limit]]:
    """Limits by whose they are."""
    people = [("customer",), ("household",), ("customer", "strategy"), ("customer", "category"), ("strategy",), ("rm",)]
    return {
        "policy": [_limit(dice, "contacts", people, (1, 4), hard=False) for _ in range(3)],
        "call": [_limit(dice, "contacts", [("rm",), ()], (1, 6)), _limit(dice, "cost", [()], (20, 90))],
        "cup": [_limit(dice, "pieces", [(), ("rm",), ("customer",)], (5, 60))],
        "mug": [_limit(dice, "cost", [()], (10, 80))],
        "daily": [_limit(dice, "contacts", [("customer",), ()], (2, 9))],
    }


def _text(limits: dict[str, list[Limit]]) -> str:
    said = {owner: "  ".join(f"limit: {one.text}" for one in found) for owner, found in limits.items()}
    return (
        STRATEGIES.replace("strategy daily {", f"strategy daily {{ {said['daily']}\n ")
        + f"channel call {{ cost: 5  require: rm is known  {said['call']} }}\n"
        + f"benefit cup {{ cost: 7  {said['cup']} }}\nbenefit mug {{ cost: 3  {said['mug']} }}\n"
        + f"policy contact {{ {said['policy']}  except: category == service  control: 10% }}\narbitration {{ keep: 2 per customer }}\n"
    )


COST = {"app": 1, "sms": 2, "call": 5, "cup": 7, "mug": 3, None: 0}


class Simulation:
    """The bank over its days, and the recount."""

    def __init__(self, days: Any, seed: int, batch_size: int) -> None:
        self.days, self.dice, self.batch_size = days, random.Random(seed), batch_size  # noqa: S311 - a test's draws
        days.match = "action_id"
        self.limits = _drawn(self.dice)
        self.people = {str(number): self._person(number) for number in range(CUSTOMERS)}
        self.actions: list[Action] = []
        self.failed: dict[str, dt.date] = {}
        days.customers(*self.people.values()).strategies(_text(self.limits))
        self._events()

    def _person(self, number: int) -> dict[str, Any]:
        draw = self.dice.choice
        return {
            "id": number, "tier": draw(["gold", "mass", ""]), "aum": self.dice.randint(0, 999),
            "family": draw(["f", "g", "h", ""]), "rm": draw(["r1", "r2", ""]),
        }  # fmt: skip

    def _events(self) -> None:
        def event(number: int) -> dict[str, Any]:
            minute = self.dice.randrange(36 * 24 * 60)
            at = dt.datetime.combine(FIRST - 5 * DAY, dt.time()) + dt.timedelta(minutes=minute, seconds=number % 60)
            return {"id": self.dice.choice(list(self.people)), "at": at.isoformat(), "amount": self.dice.randint(0, 900)}

        self.days.table("pay", *(event(number) for number in range(120)))
        self.days.table("txn", *({**event(number), "txn_id": f"t{number}"} for number in range(150)))

    def run(self) -> Simulation:
        told: list[dict[str, Any]] = []
        for day in range(1, LENGTH + 1):
            self.days.run(day, batch_size=self.batch_size)
            listed = self.days.results[-1].actions.to_dicts()
            for action in listed:
                outcome = self.dice.choice(["failed", "opened", "delivered", "converted", None, None])
                if outcome is not None and action["arm"] != "control":
                    tomorrow, whose = action["run_date"] + DAY, {"id": action["customer_id"], "action_id": action["action_id"]}
                    told.append({**whose, "outcome": outcome, "at": f"{tomorrow}T08:00:00"})
                    if outcome == "failed":
                        self.failed[action["action_id"]] = tomorrow
            self.days.table("feedback", *told)
            self.actions += listed
        return self

    # -------------------------------------------------------------------------------------------- the recount

    def _group(self, action: Action, name: str) -> Any:
        person = self.people[action["customer_id"]]
        if name in ("customer", "household", "rm"):
            value = {"customer": person["id"], "household": person["family"], "rm": person["rm"]}[name]
            return value if value != "" else f"alone {person['id']}"
        return "service" if action["strategy"] == "news" else None if name == "category" else action[name]

    def counted(self, owner: str, limit: Limit, action: Action) -> int:
        """What the action takes of the limit."""
        if limit.channels and action["channel"] not in limit.channels:
            return 0
        if owner in ("policy", "daily"):
            mine = action["strategy"] == "daily" if owner == "daily" else action["strategy"] != "news"
            journey_goes_on = "strategy" in limit.groups and action["step"] > 1
            return int(mine and action["arm"] != "control" and not journey_goes_on)
        if owner not in (action["channel"], action["benefit"]):
            return 0
        return COST[owner] if limit.counted == "cost" else 1

    def broken(self) -> Iterator[str]:
        """Every limit of every day that more was taken of than it allows, by what was known on the day."""
        for owner, limits in self.limits.items():
            for limit in limits:
                for number in range(LENGTH):
                    today = FIRST + number * DAY
                    taken: Counter[tuple[Any, ...]] = Counter()
                    for action in self.actions:
                        known_failed = self.failed.get(action["action_id"], dt.date.max) <= today
                        if limit.first(today) <= action["run_date"] <= today and not known_failed:
                            taken[tuple(self._group(action, name) for name in limit.groups)] += self.counted(owner, limit, action)
                    yield from (f"{owner} {limit.text} on {today}: {group} {sum_}" for group, sum_ in taken.items() if sum_ > limit.amount)


@pytest.mark.parametrize("seed", range(5))
def test_no_promise_is_broken(days: Any, seed: int) -> None:
    done = Simulation(days, seed, batch_size=500_000).run()
    assert len(done.actions) > 200
    assert list(done.broken()) == []
    _no_hit_fires_twice(done)
    _arms_never_change(done)
    _journeys_go_step_by_step(done)


def _no_hit_fires_twice(done: Simulation) -> None:
    spent = [row[1:] for record in done.days.records for row in record["spent"].iter_rows()]
    assert len(spent) == len(set(spent))
    began = [action for action in done.actions if action["step"] == 1 and action["trigger"] in ("wage", "rent")]
    made = [(action["customer_id"], action["trigger"], action["trigger_time"]) for action in began]
    assert len(made) == len(set(made)) > 10


def _arms_never_change(done: Simulation) -> None:
    arms = defaultdict(set)
    for action in done.actions:
        arms[action["customer_id"], action["strategy"]].add(action["arm"])
    assert all(len(found) == 1 for found in arms.values())
    assert {"control", "treated"} <= set().union(*arms.values()) <= {"control", "treated", "a", "b"}
    assert all("control" not in rows["arm"].to_list() for result in done.days.results for rows in result.lists.values())


def _journeys_go_step_by_step(done: Simulation) -> None:
    """Steps come in order, no journey overlaps another, and none begins before the last could be over."""
    last: dict[tuple[str, str], tuple[dt.date, int]] = {}
    journeys = [row for record in done.days.records for row in record["actions"].to_dicts()]
    for row in journeys:
        key = (row["customer_id"], row["strategy"])
        began, step = last.get(key, (None, 0))
        assert (row["journey"], row["step"]) == (row["run_date"], 1) or (row["journey"], row["step"]) == (began, step + 1)
        last[key] = (row["journey"], row["step"])
    assert max(row["step"] for row in journeys) == 3


def test_batches_change_nothing(days: Any, tmp_path_factory: pytest.TempPathFactory) -> None:
    whole = Simulation(days, 9, batch_size=500_000).run()
    folder = tmp_path_factory.mktemp("batches")
    (folder / "data").mkdir()
    parts = Simulation(type(days)(folder), 9, batch_size=7).run()
    for one, other in zip(whole.days.records, parts.days.records, strict=True):
        assert all(one[name].equals(other[name]) for name in one)
