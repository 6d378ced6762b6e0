"""The day of `campaigns.py` as somebody who knows Polars well would write it by hand, for these tables and these strategies only.

Everything at once and in memory, in the fastest way that is known: money as cents, enums as `pl.Enum`, all events in one pass, all
conditions in one select, the allocation in plain Python over lists. It checks what it reads, and writes what the engine writes: all
actions, each channel's list, and two tables of a ledger. `whole_day.py` holds its actions against the engine's.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from pathlib import Path

import polars as pl
import xxhash
from banks import HOLDINGS, KINDS, MERCHANTS
from campaigns import (
    BENEFITS,
    CALLS_A_DAY,
    CONTROL_PERCENT,
    ELIGIBLE_FROM,
    REMOTE_PER,
    SCRIPT_AFTER,
    SCRIPT_BEFORE,
    SMS_PER,
    Campaign,
    Campaigns,
)
from conditions import BOOLS, CENTS, DATES, DTYPES, MONEY, PERCENTS, TODAY
from deltalake import write_deltalake

BEFORE = TODAY - dt.timedelta(days=30)
KEY, SPACE, CONTACTS = "customer_id", 2.0**64, 2
PEOPLE = ("name", "birth", "rm_id", "consent_sms", "consent_phone")
NOT_NULL = (KEY, "name", "birth", "lifecycle", "tier", "consent_sms", "consent_phone", *BOOLS, "aum", "deposit_balance")
TIER = DTYPES["tier"]


def day(folder: Path, made: Campaigns, out: Path) -> pl.DataFrame:
    """The day's actions, written below `out` as well."""
    customers = _customers(folder, made)
    candidates = _candidates(made, customers)
    actions = _actions(customers, _accepted(made, customers, candidates))
    _write(actions, out)
    return actions


# ------------------------------------------------------------------------------------------------ observe


def _customers(folder: Path, made: Campaigns) -> pl.DataFrame:
    """A row a customer, with everything that conditions ask."""
    snapshot = _snapshot(folder, TODAY, [*MONEY, *DATES, *PERCENTS, *BOOLS, *DTYPES, *PEOPLE])
    before = _snapshot(folder, BEFORE, ["aum"]).rename({"aum": "before"})
    known = snapshot.join(_events(folder), on=KEY, how="left", maintain_order="left")
    known = known.join(_holdings(folder), on=KEY, how="left", maintain_order="left").join(before, on=KEY, how="left", maintain_order="left")
    change = pl.col("aum") - pl.col("before")
    growth = change / pl.col("before")
    counts = pl.col(
        "cards_7d", "cards_30d", "spent_30d", "spent_90d", "in_30d", "out_30d", "logins_30d", "shops_90d", "deposits", "deposits_due"
    )
    known = known.with_columns(
        counts.fill_null(0),
        pl.col("has_fund").fill_null(False),
        aum_change=change,
        aum_growth=pl.when(growth.is_finite()).then(growth),
        birthday=_next_birthday(),
    )
    known = known.with_columns(**{named.name: named.value.polars for named in made.attributes})
    for cohort in made.cohorts:  # each may name those before it
        known = known.with_columns(cohort.value.polars.alias(cohort.name))
    frame = known.collect()
    if any(frame.select(pl.col(NOT_NULL).null_count()).row(0)) or frame.get_column(KEY).n_unique() < frame.height:
        raise ValueError("the snapshot breaks its declaration")
    return frame


def _snapshot(folder: Path, date: dt.date, columns: list[str]) -> pl.LazyFrame:
    """Money as cents, enums typed: a value that is none of them raises."""
    types = {name: pl.col(name).cast(DTYPES[name]) if name in DTYPES else pl.col(name) for name in columns}
    types |= {name: pl.col(name).to_physical().cast(pl.Int64) for name in columns if name in MONEY}
    return pl.scan_parquet(folder / f"data/customer/date={date}/*.parquet").select(KEY, **types)


def _events(folder: Path) -> pl.LazyFrame:
    """All sums over events, and the latest hit of each trigger, in one pass."""
    kind, at, amount = pl.col("type"), pl.col("at"), pl.col("amount")
    rows = pl.scan_parquet(folder / "data/txn/*.parquet").select(
        KEY, "at", kind.cast(pl.Enum(list(KINDS))), pl.col("merchant").cast(pl.Enum(MERCHANTS)), amount.to_physical().cast(pl.Int64)
    )
    checked = rows.filter((at < TODAY + dt.timedelta(days=1)) & (at >= TODAY - dt.timedelta(days=89)))

    def last(days: int, name: str | None = None) -> pl.Expr:
        recent = at >= TODAY - dt.timedelta(days=days - 1)
        return recent if name is None else recent & (kind == pl.lit(name, dtype=pl.Enum(list(KINDS))))

    def where(condition: pl.Expr, value: pl.Expr) -> pl.Expr:
        return pl.when(condition).then(value)

    return checked.group_by(KEY).agg(
        cards_7d=last(7, "card").sum(),
        cards_30d=last(30, "card").sum(),
        spent_30d=where(last(30, "card"), amount).sum(),
        spent_90d=where(last(90, "card"), amount).sum(),
        in_30d=where(last(30, "transfer_in"), amount).sum(),
        out_30d=where(last(30, "transfer_out"), amount).sum(),
        logins_30d=last(30, "login").sum(),
        largest_90d=amount.max(),
        shops_90d=pl.col("merchant").drop_nulls().n_unique(),
        salary_in=where(last(7, "salary") & (amount >= 500 * CENTS), at).max(),
        large_in=where(last(7, "transfer_in") & (amount >= 100_000 * CENTS), at).max(),
        large_out=where(last(7, "transfer_out") & (amount >= 100_000 * CENTS), at).max(),
        back_again=where(last(3, "login"), at).max(),
    )


