"""Sixty days of what happened: salaries, transfers, card payments, logins and loan instalments."""

from datetime import date, timedelta

import polars as pl

from strategy_engine.demo.dice import ROW, Dice
from strategy_engine.demo.people import Bank
from strategy_engine.demo.units import cents, lookup, money
from strategy_engine.demo.words import CARD_MERCHANTS, PAY_FACTOR

WINDOW = 60  # days that end with the as-of day
_SLOTS = 14  # everyday events that an active customer may have
_EVERYDAY = {"card": 52, "login": 28, "transfer_out": 11, "transfer_in": 9}
_PAYDAYS = (10, 15, 25)  # of the month
_LATE_PAYDAYS = 3  # some employers pay on the last days before the as-of day, so that every demo sees salaries
_INSTALMENT_DAY = 20
_MEDIAN_SALARY = 8_200  # yuan a month
_IDS_A_CUSTOMER = 64
# numbers of a customer's events, so that every event has its own id
_FIRST_SALARY, _FIRST_SPENT, _FIRST_INSTALMENT, _LARGE, _LAST_LOGIN = 20, 30, 40, 50, 51


def transactions(people: pl.DataFrame, bank: Bank) -> pl.DataFrame:
    """All events of these customers, in the order of time; amounts in yuan, missing for logins."""
    paid = people.filter(pl.col("payroll_days").is_not_null())
    return (
        pl.concat(
            [
                _everyday(people, bank),
                *(_salaries(paid, bank, month) for month in range(3)),
                *(_instalments(people, bank, month) for month in range(3)),
                _large_flow(people, "transfer_out", "out"),
                _large_flow(people, "transfer_in", "in"),
                _last_logins(people),
            ]
        )
        .filter(pl.col("ago").is_between(0, WINDOW - 1) & (pl.col("ago") <= pl.col("tenure")))
        .filter(pl.col("ago") >= pl.col("closed").fill_null(0))
        .pipe(_published, bank)
    )


def _published(events: pl.DataFrame, bank: Bank) -> pl.DataFrame:
    """Days before become times: people act between 7 and 23 o'clock, salaries arrive by night and morning."""
    dice, event = bank.dice, pl.col("event")
    waking = 7 * 3600 + dice.below("second", 16 * 3600, event)
    early = 5 * 3600 + dice.below("second", 5 * 3600, event)
    second = pl.when(pl.col("type").is_in(["salary", "loan_payment"])).then(early).otherwise(waking)
    at = ((bank.today - pl.col("ago")) * 86_400 + second) * 1_000_000
    out = pl.col("type").is_in(["card", "transfer_out", "loan_payment"])
    return events.select(
        txn_id=pl.format("T{}", event.cast(pl.String).str.zfill(11)),
        customer_id="customer_id",
        at=at.cast(pl.Datetime("us")),
        type="type",
        direction=pl.when(out).then(pl.lit("outflow")).when(pl.col("type") != "login").then(pl.lit("inflow")),
        amount=money(pl.col("cents")),
        merchant=pl.when(pl.col("type") == "card").then(dice.pick("merchant", CARD_MERCHANTS, event)),
    ).sort("at", "txn_id")


def _event(slot: int | pl.Expr) -> pl.Expr:
    return ROW * _IDS_A_CUSTOMER + slot


def _rows(frame: pl.DataFrame, kind: str | pl.Expr, event: pl.Expr, ago: pl.Expr, amount: pl.Expr) -> pl.DataFrame:
    """The working columns of events: `ago` is days before the as-of day, `cents` the amount."""
    return frame.select(
        customer_id="customer_id",
        tenure="tenure",
        closed="closed",
        event=event.cast(pl.UInt64),
        type=pl.lit(kind) if isinstance(kind, str) else kind,
        ago=ago.cast(pl.Int64),
        cents=amount.cast(pl.Int64),
    )


