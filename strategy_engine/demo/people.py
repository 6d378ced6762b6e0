"""What doesn't change from day to day about a customer: who they are, where they live, what they are worth to begin with."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from strategy_engine.demo.dice import ROW, Dice
from strategy_engine.demo.kinship import customer_id, with_family
from strategy_engine.demo.network import Network, branch_id, branch_places, manager_id
from strategy_engine.demo.units import epoch_days, lookup
from strategy_engine.demo.words import CITIES, EMPLOYEES, GIVEN_FEMALE, GIVEN_MALE, OCCUPATIONS, SURNAMES

EPOCH = date(1970, 1, 1)
_DAYS_A_YEAR = 365.25
_MEDIAN_AUM = 19_000  # yuan
_FAMILY_LIKENESS = 0.7  # correlation of the wealth of a family's members
_FORMER_TENURE = 100  # days at least, so that whoever left lately is in an earlier snapshot
_CARD_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643-1999
_CARD_CHECKS = "10X98765432"


@dataclass(frozen=True, slots=True)
class Bank:
    """The settings that every part of the generator follows. `former` customers closed their account of late."""

    customers: int
    former: int
    as_of: date
    dice: Dice
    network: Network

    @property
    def today(self) -> int:
        """The as-of date in days since the epoch."""
        return (self.as_of - EPOCH).days


def people(bank: Bank, first: int, end: int) -> pl.DataFrame:
    """The lasting facts of the customers with row numbers [first, end)."""
    rows = pl.select(row=pl.int_range(first, end, dtype=pl.UInt64))
    return (
        rows.with_columns(customer_id=customer_id(ROW, bank.dice), is_former=ROW.ge(bank.customers))
        .pipe(with_family, bank.dice)
        .pipe(_with_identity, bank)
        .pipe(_with_home, bank)
        .pipe(_with_work, bank)
        .pipe(_with_wealth, bank)
        .pipe(_with_manager, bank)
        .pipe(_with_habits, bank)
        .pipe(_with_consents, bank)
    )


def _with_identity(frame: pl.DataFrame, bank: Bank) -> pl.DataFrame:
    dice = bank.dice
    age_in_days = ((pl.col("age") + dice.uniform("birthday")) * _DAYS_A_YEAR).floor()
    first, second = (_given_name(dice, n) for n in (1, 2))
    short_name = dice.chance("short name", 0.22)
    return frame.with_columns(
        birth=epoch_days(bank.today - age_in_days),
        gender=pl.when("male").then(pl.lit("male")).otherwise(pl.lit("female")),
        name=dice.pick("surname", SURNAMES) + first + pl.when(short_name).then(pl.lit("")).otherwise(second),
        phone=pl.when(dice.chance("phone known", 0.985)).then(_phone(dice)),
    )


def _given_name(dice: Dice, position: int) -> pl.Expr:
    """One character of a given name."""
    men, women = (dice.pick(f"given {position}", list(characters)) for characters in (GIVEN_MALE, GIVEN_FEMALE))
    return pl.when("male").then(men).otherwise(women)


def _phone(dice: Dice) -> pl.Expr:
    """Numbers of no carrier (12...), so that a demo never names a living person's."""
    return pl.format("12{}", dice.below("phone", 10**9).cast(pl.String).str.zfill(9))


def _with_home(frame: pl.DataFrame, bank: Bank) -> pl.DataFrame:
    """Families share an outlet; people live within some kilometres of it; one in twelve has no known address."""
    dice, places = bank.dice, branch_places(bank.network, bank.dice)
    home_row = pl.when("is_member").then("head").otherwise("row")
    known = dice.chance("address known", 0.92)
    branch = pl.col("branch_index")
    housed = frame.with_columns(branch_index=dice.below("branch", bank.network.branches, home_row))
    return housed.with_columns(
        branch=branch_id(branch),
        city_index=pl.lit(places["city_index"]).gather(branch),
        lat=pl.when(known).then((pl.lit(places["lat"]).gather(branch) + dice.normal("home lat") * 0.03).round(6)),
        lon=pl.when(known).then((pl.lit(places["lon"]).gather(branch) + dice.normal("home lon") * 0.03).round(6)),
    ).with_columns(
        city=lookup([city.name for city in CITIES], pl.col("city_index")),
        id_card=_id_card(dice),
    )


def _id_card(dice: Dice) -> pl.Expr:
    """Region, birth, serial (odd for men) and the check digit."""
    birth = pl.col("birth")
    serial = dice.below("card serial", 499) * 2 + pl.col("male").cast(pl.Int64)
    day = birth.dt.year().cast(pl.Int64) * 10_000 + birth.dt.month().cast(pl.Int64) * 100 + birth.dt.day()
    body = lookup([city.region for city in CITIES], pl.col("city_index")) * 10**11 + day * 1000 + serial
    return body.cast(pl.String) + _check_digit(body)


