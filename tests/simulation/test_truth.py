"""What was planted is what happens: potential outcomes against the course of the bank, and against the truth file."""

from __future__ import annotations

import datetime as dt
import itertools
import json
import math
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from strategy_engine.simulation.course import Course
from strategy_engine.simulation.effects import BAD_COMPLAINTS, OUTCOMES, Effect, planted
from strategy_engine.simulation.responses import Bearings, respond
from strategy_engine.simulation.world import World
from tests.simulation.bank import library, lived

CUSTOMERS, STANDARD_ERRORS = 8_000, 4
ARRIVES = 0.98  # of text messages


def effect(outcome: str, strength: float, only: str | None = None) -> Effect:
    return Effect("s", outcome, strength, only, wear=0.3, outside=0.5, complaints=0.001, seed=7)


def acted(planted_effect: Effect) -> tuple[World, Course, pl.DataFrame, int]:
    """Every customer of a bank gets one action on the first day, every second one as a control."""
    world = World.of(CUSTOMERS, 7, dt.date(2026, 11, 20), 90)
    course = Course(world.everyone(), pl.lit(None, pl.Int64))
    day = world.first
    everyone = course.people.filter(world.present(day))
    actions = everyone.select(
        action_id=pl.format("A{}", "row"),
        customer_id="customer_id",
        strategy=pl.lit("s"),
        arm=pl.when(pl.col("row") % 2 == 0).then(pl.lit("control")).otherwise(pl.lit("treated")),
        product=pl.lit("bond_fund"),
        benefit=pl.lit(None, pl.String),
        channel=pl.lit("sms"),
        step=pl.lit(1, pl.Int64),
    )
    outcomes = respond(actions, Bearings(world, {"s": planted_effect}, {}), course, day)
    return world, course, outcomes.with_columns(row=pl.col("action_id").str.slice(1).cast(pl.UInt64)), day


def happened(world: World, course: Course, day: int, outcome: str) -> pl.DataFrame:
    """Whether the outcome comes about for each customer in the bank as it goes on after the actions."""
    if outcome == "payroll":
        fact = world.on_payroll(day + OUTCOMES[outcome])
    elif outcome == "retention":
        fact = ~world.leaves(day, OUTCOMES[outcome])
    else:
        fact = world.first_time(outcome, day, OUTCOMES[outcome]).is_not_null()
    facts = course.people.select("row", fact=fact)
    due = [frame for later, frames in course.events.items() if later <= day + OUTCOMES[outcome] for frame in frames]
    caused = pl.concat([pl.DataFrame(schema={"row": pl.UInt64, "type": pl.String}), *(frame.select("row", "type") for frame in due)])
    brought = caused.filter(pl.col("type") == outcome).get_column("row").unique()
    return facts.with_columns(fact=pl.col("fact") | pl.col("row").is_in(brought.implode()))


CASES = [*itertools.product(OUTCOMES, (0.5, 0.0)), ("purchase", -0.6), ("payroll", -0.6)]
"""Nothing keeps customers from logging in, or makes them move their money: `planted` gives no such effect."""


@pytest.mark.parametrize(("outcome", "strength"), CASES)
def test_what_happens_is_the_outcome_with_the_action_for_the_treated_and_without_it_for_controls(outcome: str, strength: float) -> None:
    world, course, outcomes, day = acted(effect(outcome, strength))
    facts = outcomes.join(happened(world, course, day, outcome), on="row")
    expected = pl.when(pl.col("arm") == "control").then("y0").otherwise("y1")
    assert facts.height > CUSTOMERS / 2
    assert facts.filter(pl.col("fact") != expected).is_empty()
    changed = facts.filter(pl.col("y0") != pl.col("y1")).height
    assert changed > 0 if strength else changed == 0


@pytest.mark.parametrize("outcome", ["purchase", "login"])
def test_the_planted_share_is_persuaded(outcome: str) -> None:
    planted_effect = effect(outcome, 0.3)
    _, _, outcomes, _ = acted(planted_effect)
    open_to_it = outcomes.filter(~pl.col("y0"))
    expected = planted_effect.by("sms", None) * ARRIVES
    found = open_to_it.get_column("y1").mean()
    assert isinstance(found, float)
    assert abs(found - expected) < STANDARD_ERRORS * math.sqrt(expected * (1 - expected) / open_to_it.height)


def test_the_planted_share_is_put_off() -> None:
    planted_effect = effect("purchase", -0.5)
    _, _, outcomes, _ = acted(planted_effect)
    would = outcomes.filter("y0")
    expected = 1 + planted_effect.by("sms", None) * ARRIVES
    found = would.get_column("y1").mean()
    assert isinstance(found, float)
    assert abs(found - expected) < STANDARD_ERRORS * math.sqrt(expected * (1 - expected) / would.height)


