"""What the bank shares with everyone: the market's days and the calendar."""

from datetime import date, timedelta

import polars as pl

from strategy_engine.demo.dice import Dice
from strategy_engine.demo.festivals import DAYS_OFF, FESTIVALS, FIRST_DAY, LAST_DAY
from strategy_engine.demo.people import EPOCH

_HISTORY = 400  # days of the market
_FALL = -0.0342  # on the as-of day, so that the strategies for a falling market have something to do
_SATURDAY = 6


def market(as_of: date, dice: Dice) -> pl.DataFrame:
    """One row a trading day and the as-of day; changes and yearly rates as shares, the close in points."""
    days = _days(as_of - timedelta(days=_HISTORY), as_of)
    trading = days.filter((pl.col("date").dt.weekday() < _SATURDAY) | (pl.col("date") == as_of))
    # The row is the day's own number, so that another as-of date sees the same past.
    rows = trading.with_columns(row=pl.col("date").cast(pl.Int32).cast(pl.UInt64))
    usual = (dice.normal("csi300") * 0.009).round(4)
    changes = rows.with_columns(csi300_change_1d=pl.when(pl.col("date") == as_of).then(_FALL).otherwise(usual))
    return changes.select(
        "date",
        csi300_close=(4000 * (pl.col("csi300_change_1d") + 1).cum_prod()).round(2),
        csi300_change_1d="csi300_change_1d",
        gold_change_1d=(dice.normal("gold") * 0.007).round(4),
        deposit_rate_1y=pl.when(pl.col("date") < as_of - timedelta(days=180)).then(0.0155).otherwise(0.0145),
        lpr_1y=pl.lit(0.03),
    )


def calendar() -> pl.DataFrame:
    """One row a day of three years; `name` is the festival of the day, if any."""
    names = {day: name for name, days in FESTIVALS.items() for day in days}
    off = pl.col("name").is_in(sorted(DAYS_OFF)).fill_null(value=False)
    return (
        _days(FIRST_DAY, LAST_DAY)
        .with_columns(name=pl.col("date").replace_strict(names, default=None, return_dtype=pl.String))
        .with_columns(is_holiday=off | (pl.col("date").dt.weekday() >= _SATURDAY))
    )


def _days(first: date, last: date) -> pl.DataFrame:
    numbers = pl.int_range((first - EPOCH).days, (last - EPOCH).days + 1, dtype=pl.Int32)
    return pl.select(date=numbers.cast(pl.Date))