def _holdings(folder: Path) -> pl.LazyFrame:
    """All sums over holdings, and the deposit that matures first."""
    kind, maturity, amount = pl.col("kind"), pl.col("maturity"), pl.col("amount")
    rows = pl.scan_parquet(folder / f"data/holding/date={TODAY}/*.parquet").select(
        KEY, "maturity", kind.cast(pl.Enum(list(HOLDINGS))), amount.to_physical().cast(pl.Int64)
    )
    deposit, fund = (kind == pl.lit(name, dtype=pl.Enum(list(HOLDINGS))) for name in ("deposit", "fund"))

    def within(days: int) -> pl.Expr:
        return (maturity >= TODAY) & (maturity < TODAY + dt.timedelta(days=days))

    return rows.group_by(KEY).agg(
        deposits=pl.when(deposit).then(amount).sum(),
        deposits_due=pl.when(deposit & within(30)).then(amount).sum(),
        has_fund=fund.any(),
        maturing=pl.when(deposit & within(7)).then(maturity).min().cast(pl.Datetime("us")),
    )


def _next_birthday() -> pl.Expr:
    """The anniversary within three days, today included; 29 February falls on the 28th. (No turn of the year is near.)"""
    birth = pl.col("birth")
    day = pl.when((birth.dt.month() == 2) & (birth.dt.day() == 29)).then(28).otherwise(birth.dt.day())
    date = pl.date(TODAY.year, birth.dt.month(), day)
    return pl.when(date.is_between(TODAY, TODAY + dt.timedelta(days=2))).then(date).cast(pl.Datetime("us"))


# ------------------------------------------------------------------------------------------------ qualify, gate, order


def _candidates(made: Campaigns, customers: pl.DataFrame) -> pl.DataFrame:
    """In the order in which they are taken: #strategy and #row, score, priority, hit."""
    masks = customers.lazy().select(**{one.name: _chosen(one) for one in made.strategies}).collect()
    parts = [
        customers.select(KEY, one.score, *([one.trigger] if one.trigger else []))[rows].select(
            KEY,
            pl.lit(number, dtype=pl.UInt32).alias("#strategy"),
            rows.alias("#row"),
            (pl.col(one.score) * 300).alias("score"),
            pl.lit(one.priority, dtype=pl.Int8).alias("priority"),
            (pl.col(one.trigger) if one.trigger else pl.lit(None, dtype=pl.Datetime("us"))).alias("trigger_time"),
        )
        for number, one in enumerate(made.strategies)
        if len(rows := masks.get_column(one.name).arg_true())
    ]
    candidates = pl.concat(parts)
    names = [f"{TODAY}/{one.name}/" for one in made.strategies]
    pairs = zip(candidates.get_column("#strategy").to_list(), candidates.get_column(KEY).to_list(), strict=True)
    ties = [xxhash.xxh64_intdigest((names[number] + key).encode()) for number, key in pairs]
    candidates = candidates.with_columns(pl.Series("tie", ties, dtype=pl.UInt64))
    return candidates.sort("priority", "score", "tie", descending=[True, True, False], nulls_last=True)


def _chosen(one: Campaign) -> pl.Expr:
    """Who is a candidate; whoever must not be contacted is none."""
    mask = one.condition.polars & ~pl.col("do_not_contact")
    return mask & pl.col(one.trigger).is_not_null() if one.trigger else mask


# ------------------------------------------------------------------------------------------------ allocate


