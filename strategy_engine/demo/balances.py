"""What changes from day to day: balances, tiers, life-cycles, propensities, on any snapshot date.

A snapshot is the as-of day's state led back by `back` days: drift and a little daily noise on the usual wealth, large
flows undone before they happened, salaries and openings that had not begun left out. AUM is the exact sum of its parts.
"""

import polars as pl

from strategy_engine.demo.dice import Dice
from strategy_engine.demo.people import Bank
from strategy_engine.demo.units import cents, epoch_days, lookup, money
from strategy_engine.demo.words import DEPOSIT_TERMS, WEALTH_DAYS

TIERS = ("mass", "gold", "platinum", "diamond", "private")
_TIER_FLOORS = (200_000, 1_000_000, 5_000_000, 10_000_000)  # yuan
_FLOW_DAYS = 60
_DAILY_NOISE = 0.004
_FUNDS_BEFORE_THE_FALL = 1.02  # the market falls on the as-of day


def with_money_habits(people: pl.DataFrame, bank: Bank) -> pl.DataFrame:
    """Adds what the balances of every date follow from: shares, drift, term deposits, loans and large flows (cents)."""
    dice, wealth, age = bank.dice, pl.col("wealth"), pl.col("age")
    usual = wealth.exp()
    invests = dice.chance("invests", 0.07 + (wealth - 8).clip(0, 7) * 0.1)
    return (
        people.with_columns(
            usual=usual,
            drift=dice.normal("drift") * 0.03,
            invested=pl.when(invests).then(dice.uniform("invested") * 0.8).otherwise(0.0),
            fund_part=dice.uniform("fund part") ** (0.7 + (age.clip(20, 75) - 20) * 0.03),
            leniency=(dice.normal("leniency") * 0.08).exp(),
        )
        .with_columns(usual_deposit=pl.col("usual") * (1 - pl.col("invested")))
        .pipe(_with_flows, dice)
        .pipe(_with_terms, dice)
        .pipe(_with_loans, dice)
    )


def _with_flows(frame: pl.DataFrame, dice: Dice) -> pl.DataFrame:
    """Large flows, more often of late; `out_days` and `in_days` are days before the as-of day."""
    deposit, wealth = pl.col("usual_deposit"), pl.col("wealth")
    flows_out = dice.chance("flows out", 0.025) & (wealth > 10.5)
    flows_in = dice.chance("flows in", 0.03) & (wealth > 10.5) & ~flows_out
    when = (dice.uniform("flow day") ** 2 * _FLOW_DAYS).floor().cast(pl.Int64)
    amount_out = cents(deposit * (0.3 + 1.5 * dice.uniform("flow size")), step=1000)
    amount_in = cents(deposit * (0.2 + 0.5 * dice.uniform("flow size")), step=1000)
    return frame.with_columns(
        out_days=pl.when(flows_out).then(when),
        out_cents=pl.when(flows_out).then(amount_out),
        in_days=pl.when(flows_in).then(when),
        in_cents=pl.when(flows_in).then(amount_in),
    )


def _with_terms(frame: pl.DataFrame, dice: Dice) -> pl.DataFrame:
    """Term deposits in whole thousands and the days until they and the wealth products mature."""
    wealth = pl.col("wealth")
    saves = dice.chance("saves", 0.22 + (wealth - 9).clip(0, 5) * 0.09) & (wealth > 9) & pl.col("in_days").is_null()
    saved = pl.col("usual_deposit") * (0.3 + 0.5 * dice.uniform("term share"))
    frame = frame.with_columns(
        term_cents=pl.when(saves).then(cents(saved, step=1000)).otherwise(0),
        term=dice.below("term", len(DEPOSIT_TERMS)),
        wealth_product=dice.below("wealth product", len(WEALTH_DAYS)),
    )
    term_days = lookup([months * 30 for months in DEPOSIT_TERMS], pl.col("term"))
    wealth_days = lookup(WEALTH_DAYS, pl.col("wealth_product"))
    return frame.with_columns(
        term_days=term_days,
        term_left=(dice.uniform("term left") * term_days).floor().cast(pl.Int64),
        wealth_left=pl.when(wealth_days > 0).then((dice.uniform("wealth left") * wealth_days).floor().cast(pl.Int64)),
    )


def _with_loans(frame: pl.DataFrame, dice: Dice) -> pl.DataFrame:
    mortgage = cents(300_000 + 2_200_000 * dice.uniform("mortgage") ** 2, step=1000)
    consumer = cents(10_000 + 240_000 * dice.uniform("consumer loan") ** 2, step=100)
    borrows = dice.chance("borrows", 0.07) & pl.col("age").is_between(22, 60)
    limit = (dice.normal("limit") * 0.5 + 0.35 * (pl.col("wealth") - 10).clip(-1, 5)).exp() * 22_000
    return frame.with_columns(
        mortgage_cents=pl.when("has_mortgage").then(mortgage).otherwise(0),
        consumer_cents=pl.when(borrows).then(consumer).otherwise(0),
        credit_limit=pl.when("has_card").then(money(cents(limit.clip(3_000, 500_000), step=1000))),
    )


