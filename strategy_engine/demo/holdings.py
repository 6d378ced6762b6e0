"""What the customers hold on a day: the parts that the balances of the snapshot are the sums of, loans and insurance."""

import polars as pl

from strategy_engine.demo.dice import Dice
from strategy_engine.demo.people import Bank
from strategy_engine.demo.units import cents, epoch_days, lookup, money
from strategy_engine.demo.words import DEPOSIT_RATES, DEPOSIT_TERMS, FUND_PRODUCTS, WEALTH_PRODUCTS, WEALTH_RATES


def holdings(day: pl.DataFrame, bank: Bank) -> pl.DataFrame:
    """One row an item, amounts in yuan, rates a year; what matures has a date."""
    today = bank.today
    return pl.concat(
        [
            _item(day, "demand", "deposit", pl.lit("DD"), pl.col("deposit_cents") - pl.col("term_cents"), rate=pl.lit(0.0005)),
            _item(
                day,
                "term",
                "deposit",
                lookup([f"CD-{months}M" for months in DEPOSIT_TERMS], pl.col("term")),
                pl.col("term_cents"),
                rate=lookup(DEPOSIT_RATES, pl.col("term")),
                maturity=epoch_days(today + pl.col("term_left")),
            ),
            _item(
                day,
                "wealth",
                "wealth",
                lookup(WEALTH_PRODUCTS, pl.col("wealth_product")),
                pl.col("wealth_cents"),
                rate=lookup(WEALTH_RATES, pl.col("wealth_product")),
                maturity=epoch_days(today + pl.col("wealth_left")),
            ),
            _item(day, "fund", "fund", bank.dice.pick("fund product", FUND_PRODUCTS), pl.col("fund_cents")),
            _item(day, "mortgage", "loan", pl.lit("LN-HOME"), pl.col("mortgage_cents"), rate=pl.lit(0.0345)),
            _item(day, "consumer", "loan", pl.lit("LN-CONSUMER"), pl.col("consumer_cents"), rate=pl.lit(0.0396)),
            _item(day, "insurance", "insurance", pl.lit("INS-LIFE"), _insured(bank.dice)),
        ]
    ).sort("holding_id")


def _insured(dice: Dice) -> pl.Expr:
    """Paid-in premiums."""
    buys = dice.chance("insured", 0.03 + pl.col("children") * 0.04)
    return pl.when(buys).then(cents(2000 + 60_000 * dice.uniform("premiums") ** 2, step=100)).otherwise(0)


def _item(
    day: pl.DataFrame,
    name: str,
    kind: str,
    product: pl.Expr,
    amount: pl.Expr,
    *,
    rate: pl.Expr | None = None,
    maturity: pl.Expr | None = None,
) -> pl.DataFrame:
    missing = pl.lit(None)
    return day.filter(amount > 0).select(
        holding_id=pl.format("{}-{}", "customer_id", pl.lit(name)),
        customer_id="customer_id",
        product=product,
        kind=pl.lit(kind),
        amount=money(amount),
        rate=(missing if rate is None else rate).cast(pl.Float64),
        maturity=(missing if maturity is None else maturity).cast(pl.Date),
    )
