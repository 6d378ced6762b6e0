"""The market and the calendar while a simulation lasts: falls, a rise and a cut of rates on days that are known."""

from __future__ import annotations

import datetime as dt

import polars as pl

from strategy_engine.demo.people import EPOCH
from strategy_engine.demo.surroundings import calendar
from strategy_engine.demo.surroundings import market as usual
from strategy_engine.simulation.world import World

__all__ = ["calendar", "market"]

_FALL, _RISE = -0.0342, 0.0315
_BEFORE_CUT, _AFTER_CUT = 0.0145, 0.0135


def market(world: World) -> pl.DataFrame:
    """One row a trading day, and the first and last: falls on the first day, in the middle and on the last, a rise and a cut between."""
    length = world.last - world.first
    falls = [_day(world.first), _day(world.first + length // 2), _day(world.last)]
    rise, cut = _day(world.first + length // 4), _day(world.first + length // 3)
    days = usual(world.bank.as_of, world.dice)
    missing = [day for day in (*falls, rise, cut) if day not in set(days.get_column("date"))]
    more = pl.DataFrame({"date": missing}, schema={"date": pl.Date})
    rate = pl.when(pl.col("date") < cut).then(_BEFORE_CUT).otherwise(_AFTER_CUT)
    change = pl.when(pl.col("date").is_in(falls)).then(_FALL).when(pl.col("date") == rise).then(_RISE)
    return (
        pl.concat([days, more], how="diagonal")
        .unique("date")
        .sort("date")
        .with_columns(csi300_change_1d=change.otherwise(pl.col("csi300_change_1d").fill_null(0.0)), deposit_rate_1y=rate)
        .with_columns(
            csi300_close=(4000 * (pl.col("csi300_change_1d") + 1).cum_prod()).round(2),
            gold_change_1d=pl.col("gold_change_1d").fill_null(0.0),
            lpr_1y=pl.col("lpr_1y").fill_null(0.03),
            deposit_rate_change_1d=pl.col("deposit_rate_1y").diff().fill_null(0.0).round(6),
        )
    )


def _day(number: int) -> dt.date:
    return EPOCH + dt.timedelta(days=number)
