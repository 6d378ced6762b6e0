"""What the project `uci_bank` reads, made of the raw file of the Bank Marketing data (Moro, Cortez, Rita 2014).

row_id      is the customer's id: the source has none
default, housing, loan      yes/no become true/false
last_contact                `pdays` days before the as-of day; missing for -1, never contacted
has_deposit                 `y` as it is known: of nobody on the as-of day, of all 30 days later
duration, y, day, month     are left out: the first two are known only after the call, the others are of the call itself
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl

AS_OF = dt.date(2010, 12, 1)
MEASURED = AS_OF + dt.timedelta(days=30)
RAW_FILE = "bank_full.parquet"


def prepare(raw: Path, project: Path) -> None:
    """Write the snapshots of the as-of day and of the day on which the deposits are counted."""
    source = pl.read_parquet(raw / RAW_FILE)
    customers = source.with_columns(
        pl.col("default", "housing", "loan") == "yes",
        last_contact=pl.when(pl.col("pdays") >= 0).then(pl.lit(AS_OF) - pl.duration(days=pl.col("pdays"))),
    ).drop("duration", "day", "month", "pdays", "y")
    folder = project / "data"
    folder.mkdir()
    for day, took in ((AS_OF, pl.lit(value=False)), (MEASURED, source["y"] == "yes")):
        customers.with_columns(took.alias("has_deposit")).write_parquet(folder / f"customer_{day}.parquet")
