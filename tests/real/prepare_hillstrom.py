"""What the project `hillstrom` reads, made of the raw file of the MineThatData e-mail challenge (Hillstrom 2008).

The source says of each customer whether there was a visit, a purchase and what was spent in the two weeks after the mailing, not on which
day: all lie one week after it. What the mailing listed is a file as another system would give it, to be imported.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl

MAILED = dt.date(2008, 3, 20)
KNOWN = MAILED + dt.timedelta(days=7)
AS_OF = MAILED + dt.timedelta(days=14)
RAW_FILE = "hillstrom.parquet"
ARMS = {"Mens E-Mail": "mens", "Womens E-Mail": "womens", "No E-Mail": "control"}


def prepare(raw: Path, project: Path) -> Path:
    """Write the project's tables; the file of what was listed."""
    source = pl.read_parquet(raw / RAW_FILE).with_columns(customer_id=pl.col("customer_row").cast(pl.String), at=pl.lit(KNOWN))
    source = source.with_columns(arm=pl.col("segment").replace_strict(ARMS), action_id=pl.lit("m") + pl.col("customer_id"))
    tables = {
        "customer": source.select("customer_id", "recency", "history", newbie=pl.col("newbie") == 1, bought_before="channel"),
        "visit": source.filter(pl.col("visit") == 1).select("customer_id", "at"),
        "purchase": source.filter(pl.col("conversion") == 1).select("customer_id", "at", amount="spend"),
        "mail": _feedback(source),
    }
    folder = project / "data"
    folder.mkdir()
    for name, table in tables.items():
        table.write_parquet(folder / f"{name}.parquet")
    listed = project / "mailing_2008.csv"
    same = {"date": pl.lit(MAILED), "strategy": pl.lit("mailing"), "channel": pl.lit("email")}
    source.select("customer_id", "action_id", "arm", **same).write_csv(listed)
    return listed


def _feedback(source: pl.DataFrame) -> pl.DataFrame:
    """Every mail arrived, as far as anybody knows; who visited has followed it."""
    mailed = source.filter(pl.col("arm") != "control")
    told = {"delivered": mailed, "converted": mailed.filter(pl.col("conversion") == 1)}
    return pl.concat(rows.select("customer_id", "action_id", "at", outcome=pl.lit(outcome)) for outcome, rows in told.items())
