"""What the actions of a day bring about: for each the outcome without it and with it, and for those carried out what follows.

The outcome without the action is the world's (`World.first_time` and the like); the action persuades some of those who would
not have done it, or puts off some who would have. Both are fixed before it is known who is treated and who is in a control group.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from strategy_engine.demo.units import cents
from strategy_engine.semantics.model import Benefit, Model
from strategy_engine.simulation.course import PARTS, Course
from strategy_engine.simulation.effects import OUTCOMES, SUBCOHORTS, Effect, planted
from strategy_engine.simulation.truth import COLUMNS
from strategy_engine.simulation.world import World

_STRATEGIES = 4096  # more than a bank has; parts the draws of a customer's actions on one day
# what arrives, of that what is opened, of that what is clicked
_WAYS = {"app_popup": (0.97, 0.38, 0.30), "sms": (0.98, 0.55, 0.10), "remote": (0.70, 0.90, 0.30), "rm_call": (0.78, 0.95, 0.35)}
_ANY_WAY = (0.90, 0.60, 0.20)
_DECLINES = 0.04
_ASKED = 0.03  # of those who were contacted, for a survey
_SILENCED = 0.5  # of those who complain
_COUPON_DAYS = 30
_KEPT_DAYS = 180  # that a payroll which was kept lasts at least


def arrival(channel: str) -> float:
    """The share of the actions on a channel that arrive; only those have an effect."""
    return _WAYS.get(channel, _ANY_WAY)[0]


@dataclass(frozen=True, slots=True)
class Bearings:
    """What responses follow from, besides the actions: the bank, and the effects planted in the strategies."""

    world: World
    effects: Mapping[str, Effect]
    benefits: Mapping[str, Benefit]

    @classmethod
    def of(cls, world: World, model: Model, seed: int) -> Bearings:
        return cls(world, planted(model, seed), model.benefits)


def respond(actions: pl.DataFrame, bearings: Bearings, course: Course, day: int) -> pl.DataFrame:
    """Let the customers respond to a day's actions (controls among them); the outcomes with and without each action.

    actions: the columns of an action list.      The result: one row an action, see `truth.COLUMNS`.
    """
    people = course.people.with_columns(contacts=pl.col("contacted").bitwise_count_ones().cast(pl.Int64))
    known = actions.select("action_id", "customer_id", "strategy", "arm", "product", "benefit", "channel", "step").join(
        people, on="customer_id", how="left", maintain_order="left"
    )
    drawn = _with_outcomes(_with_effects(known, bearings), bearings, day)
    treated = drawn.filter(pl.col("arm") != "control")
    _follow(treated, course, day)
    _tell(treated, bearings.world, course, day)
    _hand_out(treated, bearings.benefits, course, day)
    course.contacted(treated.get_column("row"))
    return drawn.select(*COLUMNS)


def _with_effects(known: pl.DataFrame, bearings: Bearings) -> pl.DataFrame:
    """Each action with the strength of its effect on its customer, weakened by contacts."""
    ways = known.select("strategy", "channel", "benefit").unique(maintain_order=True).rows()
    effects = [bearings.effects[strategy] for strategy, _, _ in ways]
    numbers = {name: number for number, name in enumerate(sorted(bearings.effects))}
    table = pl.DataFrame(
        {
            "strategy": [way[0] for way in ways],
            "channel": [way[1] for way in ways],
            "benefit": [way[2] for way in ways],
            "planted": [effect.by(way[1], way[2]) for effect, way in zip(effects, ways, strict=True)],
            "outcome": [effect.outcome for effect in effects],
            "only": [effect.only for effect in effects],
            "wear": [effect.wear for effect in effects],
            "outside": [effect.outside for effect in effects],
            "complains": [effect.complaints for effect in effects],
            "number": [numbers[effect.strategy] for effect in effects],
            **{name: [_WAYS.get(way[1], _ANY_WAY)[place] for way in ways] for place, name in enumerate(("arrives", "opens", "clicks"))},
        },
        schema_overrides={"strategy": pl.String, "channel": pl.String, "benefit": pl.String, "only": pl.String, "number": pl.UInt64},
    )
    worn = (-pl.col("wear") * (pl.col("contacts") - 1).clip(0)).exp()
    touched = pl.col("only").is_null() | pl.any_horizontal([(pl.col("only") == words) & part for words, part in SUBCOHORTS.items()])
    return known.join(table, on=["strategy", "channel", "benefit"], how="left", nulls_equal=True, maintain_order="left").with_columns(
        strength=pl.when(touched.fill_null(value=False)).then(pl.col("planted") * worn).otherwise(0.0),
        event=pl.col("row") * _STRATEGIES + pl.col("number"),
    )


def _with_outcomes(known: pl.DataFrame, bearings: Bearings, day: int) -> pl.DataFrame:
    """With what comes to pass without each action and with it."""
    world, dice, event = bearings.world, bearings.world.dice, pl.col("event")
    looked_up = known.with_columns(
        bought=world.first_time("purchase", day, OUTCOMES["purchase"]),
        seen=world.first_time("login", day, OUTCOMES["login"]),
    )
    outcome, on_payroll = pl.col("outcome"), world.on_payroll(day)
    without = (
        pl.when(outcome == "purchase").then(pl.col("bought").is_not_null())
        .when(outcome == "login").then(pl.col("seen").is_not_null())
        .when(outcome == "payroll").then(world.on_payroll(day + OUTCOMES["payroll"]))
        .otherwise(~world.leaves(day, OUTCOMES["retention"]))
    )  # fmt: skip
    luck = dice.uniform(f"persuaded {day}", event)
    arrived = dice.uniform(f"arrives {day}", event) < pl.col("arrives")
    able = (outcome != "payroll") | on_payroll
    persuaded = arrived & able & (luck < pl.col("strength"))
    put_off = arrived & (luck < -pl.col("strength"))
    size = cents((pl.col("wealth") - 2).exp().clip(100, 200_000), step=100)
    return (
        looked_up.with_columns(y0=without, arrived=arrived)
        .with_columns(
            y1=(pl.col("y0") | persuaded) & ~put_off,
            gained=persuaded & ~pl.col("y0"),
            lost=put_off & pl.col("y0"),
            delay=1 + dice.below(f"delay {day}", 7, event),
            size=size,
        )
        .with_columns(
            brought=pl.when(pl.col("gained") & (outcome == "purchase"))
            .then((pl.col("size") * pl.col("outside")).cast(pl.Int64))
            .otherwise(0)
        )
    )


def _follow(treated: pl.DataFrame, course: Course, day: int) -> None:
    """What was brought about happens: purchases and logins on their days, payrolls and money that stay, or go."""
    gained, lost = treated.filter("gained"), treated.filter("lost")
    by = {outcome: gained.filter(pl.col("outcome") == outcome) for outcome in OUTCOMES}
    _buy(by["purchase"], course, day)
    for (delay,), rows in by["login"].sort("event").group_by("delay", maintain_order=True):
        event = rows.select("row", type=pl.lit("login"), cents=pl.lit(None, pl.Int64), product=pl.lit(None, pl.String))
        course.events[day + int(str(delay))].append(event)
    course.keep_payroll(by["payroll"].get_column("row"), day + _KEPT_DAYS)
    course.keep_money(by["retention"].get_column("row"))
    course.put_off(lost.filter(pl.col("outcome") == "purchase").get_column("row"), day + OUTCOMES["purchase"])
    course.stop_payroll(lost.filter(pl.col("outcome") == "payroll").get_column("row"), day + 30)


def _buy(buyers: pl.DataFrame, course: Course, day: int) -> None:
    """Purchases, with what they do to the balances: a part comes from other banks, the rest from deposits."""
    kind = pl.col("product").fill_null("").str.to_lowercase()
    for (delay,), rows in buyers.sort("event").group_by("delay", maintain_order=True):
        due = day + int(str(delay))
        named = rows.select("row", type=pl.lit("purchase"), cents="size", product="product")
        inflow = rows.filter(pl.col("brought") > 0).select(
            "row", type=pl.lit("transfer_in"), cents="brought", product=pl.lit(None, pl.String)
        )
        course.events[due] += [named, inflow]
        fund, loan = kind.str.contains("fund|gold"), kind.str.contains("loan|instalment")
        invested = pl.when(~kind.str.contains("deposit|cd|payment") & ~loan).then("size").otherwise(0)
        moved = {
            "deposit": pl.col("brought") - invested + pl.when(loan).then("size").otherwise(0),
            "fund": pl.when(fund).then(invested).otherwise(0),
            "wealth": pl.when(~fund).then(invested).otherwise(0),
            "loan": pl.when(loan).then("size").otherwise(0),
        }
        course.changes[due].append(rows.select("row", *(moved[part].cast(pl.Int64).alias(f"{part}_change") for part in PARTS)))


def _tell(treated: pl.DataFrame, world: World, course: Course, day: int) -> None:
    """Feedback on what was carried out: arrived or not, opened, clicked, converted, declined, complained; answers to surveys."""
    dice, event = world.dice, pl.col("event")
    opened = pl.col("arrived") & ((dice.uniform(f"opens {day}", event) < pl.col("opens")) | pl.col("gained"))
    worn = 1 + pl.col("contacts").cast(pl.Float64) ** 2 / 6
    complains = pl.col("arrived") & (dice.uniform(f"complains {day}", event) < pl.col("complains") * worn)
    seen = treated.with_columns(
        opened=opened,
        clicked=opened & (dice.uniform(f"clicks {day}", event) < pl.col("clicks")),
        complained=complains,
        declined=opened & ~pl.col("y1") & (dice.uniform(f"declines {day}", event) < _DECLINES),
        ahead=pl.when("gained").then("delay").when("lost").then(None).when(pl.col("outcome") == "login").then("seen").otherwise("bought"),
    )
    next_day = course.feedback[day + 1]
    for outcome, when in (
        ("delivered", pl.col("arrived")),
        ("failed", ~pl.col("arrived")),
        ("opened", pl.col("opened")),
        ("clicked", pl.col("clicked")),
        ("declined", pl.col("declined")),
        ("complained", pl.col("complained")),
    ):
        next_day.append(_feedback(seen.filter(when), outcome))
    converted = seen.filter(pl.col("outcome").is_in(["purchase", "login"]) & pl.col("ahead").is_not_null())
    for (ahead,), rows in converted.sort("event").group_by("ahead", maintain_order=True):
        course.feedback[day + int(str(ahead))].append(_feedback(rows, "converted"))
    angry = seen.filter("complained")
    course.service[day + 1].append(angry.select("row", type=pl.lit("complaint")))
    course.silence(angry.filter(dice.chance(f"silenced {day}", _SILENCED, event)).get_column("row"))
    course.surveys[day + 3].append(seen.filter(dice.chance(f"asked {day}", _ASKED, event)).select("row"))


def _feedback(rows: pl.DataFrame, outcome: str) -> pl.DataFrame:
    return rows.select("action_id", "customer_id", "strategy", "event", outcome=pl.lit(outcome))


def _hand_out(treated: pl.DataFrame, benefits: Mapping[str, Benefit], course: Course, day: int) -> None:
    """Coupons that actions give are out until they expire."""
    kinds = {name: benefit for name, benefit in benefits.items() if _text(benefit, "kind") == "coupon"}
    given = treated.filter(pl.col("benefit").is_in([*kinds]))
    if given.is_empty():
        return
    worth = {name: _cents(benefit) for name, benefit in kinds.items()}
    course.coupons = pl.concat(
        [
            course.coupons,
            given.select(
                "row",
                coupon_id=pl.format("C{}", "action_id"),
                title=pl.col("benefit").replace_strict({name: benefit.shown for name, benefit in kinds.items()}, return_dtype=pl.String),
                value=pl.col("benefit").replace_strict(worth, return_dtype=pl.Int64),
                expiry=pl.lit(day + _COUPON_DAYS, pl.Int64),
            ),
        ]
    )


def _text(benefit: Benefit, key: str) -> str:
    return str(getattr(benefit.fields.get(key), "value", ""))


def _cents(benefit: Benefit) -> int:
    value = getattr(benefit.fields.get("value"), "value", 0)
    return round(float(value or 0) * 100)