def _everyday(people: pl.DataFrame, bank: Bank) -> pl.DataFrame:
    """Each customer has a liveliness; the dormant have next to none, and log in no later than their last login."""
    dice = bank.dice
    liveliness = pl.when("is_dormant").then(0.06).otherwise(0.3 + 0.7 * dice.uniform("lively"))
    slots = pl.select(slot=pl.int_range(_SLOTS, dtype=pl.UInt64))
    needed = people.select("row", "customer_id", "tenure", "closed", "has_app", "idle_days", "wealth", liveliness=liveliness)
    crossed = needed.join(slots, how="cross", maintain_order="left_right").with_columns(event=_event(pl.col("slot")))
    happening = crossed.filter(dice.uniform("happens", pl.col("event")) < pl.col("liveliness"))
    typed = happening.with_columns(kind=dice.pick("kind", _EVERYDAY, pl.col("event")))
    possible = typed.filter((pl.col("kind") != "login") | pl.col("has_app"))
    earliest = pl.when(pl.col("kind") == "login").then("idle_days").otherwise(0)
    ago = earliest + dice.below("ago", WINDOW, pl.col("event"))
    return _rows(possible, pl.col("kind"), pl.col("event"), ago, _everyday_amount(dice))


def _everyday_amount(dice: Dice) -> pl.Expr:
    kind, spread = pl.col("kind"), dice.normal("amount", pl.col("event"))
    means = (pl.col("wealth") - 10).clip(-3, 5)
    card = (4.6 + 0.25 * means + 1.1 * spread).exp()
    transfer = (7.2 + 0.55 * means + 1.2 * spread).exp().clip(1)
    return cents(pl.when(kind == "card").then(card.clip(1)).when(kind != "login").then(transfer))


def _month_days_ago(bank: Bank, month: int, day: int) -> int:
    """Days from the given day of the month, `month` months before the as-of date's, to the as-of date."""
    first = bank.as_of.replace(day=1)
    for _ in range(month):
        first = (first - timedelta(days=1)).replace(day=1)
    return (bank.as_of - date(first.year, first.month, min(day, 28))).days


def _salaries(paid: pl.DataFrame, bank: Bank, month: int) -> pl.DataFrame:
    """One month's salaries, and for some who bank elsewhere what they move on a day or two later."""
    dice = bank.dice
    late = [min((bank.as_of - timedelta(days=n)).day, 28) for n in range(_LATE_PAYDAYS)]
    paydays = dict(enumerate((28, 30, 24, 6, 6, 6)))
    ago = lookup([_month_days_ago(bank, month, day) for day in (*_PAYDAYS, *late)], dice.pick("payday", paydays))
    factor = pl.col("occupation").replace_strict(PAY_FACTOR, default=1.0, return_dtype=pl.Float64)
    pay = (dice.normal("salary") * 0.45 + dice.normal(f"month {month}") * 0.03).exp() * factor * _MEDIAN_SALARY
    started = paid.with_columns(ago=ago, pay=cents(pay)).filter(pl.col("ago") <= pl.col("payroll_days"))
    mover = dice.chance("moves pay", 0.08)
    moved = started.filter(mover).with_columns(ago=pl.col("ago") - 1 - dice.below("moves after", 2))
    moved_share = 0.82 + 0.17 * dice.uniform("moves share")
    return pl.concat(
        [
            _rows(started, "salary", _event(_FIRST_SALARY + month), pl.col("ago"), pl.col("pay")),
            _rows(moved, "transfer_out", _event(_FIRST_SPENT + month), pl.col("ago"), pl.col("pay") * moved_share),
        ]
    )


def _instalments(people: pl.DataFrame, bank: Bank, month: int) -> pl.DataFrame:
    owing = people.filter((pl.col("mortgage_cents") + pl.col("consumer_cents")) > 0)
    monthly = pl.col("mortgage_cents") // 200 + pl.col("consumer_cents") // 24
    ago = pl.lit(_month_days_ago(bank, month, _INSTALMENT_DAY))
    return _rows(owing, "loan_payment", _event(_FIRST_INSTALMENT + month), ago, monthly)


def _large_flow(people: pl.DataFrame, kind: str, side: str) -> pl.DataFrame:
    """The flows that the balances show."""
    flowing = people.filter(pl.col(f"{side}_cents") > 0)
    return _rows(flowing, kind, _event(_LARGE), pl.col(f"{side}_days"), pl.col(f"{side}_cents"))


def _last_logins(people: pl.DataFrame) -> pl.DataFrame:
    """The login that the snapshot's `last_login` tells of."""
    users = people.filter(pl.col("idle_days").is_not_null())
    return _rows(users, "login", _event(_LAST_LOGIN), pl.col("idle_days"), pl.lit(None))
