"""The tables of one day: snapshot, holdings, coupons and what happened, from the world and from what actions have changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from strategy_engine.demo.balances import on_day, snapshot
from strategy_engine.demo.holdings import holdings
from strategy_engine.demo.people import EPOCH
from strategy_engine.demo.units import cents, epoch_days, lookup, money
from strategy_engine.demo.words import CARD_MERCHANTS, FUND_PRODUCTS, PAY_FACTOR, WEALTH_DAYS, WEALTH_PRODUCTS
from strategy_engine.simulation.course import EVENTS, Course
from strategy_engine.simulation.world import SERVICE_RATES, World

_ROW_GROUP = 100_000  # rows
_MEDIAN_SALARY = 8_200  # yuan a month
_INSTALMENT_DAY = 20
_MOVES_PAY, _SURVEYED = 0.08, 0.0008
_REFERRED = 0.25  # of those who open an account
_COUPON_HOLDERS, _COUPON_DAYS = 0.08, 60
_BOUGHT = (*WEALTH_PRODUCTS, *FUND_PRODUCTS, "CD-12M", "INS-LIFE")  # what customers buy by themselves

Tables = dict[str, pl.DataFrame]


def write(frame: pl.DataFrame, path: Path) -> None:
    """One contiguous chunk and fixed row groups: how threads parted the work must not show in the bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    frame.rechunk().write_parquet(path, compression="zstd", compression_level=1, row_group_size=_ROW_GROUP)


def append(frames: Sequence[pl.DataFrame], path: Path) -> None:
    """Further rows at the end of the file, which is replaced as a whole; nights read few large files quicker than many small ones."""
    before = [pl.read_parquet(path)] if path.exists() else []
    fresh = path.with_suffix(".writing")
    write(pl.concat([*before, *frames]), fresh)
    fresh.replace(path)


def standing(world: World, course: Course, day: int) -> pl.DataFrame:
    """The customers of a day with their balances in cents, those that actions have moved among them."""
    back = world.back(day)
    led = course.people.with_columns(
        wealth_days=lookup(WEALTH_DAYS, pl.col("wealth_product")),
        payroll_days=pl.when(pl.col("stop_day") > day).then("payroll_days"),
    ).with_columns(
        term_left=world.term_left(day, "term_left", "term_days"),
        wealth_left=world.term_left(day, "wealth_left", "wealth_days"),
    )
    parts = {part: pl.col(f"{part}_moved") for part in ("deposit", "fund", "wealth")}
    return (
        on_day(led, world.bank, back)
        .with_columns(
            **{f"{part}_cents": (pl.col(f"{part}_cents") + moved).clip(0) for part, moved in parts.items()},
            consumer_cents=(pl.col("consumer_cents") + pl.col("loan_moved")).clip(0),
            worth=(pl.col("worth") + pl.sum_horizontal(parts.values()) / 100).clip(1),
        )
        .with_columns(
            aum_cents=pl.col("deposit_cents") + pl.col("fund_cents") + pl.col("wealth_cents"),
            term_cents=pl.min_horizontal("term_cents", "deposit_cents"),
        )
    )


def published(day_frame: pl.DataFrame, world: World, day: int) -> pl.DataFrame:
    """The snapshot as the project file declares it. Rows stay in order."""
    table = snapshot(day_frame, world.bank, world.back(day))
    login = day_frame.get_column("login_day")
    return table.with_columns(
        last_login=login.cast(pl.Int32).cast(pl.Date),
        app_active=(login >= day - 30).fill_null(value=False),
        do_not_contact=pl.col("do_not_contact") | day_frame.get_column("silenced"),
        area=day_frame.get_column("area"),
    )


def held(day_frame: pl.DataFrame, world: World, day: int) -> pl.DataFrame:
    """The holdings of a day; what matures does so on a day of its own, whatever day it is looked at."""
    return holdings(day_frame, world.bank).filter(pl.col("maturity").is_null() | (pl.col("maturity") >= epoch_days(pl.lit(day))))