def _check_digit(body: pl.Expr) -> pl.Expr:
    digits: Sequence[pl.Expr] = [body // 10**place % 10 for place in range(16, -1, -1)]
    weighted = [digit * weight for digit, weight in zip(digits, _CARD_WEIGHTS, strict=True)]
    return lookup(list(_CARD_CHECKS), pl.sum_horizontal(weighted) % 11)


def _with_work(frame: pl.DataFrame, bank: Bank) -> pl.DataFrame:
    dice, age = bank.dice, pl.col("age")
    occupation = (
        pl.when(age >= 62)
        .then(pl.lit("retired"))
        .when((age <= 22) & dice.chance("student", 0.7))
        .then(pl.lit("student"))
        .otherwise(dice.pick("occupation", OCCUPATIONS))
    )
    children = pl.when(age < 25).then(0).otherwise(dice.pick("children", {0: 25, 1: 45, 2: 26, 3: 4}))
    return frame.with_columns(occupation=occupation, children=children.cast(pl.Int64)).with_columns(
        is_merchant=(pl.col("occupation") == "self_employed") & dice.chance("merchant", 0.45),
        is_employee=pl.col("occupation").is_in(EMPLOYEES),
    )


def _with_wealth(frame: pl.DataFrame, bank: Bank) -> pl.DataFrame:
    """`wealth` is the logarithm of a usual AUM in yuan: families are alike, the old and executives have more."""
    dice = bank.dice
    own, family = dice.normal("wealth"), dice.normal("family wealth", pl.col("head"))
    kin = own * (1 - _FAMILY_LIKENESS) ** 0.5 + family * _FAMILY_LIKENESS**0.5
    luck = pl.when("is_member").then(kin).otherwise(own).clip(-4, 4.4)
    by_age = (pl.col("age").clip(18, 65) - 44) * 0.032
    job = pl.col("occupation")
    by_work = pl.when(job == "executive").then(1.3).when("is_merchant").then(0.9).when(job == "student").then(-0.8).otherwise(0.0)
    median = pl.lit(_MEDIAN_AUM, dtype=pl.Float64).log()
    return frame.with_columns(wealth=median + luck * 1.92 + by_age + by_work)


def _with_manager(frame: pl.DataFrame, bank: Bank) -> pl.DataFrame:
    """The wealthier are in some manager's book; it doesn't follow the tier from day to day."""
    dice, crew = bank.dice, bank.network.managers_per_branch
    share = pl.when(pl.col("wealth") > 13.8).then(0.98).when(pl.col("wealth") > 12.2).then(0.88).otherwise(0.05)
    manager = pl.col("branch_index") * crew + dice.below("manager", crew)
    return frame.with_columns(rm_id=pl.when(dice.chance("has manager", share)).then(manager_id(manager)))


def _with_habits(frame: pl.DataFrame, bank: Bank) -> pl.DataFrame:
    """When they came, what they borrow, how they use the app. Days are counted back from the as-of date."""
    dice, age = bank.dice, pl.col("age")
    longest = ((age - 17) * 365).clip(30, 7300)
    shortest = pl.when("is_former").then(_FORMER_TENURE).otherwise(0)
    tenure = (dice.uniform("tenure") ** 1.3 * longest).floor().clip(shortest)
    app = dice.chance("has app", 0.97 - (age.clip(55, 90) - 55) * 0.012)
    asleep = dice.chance("asleep", pl.when(pl.col("wealth") < 9).then(0.17).otherwise(0.12)) & (pl.col("tenure") > 200)
    idle = pl.when("is_dormant").then(61 + dice.below("idle long", 500)).otherwise((dice.uniform("idle") ** 4 * 45).floor())
    return (
        frame.with_columns(tenure=tenure.cast(pl.Int64), has_app=app)
        .with_columns(
            is_dormant=asleep & pl.col("has_app"),
            closed=pl.when("is_former").then(dice.below("closed", 29) + 1),
            has_card=dice.chance("has card", 0.38) & age.is_between(20, 68),
            has_mortgage=dice.chance("has mortgage", 0.24) & age.is_between(26, 58) & (pl.col("wealth") > 8.5),
            payroll_days=_payroll_days(dice),
        )
        .with_columns(idle_days=pl.when("has_app").then(idle.clip(0, pl.col("tenure"))).cast(pl.Int64))
        .with_columns(is_dormant=pl.col("idle_days").fill_null(0) > 60)
    )


def _payroll_days(dice: Dice) -> pl.Expr:
    """How many days ago the first salary came, for the employees who have it paid here; one in eight started of late."""
    recent = dice.chance("payroll recent", 0.12)
    days = pl.when(recent).then(dice.below("payroll new", 90)).otherwise(90 + dice.below("payroll old", 2400))
    return pl.when(pl.col("is_employee") & dice.chance("payroll", 0.52)).then(pl.min_horizontal(days, "tenure"))


def _with_consents(frame: pl.DataFrame, bank: Bank) -> pl.DataFrame:
    dice = bank.dice
    assessed = dice.chance("assessed", 0.35 + (pl.col("wealth") - 8).clip(0, 6) * 0.09)
    boldness = dice.normal("boldness") + (46 - pl.col("age")) * 0.025 + 2.1
    level = lookup(["R1", "R2", "R3", "R4", "R5"], boldness.floor().clip(0, 4).cast(pl.Int64))
    expires = bank.today + dice.below("risk expiry", 365 + 60) - 60
    return frame.with_columns(
        max_risk=pl.when(assessed).then(level),
        risk_expiry=pl.when(assessed).then(epoch_days(expires)),
        consent_sms=dice.chance("consent sms", 0.83),
        consent_phone=dice.chance("consent phone", 0.71) & pl.col("phone").is_not_null(),
        consent_app=dice.chance("consent app", 0.9) & pl.col("has_app"),
        do_not_contact=dice.chance("do not contact", 0.012),
    )