def test_the_planted_share_complains() -> None:
    """And says so to the bank, which is silent to some of them from then on."""
    _, course, outcomes, day = acted(replace(effect("login", 0.0), complaints=BAD_COMPLAINTS))
    treated = outcomes.filter(pl.col("arm") != "control").height
    told = pl.concat(course.feedback[day + 1]).filter(pl.col("outcome") == "complained").height
    expected = BAD_COMPLAINTS * ARRIVES
    assert abs(told / treated - expected) < STANDARD_ERRORS * math.sqrt(expected * (1 - expected) / treated)
    assert sum(frame.height for frame in course.service[day + 1]) == told
    assert told / 3 < course.people.get_column("silenced").sum() < told * 2 / 3


def test_an_effect_on_a_part_leaves_the_others_alone() -> None:
    world, course, outcomes, _ = acted(effect("purchase", 0.6, only="gender == female"))
    with_gender = outcomes.join(course.people.select("row", "gender"), on="row")
    assert set(with_gender.filter(pl.col("y0") != pl.col("y1")).get_column("gender")) == {"female"}
    assert world.bank.customers == CUSTOMERS


def test_money_is_neither_made_nor_lost() -> None:
    """What purchases bring is what comes from other banks: the parts of the change add up to it."""
    _, course, outcomes, _ = acted(effect("purchase", 0.5))
    changes = pl.concat([frame for frames in course.changes.values() for frame in frames])
    brought = outcomes.filter(pl.col("arm") != "control").get_column("brought").sum()
    assert brought > 0
    assert changes.select(pl.sum_horizontal("deposit_change", "fund_change", "wealth_change").sum()).item() == brought


def test_contacts_wear() -> None:
    world = World.of(CUSTOMERS, 7, dt.date(2026, 11, 20), 90)
    planted_effect = effect("purchase", 0.4)
    course = Course(world.everyone(), pl.lit(None, pl.Int64))
    course.people = course.people.with_columns(contacted=pl.lit(0b11111, pl.UInt32))
    actions = course.people.head(1).select(
        "customer_id", action_id=pl.lit("A"), strategy=pl.lit("s"), arm=pl.lit("treated"), product=pl.lit("x"),
        benefit=pl.lit(None, pl.String), channel=pl.lit("sms"), step=pl.lit(1, pl.Int64),
    )  # fmt: skip
    outcomes = respond(actions, Bearings(world, {"s": planted_effect}, {}), course, world.first)
    assert outcomes.get_column("strength").item() == pytest.approx(planted_effect.by("sms", None) * math.exp(-0.3 * 4))


def test_contacts_are_forgotten_after_thirty_days() -> None:
    world = World.of(10, 7, dt.date(2026, 11, 20), 90)
    course = Course(world.everyone(), pl.lit(None, pl.Int64))
    course.contacted(course.people.get_column("row"))
    for day in range(29):
        course.begin(day)
    assert course.people.select(pl.col("contacted").bitwise_count_ones().sum()).item() == course.people.height
    course.begin(29)
    assert course.people.select(pl.col("contacted").bitwise_count_ones().sum()).item() == 0


def test_the_library_has_every_kind_of_effect(tmp_path: Path) -> None:
    effects = planted(library(tmp_path / "bank").model, 7).values()
    assert {effect.outcome for effect in effects} == set(OUTCOMES)
    assert any(effect.strength == 0 for effect in effects)
    assert any(effect.strength < 0 for effect in effects)
    assert any(effect.strength > 0 and effect.only for effect in effects)
    assert any(effect.strength > 0 and not effect.only for effect in effects)
    assert all(effect.harmful == (effect.complaints == BAD_COMPLAINTS) for effect in effects)
    assert {effect.words for effect in effects if effect.harmful and not effect.strength} <= {"annoys 6%"}


def test_the_truth_file_is_the_mean_over_the_potential_outcomes(tmp_path: Path) -> None:
    lived(tmp_path / "bank", 600, 4)
    truth = json.loads((tmp_path / "bank" / "truth" / "truth.json").read_text("utf-8"))
    rows = pl.read_parquet(tmp_path / "bank/truth/*/actions.parquet").to_dicts()
    ledger = pl.read_parquet(tmp_path / "bank/out/*/actions.parquet")
    assert {row["action_id"] for row in rows} == set(ledger.get_column("action_id"))
    measured = 0
    for name, strategy in truth["strategies"].items():
        mine = [row for row in rows if row["strategy"] == name]
        if not mine:
            assert strategy["measured"] is None
            continue
        measured += 1
        gained, lost = sum(row["y1"] > row["y0"] for row in mine), sum(row["y1"] < row["y0"] for row in mine)
        assert strategy["measured"]["actions"] == len(mine)
        assert strategy["measured"]["effect"] == pytest.approx((gained - lost) / len(mine), abs=1e-6)
        assert strategy["measured"]["without"] == pytest.approx(sum(row["y0"] for row in mine) / len(mine), abs=1e-6)
        assert sum(part["actions"] for part in strategy["by"]) == len(mine)
        assert strategy["planted"]["harmful"] == (strategy["planted"]["complaints"] == BAD_COMPLAINTS)
        if not strategy["planted"]["strength"]:
            assert gained == lost == 0
    assert measured > 20