def happened(world: World, course: Course, day: int) -> pl.DataFrame:
    """What customers do on a day, by themselves and because of actions: row, type, cents, product."""
    dice, here = world.dice, _present(world, course, day)
    size = (pl.col("wealth") - 10).clip(-3, 5)
    spread = dice.normal(f"amount {day}")
    card = cents((4.6 + 0.25 * size + 1.1 * spread).exp().clip(1))
    transfer = cents((7.2 + 0.55 * size + 1.2 * spread).exp().clip(1))
    pay = (dice.normal("salary") * 0.45).exp() * pl.col("occupation").replace_strict(PAY_FACTOR, default=1.0, return_dtype=pl.Float64)
    salary = cents(pay * _MEDIAN_SALARY)
    owing = pl.col("mortgage_cents") + pl.col("consumer_cents")
    back, mover = world.back(day), dice.chance("moves pay", _MOVES_PAY)
    kinds: list[tuple[str, pl.Expr, pl.Expr]] = [
        ("card", world.lively("card", day), card),
        ("login", world.lively("login", day), pl.lit(None)),
        ("transfer_out", world.lively("transfer_out", day), transfer),
        ("transfer_in", world.lively("transfer_in", day), transfer),
        ("salary", world.paid_on(day), salary),
        ("transfer_out", mover & world.paid_on(day - 1), (salary * 9) // 10),
        ("transfer_out", pl.col("out_days") == back, pl.col("out_cents")),
        ("transfer_in", pl.col("in_days") == back, pl.col("in_cents")),
        ("purchase", world.buys(day), cents((pl.col("wealth") - 2).exp().clip(100, 200_000), step=100)),
    ]
    if (EPOCH + dt.timedelta(days=day)).day == _INSTALMENT_DAY:
        kinds.append(("loan_payment", owing > 0, pl.col("mortgage_cents") // 200 + pl.col("consumer_cents") // 24))
    product = dice.pick(f"bought {day}", _BOUGHT)
    by_themselves = [
        here.filter(when).select(
            "row", type=pl.lit(kind), cents=amount.cast(pl.Int64), product=product if kind == "purchase" else pl.lit(None, pl.String)
        )
        for kind, when, amount in kinds
    ]
    return pl.concat([pl.DataFrame(schema=EVENTS), *pl.collect_all(by_themselves), *course.events.pop(day, [])])


def _present(world: World, course: Course, day: int) -> pl.LazyFrame:
    """The customers of a day, lazily: of seventy columns each question reads a few, and a filter copies all that it is given."""
    return course.people.lazy().filter(world.present(day))


def transactions(events: pl.DataFrame, world: World, ids: pl.DataFrame, day: int) -> pl.DataFrame:
    """The events of a day as the project file declares them, in the order of time."""
    dice = world.dice
    numbered = events.with_columns(number=pl.int_range(pl.len()).over("row"))
    event = pl.col("row") * 64 + pl.col("number").cast(pl.UInt64)
    kind = pl.col("type")
    waking = 7 * 3600 + dice.below(f"second {day}", 16 * 3600, event)
    early = 5 * 3600 + dice.below(f"second {day}", 2 * 3600, event)
    second = pl.when(kind.is_in(["salary", "loan_payment"])).then(early).otherwise(waking)
    out = kind.is_in(["card", "transfer_out", "loan_payment", "purchase"])
    return (
        numbered.join(ids, on="row", how="left", maintain_order="left")
        .select(
            txn_id=pl.format("T{}{}", pl.lit(str(day)), event.cast(pl.String).str.zfill(10)),
            customer_id="customer_id",
            at=_at(day, second),
            type=kind,
            direction=pl.when(out).then(pl.lit("outflow")).when(kind != "login").then(pl.lit("inflow")),
            amount=money(pl.col("cents")),
            merchant=pl.when(kind == "card").then(dice.pick(f"merchant {day}", CARD_MERCHANTS, event)),
            product="product",
        )
        .sort("at", "txn_id")
    )


def served(world: World, course: Course, ids: pl.DataFrame, day: int) -> pl.DataFrame:
    """Visits, calls and complaints."""
    here = _present(world, course, day)
    own = [here.filter(world.serves(kind, day)).select("row", type=pl.lit(kind)) for kind in SERVICE_RATES]
    every = pl.concat([pl.DataFrame(schema={"row": pl.UInt64, "type": pl.String}), *pl.collect_all(own), *course.service.pop(day, [])])
    return (
        _with_ids(every.unique(maintain_order=True), ids)
        .select(
            service_id=pl.format("V{}{}{}", pl.lit(str(day)), pl.col("type").str.slice(0, 1), "row"),
            customer_id="customer_id",
            at=_at(day, 9 * 3600 + world.dice.below(f"served {day}", 8 * 3600)),
            type="type",
        )
        .sort("at", "service_id")
    )


def surveyed(world: World, course: Course, ids: pl.DataFrame, day: int) -> pl.DataFrame:
    """Answers to "would you recommend us?", 0 to 10: of a few customers any day, and of some who were contacted; contacts wear."""
    asked = _present(world, course, day).filter(world.dice.chance(f"surveyed {day}", _SURVEYED)).select("row").collect()
    rows = pl.concat([pl.DataFrame(schema={"row": pl.UInt64}), asked, *course.surveys.pop(day, [])]).unique(maintain_order=True)
    worn = course.people.select("row", contacts=pl.col("contacted").bitwise_count_ones())
    score = 8.2 + world.dice.normal(f"mood {day}") * 1.6 - 0.25 * pl.col("contacts")
    return (
        _with_ids(rows.join(worn, on="row", how="left", maintain_order="left"), ids)
        .select(
            survey_id=pl.format("Q{}{}", pl.lit(str(day)), "row"),
            customer_id="customer_id",
            at=_at(day, 12 * 3600 + world.dice.below(f"answered {day}", 8 * 3600)),
            score=score.round().clip(0, 10).cast(pl.Int64),
        )
        .sort("at", "survey_id")
    )


def referred(world: World, course: Course, ids: pl.DataFrame, day: int) -> pl.DataFrame:
    """Who of those that open an account today was recommended, and by whom."""
    new = course.people.lazy().filter((pl.col("tenure") == world.back(day)) & world.dice.chance("referred", _REFERRED))
    joined = new.select(friend_row="row", row=world.dice.below("referrer", world.bank.customers).cast(pl.UInt64)).collect()
    friends = _with_ids(joined.filter(pl.col("row") != pl.col("friend_row")), ids)
    named = friends.join(ids.select(friend_row="row", friend_id="customer_id"), on="friend_row", how="left", maintain_order="left")
    return named.select(
        referral_id=pl.format("F{}{}", pl.lit(str(day)), "friend_row"),
        customer_id="customer_id",
        at=_at(day, pl.lit(10 * 3600)),
        friend_id="friend_id",
    ).sort("referral_id")


def coupons(world: World, course: Course, ids: pl.DataFrame, day: int) -> pl.DataFrame:
    """Coupons that are out on a day: those that every bank has given, renewed after two months, and the actions' own."""
    dice = world.dice
    left = (dice.below("coupon left", _COUPON_DAYS) + world.back(day)) % _COUPON_DAYS
    holders = _present(world, course, day).filter(dice.chance("has coupon", _COUPON_HOLDERS))
    usual = holders.select(
        "row",
        coupon_id=pl.format("U{}", "row"),
        title=pl.lit("满减券"),
        value=pl.lit(1000, pl.Int64),
        expiry=day + left,
    ).collect()
    return (
        _with_ids(pl.concat([usual, course.coupons]), ids)
        .select("coupon_id", "customer_id", "title", value=money(pl.col("value")), expiry=epoch_days(pl.col("expiry")))
        .sort("coupon_id")
    )


def _at(day: int, second: pl.Expr) -> pl.Expr:
    return ((day * 86_400 + second) * 1_000_000).cast(pl.Datetime("us"))


def _with_ids(frame: pl.DataFrame, ids: pl.DataFrame) -> pl.DataFrame:
    return frame.join(ids, on="row", how="left", maintain_order="left")


def fed_back(world: World, course: Course, day: int) -> pl.DataFrame:
    """What the channels report of actions on a day."""
    schema = {"action_id": pl.String, "customer_id": pl.String, "strategy": pl.String, "event": pl.UInt64, "outcome": pl.String}
    rows = pl.concat([pl.DataFrame(schema=schema), *course.feedback.pop(day, [])])
    order = {"delivered": 0, "failed": 0, "opened": 1, "clicked": 2, "converted": 4, "declined": 5, "complained": 6}
    step = pl.col("outcome").replace_strict(order, return_dtype=pl.Int64)
    second = 9 * 3600 + world.dice.below(f"reported {day}", 6 * 3600, pl.col("event")) + step * 900
    return rows.select("action_id", "customer_id", "strategy", at=_at(day, second), outcome="outcome").sort("at", "action_id", "outcome")