def _accepted(made: Campaigns, customers: pl.DataFrame, candidates: pl.DataFrame) -> pl.DataFrame:
    """The candidates that find room, in their order, with benefit, channel and whether they are controls."""
    whose = customers.select(
        (pl.col("tier") >= pl.lit(ELIGIBLE_FROM["coupon_100"], dtype=TIER)).alias("coupon_100"),
        pl.col("app_active").alias("app"),
        pl.col("consent_sms").alias("sms"),
        pl.col("consent_phone").alias("remote"),
        pl.when("consent_phone").then(pl.col("rm_id")).alias("rm_call"),
    )[candidates.get_column("#row")]
    rooms = {"sms": max(1, made.customers // SMS_PER), "remote": max(1, made.customers // REMOTE_PER)}
    rooms |= {name: max(1, made.customers // per) for name, per in BENEFITS.items()}
    calls: defaultdict[str, int] = defaultdict(lambda: CALLS_A_DAY)
    salts = [f"control:{one.name}/" for one in made.strategies]
    ladders = [one.ladder or ("none",) for one in made.strategies]
    served: set[str] = set()
    taken: list[tuple[int, str | None, str, bool]] = []
    rows = zip(candidates.get_column(KEY).to_list(), candidates.get_column("#strategy").to_list(), whose.iter_rows(), strict=True)
    for place, (key, number, (may_100, app, sms, remote, manager)) in enumerate(rows):
        if key in served:  # one a day, so that two contacts in a week never are too many on the first day
            continue
        reached = {"app": app, "sms": sms, "remote": remote, "rm_call": manager}
        for benefit, channel in ((benefit, channel) for benefit in ladders[number] for channel in made.strategies[number].channels):
            if not reached[channel] or (benefit == "coupon_100" and not may_100):
                continue
            room = calls[manager] if channel == "rm_call" else rooms.get(channel, 1)
            if room < 1 or rooms.get(benefit, 1) < 1:
                continue
            if channel == "rm_call":
                calls[manager] -= 1
            for name in (channel, benefit):
                if name in rooms:
                    rooms[name] -= 1
            served.add(key)
            control = xxhash.xxh64_intdigest((salts[number] + key).encode()) / SPACE < CONTROL_PERCENT / 100
            taken.append((place, None if benefit == "none" else benefit, channel, control))
            break
    schema = {"#place": pl.UInt32, "benefit": pl.String, "channel": pl.String, "control": pl.Boolean}
    places = pl.DataFrame(taken, schema=schema, orient="row")
    return candidates[places.get_column("#place")].hstack(places.drop("#place")).with_columns(_named(made, candidates, places))


def _named(made: Campaigns, candidates: pl.DataFrame, places: pl.DataFrame) -> list[pl.Series]:
    numbers = candidates.get_column("#strategy")[places.get_column("#place")]
    return [
        pl.Series("strategy", [one.name for one in made.strategies]).gather(numbers),
        pl.Series("trigger", [one.trigger for one in made.strategies], dtype=pl.String).gather(numbers),
    ]


# ------------------------------------------------------------------------------------------------ emit, write


def _actions(customers: pl.DataFrame, accepted: pl.DataFrame) -> pl.DataFrame:
    """One row an action; the name is told in full only in a channel's list (`#script`)."""
    beside = customers.select("name", "rm_id")[accepted.get_column("#row")]
    pairs = zip(accepted.get_column("strategy").to_list(), accepted.get_column(KEY).to_list(), strict=True)
    ids = [xxhash.xxh128_hexdigest(f"{TODAY}/{strategy}/{key}/1".encode()) for strategy, key in pairs]
    rows = accepted.lazy().with_columns(*beside.get_columns(), pl.Series("action_id", ids, dtype=pl.String))
    return (
        rows.select(
            pl.lit(TODAY).alias("run_date"),
            "action_id",
            KEY,
            "strategy",
            pl.when("control").then(pl.lit("control")).otherwise(pl.lit("treated")).alias("arm"),
            "trigger",
            "trigger_time",
            "benefit",
            "channel",
            pl.lit(1).alias("step"),
            pl.when(pl.col("channel") == "rm_call").then(pl.col("rm_id")).alias("assignee"),
            pl.lit("零售部").alias("owner"),
            pl.concat_str(pl.lit(SCRIPT_BEFORE), pl.col("name").str.slice(0, 1), pl.lit("***" + SCRIPT_AFTER)).alias("script"),
            pl.concat_str(pl.lit(SCRIPT_BEFORE), "name", pl.lit(SCRIPT_AFTER)).alias("#script"),
            "score",
            (pl.int_range(pl.len()) + 1).alias("rank"),
        )
        .sort(KEY, "strategy")
        .collect()
    )


def _write(actions: pl.DataFrame, out: Path) -> None:
    """All actions, a list a channel in its order of work, and what later days ask of this one."""
    (out / "channels").mkdir(parents=True)
    told = actions.drop("#script")
    told.write_parquet(out / "actions.parquet")
    treated = actions.filter(pl.col("arm") != "control").with_columns(pl.col("#script").alias("script")).drop("#script")
    for (channel,), rows in treated.partition_by("channel", as_dict=True).items():
        rows.sort("assignee", "rank", nulls_last=True).write_parquet(out / f"channels/{channel}.parquet")
    write_deltalake(out / "ledger/actions", told, mode="append", partition_by=["run_date"])
    spent = told.filter(pl.col("trigger").is_not_null()).select("run_date", KEY, "strategy", "trigger", "trigger_time")
    write_deltalake(out / "ledger/spent", spent, mode="append", partition_by=["run_date"])