def on_day(people: pl.DataFrame, bank: Bank, back: int) -> pl.DataFrame:
    """The customers of the snapshot `back` days before the as-of date, with their balances in cents."""
    here = people.filter((pl.col("tenure") >= back) & (pl.col("closed").fill_null(-1) < back))
    noise = (bank.dice.normal(f"noise {bank.today - back}") * _DAILY_NOISE).exp()
    led_back = (pl.col("drift") * (-back / 30)).exp() * noise
    market = _FUNDS_BEFORE_THE_FALL if back > 0 else 1.0
    return (
        here.with_columns(worth=pl.col("usual") * led_back)
        .with_columns(
            fund_cents=cents(pl.col("worth") * pl.col("invested") * pl.col("fund_part") * market),
            wealth_cents=cents(pl.col("worth") * pl.col("invested") * (1 - pl.col("fund_part")), step=1000),
            deposit_cents=(cents(pl.col("worth") * (1 - pl.col("invested"))) + _flows_undone(back)).clip(0),
            has_term=(pl.col("term_days") - pl.col("term_left")) >= back,
        )
        .with_columns(
            aum_cents=pl.col("deposit_cents") + pl.col("fund_cents") + pl.col("wealth_cents"),
            term_cents=pl.when("has_term").then(pl.min_horizontal("term_cents", "deposit_cents")).otherwise(0),
        )
    )


def _flows_undone(back: int) -> pl.Expr:
    left_later = pl.when(pl.col("out_days") < back).then("out_cents").otherwise(0)
    came_later = pl.when(pl.col("in_days") < back).then("in_cents").otherwise(0)
    return left_later - came_later


def snapshot(day: pl.DataFrame, bank: Bank, back: int) -> pl.DataFrame:
    """The published columns of a day, in the order of the project file."""
    today = bank.today - back
    tenure = pl.col("tenure") - back
    login = epoch_days(today - _idle_days(bank.dice, back))
    payroll = pl.col("payroll_days") >= back
    return day.with_columns(
        open_date=epoch_days(today - tenure),
        tier=_tier(),
        lifecycle=_lifecycle(tenure),
        has_payroll=payroll.fill_null(value=False),
        payroll_since=pl.when(payroll).then(epoch_days(bank.today - pl.col("payroll_days"))),
        last_login=login,
        app_active=(_idle_days(bank.dice, back) <= 30).fill_null(value=False),
        aum=money(pl.col("aum_cents")),
        deposit_balance=money(pl.col("deposit_cents")),
        fund_balance=money(pl.col("fund_cents")),
        wealth_balance=money(pl.col("wealth_cents")),
        loan_balance=money(pl.col("mortgage_cents") + pl.col("consumer_cents")),
        **_propensities(bank.dice, tenure),
    ).select(COLUMNS)


def _idle_days(dice: Dice, back: int) -> pl.Expr:
    """Days since the last login as of that day; before the last login known today, some earlier one."""
    earlier = pl.min_horizontal(dice.below("earlier login", 9), pl.col("tenure") - back)
    return pl.when(pl.col("idle_days") >= back).then(pl.col("idle_days") - back).when("has_app").then(earlier)


def _tier() -> pl.Expr:
    """By the usual wealth, as banks take a month's mean, with some lenience: a large flow moves no tier at once."""
    counted = pl.col("worth") * pl.col("leniency")
    reached = pl.sum_horizontal([(counted >= floor).cast(pl.Int64) for floor in _TIER_FLOORS])
    return lookup(TIERS, reached)


def _lifecycle(tenure: pl.Expr) -> pl.Expr:
    drift = pl.col("drift")
    return (
        pl.when(tenure < 180)
        .then(pl.lit("new"))
        .when((pl.col("worth") < 100) | (pl.col("is_dormant") & (pl.col("worth") < 3000)))
        .then(pl.lit("lost"))
        .when(drift < -0.035)
        .then(pl.lit("declining"))
        .when((drift > 0.01) & (tenure < 2500))
        .then(pl.lit("growing"))
        .otherwise(pl.lit("mature"))
    )


def _propensities(dice: Dice, tenure: pl.Expr) -> dict[str, pl.Expr]:
    """Scores of the bank's models; who came within 30 days has none yet."""
    rich, age, invests = pl.col("wealth") - 10, pl.col("age"), (pl.col("invested") > 0).cast(pl.Float64)
    signals = {
        "p_fund": -2.6 + rich * 0.4 + invests * 1.1 - (age - 40) * 0.02,
        "p_wealth": -2.3 + rich * 0.5 + invests * 0.6 + (age - 45) * 0.012,
        "p_loan": -2.2 - rich * 0.2 + pl.col("is_merchant") * 1.2 + pl.col("is_employee") * 0.5 - (age - 38).abs() * 0.04,
        "p_churn": -2.9 - pl.col("drift") * 22 + pl.col("is_dormant") * 1.4 - pl.col("payroll_days").is_not_null() * 0.9,
    }
    scored = tenure >= 30
    return {
        name: pl.when(scored).then((1 / (1 + (-(signal + dice.normal(name) * 0.8)).exp())).round(4)) for name, signal in signals.items()
    }


COLUMNS = (
    "customer_id",
    "name",
    "phone",
    "id_card",
    "gender",
    "birth",
    "occupation",
    "children",
    "household",
    "city",
    "branch",
    "rm_id",
    "lat",
    "lon",
    "open_date",
    "tier",
    "lifecycle",
    "aum",
    "deposit_balance",
    "fund_balance",
    "wealth_balance",
    "loan_balance",
    "has_payroll",
    "payroll_since",
    "is_merchant",
    "has_mortgage",
    "has_card",
    "credit_limit",
    "app_active",
    "last_login",
    "max_risk",
    "risk_expiry",
    "p_fund",
    "p_wealth",
    "p_loan",
    "p_churn",
    "consent_sms",
    "consent_phone",
    "consent_app",
    "do_not_contact",
)
